package qti

import (
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/content/xmltree"
)

// gaps makes a text with gaps: typed, or with choices of their own.
func (a *attempt) gaps(list []*interaction) error {
	if err := a.tryGaps(list); err != nil {
		return err
	}
	a.it.Type, a.it.Fixed = content.InlineChoice, true
	put := map[*xmltree.Node]string{}
	for i, in := range list {
		var g content.Gap
		var err error
		if typed(in) {
			a.it.Type = content.Cloze
			g, err = a.typedGap(in, i)
			put[in.node] = gapMark(i)
		} else {
			g, err = a.chosenGap(in, i)
			a.it.Fixed = a.it.Fixed && in.fixed()
			put[listPlace(in.node)] = gapMark(i)
		}
		if err != nil {
			return err
		}
		a.it.Gaps = append(a.it.Gaps, g)
	}
	if err := a.tellAll(); err != nil {
		return err
	}
	if err := a.mistakes(list); err != nil {
		return err
	}
	if err := a.weigh(); err != nil {
		return err
	}
	var err error
	if a.it.Stem, err = a.stem(put, false); err != nil {
		return err
	}
	return a.single()
}

func typed(in *interaction) bool {
	return in.kind == "textEntryInteraction" || in.kind == "extendedTextInteraction"
}

// tryGaps finds what is right in each gap, and that the gaps can be marked one by one.
func (a *attempt) tryGaps(list []*interaction) error {
	var slots []*slot
	first := make([]string, len(list))
	for i, in := range list {
		s := a.pick
		if typed(in) {
			if in.card != "" && in.card != "single" {
				return unsupported("its response is a list (%s)", in.card)
			}
			s = a.typing
		}
		slots = append(slots, s(in))
		said := a.says(in)
		for _, c := range slots[i].candidates {
			if slices.Contains(said, c) && first[i] == "" {
				first[i] = c
			}
		}
	}
	if slices.ContainsFunc(list, typed) {
		for _, name := range []string{"patternMatch", "substring"} {
			if a.deals(name) {
				return unsupported("what is right is said by a pattern, not by a list")
			}
		}
	}
	a.runs = &trial{mark: a.mark, slots: slots}
	if err := a.runs.solve(first); err != nil {
		return err
	}
	return a.runs.alone()
}

// listPlace is where the list of a choice stands: in its own place, or for a block behind its prompt, at its first choice.
func listPlace(n *xmltree.Node) *xmltree.Node {
	if n.Name == "inlineChoiceInteraction" {
		return n
	}
	for c := range n.All("simpleChoice", "response_label") {
		return c
	}
	return n
}

// chosenGap is a gap with a list.
func (a *attempt) chosenGap(in *interaction, i int) (content.Gap, error) {
	s := a.runs.slots[i]
	right, err := s.one("gap " + itoa(i+1))
	if err != nil {
		return content.Gap{}, err
	}
	options, err := a.options(in, func(id string) bool { return id == right })
	if err != nil {
		return content.Gap{}, err
	}
	texts := make([]string, len(options))
	for j, o := range options {
		texts[j] = o.Text
	}
	if err := a.listable(texts); err != nil {
		return content.Gap{}, err
	}
	return content.Gap{Options: options}, a.worthOne(in, s, options)
}

// single makes a text question, or one of a number, of a cloze whose one gap ends it.
func (a *attempt) single() error {
	before, ok := strings.CutSuffix(a.it.Stem, "{{1}}")
	before = strings.TrimSuffix(strings.TrimSpace(before), "\\")
	if a.it.Type != content.Cloze || len(a.it.Gaps) != 1 {
		return nil
	}
	g := a.it.Gaps[0]
	if !ok || strings.TrimSpace(before) == "" {
		return nil
	}
	stem, err := a.stem(nil, true)
	if err != nil {
		return err
	}
	a.it.Type, a.it.Stem, a.it.Gaps = content.Text, stem, nil
	if g.Type == content.Number {
		a.it.Type = content.Number
	}
	a.it.Answers, a.it.Tolerance, a.it.Accepts = g.Answers, g.Tolerance, g.Accepts
	return nil
}
