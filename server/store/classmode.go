package store

import (
	"context"
	"fmt"
	"io/fs"

	"lamplight/server/learning"
)

// ErrRoundOver refuses an answer to a question that the class answers no more. Errors that wrap it also wrap fs.ErrExist.
var ErrRoundOver = fmt.Errorf("the class answers this no more: %w", fs.ErrExist)

// ClassMode is what a class looks at on a box, or looked at last (State learning.ClassOff); its teachers and administrators.
func (s *Store) ClassMode(a learning.Actor, class learning.ClassID, box string) (out learning.ClassMode, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(class); err != nil {
			return err
		}
		out = v.classMode(class, box, s.todayIn(v))
		return nil
	})
	return out, err
}

// MyClassMode is what the actor's class looks at on a box: of several classes of theirs the one that began last. State is
// learning.ClassOff where none does, and for whoever learns in no class.
func (s *Store) MyClassMode(a learning.Actor, box string) (out learning.ClassMode, err error) {
	err = s.view(a, func(v viewer) error {
		today := s.todayIn(v)
		if v.me.ID == "" {
			return nil
		}
		for c, role := range v.classesOf(v.me.ID) {
			if role != learning.Learner {
				continue
			}
			m := v.classMode(c, box, today)
			if m.State != learning.ClassOff && (out.State == learning.ClassOff || later(&m, &out)) {
				out = m
			}
		}
		return nil
	})
	return out, err
}

func later(a, b *learning.ClassMode) bool {
	if a.Since.Boot == b.Since.Boot && a.Since.MS != b.Since.MS {
		return a.Since.MS > b.Since.MS
	}
	return a.Class > b.Class
}

// ClassesOn is how many classes look at something together on a box.
func (s *Store) ClassesOn(box string) (n int, err error) {
	err = s.view(learning.Box(), func(v viewer) error {
		today := s.todayIn(v)
		for _, c := range v.classes(func(learning.ClassID) bool { return true }) {
			if m := v.classMode(c.ID, box, today); m.State != learning.ClassOff {
				n++
			}
		}
		return nil
	})
	return n, err
}

func (s *Store) todayIn(v viewer) learning.Today {
	t := learning.Today{Calendar: s.calendarFor(v)}
	if s.clock != nil {
		t.Now = s.clock.Stamp()
	}
	return t
}

// classMode is off where it has ended by itself.
func (v viewer) classMode(class learning.ClassID, box string, today learning.Today) learning.ClassMode {
	m := learning.ClassMode{Class: class, Box: box}
	r, err := learning.ReadShown(v.kv.Get(recordBucket, subjectKey(learning.KindNow, v.tag, m.Subject())))
	if err != nil {
		return m
	}
	if m = learning.ReadClassMode(class, box, &r); !m.On(today) {
		m.State = learning.ClassOff
	}
	return m
}

// ChangeClassMode changes what a class looks at on a box, by what f makes of what it looks at now; its teachers and
// administrators. It is on disk when it returns. Changes go one after another; an error of f leaves all as it was.
func (s *Store) ChangeClassMode(ctx context.Context, a learning.Actor, class learning.ClassID, box string, f func(*learning.ClassMode) error) error {
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		if err := v.mayLead(class); err != nil {
			return nil, err
		}
		today := s.todayIn(v)
		m := v.classMode(class, box, today)
		if err := f(&m); err != nil {
			return nil, err
		}
		m.Class, m.Box, m.By, m.Since = class, box, a.Person(), today.Now
		if err := m.Check(); err != nil {
			return nil, fmt.Errorf("store: %w", err)
		}
		return []change{{learning.KindNow, m.Subject(), m.Values()}}, nil
	})
}

// AnswerClass keeps a learner's answer to what a class is asked, once it is on disk: the actor's own, of a class they learn
// in; or those that a teacher of the class enters for learners of it. The attempt must be marked; its id,
// and what it is an answer to, follow from the round, which must be the one going on, else ErrRoundOver. The first answer of a
// learner in a round counts, however often one is sent; counted says whether this was it.
func (s *Store) AnswerClass(ctx context.Context, a learning.Actor, class learning.ClassID, box, round string, all ...learning.Attempt) (counted int, err error) {
	var drafts []learning.Draft
	err = s.view(a, func(v viewer) error {
		m := v.classMode(class, box, s.todayIn(v))
		for _, at := range all {
			if at.Learner == "" {
				at.Learner = a.Person()
			}
			fresh, err := v.mayAnswerClass(&m, round, &at)
			if err != nil {
				return err
			}
			if fresh {
				drafts = append(drafts, at.Drafts(v.school)...)
				counted++
			}
		}
		return nil
	})
	if err != nil || len(drafts) == 0 {
		return 0, err
	}
	return counted, s.append(ctx, drafts...) // together with what others send: forty answer at once
}

// mayAnswerClass fills in and checks an answer; fresh is false when its learner has answered in that round.
func (v viewer) mayAnswerClass(m *learning.ClassMode, round string, at *learning.Attempt) (fresh bool, err error) {
	if v.roleIn(m.Class, at.Learner) != learning.Learner {
		return false, notFound("class", m.Class)
	}
	if !v.self(at.Learner) {
		if err := v.mayLead(m.Class); err != nil {
			return false, err
		}
	}
	at.ID, at.By = learning.AnswerID(round), v.actor.Person()
	if v.counted(at) {
		return false, nil
	}
	if m.State != learning.ClassAnswers || m.Round() != round {
		return false, fmt.Errorf("store: round %.20q of class %s: %w", round, m.Class, ErrRoundOver)
	}
	at.Course, at.Resource, at.Item, at.Seed = m.At.Course, m.At.Resource, m.Item, m.Seed
	if err := at.Check(); err != nil {
		return false, fmt.Errorf("store: %w", err)
	}
	return true, nil
}

// A ClassAnswer is where one learner stands with what the class is asked: their answers by round, nil where there is none.
// Of a round that goes on only that there is one: what was answered shows when it is closed.
type ClassAnswer struct {
	Seat
	Rounds []*learning.Attempt
}

// ClassAnswersTo are the answers to what a class is asked on a box, by name; its teachers and administrators.
func (s *Store) ClassAnswersTo(a learning.Actor, m *learning.ClassMode) (out []ClassAnswer, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(m.Class); err != nil {
			return err
		}
		now := v.classMode(m.Class, m.Box, s.todayIn(v))
		for _, seat := range v.seats(m.Class) {
			x := ClassAnswer{Seat: seat}
			for _, round := range m.Rounds {
				at := v.answerIn(seat.Person.ID, round)
				if at != nil && now.State == learning.ClassAnswers && now.Round() == round {
					at = &learning.Attempt{}
				}
				x.Rounds = append(x.Rounds, at)
			}
			out = append(out, x)
		}
		return nil
	})
	return out, err
}

// MyClassAnswer is the actor's own answer in a round, nil where there is none.
func (s *Store) MyClassAnswer(a learning.Actor, round string) (out *learning.Attempt, err error) {
	err = s.view(a, func(v viewer) error {
		if v.me.ID != "" && round != "" {
			out = v.answerIn(v.me.ID, round)
		}
		return nil
	})
	return out, err
}

// answerIn finds a learner's answer in a round: among the last they gave to that exercise.
func (v viewer) answerIn(learner learning.PersonID, round string) *learning.Attempt {
	id, l := learning.AnswerID(round), learnerOf(v.school, learner)
	held := v.kv.Get(idBucket, idKey(l, id))
	if len(held) != 8 {
		return nil
	}
	p := placeAt(v.kv, v.school, l, "").elsewhere(held)
	t := p.total()
	u := readUnit(p.unit(&t))
	for c := p.get(u.Tail); c != nil; c = p.get(c.Prev) {
		if c.ID == id {
			c.Given = v.given(l, c)
			return &c.Attempt
		}
	}
	return nil
}
