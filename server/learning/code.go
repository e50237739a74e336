package learning

import "encoding/binary"

// An Encoder writes the small values that folds keep: unsigned varints and length-prefixed bytes, one after another,
// in an order both sides know. Folds carry a version; a changed shape is a new fold version, so none is kept here.
type Encoder struct{ B []byte }

// Uint adds a number.
func (e *Encoder) Uint(n uint64) { e.B = binary.AppendUvarint(e.B, n) }

// Bool adds a truth.
func (e *Encoder) Bool(b bool) {
	if b {
		e.B = append(e.B, 1)
	} else {
		e.B = append(e.B, 0)
	}
}

// String adds a text or bytes.
func (e *Encoder) String(s string) { e.Uint(uint64(len(s))); e.B = append(e.B, s...) }

// Raw adds bytes of a length both sides know.
func (e *Encoder) Raw(b []byte) { e.B = append(e.B, b...) }

// A Decoder reads what an Encoder wrote. After a value that is not there, Bad is set and every read is zero.
type Decoder struct {
	B   []byte
	Bad bool
}

// Uint takes a number.
func (d *Decoder) Uint() uint64 {
	n, size := binary.Uvarint(d.B)
	if size <= 0 {
		d.B, d.Bad = nil, true
		return 0
	}
	d.B = d.B[size:]
	return n
}

// Bool takes a truth.
func (d *Decoder) Bool() bool { return d.Uint() != 0 }

// String takes a text; it is a copy.
func (d *Decoder) String() string { return string(d.Raw(d.Uint())) }

// Raw takes n bytes, which stay the caller's of the Decoder.
func (d *Decoder) Raw(n uint64) []byte {
	if n > uint64(len(d.B)) {
		d.B, d.Bad = nil, true
		return nil
	}
	out := d.B[:n]
	d.B = d.B[n:]
	return out
}
