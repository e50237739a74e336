package sqlite

import (
	"encoding/binary"
	"math"
)

// varint reads a number of up to nine bytes, the high bits first (§1.6); n is 0 where b ends before it does.
func varint(b []byte) (v uint64, n int) {
	for i := range min(len(b), 8) {
		v = v<<7 | uint64(b[i]&0x7f)
		if b[i] < 0x80 {
			return v, i + 1
		}
	}
	if len(b) < 9 {
		return 0, 0
	}
	return v<<8 | uint64(b[8]), 9
}

func appendVarint(b []byte, v uint64) []byte {
	if v >= 1<<56 {
		for shift := 57; shift >= 8; shift -= 7 {
			b = append(b, byte(v>>shift)|0x80)
		}
		return append(b, byte(v))
	}
	n := 1
	for x := v >> 7; x > 0; x >>= 7 {
		n++
	}
	for i := n - 1; i > 0; i-- {
		b = append(b, byte(v>>(7*i))|0x80)
	}
	return append(b, byte(v)&0x7f)
}

// typeSize is how many bytes a value of a serial type has (§2.1), -1 of a type that is reserved.
func typeSize(t uint64) int64 {
	switch {
	case t < 7:
		return int64("\x00\x01\x02\x03\x04\x06\x08"[t])
	case t == 7:
		return 8
	case t < 10:
		return 0
	case t < 12:
		return -1
	case t > 1<<40:
		return 1 << 39
	}
	return int64(t-12) / 2
}

// valueOf reads a value of a serial type, of the length of that type.
func valueOf(t uint64, b []byte, utf binary.ByteOrder) Value {
	switch {
	case t == 0:
		return Value{}
	case t < 7:
		n := int64(int8(b[0]))
		for _, x := range b[1:] {
			n = n<<8 | int64(x)
		}
		return Value{kind: integer, n: n}
	case t == 7:
		n := binary.BigEndian.Uint64(b)
		if math.IsNaN(math.Float64frombits(n)) {
			return Value{} // SQLite takes it for NULL too
		}
		return Value{kind: real, n: int64(n)}
	case t < 10:
		return Value{kind: integer, n: int64(t - 8)}
	case t%2 == 0:
		return Value{kind: blob, b: b, utf: utf}
	}
	return Value{kind: text, b: b, utf: utf}
}

// typeOf is the serial type of a value, the shortest that holds it.
func typeOf(v Value) uint64 {
	switch v.kind {
	case integer:
		return integerType(v.n)
	case real:
		return 7
	case text:
		return 13 + 2*uint64(len(v.b))
	case blob:
		return 12 + 2*uint64(len(v.b))
	}
	return 0
}

func integerType(n int64) uint64 {
	if n == 0 || n == 1 {
		return 8 + uint64(n)
	}
	for t, bits := range []int{8, 16, 24, 32, 48} {
		if n >= -1<<(bits-1) && n < 1<<(bits-1) {
			return uint64(t + 1)
		}
	}
	return 6
}

// appendBody appends the bytes of a value of a serial type.
func appendBody(b []byte, v Value) []byte {
	switch v.kind {
	case integer, real:
		for i := int(typeSize(typeOf(v))) - 1; i >= 0; i-- {
			b = append(b, byte(v.n>>(8*i)))
		}
		return b
	}
	return append(b, v.b...)
}

// appendRecord appends a record of the values (§2.1).
func appendRecord(b []byte, values []Value) []byte {
	types := make([]byte, 0, 2*len(values))
	for _, v := range values {
		types = appendVarint(types, typeOf(v))
	}
	b = append(appendHeadSize(b, len(types)), types...)
	for _, v := range values {
		b = appendBody(b, v)
	}
	return b
}

// appendHeadSize appends the length of a record's head, which counts itself.
func appendHeadSize(b []byte, types int) []byte {
	n := len(appendVarint(nil, uint64(types+1)))
	return appendVarint(b, uint64(types+len(appendVarint(nil, uint64(types+n)))))
}

// localSize is how many bytes of a payload lie in a cell, the rest on overflow pages (§1.6).
func localSize(payload, usable int, index bool) int {
	most, least := usable-35, (usable-12)*32/255-23
	if index {
		most = (usable-12)*64/255 - 23
	}
	if payload <= most {
		return payload
	}
	if k := least + (payload-least)%(usable-4); k <= most {
		return k
	}
	return least
}
