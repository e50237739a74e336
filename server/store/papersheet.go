package store

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strconv"

	"lamplight/server/learning"
)

// A ReadAnswer is what was read off one line of one printed sheet. Sheet names the sheet of its learner, 13 characters, Line
// the question on it, from 1, Option what was marked, from 0; -1 nothing, and then Attempt holds the learner and the quiz
// alone. Attempt has no id: the place has, so that the same reading counts once, on however many boxes.
type ReadAnswer struct {
	learning.Attempt
	Sheet  string
	Line   int
	Option int
}

// Bounds of a ReadAnswer. A line's answers are numbered Line + readLines·(Option + readOptions·how often that was taken back).
const (
	readLines   = 64
	readOptions = 8
	mostMended  = 1000
)

func (x *ReadAnswer) id(option, again int) learning.AttemptID {
	return learning.AttemptID(x.Sheet + "." + strconv.Itoa(x.Line+readLines*(option+readOptions*again)))
}

func (x *ReadAnswer) check() error {
	if len(x.Sheet) != 13 || x.Line < 1 || x.Line >= readLines || x.Option < -1 || x.Option >= readOptions {
		return fmt.Errorf("store: sheet %.20q has no line %d with option %d: %w", x.Sheet, x.Line, x.Option, fs.ErrInvalid)
	}
	return nil
}

// Kept is what came of keeping readings: answers that are new, those that another reading of the same line had said
// otherwise, and learners who had handed the quiz in, for whom nothing was changed.
type Kept struct {
	Fresh, Mended int
	Late          []learning.PersonID
}

// RecordSheets keeps what was read off sheets of a class as RecordPaper keeps what was typed, for whom it does. What stands
// already changes nothing; what the same line had said otherwise is taken back, which leaves both in the record. over ends
// the tries of who has an answer among them.
func (s *Store) RecordSheets(ctx context.Context, a learning.Actor, class learning.ClassID, answers []ReadAnswer, over bool) (out Kept, err error) {
	err = s.write(ctx, a, func(v viewer) ([]learning.Draft, error) {
		if err := v.mayLead(class); err != nil {
			return nil, err
		}
		seats := map[learning.PersonID]bool{}
		for _, seat := range v.seats(class) {
			seats[seat.Person.ID] = true
		}
		out = Kept{}
		var drafts []learning.Draft
		ends := map[learning.View]bool{}
		for i := range answers {
			x := answers[i]
			if !seats[x.Learner] {
				return nil, notFound("learner", x.Learner)
			}
			if err := x.check(); err != nil {
				return nil, err
			}
			more, err := v.offSheet(&x, class, &out)
			if err != nil {
				return nil, err
			}
			drafts = append(drafts, more...)
			if over && x.Quiz != "" && x.Option >= 0 && !slices.Contains(out.Late, x.Learner) {
				ends[learning.View{Learner: x.Learner, Resource: x.Resource, Action: learning.Finished, Position: uint64(x.Try)}] = true
			}
		}
		for w := range ends { // after all their answers
			drafts = append(drafts, w.Draft(v.school))
		}
		return drafts, nil
	})
	return out, err
}

// offSheet makes the events of one reading, and counts them.
func (v viewer) offSheet(x *ReadAnswer, class learning.ClassID, kept *Kept) (out []learning.Draft, err error) {
	stands := false
	x.ID = x.id(max(x.Option, 0), 0)
	var others []learning.Retraction
	for option := range readOptions {
		id, standing := v.lineOf(x, option)
		switch {
		case option == x.Option:
			x.ID, stands = id, standing
		case standing:
			others = append(others, learning.Retraction{Learner: x.Learner, ID: id, By: v.actor.Person()})
		}
	}
	if x.Option >= 0 || x.Quiz != "" {
		drafts, late, err := v.onPaper(&x.Attempt, class)
		if late && !slices.Contains(kept.Late, x.Learner) {
			kept.Late = append(kept.Late, x.Learner)
		}
		if err != nil || late {
			return nil, err
		}
		if x.Option >= 0 && !stands {
			out = drafts
		}
	}
	for _, back := range others {
		out = append(out, back.Draft(v.school))
	}
	switch {
	case len(others) > 0:
		kept.Mended++
	case len(out) > 0:
		kept.Fresh++
	}
	return out, nil
}

// lineOf is the id under which an option of a line stands, or would stand next.
func (v viewer) lineOf(x *ReadAnswer, option int) (id learning.AttemptID, standing bool) {
	for again := range mostMended {
		id = x.id(option, again)
		held := v.kv.Get(idBucket, idKey(learnerOf(v.school, x.Learner), id))
		if held == nil {
			return id, false
		}
		if string(held) != retracted {
			return id, true
		}
	}
	return id, true
}
