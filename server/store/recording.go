package store

import (
	"context"
	"fmt"
	"io/fs"

	"lamplight/content"
	"lamplight/server/learning"
)

// Recorded is what a recorded attempt led to.
type Recorded struct {
	Counted  bool // false: this attempt id had been counted before
	Progress learning.Progress
}

// RecordAttempt keeps an answer and returns where that leaves the learner, once it is on disk. The same attempt id
// again changes nothing and returns the same. Learner "" is the actor. Everybody with a role records their own; a
// teacher may enter one for a learner of theirs (from paper), an administrator for anybody.
func (s *Store) RecordAttempt(ctx context.Context, a learning.Actor, at learning.Attempt) (Recorded, error) {
	var out Recorded
	if at.Learner == "" {
		at.Learner = a.Person()
	}
	if err := at.Check(); err != nil {
		return out, fmt.Errorf("store: %w", err)
	}
	if at.Quiz != "" {
		return out, fmt.Errorf("store: attempt %s answers a quiz, which AnswerQuiz takes: %w", at.ID, fs.ErrInvalid)
	}
	err := s.view(a, func(v viewer) error {
		if err := v.mayRecord(at.Learner); err != nil {
			return err
		}
		out.Counted = !v.counted(&at)
		return nil
	})
	if err != nil {
		return out, err
	}
	if out.Counted {
		at.By = a.Person()
		if err := s.append(ctx, at.Drafts(s.SchoolID())...); err != nil {
			return Recorded{}, err
		}
	}
	err = s.view(a, func(v viewer) error {
		v.calendar = s.calendarFor(v)
		out.Progress = v.progressNow(at.Learner, at.Resource)
		return nil
	})
	return out, err
}

func (v viewer) progressNow(id learning.PersonID, r content.ResourceID) learning.Progress {
	l := learnerOf(v.school, id)
	t := v.total(l)
	p, _, _ := v.progress(&t, l, r)
	return p
}

// RecordView keeps that a resource was opened, got on with or finished; who may is as for RecordAttempt.
func (s *Store) RecordView(ctx context.Context, a learning.Actor, view learning.View) (learning.Progress, error) {
	var out learning.Progress
	if view.Learner == "" {
		view.Learner = a.Person()
	}
	if err := s.RecordBatch(ctx, a, nil, []learning.View{view}); err != nil {
		return out, err
	}
	err := s.view(a, func(v viewer) error {
		v.calendar = s.calendarFor(v)
		out = v.progressNow(view.Learner, view.Resource)
		return nil
	})
	return out, err
}

// RecordBatch keeps many at once, all or none: answers from an outbox, from paper, or of a made-up school. Nothing of a
// quiz may be among them but from the box.
func (s *Store) RecordBatch(ctx context.Context, a learning.Actor, attempts []learning.Attempt, views []learning.View) error {
	var drafts []learning.Draft
	err := s.view(a, func(v viewer) error {
		for i := range attempts {
			at := attempts[i]
			if err := at.Check(); err != nil {
				return fmt.Errorf("store: %w", err)
			}
			if err := v.mayBatch(at.Learner, at.Resource); err != nil {
				return err
			}
			if !v.counted(&at) {
				at.By = a.Person()
				drafts = append(drafts, at.Drafts(v.school)...)
			}
		}
		for i := range views {
			if err := views[i].Check(); err != nil {
				return fmt.Errorf("store: %w", err)
			}
			if err := v.mayBatch(views[i].Learner, views[i].Resource); err != nil {
				return err
			}
			drafts = append(drafts, views[i].Draft(v.school))
		}
		return nil
	})
	if err != nil || len(drafts) == 0 {
		return err
	}
	return s.append(ctx, drafts...)
}

func (v viewer) mayBatch(p learning.PersonID, r content.ResourceID) error {
	if learning.QuizOf(r) != "" && !v.actor.IsBox() {
		return fmt.Errorf("store: a quiz is begun, answered and handed in by itself: %w", fs.ErrInvalid)
	}
	return v.mayRecord(p)
}

// mayRecord is nil when the viewer may add to p's record.
func (v viewer) mayRecord(p learning.PersonID) error {
	if v.guest != "" && v.guest == p {
		return nil
	}
	if v.actor.IsGuest() {
		return fmt.Errorf("store: a guest keeps no record: %w", fs.ErrPermission)
	}
	if err := v.mayRead(p); err != nil {
		return err
	}
	if who, err := v.person(p); err != nil || who.Archived {
		return notFound("person", p)
	}
	return nil
}

// counted reports whether the attempt's id has been counted for its learner.
func (v viewer) counted(at *learning.Attempt) bool {
	return v.kv.Get(idBucket, idKey(learnerOf(v.school, at.Learner), at.ID)) != nil
}
