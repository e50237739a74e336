package qti

import (
	"math/big"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/content/xmltree"
)

// A span is a range of numbers of one worth, as its middle and half its width.
type span struct {
	middle, half *big.Rat
	score        float64
}

// numberGap is a gap to type a number into. The ranges that are right, wholly or in part, are found by trying numbers at
// and between all places where the marking can change: at the constants it holds, and as far from each other as they say.
func (a *attempt) numberGap(in *interaction, i int) (content.Gap, error) {
	g := content.Gap{Type: content.Number}
	d := slices.Clone(a.runs.best)
	d[i] = ""
	without, err := a.runs.score(d)
	if err != nil {
		return g, err
	}
	spans, err := a.spans(in, i, without)
	if err != nil {
		return g, err
	}
	for _, s := range spans {
		tolerance := ""
		if s.half.Sign() > 0 {
			tolerance = decimal(s.half)
		}
		worth := basis((s.score - without) / (a.runs.full - without))
		switch {
		case worth >= int(content.FullScore) && len(g.Answers) == 0:
			g.Answers, g.Tolerance = []string{decimal(s.middle)}, tolerance
		case worth >= int(content.FullScore) && tolerance == g.Tolerance:
			g.Answers = append(g.Answers, decimal(s.middle))
		case worth >= 1 && len(g.Accepts) < 20:
			g.Accepts = append(g.Accepts, content.Accept{Answer: decimal(s.middle), Tolerance: tolerance, Worth: content.Score(min(worth, int(content.FullScore)))})
		}
	}
	if len(g.Answers) == 0 {
		return g, errNoAnswer
	}
	return g, nil
}

// spans are the ranges of numbers that are given more than nothing, the others of the question's answers being right.
func (a *attempt) spans(in *interaction, i int, without float64) ([]span, error) {
	points := a.turns(in, a.runs.slots[i])
	if in.base == "integer" {
		points = integers(points)
	}
	if len(points) == 0 {
		return nil, errNoAnswer
	}
	tries := between(points)
	d := slices.Clone(a.runs.best)
	var out []span
	from, last := -1, without
	for k, x := range tries {
		d[i] = decimal(x)
		score, err := a.runs.score(d)
		if err != nil {
			return nil, err
		}
		edge := k == 0 || k == len(tries)-1
		if edge && score > without+tiny {
			return nil, unsupported("any number above or below a limit is right")
		}
		if from >= 0 && (score > last+tiny || score < last-tiny) {
			out = append(out, width(tries, from, k-1, last))
			from = -1
		}
		if from < 0 && score > without+tiny {
			from = k
		}
		last = score
	}
	return out, nil
}

// between are the places and the middles between them, and one beyond either end. Places stand at odd indices.
func between(points []*big.Rat) []*big.Rat {
	one, two := big.NewRat(1, 1), big.NewRat(2, 1)
	out := []*big.Rat{new(big.Rat).Sub(points[0], one)}
	for i, p := range points {
		out = append(out, p)
		if i+1 < len(points) {
			m := new(big.Rat).Add(p, points[i+1])
			out = append(out, m.Quo(m, two))
		}
	}
	return append(out, new(big.Rat).Add(points[len(points)-1], one))
}

// width is the span from one try to another. An end between two places reaches to just inside the next place: ends that are
// not right themselves ("more than 2") are met but for a millionth.
func width(tries []*big.Rat, from, to int, score float64) span {
	end := func(k, side int) *big.Rat {
		if k%2 == 1 || k == 0 || k == len(tries)-1 {
			return tries[k]
		}
		gap := new(big.Rat).Sub(tries[k+side], tries[k])
		return gap.Add(tries[k], gap.Mul(gap, big.NewRat(999_999, 1_000_000)))
	}
	low, top := end(from, -1), end(to, 1)
	middle := new(big.Rat).Add(low, top)
	middle.Quo(middle, big.NewRat(2, 1))
	return span{middle, new(big.Rat).Sub(top, middle), score}
}

// turns are the numbers at which the marking can change, sorted.
func (a *attempt) turns(in *interaction, s *slot) []*big.Rat {
	var centres, widths []*big.Rat
	for _, c := range s.candidates {
		if r, ok := ratio(c); ok {
			centres = append(centres, r)
		}
	}
	for _, c := range a.widths() {
		if r, ok := ratio(c); ok && r.Sign() != 0 {
			widths = append(widths, r)
		}
	}
	centres, widths = centres[:min(len(centres), 24)], widths[:min(len(widths), 24)]
	seen := map[string]bool{}
	var out []*big.Rat
	add := func(r *big.Rat) {
		if key := r.RatString(); !seen[key] {
			seen[key] = true
			out = append(out, r)
		}
	}
	for _, c := range centres {
		add(c)
		for _, w := range widths {
			share := new(big.Rat).Mul(c, w)
			share.Quo(share, big.NewRat(100, 1))
			for _, d := range []*big.Rat{w, share, new(big.Rat).Quo(w, big.NewRat(2, 1))} {
				add(new(big.Rat).Add(c, d))
				add(new(big.Rat).Sub(c, d))
			}
			add(new(big.Rat).Mul(c, w))
		}
	}
	arrange.By(out, (*big.Rat).Cmp)
	return out
}

// integers are the whole numbers at and beside points.
func integers(points []*big.Rat) []*big.Rat {
	seen := map[string]bool{}
	var out []*big.Rat
	for _, p := range points {
		f := new(big.Int).Div(p.Num(), p.Denom())
		for d := int64(-1); d <= 1; d++ {
			x := new(big.Rat).SetInt(new(big.Int).Add(f, big.NewInt(d)))
			if key := x.RatString(); !seen[key] {
				seen[key] = true
				out = append(out, x)
			}
		}
	}
	arrange.By(out, (*big.Rat).Cmp)
	return out
}

func ratio(s string) (*big.Rat, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 40 || strings.ContainsAny(s, "/_xXpP") {
		return nil, false
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 && len(s)-i > 3 {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// decimal writes a number as our expressions read it, in at most 15 places.
func decimal(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	s := strings.TrimRight(r.FloatString(15), "0")
	return strings.TrimSuffix(s, ".")
}

// entry makes one field: a number behind its question, or a gap where the text goes on behind it.
func (a *attempt) entry(in *interaction) error { return a.gaps([]*interaction{in}) }

// slide makes a number of a slider.
func (a *attempt) slide(in *interaction) error {
	if in.card != "single" {
		return unsupported("its response is a list (%s)", in.card)
	}
	s := a.typing(in)
	a.runs = &trial{mark: a.mark, slots: []*slot{s}}
	if err := a.runs.solve(s.candidates[:min(1, len(s.candidates))]); err != nil {
		return err
	}
	g, err := a.numberGap(in, 0)
	if err != nil {
		return err
	}
	a.it.Type, a.it.Answers, a.it.Tolerance, a.it.Accepts = content.Number, g.Answers, g.Tolerance, g.Accepts
	if err := a.tellAll(); err != nil {
		return err
	}
	stem, err := a.stem(map[*xmltree.Node]string{}, true)
	if err != nil {
		return err
	}
	low, top := trim(in.node.Attr("lowerBound")), trim(in.node.Attr("upperBound"))
	_, ok := ratio(low)
	_, ok2 := ratio(top)
	if ok && ok2 {
		minus := strings.NewReplacer("-", "−")
		stem = strings.TrimSpace(stem) + "\n\n" + minus.Replace(low) + " – " + minus.Replace(top)
	}
	a.it.Stem = strings.TrimSpace(stem)
	return nil
}
