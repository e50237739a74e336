package store

import "slices"

// tellAll counts for a person with several records what a snapshot tells of any of them, where single answers are not here to
// be folded in their order: the record that got furthest says how far, and all say how much.
func (k pastKV) tellAll(u *unit, p place, held []heldUnit) {
	told := slices.ContainsFunc(held, func(x heldUnit) bool {
		_, row := k.row(x.learner, resourceOf(p.resource))
		return row != nil && x.Mastery.Attempts > uint64(len(placeAt(k.KV, p.school, x.learner, p.resource).chain(x.Tail)))
	})
	if !told {
		return
	}
	var attempts, correct, tries, right uint64
	best := held[0]
	for _, x := range held {
		m := &x.Mastery
		attempts, correct, tries, right = attempts+m.Attempts, correct+m.Correct, tries+m.Tries, right+m.Right
		if b := &best.Mastery; m.Mastered && !b.Mastered || m.Mastered == b.Mastered && m.Tries > b.Tries {
			best = x
		}
	}
	u.Mastery = best.Mastery
	u.Mastery.Attempts, u.Mastery.Correct, u.Mastery.Tries, u.Mastery.Right = attempts, correct, tries, right
}
