package store

import (
	"context"
	"fmt"
	"io/fs"
	"slices"

	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/sync/clock"
)

// ErrAnswered refuses to change the questions of a quiz that has answers. Errors that wrap it also wrap fs.ErrExist.
var ErrAnswered = fmt.Errorf("the quiz has answers, so its questions stay: %w", fs.ErrExist)

// A Dispute is a field of a lesson or quiz which people wrote differently without having seen each other's: what is shown,
// then the others. Values are as registers hold them: see learning.UnpackRefs, learning.UnpackSections.
type Dispute struct {
	Field  learning.Field
	Values []string
}

// A Composition is what a page needs to change a lesson or quiz without losing what others wrote. Seen names the writes it
// shows, for ChangeLesson and ChangeQuiz.
type Composition struct {
	Seen     string
	Disputes []Dispute // ascending by field
}

// Composition reads a lesson's or a quiz' (one of the two ids, the other ""); who may change it may read it.
func (s *Store) Composition(a learning.Actor, l learning.LessonID, q learning.QuizID) (out Composition, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayChange(l, q); err != nil {
			return err
		}
		kind, raw := composed(l, q)
		rec, err := v.record(kind, raw)
		if err != nil {
			return err
		}
		out.Seen = rec.Seen()
		for _, f := range rec.Shown {
			if f.Conflict {
				d := Dispute{Field: f.Field}
				for _, x := range rec.Versions(f.Field) {
					d.Values = append(d.Values, x.Value)
				}
				out.Disputes = append(out.Disputes, d)
			}
		}
		return nil
	})
	return out, err
}

// mayChange is nil when the viewer may read and change a lesson or quiz, if need be in a class that was put away.
func (v viewer) mayChange(l learning.LessonID, q learning.QuizID) error {
	what, id := "lesson", string(l)
	class := learning.ClassID("")
	if q != "" {
		x, err := v.quiz(q)
		if err != nil {
			return err
		}
		what, id, class = "quiz", string(q), x.Class
	} else {
		x, err := v.lesson(l)
		if err != nil {
			return err
		}
		class = x.Class
	}
	if !v.admin && !v.teaches(class) {
		return notFound(what, id)
	}
	return nil
}

func composed(l learning.LessonID, q learning.QuizID) (kind string, raw id16) {
	if q != "" {
		raw, _ = learning.Raw(q)
		return learning.KindQuiz, raw
	}
	raw, _ = learning.Raw(l)
	return learning.KindLesson, raw
}

func (v viewer) record(kind string, raw id16) (learning.Record, error) {
	return learning.ReadRecord(v.kv.Get(recordBucket, recordPrefix(kind, v.tag, raw)))
}

// ChangeLesson changes a lesson: fn is given it as it is shown and changes what the person wants changed, and nothing else;
// it may be called again and must not ask the store. seen is the Composition's of the page they looked at, "" for what is
// shown now. What somebody else wrote meanwhile into the same field, and the person has not seen, stays beside what they
// wrote, as a Dispute. Who may save the lesson may.
func (s *Store) ChangeLesson(ctx context.Context, a learning.Actor, id learning.LessonID, seen string, fn func(l *learning.Lesson) error) error {
	return s.write(ctx, a, func(v viewer) ([]learning.Draft, error) {
		l, err := v.lesson(id)
		if err != nil {
			return nil, err
		}
		if err := v.mayCompose("lesson", string(id), l.Class, l.Class, false); err != nil {
			return nil, err
		}
		was := l
		l.Resources = slices.Clone(l.Resources)
		if err := fn(&l); err != nil {
			return nil, err
		}
		l.ID, l.Class = was.ID, was.Class
		return v.lessonDrafts(&l, seen)
	})
}

// lessonDrafts are the events that make a lesson as l is.
func (v viewer) lessonDrafts(l *learning.Lesson, seen string) ([]learning.Draft, error) {
	if err := l.Check(); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	values, err := lessonValues(l)
	if err != nil {
		return nil, err
	}
	raw, _ := learning.Raw(l.ID)
	return v.fieldDrafts(learning.KindLesson, raw, values, seen)
}

func lessonValues(l *learning.Lesson) ([]learning.Value, error) {
	resources, err := learning.PackRefs(l.Resources)
	if err != nil {
		return nil, fmt.Errorf("store: lesson %q: %w", l.Title, err)
	}
	return []learning.Value{
		{Field: learning.LessonClass, Value: string(l.Class)},
		{Field: learning.LessonTitle, Value: l.Title},
		{Field: learning.LessonAbout, Value: l.About},
		{Field: learning.LessonResources, Value: resources},
		{Field: learning.LessonFrom, Value: l.From},
		{Field: learning.LessonUntil, Value: l.Until},
		{Field: learning.LessonHidden, Value: flag(l.Hidden)},
		{Field: learning.LessonArchived, Value: flag(l.Archived)},
	}, nil
}

// ChangeQuiz is ChangeLesson for a quiz. ErrAnswered when it has answers and fn changed its questions.
func (s *Store) ChangeQuiz(ctx context.Context, a learning.Actor, id learning.QuizID, seen string, fn func(q *learning.Quiz) error) error {
	return s.write(ctx, a, func(v viewer) ([]learning.Draft, error) {
		q, err := v.quiz(id)
		if err != nil {
			return nil, err
		}
		if err := v.mayCompose("quiz", string(id), q.Class, q.Class, false); err != nil {
			return nil, err
		}
		was := q
		q.Sections = slices.Clone(q.Sections)
		for i := range q.Sections {
			q.Sections[i].Questions = slices.Clone(q.Sections[i].Questions)
		}
		if err := fn(&q); err != nil {
			return nil, err
		}
		q.ID, q.Class, q.Sections = was.ID, was.Class, withKeys(q.Sections)
		return v.quizDrafts(&q, &was, seen)
	})
}

// quizDrafts are the events that make a quiz as q is, which is shown as was.
func (v viewer) quizDrafts(q, was *learning.Quiz, seen string) ([]learning.Draft, error) {
	if err := q.Check(); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if !q.AsksAs(was) && v.hasAnswers(was) {
		return nil, fmt.Errorf("store: quiz %s: %w", q.ID, ErrAnswered)
	}
	values, err := quizValues(q)
	if err != nil {
		return nil, err
	}
	raw, _ := learning.Raw(q.ID)
	return v.fieldDrafts(learning.KindQuiz, raw, values, seen)
}

func quizValues(q *learning.Quiz) ([]learning.Value, error) {
	sections, err := learning.PackSections(q.Sections)
	if err != nil {
		return nil, fmt.Errorf("store: quiz %q: %w", q.Title, err)
	}
	return []learning.Value{
		{Field: learning.QuizClass, Value: string(q.Class)},
		{Field: learning.QuizTitle, Value: q.Title},
		{Field: learning.QuizSections, Value: sections},
		{Field: learning.QuizState, Value: q.State},
		{Field: learning.QuizReport, Value: flag(q.Report)},
		{Field: learning.QuizPractice, Value: flag(q.Practice)},
		{Field: learning.QuizMinutes, Value: number(q.Minutes)},
		{Field: learning.QuizArchived, Value: flag(q.Archived)},
	}, nil
}

// HasAnswers reports whether anybody answered a question of a quiz; who may change it may ask.
func (s *Store) HasAnswers(a learning.Actor, id learning.QuizID) (yes bool, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayChange("", id); err != nil {
			return err
		}
		q, err := v.quiz(id)
		yes = v.hasAnswers(&q)
		return err
	})
	return yes, err
}

// hasAnswers asks everybody who is or was in the quiz' class.
func (v viewer) hasAnswers(q *learning.Quiz) (yes bool) {
	raw, _ := learning.Raw(q.Class)
	prefix := recordPrefix(learning.KindEnrol, v.tag, raw)
	v.kv.Scan(recordBucket, prefix, func(k, _ []byte) bool {
		p := placeOf(v.kv, v.school, hexID[learning.PersonID](k[len(prefix):]), q.ID.Resource())
		t := p.total()
		if u := p.unit(&t); u != nil {
			yes = len(p.chain(readUnit(u).Tail)) > 0
		}
		return !yes
	})
	return yes
}

// first is the event that makes something new.
func (v viewer) first(kind string, raw id16, values []learning.Value) []learning.Draft {
	values = slices.DeleteFunc(values, func(x learning.Value) bool { return x.Value == "" })
	return []learning.Draft{learning.Edit{Kind: kind, Subject: learning.Subject{ID: raw}, Values: values}.Draft(v.school)}
}

// fieldDrafts is an event a field whose value is not the one shown. It names the writes shown and seen, so that what the
// person has not seen stays; of a field in dispute it replaces what is shown alone, so that the other version stays too,
// until somebody chooses: see Settle.
func (v viewer) fieldDrafts(kind string, raw id16, values []learning.Value, seen string) (out []learning.Draft, err error) {
	rec, err := v.record(kind, raw)
	if err != nil {
		return nil, err
	}
	known, err := learning.ReadSeen(seen)
	if err != nil {
		return nil, err
	}
	for _, val := range values {
		if rec.Get(val.Field) == val.Value {
			continue
		}
		e := learning.Edit{Kind: kind, Subject: learning.Subject{ID: raw}, Values: []learning.Value{val}}
		if now := rec.Versions(val.Field); len(now) > 0 {
			for _, d := range now[0].Dots {
				if seen == "" || slices.Contains(known, d) {
					e.Replaces = append(e.Replaces, d)
				}
			}
		}
		arrange.By(e.Replaces, clock.Dot.Compare)
		out = append(out, e.Draft(v.school))
	}
	return out, nil
}

// Settle ends a dispute: the field is what somebody chose. Of the two ids one is "". The value may be any that the field can
// have, so that two lists can become one; fs.ErrInvalid otherwise. Who may save the lesson or quiz may.
func (s *Store) Settle(ctx context.Context, a learning.Actor, l learning.LessonID, q learning.QuizID, f learning.Field, value string) error {
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		if _, err := v.composed(l, q); err != nil {
			return nil, err
		}
		kind, raw := composed(l, q)
		if err := v.fits(l, q, f, value); err != nil {
			return nil, fmt.Errorf("store: %w", err)
		}
		return []change{{kind, learning.Subject{ID: raw}, []learning.Value{{Field: f, Value: value}}}}, nil
	})
}

// fits says what is wrong with a field's value.
func (v viewer) fits(l learning.LessonID, q learning.QuizID, f learning.Field, value string) error {
	isClass, isList := f == learning.LessonClass, f == learning.LessonResources
	if q != "" {
		isClass, isList = f == learning.QuizClass, f == learning.QuizSections
	}
	rec, err := v.record(composed(l, q))
	switch {
	case err != nil:
		return err
	case isClass || len(rec.Versions(f)) == 0:
		return fmt.Errorf("field %d is nothing to choose: %w", f, fs.ErrInvalid)
	case isList && q != "" && len(learning.UnpackSections(value)) == 0, isList && q == "" && value != "[]" && len(learning.UnpackRefs(value)) == 0:
		return fmt.Errorf("a list that cannot be read: %w", fs.ErrInvalid)
	case isList:
		return nil
	}
	if !slices.ContainsFunc(rec.Versions(f), func(x learning.Version) bool { return x.Value == value }) {
		return fmt.Errorf("field %d has no version %.40q: %w", f, value, fs.ErrInvalid)
	}
	return nil
}
