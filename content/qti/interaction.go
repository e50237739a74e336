package qti

import (
	"lamplight/content/xmltree"
)

// An interaction is one place where a learner answers.
type interaction struct {
	kind    string // name of the element, in QTI 2's words
	id      string // of its response variable
	base    string // type of the response
	card    string // single, multiple, ordered
	node    *xmltree.Node
	choices []choice // what can be chosen, ordered, matched
	targets []choice // what choices are matched to: the second set, the gaps
	max     int      // how many may be chosen, 0 any number
}

// A choice is one of an interaction's.
type choice struct {
	id   string
	node *xmltree.Node
	max  int // how often it may be matched, 0 any number
}

// parts are the elements that hold the choices of each kind of interaction, and those they are matched to.
var parts = map[string]struct{ choice, target string }{
	"choiceInteraction": {"simpleChoice", ""}, "orderInteraction": {"simpleChoice", ""}, "inlineChoiceInteraction": {"inlineChoice", ""},
	"hottextInteraction": {"hottext", ""}, "associateInteraction": {"simpleAssociableChoice", ""},
	"matchInteraction": {"simpleAssociableChoice", ""}, "gapMatchInteraction": {"gapText", "gap"},
	"textEntryInteraction": {}, "extendedTextInteraction": {}, "sliderInteraction": {},
}

// fixed says whether the choices are shown as they are written, which they are unless their author says otherwise (QTI 3,
// 5.31: shuffle is false where it is not given).
func (in *interaction) fixed() bool { return in.node.Attr("shuffle") != "true" }

// interactions finds where the item is answered, in order. A request for a hint and a recording are no answers.
func interactions(body *xmltree.Node, m *machine) []*interaction {
	var out []*interaction
	for n := range body.All() {
		if !isInteraction(n.Name) || n.Name == "endAttemptInteraction" || n.Name == "mediaInteraction" {
			continue
		}
		in := &interaction{kind: n.Name, id: trim(n.Attr("responseIdentifier")), node: n, max: amountOf(n, "maxChoices", 0)}
		if d := m.responses[in.id]; d != nil {
			in.base, in.card = d.base, d.card
		}
		in.read(n, m)
		out = append(out, in)
	}
	return out
}

func isInteraction(name string) bool {
	const tail = "Interaction"
	return len(name) > len(tail) && name[len(name)-len(tail):] == tail
}

func (in *interaction) read(n *xmltree.Node, m *machine) {
	p := parts[in.kind]
	if p.choice == "" {
		return
	}
	for c := range n.All(p.choice, p.target, "gapImg") {
		if hidden(c, m) || c.Name == "inlineChoice" && len(c.Elements()) == 0 && c.Content() == "" { // nothing chosen, as a choice
			continue
		}
		one := choice{trim(c.Attr("identifier")), c, amountOf(c, "matchMax", 1)}
		switch {
		case c.Name == p.target && p.target != "":
			in.targets = append(in.targets, one)
		default:
			in.choices = append(in.choices, one)
		}
	}
	if in.kind != "matchInteraction" {
		return
	}
	in.choices = nil
	for i, set := range n.Elements("simpleMatchSet") {
		for c := range set.All(p.choice) {
			if hidden(c, m) {
				continue
			}
			one := choice{trim(c.Attr("identifier")), c, amountOf(c, "matchMax", 1)}
			if i == 0 {
				in.choices = append(in.choices, one)
			} else {
				in.targets = append(in.targets, one)
			}
		}
	}
}

// hidden says whether a choice is left out of what the template drew.
func hidden(c *xmltree.Node, m *machine) bool {
	return c.Has("templateIdentifier") && trim(c.Attr("templateIdentifier")) != "" && !m.visible(c)
}

func amountOf(n *xmltree.Node, attr string, otherwise int) int {
	if f := bound(n, attr); f != nil && *f >= 0 && *f < 1e6 {
		return int(*f)
	}
	return otherwise
}
