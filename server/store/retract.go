package store

import (
	"slices"

	"lamplight/server/learning"
	"lamplight/sync/segment"
)

// retracted stands in learn.id where an attempt was taken back, whether it has come or not.
const retracted = "-"

// applyRetraction takes an attempt out, and keeps it out when it comes later.
func applyRetraction(kv KV, school string, e *segment.Event) error {
	x, err := learning.ParseRetraction(e)
	if err != nil {
		return err
	}
	p := placeAt(kv, school, learnerOf(school, x.Learner), "")
	key := idKey(p.learner, x.ID)
	held := kv.Get(idBucket, key)
	if len(held) == 8 {
		p.elsewhere(held).takeBack(x.ID)
	}
	kv.Put(idBucket, key, []byte(retracted))
	return nil
}

// takeBack folds the unit anew without an attempt.
func (p place) takeBack(id learning.AttemptID) {
	p.alter(func(u *unit) {
		chain := p.chain(u.Tail)
		if i := slices.IndexFunc(chain, func(c counted) bool { return c.ID == id }); i >= 0 {
			p.refold(u, p.drop(chain, i))
		}
	})
}

// enteredFor reports whether an attempt is counted and was entered by somebody else than its learner.
func (v viewer) enteredFor(learner learning.PersonID, id learning.AttemptID) bool {
	p := placeAt(v.kv, v.school, learnerOf(v.school, learner), "")
	held := v.kv.Get(idBucket, idKey(p.learner, id))
	if len(held) != 8 {
		return false
	}
	p = p.elsewhere(held)
	t := p.total()
	u := readUnit(p.unit(&t))
	return slices.ContainsFunc(p.chain(u.Tail), func(c counted) bool { return c.ID == id && c.By != "" })
}
