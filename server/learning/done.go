package learning

import (
	"cmp"
	"slices"

	"lamplight/content/arrange"
	"lamplight/sync/clock"
)

type tryKey struct {
	quiz QuizID
	try  int
}

// sat is one try at a quiz that is going on or over.
type sat struct {
	answers []answered // the last to each question, in Order
	over    bool
}

type answered struct {
	attempt Attempt
	at      clock.Stamp
}

// An askedKey is one variant of a quiz's question. To answer the same numbers in another try at the quiz is no first try.
type askedKey struct {
	quiz QuizID
	key  string
	seed uint64
}

func (p *Practice) answerQuiz(a *Attempt, st clock.Stamp) {
	k := tryKey{a.Quiz, a.Try}
	t := p.quizzes[k]
	if t == nil {
		t = &sat{}
		put(&p.quizzes, k, t)
	}
	if t.over {
		return
	}
	t.answers = slices.DeleteFunc(t.answers, func(b answered) bool { return b.attempt.Item == a.Item })
	t.answers = append(t.answers, answered{*a, st})
}

// HandIn folds the handing in of one try of a quiz (from 1), in Order among the attempts. The second time does nothing.
func (p *Practice) HandIn(q QuizID, try int) {
	k := tryKey{q, try}
	t := p.quizzes[k]
	if t == nil {
		t = &sat{}
		put(&p.quizzes, k, t)
	}
	if t.over {
		return
	}
	t.over = true
	for i := range t.answers {
		p.handIn(&t.answers[i].attempt, t.answers[i].at)
	}
	t.answers = nil
}

// handIn folds a quiz' answer as one to the exercise its question is from. Where that is not known it still is rated.
func (p *Practice) handIn(a *Attempt, st clock.Stamp) {
	k := askedKey{a.Quiz, string(a.Item), a.Seed}
	if p.asked[k] {
		return
	}
	put(&p.asked, k, true)
	if p.Question != nil {
		if q, ok := p.Question(a.Quiz, string(a.Item)); ok {
			b := *a
			b.Course, b.Resource, b.Item = q.Course, q.Resource, q.Item
			p.try(itemKey{b.Resource, b.Item}, &b, st)
			return
		}
	}
	p.tries++
	skill := a.Skill
	if skill == "" {
		skill = string(a.Resource)
	}
	p.rate(rated{skill, a.Rating, a.Correct && a.Hints == 0}, a.Fast)
}

// A Done is one thing a learner did, for PracticeOf: an answer, or the handing in of a quiz where Attempt.ID is "", of which
// Quiz and Try alone count.
type Done struct {
	Attempt
	Order Order
	Stamp clock.Stamp
}

// PracticeOf folds events in any order, any of them any number of times: of an attempt id the first in Order counts; a
// handing in goes after an answer of the same Order. It sorts events.
func PracticeOf(question func(QuizID, string) (QuizQuestion, bool), events []Done) *Practice {
	arrange.By(events, func(a, b Done) int {
		return cmp.Or(a.Order.Compare(b.Order), cmp.Compare(bit(a.ID == ""), bit(b.ID == "")))
	})
	p := &Practice{Question: question}
	counted := map[AttemptID]bool{}
	for i := range events {
		d := &events[i]
		switch {
		case d.ID == "":
			p.HandIn(d.Quiz, d.Try)
		case !counted[d.ID]:
			counted[d.ID] = true
			p.Step(&d.Attempt, d.Stamp)
		}
	}
	return p
}
