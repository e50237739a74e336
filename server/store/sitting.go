package store

import (
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
	u.Mastery.Attempts, u.Mastery.Correct = 0, 0
	type question struct {
		try  int
		item content.ItemID
	}
	last := map[question]bool{}
	for _, c := range p.chain(u.Tail) {
		if handed := u.handed(c.Try); handed.After(c.Order) {
			last[question{c.Try, c.Item}] = c.Correct
		}
	}
	u.Mastery.Attempts = uint64(len(last))
	for _, right := range last {
		u.Mastery.Correct += boolBit(right)
	}
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
