package sqlite

import (
	"io/fs"
	"math"
	"slices"
	"strings"
)

// affinity is what a column makes of values (datatype3.html §3.1): 'i' whole numbers, 't' text, 'r' real numbers, 'n' any
// number, 0 nothing.
func (c column) affinity() byte {
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(c.kind, w) })
	}
	switch {
	case has("INT"):
		return 'i'
	case has("CHAR", "CLOB", "TEXT"):
		return 't'
	case has("BLOB") || c.kind == "":
		return 0
	case has("REAL", "FLOA", "DOUB"):
		return 'r'
	}
	return 'n'
}

// value is a value as a column of that affinity keeps it.
func (w *Writer) value(v any, affinity byte) Value {
	var out Value
	switch v := v.(type) {
	case nil:
	case string:
		out = Value{kind: text, b: []byte(v)}
	case []byte:
		out = Value{kind: blob, b: v}
	case bool:
		out.kind = integer
		if v {
			out.n = 1
		}
	case int:
		out = Value{kind: integer, n: int64(v)}
	case int32:
		out = Value{kind: integer, n: int64(v)}
	case int64:
		out = Value{kind: integer, n: v}
	case float64:
		if !math.IsNaN(v) {
			out = realValue(v)
		}
	default:
		w.fail("a value of type %T: %w", v, fs.ErrInvalid)
	}
	return out.as(affinity)
}

func (v Value) as(affinity byte) Value {
	switch {
	case affinity == 't' && (v.kind == integer || v.kind == real):
		return Value{kind: text, b: []byte(v.Text())}
	case v.kind == text && affinity != 't' && affinity != 0 && len(v.b) > 0 && numberIn(string(v.b)) == string(v.b) && strings.Trim(string(v.b), "+-.0123456789eE") == "":
		if f := v.Number(); !math.IsInf(f, 0) && strings.ContainsAny(string(v.b), "0123456789") {
			return realValue(f).as(affinity)
		}
	case v.kind == integer && affinity == 'r':
		return realValue(float64(v.n))
	case v.kind == real && (affinity == 'i' || affinity == 'n'):
		if f := v.Number(); f == math.Trunc(f) && math.Abs(f) < 1<<51 {
			return Value{kind: integer, n: int64(f)}
		}
	}
	return v
}
