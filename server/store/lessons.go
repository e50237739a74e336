package store

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"slices"

	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// A SetLesson is a lesson set for a learner, and how far they are.
type SetLesson struct {
	Lesson   learning.Lesson
	Progress []learning.Progress // one for each of Lesson.Resources; only Resource is set where never touched
	Complete int                 // of them complete
}

// LessonsFor lists the lessons set for a learner (themselves, through their class or a group), by the date they end,
// then by title; those that are hidden, archived or not begun are left out. Who may read the learner's record may ask.
func (s *Store) LessonsFor(a learning.Actor, learner learning.PersonID) (out []SetLesson, err error) {
	date := s.date()
	err = s.view(a, func(v viewer) error {
		if err := v.mayRead(learner); err != nil {
			return err
		}
		v.calendar = s.calendarFor(v)
		lessons, _ := v.setFor(learner)
		l := learnerOf(v.school, learner)
		t := v.total(l)
		for _, id := range lessons {
			x, err := v.lesson(id)
			if err != nil || !shownOn(&x, date) {
				continue
			}
			set := SetLesson{Lesson: x, Progress: make([]learning.Progress, len(x.Resources))}
			for i, r := range x.Resources {
				set.Progress[i], _, _ = v.progress(&t, l, r.Resource)
				set.Progress[i].Resource = r.Resource
				set.Complete += int(boolBit(set.Progress[i].Complete))
			}
			out = append(out, set)
		}
		return nil
	})
	sortByName(out, func(x *SetLesson) (name, id string) { return x.Lesson.Title, string(x.Lesson.ID) })
	arrange.Stably(out, func(a, b SetLesson) int { return cmp.Compare(until(a.Lesson.Until), until(b.Lesson.Until)) })
	return out, err
}

// until sorts what has no end last.
func until(date string) string { return cmp.Or(date, "9999") }

// shownOn reports whether learners see a lesson on a date, "" when that is not known.
func shownOn(l *learning.Lesson, date string) bool {
	return !l.Hidden && !l.Archived && (l.From == "" || date == "" || l.From <= date)
}

// lesson reads one, archived or not.
func (v viewer) lesson(id learning.LessonID) (learning.Lesson, error) {
	r, err := shownOf(v, learning.KindLesson, "lesson", id)
	return learning.Lesson{
		ID: id, Class: learning.ClassID(r.Get(learning.LessonClass)), Title: r.Get(learning.LessonTitle), About: r.Get(learning.LessonAbout),
		Resources: learning.UnpackRefs(r.Get(learning.LessonResources)), From: r.Get(learning.LessonFrom), Until: r.Get(learning.LessonUntil),
		Hidden: r.Get(learning.LessonHidden) == "1", Archived: r.Get(learning.LessonArchived) == "1",
	}, err
}

// shownOf reads what is shown of a subject with one id; fs.ErrNotExist when it was never written. what names it in errors.
func shownOf[T ~string](v viewer, kind, what string, id T) (r learning.Record, err error) {
	raw, ok := learning.Raw(id)
	if !ok {
		return r, notFound(what, id)
	}
	b := v.kv.Get(recordBucket, recordPrefix(kind, v.tag, raw))
	if b == nil {
		return r, notFound(what, id)
	}
	return learning.ReadShown(b)
}

// Lesson finds one lesson: a learner finds those set for them, a teacher those of their classes, an administrator all.
func (s *Store) Lesson(a learning.Actor, id learning.LessonID) (out learning.Lesson, err error) {
	date := s.date()
	err = s.view(a, func(v viewer) error {
		x, err := v.lesson(id)
		if err != nil {
			return err
		}
		lessons, _ := v.setFor(v.me.ID)
		if !v.admin && !v.teaches(x.Class) && (!slices.Contains(lessons, id) || !shownOn(&x, date)) {
			return notFound("lesson", id)
		}
		out = x
		return nil
	})
	return out, err
}

// Lessons lists a class' lessons that are not archived, by title; its teachers and administrators may read it.
func (s *Store) Lessons(a learning.Actor, class learning.ClassID) (out []learning.Lesson, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(class); err != nil {
			return err
		}
		for _, id := range links[learning.LessonID](v, class, learning.KindLesson) {
			if l, err := v.lesson(id); err == nil && !l.Archived {
				out = append(out, l)
			}
		}
		return nil
	})
	sortByName(out, func(l *learning.Lesson) (name, id string) { return l.Title, string(l.ID) })
	return out, err
}

// SaveLesson keeps a lesson, new when its ID is "", and returns its id; teachers of its class and administrators. The
// class of a lesson that is there cannot be changed. Of one that is there, only what differs from what is shown is written:
// see ChangeLesson, which pages use.
func (s *Store) SaveLesson(ctx context.Context, a learning.Actor, l learning.Lesson) (learning.LessonID, error) {
	if err := l.Check(); err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	fresh := l.ID == ""
	if fresh {
		l.ID = learning.NewID[learning.LessonID]()
	}
	return l.ID, s.write(ctx, a, func(v viewer) ([]learning.Draft, error) {
		was, err := v.lesson(l.ID)
		if !fresh && err != nil {
			return nil, err
		}
		if err := v.mayCompose("lesson", string(l.ID), l.Class, was.Class, fresh); err != nil {
			return nil, err
		}
		if !fresh {
			return v.lessonDrafts(&l, "")
		}
		values, err := lessonValues(&l)
		raw, _ := learning.Raw(l.ID)
		return v.first(learning.KindLesson, raw, values), err
	})
}

// mayCompose is nil when the viewer may save a lesson or quiz of a class; was is the class it had before.
func (v viewer) mayCompose(what, id string, class, was learning.ClassID, fresh bool) error {
	if !fresh && !v.admin && !v.teaches(was) {
		return notFound(what, id)
	}
	if err := v.mayLead(class); err != nil {
		return err
	}
	c, err := v.class(class)
	switch {
	case err != nil:
		return err
	case c.Parent != "" || c.Archived:
		return fmt.Errorf("store: a %s is of a class which is in use, not of a group: %w", what, fs.ErrInvalid)
	case !fresh && was != class:
		return fmt.Errorf("store: %s %s is of another class: %w", what, id, fs.ErrInvalid)
	}
	return nil
}
