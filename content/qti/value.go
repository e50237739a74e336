package qti

import (
	"slices"
	"strconv"
	"strings"
)

// A value is what a variable holds: no members is null. Members are written as in the file; pairs as "A B".
type value struct {
	base    string // identifier, string, integer, float, boolean, pair, directedPair …; "" unknown
	card    string // single, multiple, ordered
	members []string
}

func single(base, member string) value { return value{base, "single", []string{member}} }

func truth(b bool) value { return single("boolean", strconv.FormatBool(b)) }

func number(f float64) value { return single("float", strconv.FormatFloat(f, 'f', -1, 64)) }

func integer(f float64) value { return single("integer", strconv.FormatFloat(f, 'f', 0, 64)) }

func (v value) null() bool { return len(v.members) == 0 }

func (v value) isTrue() bool {
	return len(v.members) == 1 && (v.members[0] == "true" || v.members[0] == "1")
}

// num is the number a single value is.
func (v value) num() (float64, bool) {
	if len(v.members) != 1 {
		return 0, false
	}
	if v.base == "boolean" {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(v.members[0]), 64)
	return f, err == nil && f == f && f < 1e300 && f > -1e300
}

// numeric says whether members are compared as numbers.
func (v value) numeric() bool { return v.base == "integer" || v.base == "float" }

// sameMember compares two members of one base type.
func sameMember(base, a, b string) bool {
	switch base {
	case "integer", "float":
		x, err := strconv.ParseFloat(strings.TrimSpace(a), 64)
		y, err2 := strconv.ParseFloat(strings.TrimSpace(b), 64)
		return err == nil && err2 == nil && x == y
	case "pair":
		x, y := strings.Fields(a), strings.Fields(b)
		return slices.Equal(x, y) || len(x) == 2 && len(y) == 2 && x[0] == y[1] && x[1] == y[0]
	case "directedPair":
		return slices.Equal(strings.Fields(a), strings.Fields(b))
	case "boolean":
		return (a == "true" || a == "1") == (b == "true" || b == "1")
	}
	return a == b
}

// baseOf is the type two values are compared in: numbers when either is one.
func baseOf(a, b value) string {
	switch {
	case a.numeric() || b.numeric():
		return "float"
	case a.base != "":
		return a.base
	}
	return b.base
}

// same compares whole values: ordered ones place by place, multiple ones whatever their order.
func same(a, b value) bool {
	if len(a.members) != len(b.members) {
		return false
	}
	base := baseOf(a, b)
	if a.card == "ordered" || b.card == "ordered" {
		return slices.EqualFunc(a.members, b.members, func(x, y string) bool { return sameMember(base, x, y) })
	}
	left := slices.Clone(b.members)
	for _, x := range a.members {
		i := slices.IndexFunc(left, func(y string) bool { return sameMember(base, x, y) })
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}

// holds says whether container has member among its members.
func holds(container value, base, member string) bool {
	return slices.ContainsFunc(container.members, func(m string) bool { return sameMember(base, m, member) })
}
