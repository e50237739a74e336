package store

import (
	"fmt"
	"io/fs"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// progress reads one unit as pages show it; false when it was never touched. t is the learner's total.
func (v viewer) progress(t *total, l learnerKey, r content.ResourceID) (learning.Progress, learning.Order, bool) {
	b := placeAt(v.kv, v.school, l, r).unit(t)
	if b == nil {
		return learning.Progress{}, learning.Order{}, false
	}
	u := readUnit(b)
	p := learning.Progress{
		Resource: r, Course: u.Course, Complete: u.complete(), Percent: int(u.Percent), Position: u.Position,
		Seconds: int((u.Looked + u.Answered) / 10), Attempts: int(u.Mastery.Attempts), Right: int(u.Mastery.Correct),
		Last: when(v.kv, u.Stamp),
	}
	if u.Best > 0 {
		p.Scored, p.Score = true, content.Score(u.Best-1)
	}
	if u.Mastery.MasteredBy(v.calendar) {
		p.Complete = true
	}
	if p.Complete {
		p.Percent = 10000
	}
	if learning.QuizOf(r) != "" {
		p.Right = 0 // what a quiz's answers were worth, its sitting tells whom it may
	} else if u.Mastery.Attempts > 0 {
		st := u.Mastery.State(v.calendar)
		p.Exercise = &st
	}
	return p, u.Last, true
}

func (v viewer) total(l learnerKey) total { return readTotal(v.kv.Get(totalBucket, l[:])) }

// touched lists what a learner has touched, last used first.
func (v viewer) touched(id learning.PersonID) []learning.Progress {
	type dated struct {
		p learning.Progress
		o learning.Order
	}
	l := learnerOf(v.school, id)
	var ids []content.ResourceID
	v.kv.Scan(touchedBucket, l[:], func(_, r []byte) bool {
		ids = append(ids, content.ResourceID(r))
		return true
	})
	var all []dated
	t := v.total(l)
	for _, r := range ids {
		if p, o, ok := v.progress(&t, l, r); ok {
			all = append(all, dated{p, o})
		}
	}
	arrange.By(all, func(a, b dated) int { return b.o.Compare(a.o) })
	out := make([]learning.Progress, len(all))
	for i := range all {
		out[i] = all[i].p
	}
	return out
}

// ProgressOf lists everything a learner has touched, last used first.
func (s *Store) ProgressOf(a learning.Actor, id learning.PersonID) (out []learning.Progress, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayRead(id); err != nil {
			return err
		}
		v.calendar = s.calendarFor(v)
		out = v.touched(id)
		return nil
	})
	return out, err
}

// RecentActivity is the last n resources a learner used, the last first: continue where I stopped.
func (s *Store) RecentActivity(a learning.Actor, id learning.PersonID, n int) ([]learning.Progress, error) {
	out, err := s.ProgressOf(a, id)
	return out[:min(max(n, 0), len(out))], err
}

// ProgressIn is a learner's progress with some resources; those never touched are left out.
func (s *Store) ProgressIn(a learning.Actor, id learning.PersonID, rs []content.ResourceID) (map[content.ResourceID]learning.Progress, error) {
	out := map[content.ResourceID]learning.Progress{}
	err := s.view(a, func(v viewer) error {
		if err := v.mayRead(id); err != nil {
			return err
		}
		v.calendar = s.calendarFor(v)
		l := learnerOf(v.school, id)
		t := v.total(l)
		for _, r := range rs {
			if p, _, ok := v.progress(&t, l, r); ok {
				out[r] = p
			}
		}
		return nil
	})
	return out, err
}

// ExerciseState is where a learner stands in an exercise; the zero state when never practised.
func (s *Store) ExerciseState(a learning.Actor, id learning.PersonID, r content.ResourceID) (learning.ExerciseState, error) {
	m, err := s.ProgressIn(a, id, []content.ResourceID{r})
	if p := m[r]; p.Exercise != nil {
		return *p.Exercise, err
	}
	return learning.ExerciseState{}, err
}

// An AttemptRecord is an attempt as it happened.
type AttemptRecord struct {
	learning.Attempt
	When learning.When
}

// Attempts lists a learner's last n counted attempts at a resource, the last first, typed words joined in.
func (s *Store) Attempts(a learning.Actor, id learning.PersonID, r content.ResourceID, n int) (out []AttemptRecord, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayRead(id); err != nil {
			return err
		}
		if learning.QuizOf(r) != "" && !v.admin && v.self(id) {
			return fmt.Errorf("store: answers to a quiz are in its sitting: %w", fs.ErrPermission)
		}
		p := placeOf(v.kv, v.school, id, r)
		t := p.total()
		u := readUnit(p.unit(&t))
		for c := p.get(u.Tail); c != nil && len(out) < n; c = p.get(c.Prev) {
			c.Learner, c.Resource, c.Course, c.Given = id, r, u.Course, v.given(p.learner, c)
			out = append(out, AttemptRecord{c.Attempt, when(v.kv, c.Stamp)})
		}
		return nil
	})
	return out, err
}

// given is what was answered, with the words that are kept apart; "" when they never came or were erased.
func (v viewer) given(l learnerKey, c *counted) string {
	if c.Apart {
		if b := v.kv.Get(answerBucket, answerKey(l, c.ID)); b != nil {
			return string(b[24:])
		}
	}
	return c.Given
}
