package store

import (
	"slices"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/clock"
)

// look folds a view of a quiz: a try begun, worked on, or handed in. Of several times handed in the first counts.
func (p place) look(u *unit, v *learning.View, o learning.Order, st clock.Stamp) {
	t := u.try(v.Position)
	if t == nil {
		return
	}
	t.Looked += v.Tenths
	if v.Action != learning.Finished || t.Handed != (learning.Order{}) && o.After(t.Handed) {
		return
	}
	u.Mark += mark(o) - mark(t.Handed)
	t.Handed, t.At = o, st
	p.settle(u)
}

// settle counts what was answered in the tries handed in, and what of it is right: before that neither counts, so that a
// learner in the middle of a quiz does not look like one who gets everything wrong.
func (p place) settle(u *unit) {
	chain := p.chain(u.Tail)
	u.Mastery.Attempts, u.Mastery.Correct = lastOf(chain, func(c *counted) bool { return u.handed(c.Try).After(c.Order) })
	u.Loose = slices.ContainsFunc(chain, func(c counted) bool { return u.handed(c.Try) == (learning.Order{}) })
}

// lastOf counts the questions that wanted attempts answer, in each try, and of how many the last answer is right.
func lastOf(chain []counted, wanted func(c *counted) bool) (questions, right uint64) {
	type question struct {
		try  int
		item content.ItemID
	}
	last := map[question]bool{}
	for i := range chain {
		if c := &chain[i]; wanted(c) {
			last[question{c.Try, c.Item}] = c.Correct
		}
	}
	for _, ok := range last {
		right += boolBit(ok)
	}
	return uint64(len(last)), right
}

// closedOver counts what settle could not know: the questions answered in tries that were not handed in when their quiz was
// closed, and of how many the answer is right. Nothing of a quiz that is open.
func (v viewer) closedOver(l learnerKey, r content.ResourceID, u *unit) (questions, right uint64) {
	if q, err := v.quiz(learning.QuizOf(r)); err != nil || q.State != learning.QuizClosed {
		return 0, 0
	}
	return lastOf(placeAt(v.kv, v.school, l, r).chain(u.Tail), func(c *counted) bool { return u.handed(c.Try) == (learning.Order{}) })
}

// allClosedOver sums closedOver over all that a learner left open.
func (v viewer) allClosedOver(l learnerKey, t *total) (questions, right uint64) {
	v.kv.Scan(looseBucket, l[:], func(k, r []byte) bool {
		b := t.Unit
		if key := resourceKey(k[len(l):]); key != t.Hot {
			b = v.kv.Get(unitBucket, unitKey(key, l))
		}
		u := readUnit(b)
		n, ok := v.closedOver(l, content.ResourceID(r), &u)
		questions, right = questions+n, right+ok
		return true
	})
	return questions, right
}

// sitting is what a learner did with a quiz; told says whether results may be filled in, where the try is over.
func (v viewer) sitting(learner learning.PersonID, q *learning.Quiz, told bool) learning.Sitting {
	out := learning.Sitting{Quiz: q.ID}
	p := placeOf(v.kv, v.school, learner, q.ID.Resource())
	t := p.total()
	u := readUnit(p.unit(&t))
	tries := map[int]*learning.Try{}
	at := func(n int) *learning.Try {
		if tries[n] == nil {
			tries[n] = &learning.Try{N: n, Answers: map[string]learning.QuizAnswer{}}
		}
		return tries[n]
	}
	for _, m := range u.Tries {
		y := at(m.N)
		y.Tenths, y.HandedIn, y.Handed = m.Looked, m.Handed != learning.Order{}, m.At
	}
	before := map[int]clock.Stamp{}
	for _, c := range p.chain(u.Tail) {
		y := at(c.Try)
		y.Kept++
		y.Tenths += took(&c, before[c.Try])
		before[c.Try] = c.Stamp
		if y.HandedIn && c.Order.After(u.handed(c.Try)) {
			y.Late++
			continue
		}
		y.Answers[string(c.Item)] = v.quizAnswer(p.learner, &c)
	}
	needs, _ := v.needs(learner) // of whom it cannot be read, there is none
	for n := 1; n <= learning.MaxTries; n++ {
		if y := tries[n]; y != nil {
			y.Marked = told && (y.HandedIn || q.State == learning.QuizClosed)
			for _, part := range q.Paper(learner, needs, y.Has) {
				y.Asked += len(part.Questions)
			}
			grade(y, q)
			out.Tries = append(out.Tries, *y)
		}
	}
	return out
}

// longestUntold is the longest time taken to have gone into an answer whose page told none: more is a pause.
const longestUntold = 10 * 600

// took is how many tenths of a second went into an answer: what its page told, and of a page that told nothing, as those
// without a script, the time since the answer before it in the same try, where both were given in one run of a box.
func took(c *counted, before clock.Stamp) uint64 {
	if c.Tenths > 0 || before == (clock.Stamp{}) || before.Boot != c.Stamp.Boot || before.MS >= c.Stamp.MS {
		return c.Tenths
	}
	return min(uint64(c.Stamp.MS-before.MS)/100, longestUntold)
}

func (v viewer) quizAnswer(l learnerKey, c *counted) learning.QuizAnswer {
	return learning.QuizAnswer{
		Attempt: c.ID, Given: v.given(l, c), Seed: c.Seed, Tenths: c.Tenths, Hints: c.Hints, Correct: c.Correct, Score: c.Score, Error: c.Error,
	}
}

// grade sums a try that is Marked, and takes what is right out of one that is not.
func grade(y *learning.Try, q *learning.Quiz) {
	sum := 0
	for key, a := range y.Answers {
		if !y.Marked {
			a.Correct, a.Score, a.Error = false, 0, ""
			y.Answers[key] = a
			continue
		}
		if _, ours := q.Question(key); ours {
			sum += int(a.Score)
			y.Right += int(boolBit(a.Correct))
		}
	}
	if y.Marked && y.Asked > 0 {
		y.Score = content.Score(sum / y.Asked)
	}
}
