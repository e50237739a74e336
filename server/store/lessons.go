package store

import (
	"context"
	"errors"

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
func (s *Store) LessonsFor(a learning.Actor, learner learning.PersonID) ([]SetLesson, error) {
	return nil, errors.ErrUnsupported
}

// Lesson finds one lesson: a learner finds those set for them, a teacher those of their classes, an administrator all.
func (s *Store) Lesson(a learning.Actor, id learning.LessonID) (learning.Lesson, error) {
	return learning.Lesson{}, errors.ErrUnsupported
}

// Lessons lists a class' lessons that are not archived, by title; its teachers and administrators may read it.
func (s *Store) Lessons(a learning.Actor, class learning.ClassID) ([]learning.Lesson, error) {
	return nil, errors.ErrUnsupported
}

// SaveLesson keeps a lesson, new when its ID is "", and returns its id; teachers of its class and administrators. The
// class of a lesson that is there cannot be changed.
func (s *Store) SaveLesson(ctx context.Context, a learning.Actor, l learning.Lesson) (learning.LessonID, error) {
	return "", errors.ErrUnsupported
}
