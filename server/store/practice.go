package store

import (
	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// maxPractised learners' practice is remembered: a box's classes of one hour. Each takes some hundred kilobytes at most.
const maxPractised = 120

// practised is what one learner's attempts added up to.
type practised struct {
	mark    uint64 // of the attempts; see total.Mark
	quizzes uint64 // quiz edits then
	last    learning.Order
	used    uint64
	fold    *learning.Practice
}

// Practice is how well a learner does what, folded from all their counted attempts in order; who may read their record
// may ask. It is shared: nobody may step it. Asked again it is what it was, stepped on where answers came after all that
// it is made of, else folded anew: of one learner at a time, since that reads all they ever did, and phones that ask a
// hundred times at once must not take the memory for a hundred.
func (s *Store) Practice(a learning.Actor, learner learning.PersonID) (*learning.Practice, error) {
	if fold, err := s.practice(a, learner, false); err != nil || fold != nil {
		return fold, err
	}
	s.learnt.folding.Lock()
	defer s.learnt.folding.Unlock()
	return s.practice(a, learner, true)
}

// practice is nil, and no error, where all would have to be folded anew and may not.
func (s *Store) practice(a learning.Actor, learner learning.PersonID, anew bool) (*learning.Practice, error) {
	now := practised{quizzes: s.learnt.quizzes.Load()}
	known, fresh := (*practised)(nil), true
	var done []learning.Done
	var asked map[learning.QuizID]learning.Quiz
	err := s.view(a, func(v viewer) error {
		if err := v.mayRead(learner); err != nil {
			return err
		}
		t := v.total(learnerOf(v.school, learner))
		now.mark = t.Mark
		if known = s.learnt.recall(learner, now.quizzes); known != nil && known.mark == now.mark {
			return nil
		}
		if known != nil {
			done, fresh = v.newer(learner, &t, known)
		}
		if fresh && anew {
			done, asked = v.done(learner, &t)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	switch {
	case known != nil && known.mark == now.mark:
		return known.fold, nil
	case fresh && !anew:
		return nil, nil
	}
	if fresh {
		now.fold = learning.PracticeOf(questionsOf(asked), done)
	} else {
		now.last, now.fold = known.last, known.fold.Clone()
		arrange.By(done, func(a, b learning.Done) int { return a.Order.Compare(b.Order) })
		for i := range done {
			now.fold.Step(&done[i].Attempt, done[i].Stamp)
		}
	}
	for _, d := range done {
		if d.Order.After(now.last) {
			now.last = d.Order
		}
	}
	s.learnt.keep(learner, &now)
	return now.fold, nil
}

// questionsOf finds what quizzes asked, of those whose results learners may see.
func questionsOf(asked map[learning.QuizID]learning.Quiz) func(learning.QuizID, string) (learning.QuizQuestion, bool) {
	return func(id learning.QuizID, key string) (learning.QuizQuestion, bool) {
		q, ok := asked[id]
		if !ok || !q.Report {
			return learning.QuizQuestion{}, false
		}
		return q.Question(key)
	}
}

// newer is the attempts of the resource used last that come after all that known is made of, where these and nothing else
// are what makes the difference. Anything of a quiz has all folded anew.
func (v viewer) newer(learner learning.PersonID, t *total, known *practised) (out []learning.Done, fresh bool) {
	l := learnerOf(v.school, learner)
	r := content.ResourceID(v.kv.Get(touchedBucket, touchedKey(l, t.Hot)))
	u := readUnit(t.Unit)
	p, sum := placeAt(v.kv, v.school, l, r), known.mark
	if p.quiz {
		return nil, true
	}
	for c := p.get(u.Tail); c != nil && c.Order.After(known.last); c = p.get(c.Prev) {
		c.Learner, c.Resource, c.Course = learner, r, u.Course
		out = append(out, learning.Done{Attempt: c.Attempt, Order: c.Order, Stamp: c.Stamp})
		sum += mark(c.Order)
	}
	return out, sum != t.Mark
}

// done is everything a learner's practice is made of, in no order, and the quizzes it is about.
func (v viewer) done(learner learning.PersonID, t *total) (out []learning.Done, quizzes map[learning.QuizID]learning.Quiz) {
	l := learnerOf(v.school, learner)
	var rs []content.ResourceID
	v.kv.Scan(touchedBucket, l[:], func(_, r []byte) bool {
		rs = append(rs, content.ResourceID(r))
		return true
	})
	quizzes = map[learning.QuizID]learning.Quiz{}
	for _, r := range rs {
		last := map[int]learning.Done{} // of the tries at a quiz, the last answer of each that nobody handed in
		p, quiz := placeAt(v.kv, v.school, l, r), learning.QuizOf(r)
		u := readUnit(p.unit(t))
		for c := p.get(u.Tail); c != nil; c = p.get(c.Prev) {
			c.Learner, c.Resource, c.Course, c.Quiz = learner, r, u.Course, quiz
			d := learning.Done{Attempt: c.Attempt, Order: c.Order, Stamp: c.Stamp}
			out = append(out, d)
			if u.handed(c.Try) == (learning.Order{}) && d.Order.After(last[c.Try].Order) {
				last[c.Try] = d
			}
		}
		for _, y := range u.Tries {
			if y.Handed != (learning.Order{}) {
				out = append(out, learning.Done{Attempt: learning.Attempt{Learner: learner, Quiz: quiz, Try: y.N}, Order: y.Handed, Stamp: y.At})
			}
		}
		if quiz != "" {
			if q, err := v.quiz(quiz); err == nil {
				quizzes[quiz] = q
				if q.State == learning.QuizClosed {
					out = append(out, closedOver(last)...)
				}
			}
		}
	}
	return out, quizzes
}

// closedOver hands in, with its last answer, every try that a quiz was closed over: what was answered counts, whenever the
// quiz was closed, and waits again once it is reopened, since this is worked out anew when a quiz changes.
func closedOver(last map[int]learning.Done) (out []learning.Done) {
	for try, d := range last {
		out = append(out, learning.Done{Attempt: learning.Attempt{Learner: d.Learner, Quiz: d.Quiz, Try: try}, Order: d.Order, Stamp: d.Stamp})
	}
	return out
}

func (l *learnt) recall(who learning.PersonID, quizzes uint64) *practised {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.practice[who]
	if k == nil || k.quizzes != quizzes {
		return nil
	}
	l.uses++
	k.used = l.uses
	return k
}

// keep remembers one, in place of the one not asked for longest. Of who did nothing yet nothing is remembered: a guest
// without a cookie is somebody new with every page.
func (l *learnt) keep(who learning.PersonID, k *practised) {
	if k.mark == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.practice == nil {
		l.practice = map[learning.PersonID]*practised{}
	}
	l.uses++
	k.used = l.uses
	l.practice[who] = k
	if len(l.practice) <= maxPractised {
		return
	}
	oldest := who
	for id, x := range l.practice {
		if x.used < l.practice[oldest].used {
			oldest = id
		}
	}
	delete(l.practice, oldest)
}
