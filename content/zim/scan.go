package zim

import (
	"context"
	"encoding/binary"
)

const (
	scanWindow = 256 << 10 // of dirents read at once
	scanPaths  = 8 << 10   // entries of the path list read at once
)

// scan calls fn with every entry in the order of the path list, reading the file in large steps, or with the error
// that keeps it from being read. It stops at fn's error or ctx's. The dirent is fn's to keep.
func (a *archive) scan(ctx context.Context, fn func(i uint32, d *dirent, err error) error) error {
	w := window{a: a, b: make([]byte, 0, scanWindow)}
	paths := make([]byte, 8*scanPaths)
	for i := uint32(0); i < a.header.entries; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(a.header.entries-i, scanPaths)
		if err := a.read(paths[:8*n], a.header.pathPtr+uint64(i)*8, "path list"); err != nil {
			return err
		}
		for k := range n {
			d, err := w.dirent(i+k, binary.LittleEndian.Uint64(paths[8*k:]))
			if err := fn(i+k, d, err); err != nil {
				return err
			}
		}
		i += n
	}
	return nil
}

// A window is a stretch of the file in memory. It moves while dirents follow each other closely, as they do in the
// order of the path list; a jump reads that dirent alone.
type window struct {
	a    *archive
	b    []byte
	from uint64
	last uint64 // where the dirent before began
}

// near is how far apart dirents may lie to be read together.
const near = 4 << 10

func (w *window) dirent(i uint32, at uint64) (*dirent, error) {
	a := w.a
	if at < a.header.mimePos || at >= a.end {
		return nil, a.bad("path list: entry %d is said to be at %d, outside the file of %d bytes", i, at, a.size)
	}
	close := at-w.last < near // false too when at lies before
	w.last = at
	for range 2 {
		if at >= w.from && at < w.from+uint64(len(w.b)) {
			if d, err := parseDirent(w.b[at-w.from:]); err == nil {
				return d.keep(), nil
			}
		}
		if !close || at == w.from && len(w.b) > 0 {
			break
		}
		w.b, w.from = w.b[:min(scanWindow, a.end-at)], at
		if err := a.read(w.b, at, "dirents"); err != nil {
			w.b = w.b[:0]
			return nil, err
		}
	}
	return a.parseAt(i, at, make([]byte, 256))
}
