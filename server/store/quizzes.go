package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"

	"lamplight/server/learning"
)

// A SetQuiz is a quiz set for a learner, and what they did with it.
type SetQuiz struct {
	Quiz    learning.Quiz
	Sitting learning.Sitting
}

// QuizzesFor lists the quizzes set for a learner that are open, and the closed ones they sat, by title; who may read
// the learner's record may ask. Results are in the sittings as for Sitting.
func (s *Store) QuizzesFor(a learning.Actor, learner learning.PersonID) (out []SetQuiz, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayRead(learner); err != nil {
			return err
		}
		_, quizzes := v.setFor(learner)
		for _, id := range quizzes {
			q, err := v.quiz(id)
			if err != nil || q.Archived || !v.meets(learner, &q, true) {
				continue
			}
			out = append(out, SetQuiz{q, v.sitting(learner, &q, v.told(learner, &q))})
		}
		return nil
	})
	sortByName(out, func(x *SetQuiz) (name, id string) { return x.Quiz.Title, string(x.Quiz.ID) })
	return out, err
}

// meets reports whether a learner sees a quiz: one set for them while it is open, and any they sat unless it is taken
// back to a draft.
func (v viewer) meets(learner learning.PersonID, q *learning.Quiz, set bool) bool {
	if q.State == learning.QuizOpen && set && !q.Archived {
		return true
	}
	p := placeOf(v.kv, v.school, learner, q.ID.Resource())
	t := p.total()
	return q.State != learning.QuizDraft && p.unit(&t) != nil
}

// told reports whether the viewer may see what a learner got right.
func (v viewer) told(learner learning.PersonID, q *learning.Quiz) bool {
	return q.Report || v.admin || !v.self(learner)
}

// quiz reads one, archived or not.
func (v viewer) quiz(id learning.QuizID) (learning.Quiz, error) {
	r, err := shownOf(v, learning.KindQuiz, "quiz", id)
	q := learning.Quiz{
		ID: id, Class: learning.ClassID(r.Get(learning.QuizClass)), Title: r.Get(learning.QuizTitle),
		Sections: learning.UnpackSections(r.Get(learning.QuizSections)), State: r.Get(learning.QuizState),
		Report: r.Get(learning.QuizReport) == "1", Practice: r.Get(learning.QuizPractice) == "1", Archived: r.Get(learning.QuizArchived) == "1",
	}
	q.Minutes, _ = strconv.Atoi(r.Get(learning.QuizMinutes))
	if q.State != learning.QuizOpen && q.State != learning.QuizClosed {
		q.State = learning.QuizDraft
	}
	return q, err
}

// Quiz finds one quiz: a learner finds those set for them that are open, or that they sat; a teacher those of their
// classes, an administrator all.
func (s *Store) Quiz(a learning.Actor, id learning.QuizID) (out learning.Quiz, err error) {
	err = s.view(a, func(v viewer) error {
		q, err := v.quiz(id)
		if err != nil {
			return err
		}
		if !v.admin && !v.teaches(q.Class) && !v.meets(v.me.ID, &q, v.isSet(v.me.ID, id)) {
			return notFound("quiz", id)
		}
		out = q
		return nil
	})
	return out, err
}

func (v viewer) isSet(learner learning.PersonID, id learning.QuizID) bool {
	_, quizzes := v.setFor(learner)
	return slices.Contains(quizzes, id)
}

// Quizzes lists a class' quizzes that are not archived, by title; its teachers and administrators may read it.
func (s *Store) Quizzes(a learning.Actor, class learning.ClassID) (out []learning.Quiz, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(class); err != nil {
			return err
		}
		for _, id := range links[learning.QuizID](v, class, learning.KindQuiz) {
			if q, err := v.quiz(id); err == nil && !q.Archived {
				out = append(out, q)
			}
		}
		return nil
	})
	sortByName(out, func(q *learning.Quiz) (name, id string) { return q.Title, string(q.ID) })
	return out, err
}

// SaveQuiz keeps a quiz, new when its ID is "", and returns its id; teachers of its class and administrators. Questions
// without a key are given one. The class of a quiz that is there cannot be changed, nor the questions of one that has answers
// (ErrAnswered). Of one that is there, only what differs from what is shown is written: see ChangeQuiz, which pages use.
func (s *Store) SaveQuiz(ctx context.Context, a learning.Actor, q learning.Quiz) (learning.QuizID, error) {
	q.Sections = withKeys(q.Sections)
	if err := q.Check(); err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	fresh := q.ID == ""
	if fresh {
		q.ID = learning.NewID[learning.QuizID]()
	}
	return q.ID, s.write(ctx, a, func(v viewer) ([]learning.Draft, error) {
		was, err := v.quiz(q.ID)
		if !fresh && err != nil {
			return nil, err
		}
		if err := v.mayCompose("quiz", string(q.ID), q.Class, was.Class, fresh); err != nil {
			return nil, err
		}
		if !fresh {
			return v.quizDrafts(&q, &was, "")
		}
		values, err := quizValues(&q)
		raw, _ := learning.Raw(q.ID)
		return v.first(learning.KindQuiz, raw, values), err
	})
}

// withKeys is the sections with a key for every question. Keys are drawn, so that one is never given to another question
// after the first was taken out.
func withKeys(sections []learning.QuizSection) []learning.QuizSection {
	out := slices.Clone(sections)
	for i := range out {
		out[i].Questions = slices.Clone(out[i].Questions)
		for k := range out[i].Questions {
			if x := &out[i].Questions[k]; x.Key == "" {
				x.Key = rand.Text()[:6]
			}
		}
	}
	return out
}

// SetQuizState opens, closes or takes back a quiz; who may save it may.
func (s *Store) SetQuizState(ctx context.Context, a learning.Actor, id learning.QuizID, state string) error {
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		q, err := v.quiz(id)
		if err != nil {
			return nil, err
		}
		if err := v.mayCompose("quiz", string(id), q.Class, q.Class, false); err != nil {
			return nil, err
		}
		q.State = state
		if err := q.Check(); err != nil {
			return nil, fmt.Errorf("store: %w", err)
		}
		raw, _ := learning.Raw(id)
		return []change{{learning.KindQuiz, learning.Subject{ID: raw}, []learning.Value{{Field: learning.QuizState, Value: state}}}}, nil
	})
}
