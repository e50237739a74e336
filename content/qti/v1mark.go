package qti

import (
	"strconv"
	"strings"

	"lamplight/content/xmltree"
)

// An answering is one response to an item of QTI 1.2 being marked.
type answering struct {
	*v1
	resp map[string]value
	vars map[string]float64
	fed  []string // identifiers of the feedback shown
	met  bool     // a condition before this one was met
}

// mark carries out the conditions in order. One that is met ends the marking when it says continue="No"; when it says nothing,
// which means the same by the book, marking goes on, as every system that writes such files means. minvalue and maxvalue bound
// nothing: files are met whose conditions give percents and whose maxvalue counts points.
func (v *v1) mark(responses map[string]value) (outcome, error) {
	a := &answering{v1: v, resp: responses, vars: map[string]float64{}}
	for d := range v.root.All("decvar") {
		if f := bound(d, "defaultval"); f != nil {
			a.vars[v.varName(d)] = *f
		}
	}
	for c := range v.root.All("respcondition") {
		if err := v.steps.take(); err != nil {
			return outcome{}, err
		}
		met, err := a.conditions(c)
		if err != nil {
			return outcome{}, err
		}
		if !met {
			continue
		}
		a.met = true
		if err := a.carry(c); err != nil {
			return outcome{}, err
		}
		if strings.EqualFold(trim(c.Attr("continue")), "no") {
			break
		}
	}
	return outcome{score: a.vars[v.score], vars: map[string]value{"": {members: a.fed}}}, nil
}

func (v *v1) varName(n *xmltree.Node) string {
	if name := trim(n.Attr("varname")); name != "" {
		return name
	}
	return v.score
}

func (a *answering) conditions(c *xmltree.Node) (bool, error) {
	all := true
	either := map[string]bool{} // responses of one member that are compared with several: any of them will do
	for _, vars := range c.Elements("conditionvar") {
		for _, n := range vars.Elements() {
			ok, err := a.holds(n)
			if err != nil {
				return false, err
			}
			if id := trim(n.Attr("respident")); n.Name == "varequal" && a.one(id) {
				either[id] = either[id] || ok
				continue
			}
			all = all && ok
		}
	}
	for _, ok := range either {
		all = all && ok
	}
	return all && c.Child("conditionvar") != nil, nil
}

// one says whether a response has one member at most.
func (v *v1) one(id string) bool {
	for _, in := range v.asks {
		if in.id == id {
			return in.card == "single"
		}
	}
	return false
}

// holds works out one condition.
func (a *answering) holds(n *xmltree.Node) (bool, error) {
	if err := a.steps.take(); err != nil {
		return false, err
	}
	given := a.resp[trim(n.Attr("respident"))]
	want := strings.TrimSpace(n.Raw())
	switch n.Name {
	case "and", "or", "not":
		return a.joined(n)
	case "other":
		return !a.met, nil
	case "unanswered":
		return given.null(), nil
	case "varequal":
		return a.equals(n, given, want), nil
	case "varsubset":
		return a.subset(given, want), nil
	case "varsubstring":
		return !given.null() && strings.Contains(strings.ToLower(given.members[0]), strings.ToLower(want)), nil
	case "varlt", "varlte", "vargt", "vargte":
		x, ok := given.asNumber()
		y, err := strconv.ParseFloat(want, 64)
		if !ok || err != nil {
			return false, nil
		}
		return map[string]bool{"varlt": x < y, "varlte": x <= y, "vargt": x > y, "vargte": x >= y}[n.Name], nil
	case "durequal", "durlt", "durlte", "durgt", "durgte":
		return false, unsupported("its marking looks at the time taken")
	case "varinside":
		return false, unsupported("places on a picture are marked")
	}
	return false, unsupported("its marking uses <%.60s>", n.Name)
}

func (a *answering) joined(n *xmltree.Node) (bool, error) {
	all, some := true, false
	for _, c := range n.Elements() {
		ok, err := a.holds(c)
		if err != nil {
			return false, err
		}
		all, some = all && ok, some || ok
	}
	switch n.Name {
	case "and":
		return all, nil
	case "or":
		return some, nil
	}
	return !all, nil
}

// asNumber is num of a text too.
func (v value) asNumber() (float64, bool) {
	return value{"float", "single", v.members}.num()
}

// equals compares one member of a response: a number as a number, a text with its case only where that is asked for.
func (a *answering) equals(n *xmltree.Node, given value, want string) bool {
	if i := amountOf(n, "index", 0); i > 0 && given.card == "ordered" {
		return i <= len(given.members) && given.members[i-1] == want
	}
	for _, g := range given.members {
		switch {
		case given.numeric() && sameMember("float", g, want), g == want:
			return true
		case given.base == "string" && !strings.EqualFold(trim(n.Attr("case")), "yes") && strings.EqualFold(trim(g), trim(want)):
			return true
		}
	}
	return false
}

func (a *answering) subset(given value, want string) bool {
	for _, w := range strings.Split(want, ",") {
		if w = strings.TrimSpace(w); w != "" && !holds(given, "identifier", w) {
			return false
		}
	}
	return !given.null()
}

// carry does what a condition that is met wants: set variables, show feedback.
func (a *answering) carry(c *xmltree.Node) error {
	for _, s := range c.Elements("setvar") {
		x, err := strconv.ParseFloat(trim(s.Content()), 64)
		if err != nil {
			continue // a variable that holds no number does not make the score
		}
		name := a.varName(s)
		switch strings.ToLower(trim(s.Attr("action"))) {
		case "", "set":
			a.vars[name] = x
		case "add":
			a.vars[name] += x
		case "subtract":
			a.vars[name] -= x
		case "multiply":
			a.vars[name] *= x
		case "divide":
			if x != 0 {
				a.vars[name] /= x
			}
		default:
			return unsupported("its marking uses setvar %.40q", s.Attr("action"))
		}
	}
	for _, f := range c.Elements("displayfeedback") {
		a.fed = append(a.fed, trim(f.Attr("linkrefid")))
	}
	return nil
}
