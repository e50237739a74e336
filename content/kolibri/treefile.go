package kolibri

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"sort"

	"github.com/zeebo/blake3"
)

// A treeFile is a tree file, open. It is read with pread only, so it is safe for concurrent use; it holds nothing else.
type treeFile struct {
	f                              *os.File
	meta                           meta
	thumbAt, nodesAt, indexAt, end int64
	nodes, index                   int
}

// A place is one entry of the nodes.
type place struct {
	at     int32
	id     key
	offset int64
	length int32
	parent int32
	first  int32
	count  int32
}

func openTree(path string, size int64) (*treeFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	t := &treeFile{f: f}
	if err := t.readFooter(size); err != nil {
		f.Close()
		return nil, fmt.Errorf("its tree: %w", err)
	}
	return t, nil
}

func (t *treeFile) readFooter(size int64) error {
	head, foot := make([]byte, headLen), make([]byte, footerLen)
	if size < headLen+footerLen || size > maxTree {
		return fmt.Errorf("%d bytes: %w", size, fs.ErrInvalid)
	}
	if _, err := t.f.ReadAt(head, 0); err != nil {
		return err
	}
	if _, err := t.f.ReadAt(foot, size-footerLen); err != nil {
		return err
	}
	if string(head) != treeMagic+string(rune(treeForm)) {
		return fmt.Errorf("of another version: import the channel again: %w", fs.ErrInvalid)
	}
	at := func(i int) int64 { return int64(binary.LittleEndian.Uint64(foot[8*i:])) }
	metaAt := at(0)
	t.thumbAt, t.nodesAt, t.indexAt, t.end = at(1), at(2), at(3), at(4)
	t.nodes, t.index = int(binary.LittleEndian.Uint32(foot[40:])), int(binary.LittleEndian.Uint32(foot[48:]))
	metaLen := int64(binary.LittleEndian.Uint32(foot[44:]))
	sound := metaAt >= headLen && metaAt+metaLen == t.thumbAt && metaLen < 1<<16 && t.thumbAt <= t.nodesAt && t.end == size-footerLen &&
		t.nodes >= 1 && t.nodesAt+int64(t.nodes)*nodeLen == t.indexAt && t.indexAt+int64(t.index)*indexLen == t.end
	if !sound {
		return fmt.Errorf("damaged: %w", fs.ErrInvalid)
	}
	b := make([]byte, metaLen)
	if _, err := t.f.ReadAt(b, metaAt); err != nil {
		return err
	}
	if err := decoder.Unmarshal(b, &t.meta); err != nil {
		return fmt.Errorf("damaged: %v: %w", err, fs.ErrInvalid)
	}
	return nil
}

// verify reads all of it and compares its sum.
func (t *treeFile) verify() error {
	sum := blake3.New()
	buf := make([]byte, 256<<10)
	to := t.end + footerLen - 16
	for at := int64(0); at < to; {
		n, err := t.f.ReadAt(buf[:min(int64(len(buf)), to-at)], at)
		sum.Write(buf[:n])
		if at += int64(n); err != nil && at < to {
			return err
		}
	}
	want := make([]byte, 16)
	if _, err := t.f.ReadAt(want, to); err != nil {
		return err
	}
	if !bytes.Equal(sum.Sum(nil)[:16], want) {
		return fmt.Errorf("its tree: damaged: %w", fs.ErrInvalid)
	}
	return nil
}

// places reads n entries from the at'th.
func (t *treeFile) places(at, n int) ([]place, error) {
	if at < 0 || n < 0 || at+n > t.nodes {
		return nil, fmt.Errorf("its tree: nodes %d–%d of %d: %w", at, at+n, t.nodes, fs.ErrInvalid)
	}
	b := make([]byte, n*nodeLen)
	if _, err := t.f.ReadAt(b, t.nodesAt+int64(at)*nodeLen); err != nil {
		return nil, err
	}
	out := make([]place, n)
	for i := range out {
		e := b[i*nodeLen:]
		p := &out[i]
		p.at = int32(at + i)
		copy(p.id[:], e)
		p.offset, p.length = int64(binary.LittleEndian.Uint64(e[16:])), int32(binary.LittleEndian.Uint32(e[24:]))
		p.parent, p.first, p.count = int32(binary.LittleEndian.Uint32(e[28:])), int32(binary.LittleEndian.Uint32(e[32:])), int32(binary.LittleEndian.Uint32(e[36:]))
		if p.length < 0 || p.length > maxRecord || p.offset < headLen || p.offset+int64(p.length) > t.thumbAt || int(p.parent) >= t.nodes || p.parent < 0 ||
			p.count < 0 || p.count > 0 && (int(p.first) <= at+i || int(p.first)+int(p.count) > t.nodes) {
			return nil, fmt.Errorf("its tree: node %d is damaged: %w", at+i, fs.ErrInvalid)
		}
	}
	return out, nil
}

// find finds the entry of an id.
func (t *treeFile) find(id key) (place, error) {
	var entry [indexLen]byte
	var err error
	i := sort.Search(t.index, func(i int) bool {
		if _, e := t.f.ReadAt(entry[:], t.indexAt+int64(i)*indexLen); e != nil {
			err = e
			return true
		}
		return bytes.Compare(entry[:16], id[:]) >= 0
	})
	if err != nil {
		return place{}, err
	}
	if i < t.index {
		if _, err := t.f.ReadAt(entry[:], t.indexAt+int64(i)*indexLen); err != nil {
			return place{}, err
		}
		if key(entry[:16]) == id {
			found, err := t.places(int(binary.LittleEndian.Uint32(entry[16:])), 1)
			if err != nil {
				return place{}, err
			}
			return found[0], nil
		}
	}
	return place{}, fs.ErrNotExist
}

// records reads the records of places that follow each other, in runs of at most a megabyte.
func (t *treeFile) records(places []place, fn func(p place, r *record) error) error {
	const run = 1 << 20
	var buf []byte
	for len(places) > 0 {
		n, from, to := 0, places[0].offset, places[0].offset
		for n < len(places) && places[n].offset == to && (n == 0 || to+int64(places[n].length)-from <= run) {
			to += int64(places[n].length)
			n++
		}
		buf = append(buf[:0], make([]byte, to-from)...)
		if _, err := t.f.ReadAt(buf, from); err != nil {
			return err
		}
		for _, p := range places[:n] {
			var r record
			if err := decoder.Unmarshal(buf[p.offset-from:p.offset-from+int64(p.length)], &r); err != nil {
				return fmt.Errorf("its tree: node %d is damaged: %v: %w", p.at, err, fs.ErrInvalid)
			}
			if err := fn(p, &r); err != nil {
				return err
			}
		}
		places = places[n:]
	}
	return nil
}

func (t *treeFile) record(p place) (r *record, err error) {
	err = t.records([]place{p}, func(_ place, found *record) error { r = found; return nil })
	return r, err
}

func (t *treeFile) close() error { return t.f.Close() }
