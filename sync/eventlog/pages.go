package eventlog

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"os"
)

// A pageReader reads a bbolt file with pread, never through a map: on a damaged file bbolt panics in goroutines of its own,
// walks in circles, or faults beyond the end, none of which can be caught. It follows bbolt's format
// (internal/common/page.go, meta.go, version 2): every page is where it says it is, and its keys ascend within what its
// parent says. Anything else is errDamaged. prove reads all of it.
type pageReader struct {
	f    *os.File
	size int64
	page int64
	root uint64 // page of the bucket of buckets
	high uint64 // pages in use lie below
}

// openPages reads the head of the file. fs.ErrNotExist when there is none.
func openPages(path string) (*pageReader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := &pageReader{f: f}
	st, err := f.Stat()
	if err == nil {
		r.size = st.Size()
		err = r.readMeta()
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return r, nil
}

func (r *pageReader) close() { r.f.Close() }

const (
	boltMagic   = 0xED0CDAED
	boltVersion = 2
	boltBranch  = 0x01
	boltLeaf    = 0x02
	boltBucket  = 0x01 // of a leaf's element
	boltHead    = 16   // bytes of a page's header and of each element
	boltDepth   = 32
)

func damagedPage(id uint64, what string) error {
	return fmt.Errorf("%w: page %d: %s", errDamaged, id, what)
}

// readMeta takes the newer of the two meta pages that is whole.
func (r *pageReader) readMeta() error {
	best, found := uint64(0), false
	for _, page := range []int64{int64(os.Getpagesize()), 4096, 8192, 16384, 65536} {
		for i := range int64(2) {
			b := make([]byte, 80)
			if _, err := r.f.ReadAt(b, i*page); err != nil {
				continue
			}
			m := b[boltHead:]
			h := fnv.New64a()
			h.Write(m[:56])
			le := binary.LittleEndian
			if le.Uint32(m) != boltMagic || le.Uint32(m[4:]) != boltVersion || int64(le.Uint32(m[8:])) != page || h.Sum64() != le.Uint64(m[56:]) {
				continue
			}
			if tx := le.Uint64(m[48:]); !found || tx > best {
				best, found = tx, true
				r.page, r.root, r.high = page, le.Uint64(m[16:]), le.Uint64(m[40:])
			}
		}
		if found {
			break
		}
	}
	if !found {
		return fmt.Errorf("%w: neither of its meta pages is whole", errDamaged)
	}
	if r.high > uint64(r.size/r.page) {
		return fmt.Errorf("%w: %d bytes long where %d pages of %d are in use", errDamaged, r.size, r.high, r.page)
	}
	return nil
}

// A node is a page of entries, taken apart. Its keys ascend.
type node struct {
	id     uint64
	over   uint64 // pages that belong to it beside its own
	keys   [][]byte
	values [][]byte // of a leaf
	flags  []uint32 // of a leaf's entries
	kids   []uint64 // of a branch: the pages below
}

// read reads a page with its overflow and takes it apart.
func (r *pageReader) read(id uint64) (*node, error) {
	if id < 2 || id >= r.high {
		return nil, damagedPage(id, "out of bounds")
	}
	b := make([]byte, r.page)
	if _, err := r.f.ReadAt(b, int64(id)*r.page); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	over := uint64(binary.LittleEndian.Uint32(b[12:]))
	if binary.LittleEndian.Uint64(b) != id || id+over >= r.high {
		return nil, damagedPage(id, "not the page it should be")
	}
	if over > 0 {
		b = make([]byte, int64(over+1)*r.page)
		if _, err := r.f.ReadAt(b, int64(id)*r.page); err != nil {
			return nil, fmt.Errorf("%w: %w", errDamaged, err)
		}
	}
	if binary.LittleEndian.Uint16(b[8:])&^(boltBranch|boltLeaf) != 0 {
		return nil, damagedPage(id, "no page of entries")
	}
	n, err := parseNode(id, b)
	if err == nil {
		n.over = over
	}
	return n, err
}

// parseNode takes a page in b apart; id is named in errors. The node refers to b.
func parseNode(id uint64, b []byte) (*node, error) {
	le := binary.LittleEndian
	count, branch := int(le.Uint16(b[10:])), le.Uint16(b[8:])&boltBranch != 0
	if boltHead*(count+1) > len(b) {
		return nil, damagedPage(id, "too many elements")
	}
	n := &node{id: id, keys: make([][]byte, count)}
	if branch {
		n.kids = make([]uint64, count)
	} else {
		n.values, n.flags = make([][]byte, count), make([]uint32, count)
	}
	for i := range count {
		at := boltHead * (i + 1)
		e := b[at : at+boltHead]
		pos, ksize, vsize := uint64(le.Uint32(e[4:])), uint64(le.Uint32(e[8:])), uint64(le.Uint32(e[12:]))
		if branch {
			pos, ksize, vsize = uint64(le.Uint32(e)), uint64(le.Uint32(e[4:])), 0
		}
		if uint64(at)+pos+ksize+vsize > uint64(len(b)) {
			return nil, damagedPage(id, "an element outside it")
		}
		d := b[uint64(at)+pos:]
		n.keys[i] = d[:ksize:ksize]
		if branch {
			n.kids[i] = le.Uint64(e[8:])
		} else {
			n.values[i], n.flags[i] = d[ksize:ksize+vsize:ksize+vsize], le.Uint32(e)
		}
		if i > 0 && bytes.Compare(n.keys[i-1], n.keys[i]) >= 0 {
			return nil, damagedPage(id, "keys out of order")
		}
	}
	return n, nil
}

// within says whether all keys lie in [low, high); nil is no bound.
func (n *node) within(low, high []byte) bool {
	k := n.keys
	return len(k) == 0 || (low == nil || bytes.Compare(k[0], low) >= 0) && (high == nil || bytes.Compare(k[len(k)-1], high) < 0)
}

// bound is where the keys below a branch's entry i end; high is where the branch's do.
func (n *node) bound(i int, high []byte) []byte {
	if i+1 < len(n.keys) {
		return n.keys[i+1]
	}
	return high
}

// bucket reads entry i of the bucket of buckets: the page of a bucket's root, or, where that is 0, the bucket itself.
func (n *node) bucket(i int) (root uint64, inline *node, err error) {
	v := n.values[i]
	if n.flags[i] != boltBucket || len(v) < 16 || len(n.keys[i]) == 0 {
		return 0, nil, damagedPage(n.id, "an entry of the wrong kind")
	}
	if root = binary.LittleEndian.Uint64(v); root != 0 {
		return root, nil, nil
	}
	if len(v) < 16+boltHead || binary.LittleEndian.Uint16(v[16+8:]) != boltLeaf {
		return 0, nil, damagedPage(n.id, "a bucket that is none")
	}
	inline, err = parseNode(n.id, v[16:])
	return 0, inline, err
}
