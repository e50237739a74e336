package sqlite

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
)

// kind is what a Value is.
type kind byte

const (
	null kind = iota
	integer
	real
	text
	blob
)

// A Value is one column of one row: nothing, a whole number, a real one, text or bytes. It is valid until its cursor moves.
type Value struct {
	kind kind
	n    int64 // the number; of a real one its IEEE bits
	b    []byte
	utf  binary.ByteOrder // of text in UTF-16, else nil
}

// IsNull says whether there is no value.
func (v Value) IsNull() bool { return v.kind == null }

// Text is the value as text, as CAST(x AS TEXT) gives it; "" of NULL. The bytes of a text are given as they are: they need
// not be UTF-8.
func (v Value) Text() string {
	switch v.kind {
	case integer:
		return strconv.FormatInt(v.n, 10)
	case real:
		return realText(math.Float64frombits(uint64(v.n)))
	case text, blob:
		if v.utf != nil {
			return wide(v.b, v.utf)
		}
		return string(v.b)
	}
	return ""
}

// Number is the value as a number, as CAST(x AS NUMERIC) gives it: of text the number it begins with, 0 where it begins
// with none; 0 of NULL.
func (v Value) Number() float64 {
	switch v.kind {
	case null:
		return 0
	case integer:
		return float64(v.n)
	case real:
		return math.Float64frombits(uint64(v.n))
	}
	f, _ := strconv.ParseFloat(numberIn(v.Text()), 64)
	return f
}

// realText is how SQLite writes a real number: with a point, in fifteen digits.
func realText(f float64) string {
	s := strconv.FormatFloat(f, 'g', 15, 64)
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		s = strconv.FormatFloat(f, 'f', 0, 64)
	}
	if math.IsInf(f, 0) || strings.Contains(s, ".") {
		return s
	}
	if i := strings.IndexByte(s, 'e'); i > 0 {
		return s[:i] + ".0" + s[i:]
	}
	return s + ".0"
}

// numberIn is the number that a text begins with.
func numberIn(s string) string {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	i := digits(s, sign(s, 0))
	if i < len(s) && s[i] == '.' {
		i = digits(s, i+1)
	}
	if i < len(s) && s[i]|32 == 'e' {
		if from := sign(s, i+1); digits(s, from) > from {
			i = digits(s, from)
		}
	}
	return s[:min(i, 400)]
}

func sign(s string, i int) int {
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	return i
}

func digits(s string, i int) int {
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

// wide reads text in UTF-16.
func wide(b []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// encoded is text as the file keeps it.
func encoded(s string, order binary.ByteOrder) []byte {
	if order == nil {
		return []byte(s)
	}
	units := utf16.Encode([]rune(s))
	b := make([]byte, 2*len(units))
	for i, u := range units {
		order.PutUint16(b[2*i:], u)
	}
	return b
}

func realValue(f float64) Value { return Value{kind: real, n: int64(math.Float64bits(f))} }
