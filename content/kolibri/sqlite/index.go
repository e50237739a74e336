package sqlite

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"math"

	"lamplight/content/arrange"
)

// index writes an index: the keys of all rows of its table, sorted.
func (w *Writer) index(x index) (root uint32, err error) {
	s, err := w.keys(x)
	if err != nil {
		return 0, err
	}
	arrange.By(s.at, func(a, b int32) int { return compareRecords(s.record(a), s.record(b)) })
	t := tree{w: w, index: true}
	for i, at := range s.at {
		record := s.record(at)
		if x.unique && i > 0 && sameKey(s.record(s.at[i-1]), record, len(x.columns)) {
			return 0, fmt.Errorf("two rows of %s have the same %s: %w", x.of.Name, x.of.columns[x.columns[0]].name, fs.ErrInvalid)
		}
		local, err := w.spill(record, true)
		if err != nil {
			return 0, err
		}
		if err := t.add(append(appendVarint(nil, uint64(len(record))), local...), 0); err != nil {
			return 0, err
		}
	}
	return t.finish()
}

// sorted are records one after the other, each after its length.
type sorted struct {
	b  []byte
	at []int32
}

func (s *sorted) record(at int32) []byte {
	n, m := varint(s.b[at:])
	from := int(at) + m
	return s.b[from : from+int(n)]
}

// keys reads the table that was written.
func (w *Writer) keys(x index) (*sorted, error) {
	t := *x.of.Table
	t.f = &File{f: w.f, name: x.of.Name, pageSize: pageSize, usable: pageSize, pages: w.pages}
	var names []string
	for _, c := range x.columns {
		names = append(names, t.columns[c].name)
	}
	c := t.Rows(names...)
	s := &sorted{}
	values := make([]Value, len(names)+1)
	for c.Next(context.Background()) {
		copy(values, c.values)
		values[len(names)] = Value{kind: integer, n: c.rowid}
		if len(s.b) > math.MaxInt32-maxRow {
			return nil, fmt.Errorf("the keys of %s are too many: %w", t.Name, fs.ErrInvalid)
		}
		s.at = append(s.at, int32(len(s.b)))
		record := appendRecord(w.bytes[:0], values)
		w.bytes = record
		s.b = append(appendVarint(s.b, uint64(len(record))), record...)
	}
	return s, c.Err()
}

// fields are the values of a record of our own.
type fields struct {
	types, bodies []byte
}

func fieldsOf(record []byte) fields {
	n, m := varint(record)
	return fields{record[m:n], record[n:]}
}

func (f *fields) next() Value {
	t, n := varint(f.types)
	size := typeSize(t)
	v := valueOf(t, f.bodies[:size], nil)
	f.types, f.bodies = f.types[n:], f.bodies[size:]
	return v
}

// compareRecords orders keys: column by column, NULL before numbers before text before bytes (§2.4).
func compareRecords(a, b []byte) int {
	x, y := fieldsOf(a), fieldsOf(b)
	for len(x.types) > 0 && len(y.types) > 0 {
		if n := compare(x.next(), y.next()); n != 0 {
			return n
		}
	}
	return 0
}

func compare(a, b Value) int {
	rank := [...]int{null: 0, integer: 1, real: 1, text: 2, blob: 3}
	switch {
	case rank[a.kind] != rank[b.kind]:
		return rank[a.kind] - rank[b.kind]
	case a.kind == integer && b.kind == integer:
		return cmp.Compare(a.n, b.n)
	case rank[a.kind] == 1:
		return cmp.Compare(a.Number(), b.Number())
	}
	return bytes.Compare(a.b, b.b)
}

// sameKey says whether the first columns of two keys are the same; one that has a NULL is like no other.
func sameKey(a, b []byte, columns int) bool {
	x, y := fieldsOf(a), fieldsOf(b)
	for range columns {
		v, u := x.next(), y.next()
		if v.kind == null || compare(v, u) != 0 {
			return false
		}
	}
	return true
}
