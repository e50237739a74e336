package store

import (
	"slices"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A counted is an attempt as learn.attempt keeps it: a link of its unit's chain, which runs from the last in order
// back to the first.
type counted struct {
	learning.Attempt
	Order learning.Order
	Prev  learning.Order // zero: the first
	Stamp clock.Stamp
}

// A place is where the events of one learner with one resource are folded.
type place struct {
	kv       KV
	school   string
	learner  learnerKey
	resource content.ResourceID
	key      []byte // of its unit
}

func placeOf(kv KV, school string, l learning.PersonID, r content.ResourceID) place {
	p := place{kv: kv, school: school, learner: learnerOf(school, l), resource: r}
	p.key = unitKey(resourceOf(r), p.learner)
	return p
}

// total is the learner's.
func (p place) total() total { return readTotal(p.kv.Get(totalBucket, p.learner[:])) }

// unit is what is held of it, nil when untouched; t is the learner's total.
func (p place) unit(t *total) []byte {
	if t.Unit != nil && t.Hot == resourceOf(p.resource) {
		return t.Unit
	}
	return p.kv.Get(unitBucket, p.key)
}

// change runs f on the unit and keeps it, the totals and the first touch in step.
func (p place) change(e *segment.Event, course content.CourseID, f func(u *unit)) {
	t := p.total()
	old := p.unit(&t)
	before := readUnit(old)
	u := readUnit(old)
	u.touch(learning.OrderOf(e), e.Stamp, course)
	f(&u)
	if old == nil {
		p.kv.Put(touchedBucket, touchedKey(p.learner, resourceOf(p.resource)), []byte(p.resource))
	}
	p.put(&t, &u)
	p.sum(&t, &before, &u, old == nil)
	p.kv.Put(totalBucket, p.learner[:], t.encode())
	awake(p.kv, e.Stamp)
}

// put keeps the unit: in the total when it is the one used last, else in its own place. Which of the two follows from
// the units alone.
func (p place) put(t *total, u *unit) {
	r := resourceOf(p.resource)
	hot := readUnit(t.Unit)
	switch {
	case t.Unit == nil || t.Hot == r:
		t.Hot, t.Unit = r, u.encode()
	case u.Last.After(hot.Last):
		p.kv.Put(unitBucket, unitKey(t.Hot, p.learner), t.Unit)
		p.kv.Delete(unitBucket, p.key)
		t.Hot, t.Unit = r, u.encode()
	default:
		p.kv.Put(unitBucket, p.key, u.encode())
	}
}

func applyAttempt(kv KV, school string, e *segment.Event) error {
	a, err := learning.ParseAttempt(e)
	if err != nil {
		return err
	}
	p := placeOf(kv, school, a.Learner, a.Resource)
	c := counted{Attempt: a, Order: learning.OrderOf(e), Stamp: e.Stamp}
	p.change(e, a.Course, func(u *unit) { p.count(u, c) })
	return nil
}

// count adds an attempt to its unit unless its id was counted by an earlier one. One that belongs before others has
// the unit folded anew.
func (p place) count(u *unit, c counted) {
	if c.Order.After(u.Tail) {
		if p.has(u, c.ID) {
			return
		}
		c.Prev = u.Tail
		p.keep(u, c)
		p.account(c, 1)
		return
	}
	chain := p.chain(u.Tail)
	if i := slices.IndexFunc(chain, func(x counted) bool { return x.ID == c.ID }); i >= 0 {
		if !chain[i].Order.After(c.Order) {
			return
		}
		p.account(chain[i], -1)
		p.kv.Delete(attemptBucket, chain[i].Order[:])
		chain = slices.Delete(chain, i, i+1)
	}
	i, _ := slices.BinarySearchFunc(chain, c.Order, func(x counted, o learning.Order) int { return x.Order.Compare(o) })
	p.account(c, 1)
	p.refold(u, slices.Insert(chain, i, c))
}

// refold folds a unit's attempts from the first, mending the chain where it changed.
func (p place) refold(u *unit, chain []counted) {
	u.Seen, u.Mastery, u.Tail, u.Answered = seen{}, learning.Mastery{}, learning.Order{}, 0
	for _, c := range chain {
		changed := c.Prev != u.Tail
		c.Prev = u.Tail
		p.fold(u, c)
		if changed || p.kv.Get(attemptBucket, c.Order[:]) == nil {
			p.kv.Put(attemptBucket, c.Order[:], c.encode())
		}
	}
}

// keep stores an attempt and folds it as the last of its unit.
func (p place) keep(u *unit, c counted) {
	p.kv.Put(attemptBucket, c.Order[:], c.encode())
	p.fold(u, c)
}

func (p place) fold(u *unit, c counted) {
	base, n := idHash(c.ID)
	u.Seen.add(base, n)
	u.Mastery.Step(&c.Attempt, c.Stamp)
	u.Tail = c.Order
	u.Answered += c.Tenths
}

// chain is a unit's counted attempts, in order.
func (p place) chain(tail learning.Order) (out []counted) {
	for c := p.get(tail); c != nil; c = p.get(c.Prev) {
		out = append(out, *c)
	}
	slices.Reverse(out)
	return out
}

// has reports whether an attempt id is counted in the unit.
func (p place) has(u *unit, id learning.AttemptID) bool {
	found, sure := u.Seen.has(idHash(id))
	if sure {
		return found
	}
	for c := p.get(u.Tail); c != nil; c = p.get(c.Prev) {
		if c.ID == id {
			return true
		}
	}
	return false
}

func (p place) get(o learning.Order) *counted {
	if o == (learning.Order{}) {
		return nil
	}
	b := p.kv.Get(attemptBucket, o[:])
	if b == nil {
		return nil
	}
	c := readCounted(b)
	c.Order = o
	return &c
}
