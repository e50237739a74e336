package clock

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

// maxStreams bounds a Vector that comes from outside: 500 boxes × 4 scopes × several epochs, with room to spare.
const maxStreams = 1 << 16

// Clone is a copy that shares nothing.
func (v Vector) Clone() Vector {
	if v == nil {
		return Vector{}
	}
	return maps.Clone(v)
}

// Covers reports whether v holds everything that w holds.
func (v Vector) Covers(w Vector) bool {
	for s, n := range w {
		if v[s] < n {
			return false
		}
	}
	return true
}

// Holds reports whether v holds the event d.
func (v Vector) Holds(d Dot) bool { return d.Seq > 0 && d.Seq <= v[d.Stream] }

// Merge raises v to hold what w holds too.
func (v Vector) Merge(w Vector) {
	for s, n := range w {
		if n > v[s] {
			v[s] = n
		}
	}
}

// Equal reports whether both hold the same events; a stream at 0 is the same as no stream.
func (v Vector) Equal(w Vector) bool { return v.Covers(w) && w.Covers(v) }

// Streams lists the streams in byte order.
func (v Vector) Streams() []Stream {
	out := slices.Collect(maps.Keys(v))
	slices.SortFunc(out, Stream.Compare)
	return out
}

// Compare orders streams by their bytes: −1, 0 or 1.
func (s Stream) Compare(t Stream) int { return bytes.Compare(s[:], t[:]) }

// Compare orders dots by stream, then sequence: −1, 0 or 1.
func (d Dot) Compare(e Dot) int {
	if c := d.Stream.Compare(e.Stream); c != 0 {
		return c
	}
	switch {
	case d.Seq < e.Seq:
		return -1
	case d.Seq > e.Seq:
		return 1
	}
	return 0
}

// MarshalCBOR writes v in core deterministic CBOR (RFC 8949 §4.2.1): a map of 8-byte strings, ascending, to unsigned
// numbers in their shortest form. Streams at 0 are left out, so equal vectors are equal bytes.
func (v Vector) MarshalCBOR() ([]byte, error) {
	var n uint64
	for _, seq := range v {
		if seq > 0 {
			n++
		}
	}
	b := appendHead(make([]byte, 0, 5+12*n), 0xa0, n)
	for _, s := range v.Streams() {
		if v[s] == 0 {
			continue
		}
		b = append(appendHead(b, 0x40, 8), s[:]...)
		b = appendHead(b, 0, v[s])
	}
	return b, nil
}

// UnmarshalCBOR reads what MarshalCBOR writes and nothing else: other orders, longer forms, trailing bytes and more
// than 65,536 streams are fs.ErrInvalid.
func (v *Vector) UnmarshalCBOR(b []byte) error {
	n, b, err := takeHead(b, 0xa0)
	if err != nil || n > maxStreams || n*10 > uint64(len(b)) {
		return badVector("count")
	}
	out := make(Vector, n)
	var prev Stream
	for i := range n {
		var s Stream
		var k, seq uint64
		if k, b, err = takeHead(b, 0x40); err != nil || k != 8 || len(b) < 8 {
			return badVector("stream")
		}
		b = b[copy(s[:], b):]
		if i > 0 && s.Compare(prev) <= 0 {
			return badVector("order")
		}
		if seq, b, err = takeHead(b, 0); err != nil || seq == 0 {
			return badVector("sequence")
		}
		out[s], prev = seq, s
	}
	if len(b) != 0 {
		return badVector("end")
	}
	*v = out
	return nil
}

func badVector(where string) error {
	return fmt.Errorf("clock: vector: bad %s: %w", where, fs.ErrInvalid)
}

// appendHead writes the head of a CBOR data item: major type in the top three bits, argument in its shortest form.
func appendHead(b []byte, major byte, n uint64) []byte {
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n < 1<<8:
		return append(b, major|24, byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(b, major|27), n)
}

// takeHead reads what appendHead wrote with the same major type, and refuses any but the shortest form.
func takeHead(b []byte, major byte) (n uint64, rest []byte, err error) {
	if len(b) == 0 || b[0]&0xe0 != major {
		return 0, nil, fs.ErrInvalid
	}
	size := map[byte]int{24: 1, 25: 2, 26: 4, 27: 8}[b[0]&0x1f]
	if b[0]&0x1f < 24 {
		return uint64(b[0] & 0x1f), b[1:], nil
	}
	if size == 0 || len(b) < 1+size {
		return 0, nil, fs.ErrInvalid
	}
	for _, c := range b[1 : 1+size] {
		n = n<<8 | uint64(c)
	}
	if len(appendHead(nil, major, n)) != 1+size {
		return 0, nil, fs.ErrInvalid
	}
	return n, b[1+size:], nil
}
