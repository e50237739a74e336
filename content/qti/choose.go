package qti

import (
	"regexp"
	"slices"

	"lamplight/content"
	"lamplight/content/xmltree"
)

// pick is the one slot of a choice of one.
func (a *attempt) pick(in *interaction) *slot {
	s := &slot{put: func(r map[string]value, d string) { r[in.id] = single(in.base, d) }}
	for _, c := range in.choices {
		s.candidates = append(s.candidates, c.id)
	}
	if v := a.right(in.id); len(v.members) == 1 {
		s.declared = v.members[0]
	} else if v.null() {
		s.declared = a.best(in.id)
	}
	return s
}

// picks are the slots of a choice of several: each choice is taken or not.
func (a *attempt) picks(in *interaction) []*slot {
	right := a.right(in.id)
	var out []*slot
	for _, c := range in.choices {
		s := &slot{candidates: []string{c.id}, put: func(r map[string]value, d string) {
			v := r[in.id]
			r[in.id] = value{in.base, "multiple", append(slices.Clone(v.members), d)}
		}}
		if slices.Contains(right.members, c.id) {
			s.declared = c.id
		}
		out = append(out, s)
	}
	return out
}

// starts are responses that marking rules compare with: what the constants in them say, one after the other and together.
func (a *attempt) starts(slots []*slot, constants []string) [][]string {
	var out [][]string
	together := make([]string, len(slots))
	for i, s := range slots {
		for _, c := range s.candidates {
			if slices.Contains(constants, c) {
				together[i] = c
			}
		}
	}
	return append(out, together)
}

func (a *attempt) try(slots []*slot, constants []string) error {
	a.runs = &trial{mark: a.mark, slots: slots}
	return a.runs.solve(a.starts(slots, constants)...)
}

// choose makes a choice of one, or of several.
func (a *attempt) choose(in *interaction) error {
	if in.card != "single" {
		return a.several(in, content.Many)
	}
	s := a.pick(in)
	if err := a.try([]*slot{s}, a.says(in)); err != nil {
		return err
	}
	right, err := s.one("it")
	if err != nil {
		return err
	}
	a.it.Type, a.it.Fixed = content.Choice, in.fixed()
	if a.it.Options, err = a.options(in, func(id string) bool { return id == right }); err != nil {
		return err
	}
	if err := a.tell(in); err != nil {
		return err
	}
	if err := a.worthOne(in, s, a.it.Options); err != nil {
		return err
	}
	a.it.Stem, err = a.stem(nil, true)
	return err
}

// options are an interaction's choices with their texts.
func (a *attempt) options(in *interaction, right func(id string) bool) ([]content.Option, error) {
	var out []content.Option
	for _, c := range in.choices {
		text, err := a.text(c.node)
		if err != nil {
			return nil, err
		}
		out = append(out, content.Option{Text: text, Right: right(c.id)})
	}
	return keyed(out), nil
}

// several makes a choice of several, or of words in a text.
func (a *attempt) several(in *interaction, as content.ItemType) error {
	slots := a.picks(in)
	if err := a.try(slots, a.says(in)); err != nil {
		return err
	}
	right, err := a.chosen(in, slots)
	if err != nil {
		return err
	}
	a.it.Type, a.it.Fixed = as, in.fixed()
	if a.it.Options, err = a.options(in, func(id string) bool { return slices.Contains(right, id) }); err != nil {
		return err
	}
	if err := a.tell(in); err != nil {
		return err
	}
	if err := a.worthEach(in); err != nil {
		return err
	}
	if as == content.HotText {
		return nil
	}
	a.it.Stem, err = a.stem(nil, true)
	return err
}

// chosen are the choices that belong to the right response. Where others may be added without loss, as mappings that give
// wrong ones nothing allow, the declared response is the right one, or the smallest.
func (a *attempt) chosen(in *interaction, slots []*slot) ([]string, error) {
	declared := a.right(in.id)
	var right []string
	for i, s := range slots {
		free := len(s.right) > 1
		switch {
		case free && !declared.null() && s.declared != "":
			right = append(right, s.declared)
		case free:
		case a.runs.best[i] != "":
			right = append(right, a.runs.best[i])
		}
	}
	if len(right) == 0 {
		return nil, unsupported("it is right to choose nothing")
	}
	return right, nil
}

// tell gives each option the feedback that choosing it alone brings, and the item what all wrong ones share.
func (a *attempt) tell(in *interaction) error {
	var err error
	if a.it.Right, err = a.tellOf(a.runs.best); err != nil {
		return err
	}
	var wrong []string
	for i, c := range in.choices {
		if a.it.Options[i].Right && a.it.Type == content.Choice {
			continue
		}
		v := single(in.base, c.id)
		if in.card != "single" {
			v.card = "multiple"
		}
		o, err := a.mark(map[string]value{in.id: v})
		if err != nil {
			return err
		}
		said, err := a.told(o)
		if err != nil {
			return err
		}
		if !a.it.Options[i].Right {
			a.it.Options[i].Feedback = said
			wrong = append(wrong, said)
		}
	}
	if len(wrong) > 0 && len(slices.Compact(slices.Clone(wrong))) == 1 {
		a.it.Wrong = wrong[0]
		for i := range a.it.Options {
			a.it.Options[i].Feedback = ""
		}
	}
	return nil
}

// tellOf is the feedback on decisions.
func (a *attempt) tellOf(decisions []string) (string, error) {
	o, err := a.runs.outcome(decisions)
	if err != nil {
		return "", err
	}
	return a.told(o)
}

// tellAll sets the feedback on a right response, and on one in which every decision is a wrong one.
func (a *attempt) tellAll() error {
	var err error
	if a.it.Right, err = a.tellOf(a.runs.best); err != nil {
		return err
	}
	wrong := make([]string, len(a.runs.slots))
	for i, s := range a.runs.slots {
		if wrong[i] = s.wrong; s.wrong != "" {
			continue
		}
		for _, c := range s.candidates {
			if !slices.Contains(s.right, c) {
				wrong[i] = c
				break
			}
		}
	}
	a.it.Wrong, err = a.tellOf(wrong)
	return err
}

// hottext makes spans of the text to choose from.
func (a *attempt) hottext(in *interaction) error {
	one := in.card == "single"
	if one { // one span is a choice of several with one right: what marks it must see one member alone
		s := a.pick(in)
		if err := a.try([]*slot{s}, a.says(in)); err != nil {
			return err
		}
		right, err := s.one("it")
		if err != nil {
			return err
		}
		a.it.Type = content.HotText
		if a.it.Options, err = a.options(in, func(id string) bool { return id == right }); err != nil {
			return err
		}
		if err := a.tell(in); err != nil {
			return err
		}
	} else if err := a.several(in, content.HotText); err != nil {
		return err
	}
	put := map[*xmltree.Node]string{}
	for i, c := range in.choices {
		put[c.node] = gapMark(i)
	}
	var err error
	a.it.Stem, err = a.stem(put, false)
	return err
}

func gapMark(i int) string { return "{{" + itoa(i+1) + "}}" }

// gapMarks are the marks of gaps in a text.
var gapMarks = regexp.MustCompile(`\{\{\d{1,3}\}\}`)
