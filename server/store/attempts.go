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
	quiz     bool
	key      []byte // of its unit
}

func placeOf(kv KV, school string, l learning.PersonID, r content.ResourceID) place {
	return placeAt(kv, school, learnerOf(school, l), r)
}

func placeAt(kv KV, school string, l learnerKey, r content.ResourceID) place {
	return place{kv, school, l, r, learning.QuizOf(r) != "", unitKey(resourceOf(r), l)}
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

// change runs f on the unit an event is of, and notes that it happened.
func (p place) change(e *segment.Event, course content.CourseID, f func(u *unit)) {
	p.alter(func(u *unit) {
		u.touch(learning.OrderOf(e), e.Stamp, course)
		f(u)
	})
	awake(p.kv, e.Stamp)
}

// alter runs f on the unit and keeps it, the totals and the first touch in step.
func (p place) alter(f func(u *unit)) {
	t := p.total()
	old := p.unit(&t)
	before := readUnit(old)
	u := readUnit(old)
	f(&u)
	if old == nil {
		p.kv.Put(touchedBucket, touchedKey(p.learner, resourceOf(p.resource)), []byte(p.resource))
	}
	p.notePractised(&before, &u)
	p.noteLoose(&before, &u)
	p.put(&t, &u)
	p.sum(&t, &before, &u, old == nil)
	p.kv.Put(totalBucket, p.learner[:], t.encode())
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

// applyAttempt counts an attempt unless its id is counted already by an earlier one of its learner, be it in another
// resource: then only the touch is noted.
func applyAttempt(kv KV, school string, e *segment.Event) error {
	a, err := learning.ParseAttempt(e)
	if err != nil {
		return err
	}
	p := placeOf(kv, school, a.Learner, a.Resource)
	c := counted{Attempt: a, Order: learning.OrderOf(e), Stamp: e.Stamp}
	at := resourceOf(a.Resource)
	key := idKey(p.learner, a.ID)
	held := kv.Get(idBucket, key)
	if string(held) == retracted {
		p.change(e, a.Course, func(*unit) {})
		return nil
	}
	here := string(held) == string(at[:8])
	if held != nil && !here && !p.elsewhere(held).yield(&c) {
		p.change(e, a.Course, func(*unit) {})
		return nil
	}
	if !here {
		kv.Put(idBucket, key, at[:8])
	}
	p.change(e, a.Course, func(u *unit) { p.count(u, c, here) })
	return nil
}

// elsewhere is the place of the same learner that an id is counted in.
func (p place) elsewhere(resource []byte) place {
	var r string
	p.kv.Scan(touchedBucket, join(p.learner[:], resource), func(_, v []byte) bool {
		r = string(v)
		return false
	})
	return placeAt(p.kv, p.school, p.learner, content.ResourceID(r))
}

// yield takes the attempt with c's id out, when it comes after c. It reports whether c is to be counted, elsewhere.
func (p place) yield(c *counted) (yielded bool) {
	p.alter(func(u *unit) {
		chain := p.chain(u.Tail)
		i := slices.IndexFunc(chain, func(x counted) bool { return x.ID == c.ID })
		if i < 0 || c.Order.After(chain[i].Order) {
			return
		}
		yielded = true
		p.refold(u, p.drop(chain, i))
	})
	return yielded
}

// drop takes the i'th attempt out of a chain and of the folds.
func (p place) drop(chain []counted, i int) []counted {
	p.account(chain[i], -1)
	p.kv.Delete(attemptBucket, chain[i].Order[:])
	return slices.Delete(chain, i, i+1)
}

// count adds an attempt to its unit; known says that its id is counted here already, and then the earlier one stays. One
// that belongs before others has the unit folded anew.
func (p place) count(u *unit, c counted, known bool) {
	if !known && c.Order.After(u.Tail) {
		c.Prev = u.Tail
		p.keep(u, c)
		p.account(c, 1)
		switch {
		case !p.quiz:
		case u.handed(c.Try) != (learning.Order{}):
			p.settle(u)
		default:
			u.Loose = true
		}
		return
	}
	chain := p.chain(u.Tail)
	if i := slices.IndexFunc(chain, func(x counted) bool { return x.ID == c.ID }); i >= 0 {
		if !chain[i].Order.After(c.Order) {
			return
		}
		chain = p.drop(chain, i)
	}
	i, _ := slices.BinarySearchFunc(chain, c.Order, func(x counted, o learning.Order) int { return x.Order.Compare(o) })
	p.account(c, 1)
	p.refold(u, slices.Insert(chain, i, c))
}

// refold folds a unit's attempts from the first, mending the chain where it changed.
func (p place) refold(u *unit, chain []counted) {
	u.Mastery, u.Tail, u.Answered, u.Mark = learning.Mastery{}, learning.Order{}, 0, 0
	for _, t := range u.Tries {
		u.Mark += mark(t.Handed)
	}
	for _, c := range chain {
		changed := c.Prev != u.Tail
		c.Prev = u.Tail
		p.fold(u, c)
		if changed || p.kv.Get(attemptBucket, c.Order[:]) == nil {
			p.kv.Put(attemptBucket, c.Order[:], c.encode())
		}
	}
	if p.quiz {
		p.settle(u)
	}
}

// keep stores an attempt and folds it as the last of its unit.
func (p place) keep(u *unit, c counted) {
	p.kv.Put(attemptBucket, c.Order[:], c.encode())
	p.fold(u, c)
}

func (p place) fold(u *unit, c counted) {
	u.Tail = c.Order
	u.Answered += c.Tenths
	u.Mark += mark(c.Order)
	if p.quiz {
		return // see settle
	}
	u.Mastery.Step(&c.Attempt, c.Stamp)
}

// chain is a unit's counted attempts, in order.
func (p place) chain(tail learning.Order) (out []counted) {
	for c := p.get(tail); c != nil; c = p.get(c.Prev) {
		out = append(out, *c)
	}
	slices.Reverse(out)
	return out
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
