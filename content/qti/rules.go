package qti

import (
	"lamplight/content/xmltree"
)

// A run is one response being marked, or one template being drawn.
type run struct {
	*machine
	resp map[string]value
	out  map[string]value
	exit bool // exitResponse, exitTemplate, or a constraint not met
	poor bool // a templateConstraint was not met
}

// rules carries out rules in order, of response processing or of template processing.
func (r *run) rules(list []*xmltree.Node) error {
	for _, n := range list {
		if r.exit {
			return nil
		}
		if err := r.rule(n); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) rule(n *xmltree.Node) error {
	switch n.Name {
	case "responseCondition", "templateCondition":
		return r.condition(n)
	case "responseProcessingFragment":
		return r.rules(n.Elements())
	case "exitResponse", "exitTemplate":
		r.exit = true
		return nil
	case "templateConstraint":
		v, err := r.only(n)
		if err == nil && !v.isTrue() {
			r.exit, r.poor = true, true
		}
		return err
	case "setOutcomeValue", "setTemplateValue", "setCorrectResponse", "setDefaultValue":
		v, err := r.only(n)
		if err != nil {
			return err
		}
		r.set(n.Name, trim(n.Attr("identifier")), v)
		return nil
	case "lookupOutcomeValue":
		return r.lookupOutcome(n)
	}
	return unsupported("its marking uses <%.60s>", n.Name)
}

// set assigns a variable, in its declared type.
func (r *run) set(rule, id string, v value) {
	d := r.outcomes[id]
	switch rule {
	case "setTemplateValue":
		d = r.templates[id]
	case "setCorrectResponse":
		d = r.responses[id]
	}
	if d != nil && !v.null() {
		v = value{d.base, d.card, v.members}
		if f, ok := v.num(); d.base == "integer" && d.card == "single" && ok {
			v = integer(roundHalfUp(f))
		}
	}
	switch rule {
	case "setOutcomeValue":
		r.out[id] = v
	case "setTemplateValue":
		r.drawn[id] = v
	case "setCorrectResponse":
		r.correct[id] = v
	}
}

// condition carries out the first branch that holds.
func (r *run) condition(n *xmltree.Node) error {
	for _, branch := range n.Elements() {
		switch branch.Name {
		case "responseIf", "responseElseIf", "templateIf", "templateElseIf":
			parts := branch.Elements()
			if len(parts) == 0 {
				return unsupported("its marking has an empty <%.60s>", branch.Name)
			}
			v, err := r.eval(parts[0])
			if err != nil {
				return err
			}
			if v.isTrue() {
				return r.rules(parts[1:])
			}
		case "responseElse", "templateElse":
			return r.rules(branch.Elements())
		default:
			return unsupported("its marking uses <%.60s>", branch.Name)
		}
	}
	return nil
}

// only evaluates the one expression that a rule holds.
func (r *run) only(n *xmltree.Node) (value, error) {
	parts := n.Elements()
	if len(parts) != 1 {
		return value{}, unsupported("its <%.60s> holds %d expressions, not 1", n.Name, len(parts))
	}
	return r.eval(parts[0])
}

// lookupOutcome sets an outcome from the table it is declared with.
func (r *run) lookupOutcome(n *xmltree.Node) error {
	id := trim(n.Attr("identifier"))
	d := r.outcomes[id]
	if d == nil || d.lookup == nil {
		return unsupported("its outcome %.60q has no table to look up", id)
	}
	v, err := r.only(n)
	if err != nil {
		return err
	}
	x, ok := v.num()
	if !ok {
		r.out[id] = value{base: d.base, card: d.card}
		return nil
	}
	target := d.lookup.Attr("defaultValue")
	for _, e := range d.lookup.Elements("matchTableEntry", "interpolationTableEntry") {
		s := bound(e, "sourceValue")
		if s == nil {
			continue
		}
		include := trim(e.Attr("includeBoundary")) != "false"
		if e.Name == "matchTableEntry" && x == *s || e.Name != "matchTableEntry" && (x > *s || x == *s && include) {
			target = e.Attr("targetValue")
			break
		}
	}
	r.out[id] = value{base: d.base, card: d.card}
	if target = trim(target); target != "" {
		r.out[id] = single(d.base, target)
	}
	return nil
}
