package qti

import (
	"math"
	"regexp"
	"strings"

	"lamplight/content/xmltree"
)

func not(_ *run, _ *xmltree.Node, a []value) (value, error) {
	if a[0].null() {
		return value{base: "boolean"}, nil
	}
	return truth(!a[0].isTrue()), nil
}

func all(_ *run, _ *xmltree.Node, a []value) (value, error) {
	for _, v := range a {
		if !v.isTrue() {
			return truth(false), nil
		}
	}
	return truth(true), nil
}

func anyOf(_ *run, _ *xmltree.Node, a []value) (value, error) {
	for _, v := range a {
		if v.isTrue() {
			return truth(true), nil
		}
	}
	return truth(false), nil
}

func anyN(r *run, n *xmltree.Node, a []value) (value, error) {
	yes := 0.0
	for _, v := range a {
		if v.isTrue() {
			yes++
		}
	}
	return truth(yes >= r.amount(n.Attr("min"), 0) && yes <= r.amount(n.Attr("max"), float64(len(a)))), nil
}

func match(_ *run, _ *xmltree.Node, a []value) (value, error) {
	if a[0].null() || a[1].null() {
		return value{base: "boolean"}, nil
	}
	return truth(same(a[0], a[1])), nil
}

// text is a single value as a string.
func (v value) text() (string, bool) {
	if len(v.members) != 1 {
		return "", false
	}
	return v.members[0], true
}

func stringMatch(_ *run, n *xmltree.Node, a []value) (value, error) {
	x, ok := a[0].text()
	y, ok2 := a[1].text()
	if !ok || !ok2 {
		return value{base: "boolean"}, nil
	}
	if trim(n.Attr("caseSensitive")) == "false" {
		x, y = strings.ToLower(x), strings.ToLower(y)
	}
	if trim(n.Attr("substring")) == "true" {
		return truth(strings.Contains(x, y)), nil
	}
	return truth(x == y), nil
}

func substring(_ *run, n *xmltree.Node, a []value) (value, error) {
	x, ok := a[0].text()
	y, ok2 := a[1].text()
	if !ok || !ok2 {
		return value{base: "boolean"}, nil
	}
	if trim(n.Attr("caseSensitive")) == "false" {
		x, y = strings.ToLower(x), strings.ToLower(y)
	}
	return truth(strings.Contains(y, x)), nil
}

// patternMatch compares the whole text with a regular expression of XML Schema, as far as Go's are the same.
func patternMatch(r *run, n *xmltree.Node, a []value) (value, error) {
	x, ok := a[0].text()
	if !ok {
		return value{base: "boolean"}, nil
	}
	pattern := n.Attr("pattern")
	if v, err := r.variable(strings.Trim(trim(pattern), "{}")); err == nil {
		pattern, _ = v.text()
	}
	if len(pattern) > 500 {
		return value{}, unsupported("its pattern is longer than 500 bytes")
	}
	re, err := regexp.Compile(`^(?:` + strings.TrimSuffix(strings.TrimPrefix(pattern, "^"), "$") + `)$`)
	if err != nil {
		return value{}, unsupported("its pattern %.60q is not understood", pattern)
	}
	return truth(re.MatchString(x)), nil
}

// two gives the numbers of the first two values.
func two(a []value) (x, y float64, ok bool) {
	x, ok = a[0].num()
	y, ok2 := a[1].num()
	return x, y, ok && ok2
}

// equal compares numbers, within its tolerance: exact, absolute, or relative in percent of the first.
func equal(r *run, n *xmltree.Node, a []value) (value, error) {
	x, y, ok := two(a)
	if !ok {
		return value{base: "boolean"}, nil
	}
	mode, t := trim(n.Attr("toleranceMode")), strings.Fields(n.Attr("tolerance"))
	if mode == "" || mode == "exact" || len(t) == 0 {
		return truth(x == y), nil
	}
	low := r.amount(t[0], 0)
	top := low
	if len(t) > 1 {
		top = r.amount(t[1], low)
	}
	if mode == "relative" {
		low, top = math.Abs(x)*low/100, math.Abs(x)*top/100
	}
	const slack = 1e-12 // of what floating point leaves behind
	low, top = x-low, x+top
	from := y >= low-slack*math.Abs(low)
	to := y <= top+slack*math.Abs(top)
	if trim(n.Attr("includeLowerBound")) == "false" {
		from = y > low+slack*math.Abs(low)
	}
	if trim(n.Attr("includeUpperBound")) == "false" {
		to = y < top-slack*math.Abs(top)
	}
	return truth(from && to), nil
}

func equalRounded(r *run, n *xmltree.Node, a []value) (value, error) {
	x, y, ok := two(a)
	if !ok {
		return value{base: "boolean"}, nil
	}
	figures := int(r.amount(n.Attr("figures"), 0))
	mode := trim(n.Attr("roundingMode"))
	x, ok = rounded(mode, x, figures)
	y, ok2 := rounded(mode, y, figures)
	if !ok || !ok2 {
		return value{}, unsupported("it rounds in a way that is not known")
	}
	return truth(x == y), nil
}

func compare(less func(a, b float64) bool) operator {
	return func(_ *run, _ *xmltree.Node, a []value) (value, error) {
		x, y, ok := two(a)
		if !ok {
			return value{base: "boolean"}, nil
		}
		return truth(less(x, y)), nil
	}
}
