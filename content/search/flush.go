package search

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
)

func (x *Index) flushFull() error {
	if x.batch.full() {
		return x.flush()
	}
	return nil
}

// Flush puts what was added into the folder, where it is found and survives a power cut.
func (x *Index) Flush() error {
	x.writing.Lock()
	defer x.writing.Unlock()
	return x.flush()
}

// flush writes the batch as a segment and lets searches see it. What cannot be written is forgotten.
func (x *Index) flush() error {
	b := x.batch
	if b == nil {
		return nil
	}
	x.batch = nil
	v, err := x.ready()
	if err != nil {
		return err
	}
	next := v.copy()
	for n, state := range b.states {
		next.courses[n].state = state
	}
	if len(b.rows) > 0 {
		for _, value := range b.values {
			next.intern(value)
		}
		s, err := x.store(b, next)
		if err != nil {
			return x.noted(err)
		}
		next.resources = append(next.resources, b.resources...)
		next.segments = append(next.segments, placed{segment: s, first: uint32(next.rows), live: len(s.rows)})
		next.rows += len(s.rows)
		next.live += len(s.rows)
	}
	if err := x.commit(v, next); err != nil {
		return err
	}
	return x.merge()
}

// store writes a batch as a file and opens that. v has its values.
func (x *Index) store(b *batch, v *view) (*segment, error) {
	w, err := newSegmentWriter(x.dir, x.takeNumber(), true)
	if err != nil {
		return nil, err
	}
	for _, packed := range b.bodies {
		w.body(packed)
	}
	var buf []byte
	for _, h := range b.heads {
		buf = h.append(buf[:0])
		w.head(buf)
	}
	for _, term := range slices.Sorted(maps.Keys(b.terms)) {
		buf = append(buf[:0], term...)
		w.term(buf, b.terms[term])
	}
	return x.stored(w, b.rows, b.firstResource, b.resources, v)
}

// takeNumber numbers a segment. A number that came to nothing is not given again: its file may still be there.
func (x *Index) takeNumber() uint64 {
	x.nextSegment++
	return x.nextSegment - 1
}

// stored finishes a file and opens it.
func (x *Index) stored(w *segmentWriter, rows []uint32, firstResource uint32, resources []resource, v *view) (*segment, error) {
	l, err := w.finish(rows, firstResource, resources, func(n uint32) string { return v.values[n] })
	if err != nil {
		return nil, err
	}
	return openSegment(x.dir, l)
}

// commit makes next what the folder holds and searches see, in the place of v. Files that it has no more are deleted.
func (x *Index) commit(v, next *view) error {
	if err := next.listing(x.nextSegment).write(x.dir); err != nil {
		for _, s := range next.without(v) {
			err = errors.Join(err, s.f.Close())
		}
		return x.noted(err)
	}
	x.show(next)
	var err error
	for _, s := range v.without(next) {
		if failed := os.Remove(segmentPath(x.dir, s.listed.N)); !errors.Is(failed, fs.ErrNotExist) {
			err = errors.Join(err, failed)
		}
	}
	return x.noted(err)
}

// without are the segments of v that other has not.
func (v *view) without(other *view) (out []*segment) {
	for _, s := range v.segments {
		if !slices.ContainsFunc(other.segments, func(o placed) bool { return o.segment == s.segment }) {
			out = append(out, s.segment)
		}
	}
	return out
}
