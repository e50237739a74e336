package store

import (
	"context"
	"errors"

	"lamplight/server/learning"
)

// Assign sets a lesson or quiz for a class, a group or a learner of the lesson's or quiz's class; the teachers of that
// class and administrators. Setting the same again is no error.
func (s *Store) Assign(ctx context.Context, a learning.Actor, as learning.Assignment) (learning.AssignmentID, error) {
	return "", errors.ErrUnsupported
}

// Unassign takes an assignment back; who may set it may.
func (s *Store) Unassign(ctx context.Context, a learning.Actor, id learning.AssignmentID) error {
	return errors.ErrUnsupported
}

// Assignments lists for whom a lesson or quiz (one of the two ids, the other "") is set; who may change it may read it.
func (s *Store) Assignments(a learning.Actor, l learning.LessonID, q learning.QuizID) ([]learning.Assignment, error) {
	return nil, errors.ErrUnsupported
}

// AddGroup adds a group of a class; its teachers and administrators. People are put in with Enrol, as learners.
func (s *Store) AddGroup(ctx context.Context, a learning.Actor, parent learning.ClassID, name string) (learning.ClassID, error) {
	return "", errors.ErrUnsupported
}

// Groups lists a class' groups that are not archived, by name; its teachers and administrators may read it.
func (s *Store) Groups(a learning.Actor, class learning.ClassID) ([]learning.Class, error) {
	return nil, errors.ErrUnsupported
}
