package store

import (
	"lamplight/content"
	"lamplight/server/learning"
)

// maxPractised learners' practice is remembered: a box's classes of one hour. Each takes some hundred kilobytes at most.
const maxPractised = 120

// practised is what one learner's attempts added up to.
type practised struct {
	mark    uint64 // of the attempts; see total.Mark
	quizzes uint64 // quiz edits then
	used    uint64
	fold    *learning.Practice
}

// Practice is how well a learner does what, folded from all their counted attempts in order; who may read their record
// may ask. It is shared: nobody may step it. It is computed when the attempts have changed since it was asked last.
func (s *Store) Practice(a learning.Actor, learner learning.PersonID) (*learning.Practice, error) {
	var mark uint64
	var done []learning.Done
	var asked map[learning.QuizID]learning.Quiz
	var known *learning.Practice
	quizzes := s.learnt.quizzes.Load()
	err := s.view(a, func(v viewer) error {
		if err := v.mayRead(learner); err != nil {
			return err
		}
		l := learnerOf(v.school, learner)
		t := v.total(l)
		mark = t.Mark
		if known = s.learnt.recall(learner, mark, quizzes); known == nil {
			done, asked = v.done(learner, &t)
		}
		return nil
	})
	if err != nil || known != nil {
		return known, err
	}
	p := learning.PracticeOf(func(id learning.QuizID, key string) (learning.QuizQuestion, bool) {
		q, ok := asked[id]
		if !ok || !q.Report {
			return learning.QuizQuestion{}, false
		}
		return q.Question(key)
	}, done)
	s.learnt.keep(learner, &practised{mark: mark, quizzes: quizzes, fold: p})
	return p, nil
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
		p, quiz := placeAt(v.kv, v.school, l, r), learning.QuizOf(r)
		u := readUnit(p.unit(t))
		for c := p.get(u.Tail); c != nil; c = p.get(c.Prev) {
			c.Learner, c.Resource, c.Course, c.Quiz = learner, r, u.Course, quiz
			out = append(out, learning.Done{Attempt: c.Attempt, Order: c.Order, Stamp: c.Stamp})
		}
		for _, y := range u.Tries {
			if y.Handed != (learning.Order{}) {
				out = append(out, learning.Done{Attempt: learning.Attempt{Learner: learner, Quiz: quiz, Try: y.N}, Order: y.Handed, Stamp: y.At})
			}
		}
		if quiz != "" {
			if q, err := v.quiz(quiz); err == nil {
				quizzes[quiz] = q
			}
		}
	}
	return out, quizzes
}

func (l *learnt) recall(who learning.PersonID, mark, quizzes uint64) *learning.Practice {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.practice[who]
	if k == nil || k.mark != mark || k.quizzes != quizzes {
		return nil
	}
	l.uses++
	k.used = l.uses
	return k.fold
}

// keep remembers one, in place of the one not asked for longest.
func (l *learnt) keep(who learning.PersonID, k *practised) {
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
