package qti

import (
	"slices"
	"strings"
	"unicode"

	"lamplight/content"
	"lamplight/content/marking"
)

// typing is the slot of a text or number typed in: what the marking compares it with are its candidates.
func (a *attempt) typing(in *interaction) *slot {
	base := in.base
	if base == "" {
		base = "string"
	}
	s := &slot{wrong: "\u2205", put: func(r map[string]value, d string) { r[in.id] = single(base, d) }}
	if numeric(in) {
		s.wrong = "-987654321"
	}
	add := func(c string) {
		if c != "" && len(c) <= 500 && len(s.candidates) < 60 && !slices.Contains(s.candidates, c) {
			s.candidates = append(s.candidates, c)
		}
	}
	for i, m := range a.right(in.id).members {
		add(m)
		if i == 0 {
			s.declared = m
		}
	}
	if s.declared == "" {
		s.declared = a.best(in.id)
		add(s.declared)
	}
	for _, c := range a.says(in) {
		add(c)
	}
	return s
}

func numeric(in *interaction) bool { return in.base == "integer" || in.base == "float" }

// extended makes a field of a long answer that has one right text. One without is for a person to read.
func (a *attempt) extended(in *interaction) error {
	if a.right(in.id).null() && a.best(in.id) == "" && len(a.says(in)) == 0 {
		return unsupported("it is an open answer, which a person must read")
	}
	return a.gaps([]*interaction{in})
}

// typedGap is a gap to type a text or a number into.
func (a *attempt) typedGap(in *interaction, i int) (content.Gap, error) {
	if numeric(in) {
		return a.numberGap(in, i)
	}
	s := a.runs.slots[i]
	if slices.Contains(s.right, "") {
		return content.Gap{}, unsupported("gap %d may be left empty and is still right", i+1)
	}
	var g content.Gap
	for _, r := range s.right {
		g.Answers = append(g.Answers, marking.Literal(trim(r)))
		a.it.AccentSense = a.it.AccentSense || !pointed(r)
	}
	var err error
	if g.CaseSense, err = a.exact(i); err != nil {
		return g, err
	}
	g.Accepts, err = a.partly(i)
	return g, err
}

// exact finds whether letter case matters in a gap, by trying.
//
// Accents matter as they do in QTI, where texts are compared sign by sign; but vowel points that people do not type (of
// Arabic and Hebrew) do not.
func (a *attempt) exact(i int) (bool, error) {
	d := slices.Clone(a.runs.best)
	for _, r := range a.runs.slots[i].right {
		for _, other := range []string{strings.ToUpper(r), strings.ToLower(r)} {
			if other == r {
				continue
			}
			d[i] = other
			score, err := a.runs.score(d)
			if err != nil || score < a.runs.full-tiny {
				return true, err
			}
		}
	}
	return false, nil
}

// pointed says whether a text has marks that its readers leave out in writing.
func pointed(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Mn, r) && r >= 0x591 && r <= 0x670 })
}

// partly are the texts that are worth something and not all.
func (a *attempt) partly(i int) ([]content.Accept, error) {
	d := slices.Clone(a.runs.best)
	d[i] = ""
	without, err := a.runs.score(d)
	if err != nil {
		return nil, err
	}
	var out []content.Accept
	for _, c := range a.runs.slots[i].candidates {
		if slices.Contains(a.runs.slots[i].right, c) || len(out) >= 20 {
			continue
		}
		d[i] = c
		o, err := a.runs.outcome(d)
		if err != nil {
			return nil, err
		}
		worth := basis((o.score - without) / (a.runs.full - without))
		if worth < 1 {
			continue
		}
		said, err := a.told(o)
		if err != nil {
			return nil, err
		}
		out = append(out, content.Accept{Answer: marking.Literal(trim(c)), Worth: content.Score(worth), Feedback: said})
	}
	return out, nil
}

// mistakes are the wrong answers that the marking knows by name and says something of.
func (a *attempt) mistakes(list []*interaction) error {
	for i, s := range a.runs.slots {
		for _, c := range s.candidates {
			if !typed(list[i]) || slices.Contains(s.right, c) || len(a.it.Mistakes) >= 20 || a.credited(i, c) {
				continue
			}
			d := slices.Clone(a.runs.best)
			d[i] = c
			said, err := a.tellOf(d)
			if err != nil {
				return err
			}
			if said != "" && said != a.it.Wrong && said != a.it.Right {
				a.it.Mistakes = append(a.it.Mistakes, content.Mistake{Answer: marking.Literal(trim(c)), Error: "known-" + itoa(len(a.it.Mistakes)+1), Feedback: said})
			}
		}
	}
	return nil
}

// credited says whether an answer is worth a part, and so says what it has to say itself.
func (a *attempt) credited(i int, answer string) bool {
	return slices.ContainsFunc(a.it.Gaps[i].Accepts, func(x content.Accept) bool { return x.Answer == marking.Literal(trim(answer)) })
}
