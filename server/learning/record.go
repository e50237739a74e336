package learning

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"

	"lamplight/content/arrange"
	"lamplight/sync/clock"
	"lamplight/sync/crdt"
	"lamplight/sync/segment"
)

// A Record is what all edits of one subject add up to: a register a field. Any arrival order gives the same bytes.
type Record struct {
	Shown []Shown // ascending by field; what Apply derives from the registers
	regs  []fieldRegister
}

type fieldRegister struct {
	field Field
	reg   crdt.Register
}

// Shown is what a field shows, and whether people wrote different things without knowing of each other.
type Shown struct {
	Field    Field
	Value    string
	Conflict bool
}

// Get is what a field shows, "" when empty or never written.
func (r *Record) Get(f Field) string {
	for _, s := range r.Shown {
		if s.Field == f {
			return s.Value
		}
	}
	return ""
}

// A Version is what one or more people wrote into a field, and the writes that say so.
type Version struct {
	Value string
	Dots  []clock.Dot
}

// Versions are the values of a field that stand side by side, the one shown first, the others latest first: one where nobody
// disagrees, none of a field never written.
func (r *Record) Versions(f Field) (out []Version) {
	i, ok := slices.BinarySearchFunc(r.regs, f, func(a fieldRegister, f Field) int { return int(a.field) - int(f) })
	if !ok {
		return nil
	}
	all := r.regs[i].reg.Siblings()
	arrange.Stably(all, func(a, b crdt.Write) int { return cmp.Or(cmp.Compare(b.Lamport, a.Lamport), b.Dot.Compare(a.Dot)) })
	for _, w := range all {
		k := slices.IndexFunc(out, func(v Version) bool { return v.Value == string(w.Value) })
		if k < 0 {
			k = len(out)
			out = append(out, Version{Value: string(w.Value)})
		}
		out[k].Dots = append(out[k].Dots, w.Dot)
	}
	return out
}

// Names are the writes that a new write of these fields replaces.
func (r *Record) Names(fields ...Field) (dots []clock.Dot) {
	for i := range r.regs {
		if slices.Contains(fields, r.regs[i].field) {
			dots = append(dots, r.regs[i].reg.Names()...)
		}
	}
	arrange.By(dots, clock.Dot.Compare)
	return slices.Compact(dots)
}

// Apply folds one edit. addWins: of concurrent writes one that is not empty is shown before one that is.
func (r *Record) Apply(ev *segment.Event, e Edit, addWins bool) {
	for _, v := range e.Values {
		i, ok := slices.BinarySearchFunc(r.regs, v.Field, func(a fieldRegister, f Field) int { return int(a.field) - int(f) })
		if !ok {
			r.regs = slices.Insert(r.regs, i, fieldRegister{field: v.Field})
		}
		r.regs[i].reg.Apply(crdt.Write{Dot: ev.Dot, Lamport: ev.Lamport, Value: []byte(v.Value), Replaces: e.Replaces})
	}
	r.show(addWins)
}

func (r *Record) show(addWins bool) {
	r.Shown = r.Shown[:0]
	for i := range r.regs {
		if s, ok := shown(r.regs[i].field, &r.regs[i].reg, addWins); ok {
			r.Shown = append(r.Shown, s)
		}
	}
}

func shown(f Field, reg *crdt.Register, addWins bool) (Shown, bool) {
	v, ok := reg.Value()
	if !ok {
		return Shown{}, false
	}
	s := Shown{Field: f, Value: string(v)}
	var best uint64
	for _, w := range reg.Siblings() {
		s.Conflict = s.Conflict || string(w.Value) != string(v)
		if addWins && len(v) == 0 && len(w.Value) > 0 && w.Lamport >= best {
			s.Value, best = string(w.Value), w.Lamport
		}
	}
	return s, true
}

// Encode writes it as folds keep it: what is shown first, so that readers need not decode the registers.
func (r *Record) Encode() []byte {
	var e Encoder
	e.Uint(uint64(len(r.Shown)))
	for _, s := range r.Shown {
		e.Uint(uint64(s.Field)<<1 | bit(s.Conflict))
		e.String(s.Value)
	}
	for i := range r.regs {
		b, err := r.regs[i].reg.MarshalBinary()
		if err != nil {
			panic(err) // "It never fails."
		}
		e.Uint(uint64(r.regs[i].field))
		e.String(string(b))
	}
	return e.B
}

// ReadShown reads what the fields show, and nothing else; the record can be asked but not applied to.
func ReadShown(b []byte) (r Record, err error) {
	_, err = r.decodeShown(b)
	return r, err
}

func (r *Record) decodeShown(b []byte) (rest []byte, err error) {
	d := Decoder{B: b}
	for range min(d.Uint(), maxField) {
		n := d.Uint()
		r.Shown = append(r.Shown, Shown{Field: Field(n >> 1), Conflict: n&1 == 1, Value: d.String()})
	}
	if d.Bad {
		return nil, fmt.Errorf("record cannot be read: %w", fs.ErrInvalid)
	}
	return d.B, nil
}

// ReadRecord reads what Encode wrote, whole; nil is an empty record.
func ReadRecord(b []byte) (r Record, err error) {
	if b == nil {
		return r, nil
	}
	rest, err := r.decodeShown(b)
	d := Decoder{B: rest}
	for err == nil && len(d.B) > 0 {
		fr := fieldRegister{field: Field(d.Uint())}
		if err = fr.reg.UnmarshalBinary(d.Raw(d.Uint())); err == nil && !d.Bad {
			r.regs = append(r.regs, fr)
		}
	}
	return r, err
}

// Settled reports whether a field shows this value and nobody disagrees; a field never written shows "".
func (r *Record) Settled(f Field, value string) bool {
	for _, s := range r.Shown {
		if s.Field == f {
			return s.Value == value && !s.Conflict
		}
	}
	return value == ""
}

// A FieldWrite is a write that a field stands at.
type FieldWrite struct {
	Field Field
	crdt.Write
}

// Writes are what the fields stand at, ascending by field and dot.
func (r *Record) Writes() (out []FieldWrite) {
	for i := range r.regs {
		for _, w := range r.regs[i].reg.Siblings() {
			out = append(out, FieldWrite{r.regs[i].field, w})
		}
	}
	return out
}

// RecordOf is a record that stands at writes, as Writes gave them.
func RecordOf(writes []FieldWrite, addWins bool) (r Record) {
	for _, w := range writes {
		if n := len(r.regs); n == 0 || r.regs[n-1].field != w.Field {
			r.regs = append(r.regs, fieldRegister{field: w.Field})
		}
		r.regs[len(r.regs)-1].reg.Apply(w.Write)
	}
	r.show(addWins)
	return r
}

// Lay shows what another copy of the record tells beside what was applied here; see crdt.Register.Lay. The record is then
// only to be asked.
func (r *Record) Lay(o *Record, at, held clock.Vector, addWins bool) {
	for i := range o.regs {
		f := o.regs[i].field
		k, ok := slices.BinarySearchFunc(r.regs, f, func(a fieldRegister, f Field) int { return int(a.field) - int(f) })
		if !ok {
			r.regs = slices.Insert(r.regs, k, fieldRegister{field: f})
		}
		r.regs[k].reg.Lay(&o.regs[i].reg, at, held)
	}
	r.show(addWins)
}
