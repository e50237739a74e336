package qti

import (
	"fmt"
	"slices"
)

// A slot is one decision of a learner: which choice, what goes into a gap, whether an option is among those chosen.
//
// What is right is not read out of the marking rules but found by trying them, so it does not matter how they are
// written: the right decisions are those that are given most.
type slot struct {
	candidates []string // what may be decided, besides nothing ("")
	declared   string   // what the declared correct response says, "" nothing
	wrong      string   // a decision that nobody takes, "" when there is none: of what is typed
	put        func(response map[string]value, decision string)

	right []string // decisions that are given full marks while all others are right, the declared one first
}

// A trial marks decisions.
type trial struct {
	mark  func(map[string]value) (outcome, error)
	slots []*slot
	full  float64
	blank float64
	best  []string // right decisions
}

const (
	maxSlots = 60
	tiny     = 1e-9
)

func (t *trial) score(decisions []string) (float64, error) {
	o, err := t.outcome(decisions)
	return o.score, err
}

func (t *trial) outcome(decisions []string) (outcome, error) {
	response := map[string]value{}
	for i, s := range t.slots {
		if decisions[i] != "" {
			s.put(response, decisions[i])
		}
	}
	return t.mark(response)
}

// solve finds what is right. starts are responses to begin with besides the declared one, each a decision per slot.
func (t *trial) solve(starts ...[]string) error {
	if len(t.slots) == 0 || len(t.slots) > maxSlots {
		return unsupported("it asks for %d answers at once, and 1 to %d can be", len(t.slots), maxSlots)
	}
	blank := make([]string, len(t.slots))
	declared := slices.Clone(blank)
	for i, s := range t.slots {
		declared[i] = s.declared
	}
	var err error
	if t.blank, err = t.score(blank); err != nil {
		return err
	}
	t.best, t.full = declared, t.blank
	for i, start := range append([][]string{declared, blank}, starts...) {
		if len(start) != len(t.slots) {
			continue
		}
		score, err := t.score(start)
		if err != nil {
			return err
		}
		if i == 0 || score > t.full+tiny {
			t.best, t.full = slices.Clone(start), score
		}
	}
	if err := t.climb(); err != nil {
		return err
	}
	if t.full <= t.blank+tiny {
		return errNoAnswer
	}
	return t.rights()
}

// climb changes one decision after the other while that is given more.
func (t *trial) climb() error {
	for range 3 {
		better := false
		for i, s := range t.slots {
			for _, c := range append([]string{""}, s.candidates...) {
				old := t.best[i]
				if c == old {
					continue
				}
				t.best[i] = c
				score, err := t.score(t.best)
				if err != nil {
					return err
				}
				if score > t.full+tiny {
					t.full, better = score, true
				} else {
					t.best[i] = old
				}
			}
		}
		if !better {
			return nil
		}
	}
	return nil
}

// rights finds for each slot all decisions that are as good as the right one.
func (t *trial) rights() error {
	for i, s := range t.slots {
		s.right = []string{t.best[i]}
		decisions := slices.Clone(t.best)
		for _, c := range append([]string{""}, s.candidates...) {
			if c == t.best[i] {
				continue
			}
			decisions[i] = c
			score, err := t.score(decisions)
			if err != nil {
				return err
			}
			if score >= t.full-tiny {
				s.right = append(s.right, c)
			}
		}
	}
	return nil
}

// one is the only right decision of a slot.
func (s *slot) one(what string) (string, error) {
	switch {
	case len(s.right) > 1 && slices.Contains(s.right, ""):
		return "", unsupported("%s may be left out and is still right", what)
	case len(s.right) > 1:
		return "", unsupported("%s has %d answers that are equally right", what, len(s.right))
	}
	return s.right[0], nil
}

// alone says whether the slots can be judged each by itself: any right decisions together are right, and right ones in
// each other's place are not.
func (t *trial) alone() error {
	for i := range t.slots {
		for j := range t.slots[:i] {
			if err := t.pair(j, i); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *trial) pair(i, j int) error {
	try := func(a, b string) (bool, error) {
		d := slices.Clone(t.best)
		d[i], d[j] = a, b
		score, err := t.score(d)
		return score >= t.full-tiny, err
	}
	a, b := t.slots[i], t.slots[j]
	depend := fmt.Sprintf("its answers %d and %d depend on each other", i+1, j+1)
	for _, x := range a.right[:min(4, len(a.right))] {
		for _, y := range b.right[:min(4, len(b.right))] {
			if ok, err := try(x, y); err != nil {
				return err
			} else if !ok {
				return unsupported("%s", depend)
			}
		}
	}
	if slices.Contains(a.right, t.best[j]) && slices.Contains(b.right, t.best[i]) {
		return nil
	}
	if slices.Contains(a.candidates, t.best[j]) || slices.Contains(b.candidates, t.best[i]) {
		if ok, err := try(t.best[j], t.best[i]); err != nil {
			return err
		} else if ok {
			return unsupported("%s", depend)
		}
	}
	return nil
}
