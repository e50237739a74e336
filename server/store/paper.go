package store

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strconv"

	"lamplight/server/learning"
)

// A Seat is a learner of a class and the number of the answer card they hold there.
type Seat struct {
	Person learning.Person
	Card   int // from 1; 0 none yet
}

// Seats lists the learners of a class by name with their answer cards; its teachers and administrators. Of two who were
// given the same number on two boxes the one with the lower id keeps it, the other has none.
func (s *Store) Seats(a learning.Actor, class learning.ClassID) (out []Seat, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(class); err != nil {
			return err
		}
		out = v.seats(class)
		return nil
	})
	return out, err
}

func (v viewer) seats(class learning.ClassID) []Seat {
	_, learners := v.roster(class)
	out := make([]Seat, len(learners))
	holder := map[int]int{}
	raw, _ := learning.Raw(class)
	for i, p := range learners {
		out[i].Person = p
		person, _ := learning.Raw(p.ID)
		r, err := learning.ReadShown(v.kv.Get(recordBucket, recordPrefix(learning.KindEnrol, v.tag, raw, person)))
		card, _ := strconv.Atoi(r.Get(learning.EnrolCard))
		if err != nil || card < 1 {
			continue
		}
		if k, taken := holder[card]; taken && out[k].Person.ID < p.ID {
			continue
		} else if taken {
			out[k].Card = 0
		}
		out[i].Card, holder[card] = card, i
	}
	return out
}

// GiveCards gives every learner of a class who has no answer card the lowest number that is free, up to most; its teachers
// and administrators. Whoever has one keeps it. It returns how many are left without.
func (s *Store) GiveCards(ctx context.Context, a learning.Actor, class learning.ClassID, most int) (left int, err error) {
	err = s.edit(ctx, a, func(v viewer) (out []change, err error) {
		if err := v.mayLead(class); err != nil {
			return nil, err
		}
		left = 0
		seats := v.seats(class)
		raw, _ := learning.Raw(class)
		next := 1
		for _, seat := range seats {
			if seat.Card > 0 {
				continue
			}
			for slices.ContainsFunc(seats, func(x Seat) bool { return x.Card == next }) {
				next++
			}
			if next > most {
				left++
				continue
			}
			person, _ := learning.Raw(seat.Person.ID)
			out = append(out, change{
				learning.KindEnrol,
				learning.Subject{ID: raw, Second: person},
				[]learning.Value{{Field: learning.EnrolCard, Value: strconv.Itoa(next)}},
			})
			next++
		}
		return out, nil
	})
	return left, err
}

// Paper is answers that a class gave on paper. All are of learners of Class. Back are taken back before: each must have
// been entered by somebody else than its learner, or never have come. Over ends the tries of who has an answer among them.
type Paper struct {
	Class    learning.ClassID
	Attempts []learning.Attempt
	Back     []learning.Retraction
	Over     bool
}

// RecordPaper keeps answers given on paper, all or none, once they are on disk; the teachers of the class and
// administrators. Attempts are marked already and carry the seed that was printed or shown. Of a quiz the try is filled in:
// the one going on, or the first. late are learners who have handed the quiz in, whose answers are left out. The same
// attempt ids again change nothing. fs.ErrNotExist for a learner not of the class, fs.ErrInvalid for a quiz that is a draft
// or another class', or a question it has not.
func (s *Store) RecordPaper(ctx context.Context, a learning.Actor, p Paper) (late []learning.PersonID, err error) {
	err = s.write(ctx, a, func(v viewer) ([]learning.Draft, error) {
		if err := v.mayLead(p.Class); err != nil {
			return nil, err
		}
		seats := map[learning.PersonID]bool{}
		for _, seat := range v.seats(p.Class) {
			seats[seat.Person.ID] = true
		}
		back, err := v.takenBack(p.Back, seats)
		if err != nil {
			return nil, err
		}
		late = nil
		over := map[learning.View]bool{}
		for _, at := range p.Attempts {
			if !seats[at.Learner] {
				return nil, notFound("learner", at.Learner)
			}
			drafts, isLate, err := v.onPaper(&at, p.Class)
			if err != nil {
				return nil, err
			}
			if back = append(back, drafts...); isLate && !slices.Contains(late, at.Learner) {
				late = append(late, at.Learner)
			}
			if p.Over && at.Quiz != "" && !isLate {
				over[learning.View{Learner: at.Learner, Resource: at.Resource, Action: learning.Finished, Position: uint64(at.Try)}] = true
			}
		}
		for w := range over { // after all their answers
			back = append(back, w.Draft(v.school))
		}
		return back, nil
	})
	return late, err
}

func (v viewer) takenBack(all []learning.Retraction, seats map[learning.PersonID]bool) (out []learning.Draft, err error) {
	for _, x := range all {
		if !seats[x.Learner] {
			return nil, notFound("learner", x.Learner)
		}
		if !v.enteredFor(x.Learner, x.ID) {
			continue // never counted, or taken back before
		}
		x.By = v.actor.Person()
		out = append(out, x.Draft(v.school))
	}
	return out, nil
}

// onPaper fills in one answer and makes its events; none where its try is over.
func (v viewer) onPaper(at *learning.Attempt, class learning.ClassID) (out []learning.Draft, late bool, err error) {
	at.By, at.Paper = v.actor.Person(), true
	if at.Quiz != "" {
		q, err := v.quiz(at.Quiz)
		if err != nil {
			return nil, false, err
		}
		x, ours := q.Question(string(at.Item))
		if !ours || q.Class != class || q.State == learning.QuizDraft {
			return nil, false, fmt.Errorf("store: quiz %s, %s, of class %s takes no answer on paper to %.20q: %w", q.ID, q.State, q.Class, string(at.Item), fs.ErrInvalid)
		}
		at.Resource, at.Course, at.Try = q.ID.Resource(), x.Course, 1
		sitting := v.sitting(at.Learner, &q, false)
		if now := sitting.Now(); now != nil {
			at.Try = now.N
			if now.HandedIn {
				return nil, true, nil
			}
		}
	}
	if err := at.Check(); err != nil {
		return nil, false, fmt.Errorf("store: %w", err)
	}
	if !v.counted(at) {
		out = at.Drafts(v.school)
	}
	return out, false, nil
}
