package qti

import (
	"math"

	"lamplight/content"
)

// worthOne gives wrong choices that are partly right what they are worth.
func (a *attempt) worthOne(in *interaction, s *slot, options []content.Option) error {
	at := 0
	for i, t := range a.runs.slots {
		if t == s {
			at = i
		}
	}
	decisions := append([]string(nil), a.runs.best...)
	for i, c := range in.choices {
		if options[i].Right {
			continue
		}
		decisions[at] = c.id
		score, err := a.runs.score(decisions)
		if err != nil {
			return err
		}
		decisions[at] = ""
		without, err := a.runs.score(decisions)
		if err != nil {
			return err
		}
		if gain := a.runs.full - without; gain > tiny {
			options[i].Credit = min(max(basis((score-without)/gain), 0), int(content.FullScore)-1)
		}
	}
	return nil
}

// basis is a share in basis points, rounded down but for what floating point leaves behind.
func basis(share float64) int {
	return int(math.Floor(share*float64(content.FullScore) + 1e-6))
}

// worthEach gives the choices of several what each adds or takes, where the marking adds them up; where it wants all of them
// or nothing, parts are made next to worthless.
func (a *attempt) worthEach(in *interaction) error {
	gains, err := a.gains(in)
	if err != nil {
		return err
	}
	sum, rights := 0.0, 0
	for i, g := range gains {
		if a.it.Options[i].Right {
			sum += g
			rights++
		}
	}
	even := true
	for i, g := range gains {
		want := 1 / float64(rights)
		if !a.it.Options[i].Right {
			want = -want
		}
		even = even && math.Abs(g-want) < 1e-6
	}
	switch {
	case even || rights == 1 && sum < 1+1e-6 && !a.partial(gains):
	case math.Abs(sum-1) < 1e-6:
		for i, g := range gains {
			a.it.Options[i].Credit = credit(a.it.Options[i].Right, g)
		}
	case sum > 1+1e-6: // every one that is missing costs all
		for i := range gains {
			a.it.Options[i].Credit = credit(a.it.Options[i].Right, -1)
		}
	}
	return nil
}

// gains are what each right choice adds to the others that are right, and each wrong one beside all right ones takes (below
// 0), as shares of full marks.
func (a *attempt) gains(in *interaction) ([]float64, error) {
	t := a.runs
	right := make([]string, len(t.slots)) // best may hold what adds nothing besides
	for i, c := range in.choices {
		if a.it.Options[i].Right {
			right[i] = c.id
		}
	}
	whole, err := t.score(right)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(t.slots))
	for i, c := range in.choices {
		d := append([]string(nil), right...)
		if d[i] = c.id; right[i] != "" {
			d[i] = ""
		}
		other, err := t.score(d)
		if err != nil {
			return nil, err
		}
		if out[i] = (other - whole) / (t.full - max(t.blank, 0)); right[i] != "" {
			out[i] = -out[i]
		}
	}
	return out, nil
}

// partial says whether a wrong choice beside the right one leaves something.
func (a *attempt) partial(gains []float64) bool {
	for i, g := range gains {
		if !a.it.Options[i].Right && g > -1+1e-6 {
			return true
		}
	}
	return false
}

// credit is a gain as an option has it: never 0, which says nothing.
func credit(right bool, gain float64) int {
	if right {
		return min(max(basis(gain), 1), int(content.FullScore))
	}
	return max(min(basis(gain), -1), -int(content.FullScore))
}

// weigh gives gaps their weights, where the marking adds them up unevenly.
func (a *attempt) weigh() error {
	t := a.runs
	var gains []float64
	sum, most := 0.0, 0.0
	for i := range t.slots {
		d := append([]string(nil), t.best...)
		d[i] = ""
		score, err := t.score(d)
		if err != nil {
			return err
		}
		gain := (t.full - score) / t.full
		gains = append(gains, gain)
		sum += gain
		most = max(most, gain)
	}
	if math.Abs(sum-1) > 1e-6 || most <= 0 {
		return nil
	}
	for scale := 1; scale <= 100; scale++ { // the smallest whole numbers in the same proportion
		fits := true
		for _, g := range gains {
			w := g / most * float64(scale)
			fits = fits && math.Abs(w-math.Round(w)) < 1e-3 && w > 0.5
		}
		if !fits {
			continue
		}
		for i, g := range gains {
			if w := int(math.Round(g / most * float64(scale))); scale > 1 || w > 1 {
				a.it.Gaps[i].Weight = w
			}
		}
		return nil
	}
	return nil
}
