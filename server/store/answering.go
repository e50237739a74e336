package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"lamplight/server/learning"
)

// ErrQuizOver refuses an answer to a try that was handed in, or to a quiz that is closed. Errors that wrap it also wrap
// fs.ErrExist.
var ErrQuizOver = fmt.Errorf("the quiz is over: %w", fs.ErrExist)

// ErrQuizTime refuses an answer to a try whose minutes have gone. Errors that wrap it also wrap fs.ErrExist.
var ErrQuizTime = fmt.Errorf("the time of the quiz is over: %w", fs.ErrExist)

// Sitting is what a learner did with a quiz; themselves, their teachers and administrators may read it. A learner sees
// what was right only of tries that are over, handed in or closed over, and only where the quiz reports.
func (s *Store) Sitting(a learning.Actor, learner learning.PersonID, id learning.QuizID) (out learning.Sitting, err error) {
	err = s.view(a, func(v viewer) error {
		q, err := v.quizOf(learner, id)
		if err == nil {
			out = v.sitting(learner, &q, v.told(learner, &q))
		}
		return err
	})
	return out, err
}

// quizOf is a quiz as one learner meets it, for whoever may read their record.
func (v viewer) quizOf(learner learning.PersonID, id learning.QuizID) (learning.Quiz, error) {
	if err := v.mayRead(learner); err != nil {
		return learning.Quiz{}, err
	}
	q, err := v.quiz(id)
	if err == nil && !v.meets(learner, &q, v.isSet(learner, id)) {
		err = notFound("quiz", id)
	}
	return q, err
}

// A LearnerSitting is a line of a quiz's results.
type LearnerSitting struct {
	Person  learning.Person
	Sitting learning.Sitting
}

// Sittings lists what everybody a quiz is set for did with it, by name, those who did not begin too; the teachers of its
// class and administrators.
func (s *Store) Sittings(a learning.Actor, id learning.QuizID) (out []LearnerSitting, err error) {
	err = s.view(a, func(v viewer) error {
		q, err := v.quiz(id)
		if err != nil {
			return err
		}
		if !v.admin && !v.teaches(q.Class) {
			return notFound("quiz", id)
		}
		_, learners := v.roster(q.Class)
		for _, p := range learners {
			if v.isSet(p.ID, id) || v.meets(p.ID, &q, false) {
				out = append(out, LearnerSitting{p, v.sitting(p.ID, &q, true)})
			}
		}
		return nil
	})
	return out, err
}

// BeginQuiz begins the actor's first try at a quiz, or another where it may be taken again and the last was handed in.
// Where a try goes on already nothing is written. ErrQuizOver when no try can begin.
func (s *Store) BeginQuiz(ctx context.Context, a learning.Actor, id learning.QuizID) (out learning.Sitting, err error) {
	next := 0
	err = s.view(a, func(v viewer) error {
		q, err := v.quizOf(a.Person(), id)
		if err != nil {
			return err
		}
		out = v.sitting(a.Person(), &q, v.told(a.Person(), &q))
		now := out.Now()
		switch {
		case q.State != learning.QuizOpen || q.Archived:
			return over(id)
		case now == nil:
			next = 1
		case !now.HandedIn:
		case !q.Practice || now.N >= learning.MaxTries:
			return over(id)
		default:
			next = now.N + 1
		}
		return v.mayRecord(a.Person())
	})
	if err != nil || next == 0 {
		return out, err
	}
	return s.lookAt(ctx, a, id, learning.Opened, next)
}

func over(id learning.QuizID) error { return fmt.Errorf("store: quiz %s: %w", id, ErrQuizOver) }

// lookAt keeps a view of the actor's of a quiz they may see, and reads their sitting again.
func (s *Store) lookAt(ctx context.Context, a learning.Actor, id learning.QuizID, act learning.Action, try int) (learning.Sitting, error) {
	w := learning.View{Learner: a.Person(), Resource: id.Resource(), Action: act, Position: uint64(try)}
	if err := s.append(ctx, w.Draft(s.SchoolID())); err != nil {
		return learning.Sitting{}, err
	}
	return s.Sitting(a, a.Person(), id)
}

// Answered is what a recorded answer to a quiz led to.
type Answered struct {
	Counted bool // false: this attempt id had been counted before
	Sitting learning.Sitting
}

// AnswerQuiz keeps an answer to a question (At.Quiz, At.Try and At.Item, the question's key, must be set; Resource and
// Seed follow from them and may be left zero; it is already marked) and returns once it is on disk. The same attempt id
// again changes nothing and is no error, whatever became of the quiz since. Refused are: a quiz not set for the
// learner, or a draft (fs.ErrNotExist); a try handed in or a quiz closed (ErrQuizOver); one whose time is over
// (ErrQuizTime), by the learner's own minutes; a question the quiz has not, a try that is not the one going on or took
// Quiz.MostAnswers, a seed that is not the learner's (fs.ErrInvalid). Learner "" is the actor; a teacher
// may enter answers from paper, as RecordAttempt says.
func (s *Store) AnswerQuiz(ctx context.Context, a learning.Actor, at learning.Attempt) (out Answered, err error) {
	if at.Learner == "" {
		at.Learner = a.Person()
	}
	at.Resource = at.Quiz.Resource()
	err = s.view(a, func(v viewer) error {
		out.Counted, err = v.mayAnswer(&at)
		return err
	})
	if err != nil {
		return out, err
	}
	if out.Counted {
		at.By = a.Person()
		if err := s.append(ctx, at.Drafts(s.SchoolID())...); err != nil {
			return Answered{}, err
		}
	}
	out.Sitting, err = s.Sitting(a, at.Learner, at.Quiz)
	return out, err
}

// mayAnswer fills in and checks an answer to a quiz; fresh is false when its id is counted already.
func (v viewer) mayAnswer(at *learning.Attempt) (fresh bool, err error) {
	if err := v.mayRecord(at.Learner); err != nil {
		return false, err
	}
	if v.counted(at) {
		return false, nil
	}
	q, err := v.quizOf(at.Learner, at.Quiz)
	if err != nil {
		return false, err
	}
	question, ours := q.Question(string(at.Item))
	if !ours {
		return false, fmt.Errorf("store: quiz %s has no question %.20q: %w", q.ID, string(at.Item), fs.ErrInvalid)
	}
	seed := q.SeedFor(question, at.Learner, at.Try)
	if at.Seed != 0 && at.Seed != seed {
		return false, fmt.Errorf("store: question %s of quiz %s was not drawn with seed %d for this learner: %w", question.Key, q.ID, at.Seed, fs.ErrInvalid)
	}
	at.Seed, at.Course = seed, question.Course
	if err := at.Check(); err != nil {
		return false, fmt.Errorf("store: %w", err)
	}
	return true, v.goesOn(at, &q)
}

// goesOn is nil when a try takes answers.
func (v viewer) goesOn(at *learning.Attempt, q *learning.Quiz) error {
	sitting := v.sitting(at.Learner, q, false)
	now := sitting.Now()
	switch {
	case q.State != learning.QuizOpen || q.Archived:
		return over(q.ID)
	case now == nil && at.Try == 1:
		return nil
	case now == nil || at.Try > now.N:
		return fmt.Errorf("store: try %d at quiz %s has not begun: %w", at.Try, q.ID, fs.ErrInvalid)
	case at.Try < now.N || now.HandedIn:
		return over(q.ID)
	case now.Kept >= q.MostAnswers():
		return fmt.Errorf("store: try %d at quiz %s took %d answers, which is as many as it takes: %w", at.Try, q.ID, now.Kept, fs.ErrInvalid)
	}
	needs, err := v.needs(at.Learner)
	if left, limited := now.Left(q, needs); err == nil && limited && left == 0 {
		err = fmt.Errorf("store: quiz %s: %w", q.ID, ErrQuizTime)
	}
	return err
}

// HandIn ends the actor's try; again changes nothing. fs.ErrInvalid for a try never begun.
func (s *Store) HandIn(ctx context.Context, a learning.Actor, id learning.QuizID, try int) (out learning.Sitting, err error) {
	done := errors.New("handed in before")
	err = s.view(a, func(v viewer) error {
		q, err := v.quizOf(a.Person(), id)
		if err != nil {
			return err
		}
		out = v.sitting(a.Person(), &q, v.told(a.Person(), &q))
		for _, y := range out.Tries {
			if y.N == try && y.HandedIn {
				return done
			} else if y.N == try {
				return v.mayRecord(a.Person())
			}
		}
		return fmt.Errorf("store: try %d at quiz %s was never begun: %w", try, id, fs.ErrInvalid)
	})
	if errors.Is(err, done) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	return s.lookAt(ctx, a, id, learning.Finished, try)
}
