package learning

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"

	"lamplight/content/arrange"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A Mark is one small value at one key of a Sheet: a child in a register, a day of a ladder. Value 0 takes it back.
type Mark struct {
	Key   [16]byte
	Value byte
}

// A SheetWrite is what one person wrote on a Sheet at once. It replaces, at the keys it marks, the writes it names; of two
// that do not name each other both stand until somebody writes a third.
type SheetWrite struct {
	Order    Order
	Stamp    clock.Stamp
	By       PersonID // "" the box itself
	How      byte     // the kind's own: how it came about
	Replaces []clock.Dot
	Marks    []Mark
}

// A Sheet is all that was written about one thing, such as one register: ascending by order, each once, the last
// maxSheetWrites. Any arrival order gives the same.
type Sheet struct{ Writes []SheetWrite }

// Bounds of a sheet. A box that has seen wholeAfter writes writes every mark anew, so that what falls off below says
// nothing any more.
const (
	maxSheetWrites = 64
	wholeAfter     = 32
	maxMarks       = 400 // of one write: more learners than a class has
)

// A Held is a mark as it stands, and whose it is.
type Held struct {
	Value byte
	Write *SheetWrite
}

// Add takes in a write; one that is there already changes nothing.
func (s *Sheet) Add(w SheetWrite) {
	i, found := slices.BinarySearchFunc(s.Writes, w.Order, func(a SheetWrite, o Order) int { return a.Order.Compare(o) })
	if found {
		return
	}
	s.Writes = slices.Insert(s.Writes, i, w)
	if n := len(s.Writes) - maxSheetWrites; n > 0 {
		s.Writes = slices.Delete(s.Writes, 0, n)
	}
}

// At is what stands at a key, ascending by order; the last of several is the one that is shown. None where nobody wrote.
func (s *Sheet) At(key [16]byte) (out []Held) {
	var replaced []clock.Dot
	for i := range s.Writes {
		if v, ok := s.Writes[i].at(key); ok {
			out = append(out, Held{v, &s.Writes[i]})
			replaced = append(replaced, s.Writes[i].Replaces...)
		}
	}
	return slices.DeleteFunc(out, func(h Held) bool { return slices.Contains(replaced, h.Write.Order.Dot()) })
}

func (w *SheetWrite) at(key [16]byte) (value byte, ok bool) {
	for _, m := range w.Marks {
		if m.Key == key {
			return m.Value, true
		}
	}
	return 0, false
}

// Shown is the mark that counts at a key, 0 for none; conflict says that people wrote different ones without knowing of
// each other.
func (s *Sheet) Shown(key [16]byte) (value byte, conflict bool) {
	for i, h := range s.At(key) {
		conflict = conflict || i > 0 && h.Value != value
		value = h.Value
	}
	return value, conflict
}

// Keys are the keys that were ever marked, ascending.
func (s *Sheet) Keys() (out [][16]byte) {
	for i := range s.Writes {
		for _, m := range s.Writes[i].Marks {
			out = append(out, m.Key)
		}
	}
	arrange.By(out, func(a, b [16]byte) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(out)
}

// Write is what somebody who sees this sheet writes of marks: what stands at their keys is replaced, and marks that stand
// so already are left out. None is left: nothing to write. After many writes it holds the whole sheet.
func (s *Sheet) Write(marks []Mark) (out []Mark, replaces []clock.Dot) {
	if len(s.Writes) >= wholeAfter {
		marks = s.whole(marks)
	}
	for _, m := range marks {
		held := s.At(m.Key)
		if v, conflict := s.Shown(m.Key); len(s.Writes) < wholeAfter && len(held) > 0 && !conflict && v == m.Value {
			continue
		}
		out = append(out, m)
		for _, h := range held {
			replaces = append(replaces, h.Write.Order.Dot())
		}
	}
	arrange.By(replaces, clock.Dot.Compare)
	return out, slices.Compact(replaces)
}

// whole is marks, and what stands elsewhere without dispute.
func (s *Sheet) whole(marks []Mark) []Mark {
	out := slices.Clone(marks)
	for _, key := range s.Keys() {
		if !slices.ContainsFunc(marks, func(m Mark) bool { return m.Key == key }) {
			if v, conflict := s.Shown(key); !conflict {
				out = append(out, Mark{key, v})
			}
		}
	}
	return out
}

// Encode writes it as folds keep it.
func (s *Sheet) Encode() []byte {
	var e Encoder
	for i := range s.Writes {
		w := &s.Writes[i]
		e.Raw(w.Order[:])
		e.Raw(w.Stamp.Boot[:])
		e.Uint(uint64(max(w.Stamp.MS, 0)))
		by, ok := rawID(string(w.By))
		e.Bool(ok)
		if ok {
			e.Raw(by[:])
		}
		e.Uint(uint64(w.How))
		e.String(string(packDots(w.Replaces)))
		e.String(string(packMarks(w.Marks)))
	}
	return e.B
}

// ReadSheet reads what Encode wrote; nil is an empty sheet.
func ReadSheet(b []byte) (s Sheet, err error) {
	d := Decoder{B: b}
	for len(d.B) > 0 {
		var w SheetWrite
		copy(w.Order[:], d.Raw(uint64(len(w.Order))))
		copy(w.Stamp.Boot[:], d.Raw(uint64(len(w.Stamp.Boot))))
		w.Stamp.MS = int64(d.Uint())
		if d.Bool() {
			w.By = textID[PersonID](d.Raw(16))
		}
		w.How = byte(d.Uint())
		if w.Replaces, err = unpackDots(d.Raw(d.Uint())); err != nil {
			return s, err
		}
		if w.Marks, err = unpackMarks(d.Raw(d.Uint())); err != nil || d.Bad {
			return s, fmt.Errorf("sheet cannot be read: %w", fs.ErrInvalid)
		}
		s.Writes = append(s.Writes, w)
	}
	return s, nil
}

// Marks lie side by side: key (16) ‖ value (1).
func packMarks(marks []Mark) (b []byte) {
	for _, m := range marks {
		b = append(append(b, m.Key[:]...), m.Value)
	}
	return b
}

func unpackMarks(b []byte) (marks []Mark, err error) {
	if len(b)%17 != 0 || len(b) > 17*maxMarks {
		return nil, fmt.Errorf("marks of %d bytes: %w", len(b), fs.ErrInvalid)
	}
	for ; len(b) > 0; b = b[17:] {
		m := Mark{Value: b[16]}
		copy(m.Key[:], b)
		marks = append(marks, m)
	}
	return marks, nil
}

// Columns that attendance/1 and level/1 share.
const (
	sheetReplaces = 4 // Text: the dots this write replaces, as colReplaces
	sheetMarks    = 5 // Bytes: who (16) ‖ value (1), side by side
	sheetBy       = 6 // Bytes 16: who wrote it, absent the box
	sheetHow      = 7 // Uint
)

func (c *columns) sheet(w *SheetWrite) {
	c.text(sheetReplaces, string(packDots(w.Replaces)))
	c.bytes(sheetMarks, packMarks(w.Marks))
	c.id(sheetBy, string(w.By))
	c.uint(sheetHow, uint64(w.How))
}

func parseSheetWrite(e *segment.Event) (w SheetWrite, err error) {
	w = SheetWrite{Order: OrderOf(e), Stamp: e.Stamp, By: textID[PersonID](e.Bytes(sheetBy)), How: byte(min(e.Uint(sheetHow), 255))}
	if w.Replaces, err = unpackDots(e.Bytes(sheetReplaces)); err != nil {
		return w, fmt.Errorf("%s: %w", e.Kind, err)
	}
	if w.Marks, err = unpackMarks(e.Bytes(sheetMarks)); err != nil {
		return w, fmt.Errorf("%s: %w", e.Kind, err)
	}
	return w, nil
}
