package store

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strconv"

	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/sync/clock"
)

// maxSteps bounds what is kept of how one class is taught: some ten a school day for two years.
const maxSteps = 4000

// A KeptStep is a step as it stands. Seen names the writes it shows, for SaveStep; Disputes are the fields that people wrote
// differently without having seen each other's, what is shown first.
type KeptStep struct {
	learning.Step
	Seen     string
	Disputes []Dispute
}

// Steps lists what is kept of how a class is taught, but for what was taken back, oldest first as far as days are known; use ""
// is all. Its teachers and administrators may read it.
func (s *Store) Steps(a learning.Actor, class learning.ClassID, use string) (out []KeptStep, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(class); err != nil {
			return err
		}
		for _, id := range links[learning.StepID](v, class, learning.KindStep) {
			if x, err := v.step(id); err == nil && (use == "" || x.Use == use) {
				out = append(out, x)
			}
		}
		return nil
	})
	arrange.By(out, func(a, b KeptStep) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
	})
	return out, err
}

// Step finds one step, taken back or not; the teachers of its class and administrators may read it.
func (s *Store) Step(a learning.Actor, id learning.StepID) (out KeptStep, err error) {
	err = s.view(a, func(v viewer) error {
		if out, err = v.step(id); err != nil {
			return err
		}
		if v.mayLead(out.Class) != nil {
			out = KeptStep{}
			return notFound("step", id)
		}
		return nil
	})
	return out, err
}

func (v viewer) step(id learning.StepID) (out KeptStep, err error) {
	raw, ok := learning.Raw(id)
	if !ok {
		return out, notFound("step", id)
	}
	b := v.kv.Get(recordBucket, recordPrefix(learning.KindStep, v.tag, raw))
	if b == nil {
		return out, notFound("step", id)
	}
	r, err := learning.ReadRecord(b)
	if err != nil {
		return out, err
	}
	count := func(f learning.Field) int { n, _ := strconv.Atoi(r.Get(f)); return n }
	out.Step = learning.Step{
		ID: id, Class: learning.ClassID(r.Get(learning.StepClass)), Use: r.Get(learning.StepUse), Lesson: learning.LessonID(r.Get(learning.StepLesson)),
		Of: r.Get(learning.StepOf), At: count(learning.StepAt), Ask: r.Get(learning.StepAsk), Text: r.Get(learning.StepText), Then: r.Get(learning.StepThen),
		Right: count(learning.StepRight), Total: count(learning.StepTotal), Day: r.Get(learning.StepDay), Gone: r.Get(learning.StepGone) == "1",
		By: learning.PersonID(r.Get(learning.StepBy)),
	}
	out.Seen = r.Seen()
	for _, f := range r.Shown {
		if !f.Conflict {
			continue
		}
		d := Dispute{Field: f.Field}
		for _, x := range r.Versions(f.Field) {
			d.Values = append(d.Values, x.Value)
		}
		out.Disputes = append(out.Disputes, d)
	}
	return out, nil
}

// SaveStep keeps a step, new when its ID is "" or nowhere yet, and returns its id; teachers of its class and administrators.
// Its class, use and lesson never change. seen is that of the page it was changed on, "" for what is shown now: what
// somebody else wrote meanwhile and the person has not seen stays beside it, as a Dispute; what they have seen is replaced.
func (s *Store) SaveStep(ctx context.Context, a learning.Actor, x learning.Step, seen string) (learning.StepID, error) {
	if err := x.Check(); err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	if x.ID == "" {
		x.ID = learning.NewID[learning.StepID]()
	}
	raw, ok := learning.Raw(x.ID)
	if !ok {
		return "", notFound("step", x.ID)
	}
	x.By = a.Person()
	return x.ID, s.write(ctx, a, func(v viewer) ([]learning.Draft, error) {
		if err := v.mayLead(x.Class); err != nil {
			return nil, err
		}
		if err := v.stepOf(&x); err != nil {
			return nil, err
		}
		was, err := v.step(x.ID)
		if err == nil && (was.Class != x.Class || was.Use != x.Use || was.Lesson != x.Lesson) {
			return nil, notFound("step", x.ID)
		}
		if err != nil {
			if len(links[learning.StepID](v, x.Class, learning.KindStep)) >= maxSteps {
				return nil, fmt.Errorf("store: %d things are kept of this class, which is as many as fit: %w", maxSteps, fs.ErrInvalid)
			}
			return v.first(learning.KindStep, raw, stepValues(&x)), nil
		}
		return v.stepDrafts(raw, stepValues(&x), seen)
	})
}

// stepOf checks that a step's lesson is its class's, and that a board stands under its class's id.
func (v viewer) stepOf(x *learning.Step) error {
	if x.Lesson != "" {
		if l, err := v.lesson(x.Lesson); err != nil || l.Class != x.Class {
			return notFound("lesson", x.Lesson)
		}
	}
	if (x.Use == learning.StepBoard) != (string(x.ID) == string(x.Class)) {
		return fmt.Errorf("store: a board stands under its class's id, and nothing else does: %w", fs.ErrInvalid)
	}
	return nil
}

func stepValues(x *learning.Step) []learning.Value {
	return []learning.Value{
		{Field: learning.StepClass, Value: string(x.Class)},
		{Field: learning.StepUse, Value: x.Use},
		{Field: learning.StepLesson, Value: string(x.Lesson)},
		{Field: learning.StepOf, Value: x.Of},
		{Field: learning.StepAt, Value: number(x.At)},
		{Field: learning.StepAsk, Value: x.Ask},
		{Field: learning.StepText, Value: x.Text},
		{Field: learning.StepThen, Value: x.Then},
		{Field: learning.StepRight, Value: number(x.Right)},
		{Field: learning.StepTotal, Value: number(x.Total)},
		{Field: learning.StepDay, Value: x.Day},
		{Field: learning.StepGone, Value: flag(x.Gone)},
		{Field: learning.StepBy, Value: string(x.By)},
	}
}

// stepDrafts is an event a field that is to be another, or that people disagree on; each replaces those of its writes that
// were seen. Who wrote it last is told of with what they wrote.
func (v viewer) stepDrafts(raw id16, values []learning.Value, seen string) (out []learning.Draft, err error) {
	rec, err := v.record(learning.KindStep, raw)
	if err != nil {
		return nil, err
	}
	known, err := learning.ReadSeen(seen)
	if err != nil {
		return nil, err
	}
	for _, val := range values {
		if rec.Settled(val.Field, val.Value) || val.Field == learning.StepBy && len(out) == 0 {
			continue
		}
		e := learning.Edit{Kind: learning.KindStep, Subject: learning.Subject{ID: raw}, Values: []learning.Value{val}, Replaces: rec.Names(val.Field)}
		if seen != "" {
			e.Replaces = slices.DeleteFunc(e.Replaces, func(d clock.Dot) bool { return !slices.Contains(known, d) })
		}
		out = append(out, e.Draft(v.school))
	}
	return out, nil
}

// DropStep takes a step back, or puts it back; who may save it may.
func (s *Store) DropStep(ctx context.Context, a learning.Actor, id learning.StepID, gone bool) error {
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		x, err := v.step(id)
		if err != nil {
			return nil, err
		}
		if v.mayLead(x.Class) != nil {
			return nil, notFound("step", id)
		}
		raw, _ := learning.Raw(id)
		return []change{{learning.KindStep, learning.Subject{ID: raw}, []learning.Value{{Field: learning.StepGone, Value: flag(gone)}}}}, nil
	})
}
