package qti

import (
	"math"
	"strconv"
	"strings"

	"lamplight/content/xmltree"
)

// An operator works out an element from the values of its children.
type operator func(r *run, n *xmltree.Node, args []value) (value, error)

var operators map[string]operator

func init() {
	operators = map[string]operator{
		"multiple": container("multiple"), "ordered": container("ordered"),
		"containerSize": func(_ *run, _ *xmltree.Node, a []value) (value, error) {
			return integer(float64(len(a[0].members))), nil
		},
		"isNull": func(_ *run, _ *xmltree.Node, a []value) (value, error) {
			return truth(a[0].null() || len(a[0].members) == 1 && a[0].members[0] == "" && a[0].base == "string"), nil
		},
		"index": indexOf, "member": member, "delete": remove, "contains": contains, "substring": substring, "repeat": repeat,
		"not": not, "and": all, "or": anyOf, "anyN": anyN,
		"match": match, "stringMatch": stringMatch, "patternMatch": patternMatch, "equal": equal, "equalRounded": equalRounded,
		"lt": compare(func(a, b float64) bool { return a < b }), "gt": compare(func(a, b float64) bool { return a > b }),
		"lte": compare(func(a, b float64) bool { return a <= b }), "gte": compare(func(a, b float64) bool { return a >= b }),
		"sum": fold(func(a, b float64) float64 { return a + b }), "product": fold(func(a, b float64) float64 { return a * b }),
		"min": fold(math.Min), "max": fold(math.Max), "gcd": fold(gcd), "lcm": fold(lcm),
		"subtract":       arithmetic(func(a, b float64) (float64, bool) { return a - b, true }),
		"divide":         toFloat(arithmetic(func(a, b float64) (float64, bool) { return a / b, b != 0 })),
		"power":          toFloat(arithmetic(func(a, b float64) (float64, bool) { p := math.Pow(a, b); return p, !math.IsNaN(p) && !math.IsInf(p, 0) })),
		"integerDivide":  arithmetic(func(a, b float64) (float64, bool) { return math.Floor(a / b), b != 0 }),
		"integerModulus": arithmetic(func(a, b float64) (float64, bool) { return a - b*math.Floor(a/b), b != 0 }),
		"truncate":       whole(math.Trunc), "round": whole(roundHalfUp), "integerToFloat": toFloat(same1), "roundTo": roundTo,
		"mathOperator": mathOperator, "random": random,
	}
}

// eval works out one expression. Null comes out of whatever has a null in it, as the specification wants.
func (r *run) eval(n *xmltree.Node) (value, error) {
	if err := r.steps.take(); err != nil {
		return value{}, err
	}
	if v, ok, err := r.leaf(n); ok || err != nil {
		return v, err
	}
	op, ok := operators[n.Name]
	if !ok {
		return value{}, unsupported("its marking uses <%.60s>", n.Name)
	}
	args := make([]value, 0, 2)
	for _, c := range n.Elements() {
		v, err := r.eval(c)
		if err != nil {
			return value{}, err
		}
		args = append(args, v)
	}
	if len(args) < least[n.Name] {
		return value{}, unsupported("its <%.60s> holds %d expressions", n.Name, len(args))
	}
	return op(r, n, args)
}

// least is how many values an operator needs, where that is not 0.
var least = map[string]int{
	"containerSize": 1, "isNull": 1, "index": 1, "member": 2, "delete": 2, "contains": 2, "substring": 2, "repeat": 1, "not": 1,
	"match": 2, "stringMatch": 2, "patternMatch": 1, "equal": 2, "equalRounded": 2, "lt": 2, "gt": 2, "lte": 2, "gte": 2,
	"sum": 1, "product": 1, "min": 1, "max": 1, "gcd": 1, "lcm": 1, "subtract": 2, "divide": 2, "power": 2, "integerDivide": 2,
	"integerModulus": 2, "truncate": 1, "round": 1, "integerToFloat": 1, "roundTo": 1, "mathOperator": 1, "random": 1,
}

// leaf works out an expression without children.
func (r *run) leaf(n *xmltree.Node) (v value, ok bool, err error) {
	id := trim(n.Attr("identifier"))
	switch n.Name {
	case "baseValue":
		base := trim(n.Attr("baseType"))
		text := trim(n.Content())
		if base == "string" {
			text = strings.TrimSpace(n.Raw())
		}
		return single(base, text), true, nil
	case "variable":
		v, err := r.variable(id)
		return v, true, err
	case "correct":
		return r.right(id), true, nil
	case "default":
		for _, d := range []*declaration{r.responses[id], r.outcomes[id], r.templates[id]} {
			if d != nil {
				return d.normal, true, nil
			}
		}
		return value{}, true, nil
	case "null":
		return value{}, true, nil
	case "mapResponse":
		v, err := r.mapped(id)
		return v, true, err
	case "mapResponsePoint":
		return v, false, unsupported("places on a picture are marked")
	case "mathConstant":
		switch trim(n.Attr("name")) {
		case "pi":
			return number(math.Pi), true, nil
		case "e":
			return number(math.E), true, nil
		}
	case "randomInteger", "randomFloat":
		v, err := r.randomNumber(n)
		return v, true, err
	}
	return value{}, false, nil
}

// mapped is what the mapping of a response gives it.
func (r *run) mapped(id string) (value, error) {
	d := r.responses[id]
	if d == nil || d.mapping == nil {
		return value{}, unsupported("its response %.60q is to be mapped and has no mapping", id)
	}
	if r.resp[id].null() {
		return number(0), nil
	}
	return number(d.mapping.apply(r.resp[id], d.base)), nil
}

// variable is a response, an outcome or a template variable.
func (r *run) variable(id string) (value, error) {
	if d := r.responses[id]; d != nil {
		if v := r.resp[id]; !v.null() {
			return v, nil
		}
		return value{base: d.base, card: d.card}, nil
	}
	if v, ok := r.out[id]; ok {
		return v, nil
	}
	if v, ok := r.drawn[id]; ok {
		return v, nil
	}
	if d := r.templates[id]; d != nil {
		return d.normal, nil
	}
	switch id {
	case "numAttempts":
		return integer(1), nil
	case "duration":
		return number(1), nil
	}
	return value{}, unsupported("its marking asks for %.60q, which is not declared", id)
}

func container(card string) operator {
	return func(_ *run, _ *xmltree.Node, a []value) (value, error) {
		v := value{card: card}
		for _, x := range a {
			if v.base == "" {
				v.base = x.base
			}
			v.members = append(v.members, x.members...)
		}
		return v, nil
	}
}

func indexOf(r *run, n *xmltree.Node, a []value) (value, error) {
	i := int(r.amount(n.Attr("n"), 0))
	if i < 1 || i > len(a[0].members) {
		return value{base: a[0].base, card: "single"}, nil
	}
	return single(a[0].base, a[0].members[i-1]), nil
}

// amount is an attribute that is a number or the name of a variable that holds one.
func (r *run) amount(attr string, otherwise float64) float64 {
	attr = strings.Trim(trim(attr), "{}")
	if f, err := strconv.ParseFloat(attr, 64); err == nil && f == f {
		return f
	}
	if v, err := r.variable(attr); err == nil && attr != "" {
		if f, ok := v.num(); ok {
			return f
		}
	}
	return otherwise
}

func member(_ *run, _ *xmltree.Node, a []value) (value, error) {
	if a[0].null() || a[1].null() {
		return value{base: "boolean"}, nil
	}
	return truth(holds(a[1], baseOf(a[0], a[1]), a[0].members[0])), nil
}

func remove(_ *run, _ *xmltree.Node, a []value) (value, error) {
	v := value{base: a[1].base, card: a[1].card}
	for _, m := range a[1].members {
		if !holds(a[0], baseOf(a[0], a[1]), m) {
			v.members = append(v.members, m)
		}
	}
	return v, nil
}

// contains says whether all members of the second are among those of the first; in order, where they are ordered.
func contains(_ *run, _ *xmltree.Node, a []value) (value, error) {
	if a[0].null() || a[1].null() {
		return value{base: "boolean"}, nil
	}
	base, rest := baseOf(a[0], a[1]), a[0].members
	if a[0].card == "ordered" {
		for i := range rest {
			if end := i + len(a[1].members); end <= len(rest) && same(value{base, "ordered", rest[i:end]}, value{base, "ordered", a[1].members}) {
				return truth(true), nil
			}
		}
		return truth(false), nil
	}
	for _, m := range a[1].members {
		if !holds(a[0], base, m) {
			return truth(false), nil
		}
	}
	return truth(true), nil
}

func repeat(r *run, n *xmltree.Node, a []value) (value, error) {
	times := int(r.amount(n.Attr("numberRepeats"), 0))
	if times < 1 || times > 1000 {
		return value{}, unsupported("it repeats something %d times", times)
	}
	v := value{base: a[0].base, card: "ordered"}
	for range times {
		for _, x := range a {
			v.members = append(v.members, x.members...)
		}
		if len(v.members) > 10_000 {
			return value{}, unsupported("it makes a list of more than 10000")
		}
	}
	return v, nil
}
