package eventlog

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// readDB reads every entry of a bbolt file with pread, before bbolt maps it: on a damaged file bbolt panics in goroutines
// of its own, walks in circles, or faults beyond the end, none of which can be caught. It follows bbolt's format
// (internal/common/page.go, meta.go, version 2): every page is where it says it is, reached once, its keys ascend within
// what its parent says; and the sum of all entries is the one that was committed with them. Anything else is errDamaged.
func readDB(path string) (sum, error) {
	f, err := os.Open(path)
	if err != nil {
		return sum{}, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return sum{}, err
	}
	r := &pageReader{f: f, size: st.Size(), reached: map[uint64]bool{}}
	if err := r.readMeta(); err != nil {
		return sum{}, err
	}
	if err := r.walk(r.root, "", nil, nil, 0); err != nil {
		return sum{}, err
	}
	if r.got != r.want {
		return sum{}, fmt.Errorf("%w: its entries do not add up", errDamaged)
	}
	return r.got, nil
}

type pageReader struct {
	f         io.ReaderAt
	size      int64
	page      int64
	root      uint64 // page of the bucket of buckets
	high      uint64 // pages in use lie below
	reached   map[uint64]bool
	got, want sum
}

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

// walk reads the page and all below it. Keys lie in [low, high); nil is no bound. bucket "" is the bucket of buckets.
func (r *pageReader) walk(id uint64, bucket string, low, high []byte, depth int) error {
	b, err := r.read(id)
	if err != nil {
		return err
	}
	if depth > boltDepth {
		return damagedPage(id, "too deep")
	}
	if binary.LittleEndian.Uint16(b[8:])&^(boltBranch|boltLeaf) != 0 {
		return damagedPage(id, "no page of entries")
	}
	return r.elements(id, b, bucket, low, high, depth)
}

// read reads a page with its overflow and checks that it was not reached before.
func (r *pageReader) read(id uint64) ([]byte, error) {
	if id < 2 || id >= r.high {
		return nil, damagedPage(id, "out of bounds")
	}
	head := make([]byte, boltHead)
	if _, err := r.f.ReadAt(head, int64(id)*r.page); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	over := uint64(binary.LittleEndian.Uint32(head[12:]))
	if binary.LittleEndian.Uint64(head) != id || id+over >= r.high {
		return nil, damagedPage(id, "not the page it should be")
	}
	for p := id; p <= id+over; p++ {
		if r.reached[p] {
			return nil, damagedPage(p, "reached twice")
		}
		r.reached[p] = true
	}
	b := make([]byte, int64(over+1)*r.page)
	if _, err := r.f.ReadAt(b, int64(id)*r.page); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return b, nil
}

// elements reads the elements of a page in b; inline buckets have one of their own inside a value.
func (r *pageReader) elements(id uint64, b []byte, bucket string, low, high []byte, depth int) error {
	le := binary.LittleEndian
	n, branch := int(le.Uint16(b[10:])), le.Uint16(b[8:])&boltBranch != 0
	if boltHead*(n+1) > len(b) {
		return damagedPage(id, "too many elements")
	}
	keys := make([][]byte, n)
	values := make([][]byte, n)
	for i := range n {
		at := boltHead * (i + 1)
		e := b[at : at+boltHead]
		pos, ksize, vsize := uint64(le.Uint32(e[4:])), uint64(le.Uint32(e[8:])), uint64(le.Uint32(e[12:]))
		if branch {
			pos, ksize, vsize = uint64(le.Uint32(e)), uint64(le.Uint32(e[4:])), 0
		}
		if uint64(at)+pos+ksize+vsize > uint64(len(b)) {
			return damagedPage(id, "an element outside it")
		}
		d := b[uint64(at)+pos:]
		keys[i], values[i] = d[:ksize], d[ksize:ksize+vsize]
		if low != nil && bytes.Compare(keys[i], low) < 0 || high != nil && bytes.Compare(keys[i], high) >= 0 ||
			i > 0 && bytes.Compare(keys[i-1], keys[i]) >= 0 {
			return damagedPage(id, "keys out of order")
		}
	}
	for i := range n {
		e := b[boltHead*(i+1):]
		var err error
		if branch {
			next := high
			if i+1 < n {
				next = keys[i+1]
			}
			err = r.walk(le.Uint64(e[8:]), bucket, keys[i], next, depth+1)
		} else {
			err = r.entry(id, le.Uint32(e), bucket, keys[i], values[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// entry takes in one entry of a leaf: a bucket in the bucket of buckets, a key and value in all others.
func (r *pageReader) entry(id uint64, flags uint32, bucket string, k, v []byte) error {
	switch {
	case bucket == "" && flags == boltBucket && len(v) >= 16 && len(k) > 0:
		if root := binary.LittleEndian.Uint64(v); root != 0 {
			return r.walk(root, string(k), nil, nil, 1)
		}
		if len(v) < 16+boltHead || binary.LittleEndian.Uint16(v[16+8:]) != boltLeaf {
			return damagedPage(id, "a bucket that is none")
		}
		return r.elements(id, v[16:], string(k), nil, nil, 1)
	case bucket == "" || flags != 0:
		return damagedPage(id, "an entry of the wrong kind")
	case bucket == bucketMeta && string(k) == string(sumKey):
		if len(v) == 16 {
			r.want = sum{number(v[:8]), number(v[8:])}
		}
	default:
		r.got.add(bucket, k, v)
	}
	return nil
}
