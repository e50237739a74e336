package qti

import (
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/xmltree"
)

func itoa(n int) string { return strconv.Itoa(n) }

// pairing is a slot for each of from, whose decisions are those of to; pair writes the two as the response has them.
func pairing(in *interaction, right value, from, to []choice, pair func(f, t string) string) []*slot {
	var out []*slot
	for _, f := range from {
		s := &slot{put: func(r map[string]value, d string) {
			v := r[in.id]
			r[in.id] = value{in.base, "multiple", append(slices.Clone(v.members), pair(f.id, d))}
		}}
		for _, t := range to {
			if t.id == f.id {
				continue
			}
			s.candidates = append(s.candidates, t.id)
			if holds(right, in.base, pair(f.id, t.id)) {
				s.declared = t.id
			}
		}
		out = append(out, s)
	}
	return out
}

// degree is how many of the right pairs each choice stands in.
func degree(pairs []string) map[string]int {
	out := map[string]int{}
	for _, p := range pairs {
		for _, id := range strings.Fields(p) {
			out[id]++
		}
	}
	return out
}

// pairsOf are the right pairs as declared, else those that the mapping or the rules give something.
func (a *attempt) pairsOf(in *interaction) []string {
	if v := a.right(in.id); !v.null() {
		return v.members
	}
	var out []string
	for _, p := range a.says(in) {
		if len(strings.Fields(p)) == 2 {
			out = append(out, p)
		}
	}
	return out
}

// match makes two lists to be matched. Each of one side must belong to exactly one of the other.
func (a *attempt) match(in *interaction) error {
	pairs := a.pairsOf(in)
	right := value{in.base, "multiple", pairs}
	deg := degree(pairs)
	once := func(list []choice) bool {
		return len(list) > 0 && !slices.ContainsFunc(list, func(c choice) bool { return deg[c.id] != 1 })
	}
	forward := func(f, t string) string { return f + " " + t }
	backward := func(f, t string) string { return t + " " + f }
	switch {
	case once(in.choices):
		return a.placed(in, pairing(in, right, in.choices, in.targets, forward), in.choices, in.targets)
	case once(in.targets):
		return a.placed(in, pairing(in, right, in.targets, in.choices, backward), in.targets, in.choices)
	}
	return unsupported("something in it belongs to several others, or to none")
}

// associate makes pairs of one list: one of each pair is to be matched to the other.
func (a *attempt) associate(in *interaction) error {
	pairs := a.pairsOf(in)
	deg := degree(pairs)
	var from, to []choice
	taken := map[string]bool{}
	for _, p := range pairs {
		ends := strings.Fields(p)
		if len(ends) != 2 {
			return unsupported("a right pair is %.40q", p)
		}
		if taken[ends[0]] || deg[ends[0]] > 1 && deg[ends[1]] == 1 {
			ends[0], ends[1] = ends[1], ends[0]
		}
		if deg[ends[0]] != 1 || taken[ends[0]] {
			return unsupported("something in it belongs to several others")
		}
		taken[ends[0]] = true
	}
	for _, c := range in.choices {
		if taken[c.id] {
			from = append(from, c)
		} else {
			to = append(to, c)
		}
	}
	pair := func(f, t string) string { return f + " " + t }
	return a.placed(in, pairing(in, value{in.base, "multiple", pairs}, from, to, pair), from, to)
}

// placed makes a matching of from to to: pairs where each of to is taken once, else categories.
func (a *attempt) placed(in *interaction, slots []*slot, from, to []choice) error {
	if err := a.try(slots, nil); err != nil {
		return err
	}
	lefts, err := a.texts(from)
	if err != nil {
		return err
	}
	rights, err := a.texts(to)
	if err != nil {
		return err
	}
	at := make([]int, len(from)) // of to, for each of from
	for i, s := range slots {
		right, err := s.one(lefts[i])
		if err != nil {
			return err
		}
		if at[i] = slices.IndexFunc(to, func(c choice) bool { return c.id == right }); at[i] < 0 {
			return unsupported("%.60q is to be left over", lefts[i])
		}
	}
	if err := a.listable(rights); err != nil {
		return err
	}
	if err := a.tellAll(); err != nil {
		return err
	}
	a.arrange(lefts, rights, at)
	a.it.Stem, err = a.stem(nil, true)
	return err
}

// arrange writes lefts and where each belongs: as Categorise when several belong to one, else as Match.
func (a *attempt) arrange(lefts, rights []string, at []int) {
	used := map[int]bool{}
	for _, i := range at {
		used[i] = true
	}
	if len(used) < len(lefts) {
		a.it.Type, a.it.Categories = content.Categorise, rights
		for i, l := range lefts {
			a.it.Options = append(a.it.Options, content.Option{Text: l, Category: at[i]})
		}
		keyed(a.it.Options)
		return
	}
	a.it.Type = content.Match
	for i, l := range lefts {
		a.it.Pairs = append(a.it.Pairs, content.Pair{Left: l, Right: rights[at[i]]})
	}
	for i, r := range rights {
		if !used[i] {
			a.it.Distractors = append(a.it.Distractors, r)
		}
	}
}

func (a *attempt) texts(list []choice) ([]string, error) {
	var out []string
	for _, c := range list {
		text, err := a.text(c.node)
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, nil
}

// listable refuses texts that a drop-down list cannot tell apart: it shows words alone, of a picture what it shows.
func (a *attempt) listable(texts []string) error {
	for i, t := range texts {
		if strings.Contains(t, "![](") {
			return unsupported("a picture that is to be chosen from a list has no words")
		}
		if slices.Contains(texts[:i], t) {
			return unsupported("two of its choices are both %.60q", t)
		}
	}
	return nil
}

// gapMatch makes gaps in a text with a list of words for each.
func (a *attempt) gapMatch(in *interaction) error {
	right := value{in.base, "multiple", a.pairsOf(in)}
	slots := pairing(in, right, in.targets, in.choices, func(gap, word string) string { return word + " " + gap })
	if err := a.try(slots, nil); err != nil {
		return err
	}
	words, err := a.texts(in.choices)
	if err != nil {
		return err
	}
	if err := a.listable(words); err != nil {
		return err
	}
	put := map[*xmltree.Node]string{}
	for i, s := range slots {
		right, err := s.one("gap " + itoa(i+1))
		if err != nil {
			return err
		}
		if right == "" {
			return unsupported("gap %d is to be left empty", i+1)
		}
		var options []content.Option
		for j, c := range in.choices {
			options = append(options, content.Option{Text: words[j], Right: c.id == right})
		}
		a.it.Gaps = append(a.it.Gaps, content.Gap{Options: keyed(options)})
		put[in.targets[i].node] = gapMark(i)
	}
	if err := a.tellAll(); err != nil {
		return err
	}
	if err := a.weigh(); err != nil {
		return err
	}
	a.it.Type = content.InlineChoice
	a.it.Stem, err = a.stem(put, false)
	return err
}
