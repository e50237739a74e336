package store

import (
	"context"
	"errors"

	"lamplight/content"
	"lamplight/server/learning"
)

// Notes lists a learner's notes, by resource and place; resource "" is everywhere. Only who may read the learner's
// record may ask.
func (s *Store) Notes(a learning.Actor, learner learning.PersonID, r content.ResourceID) ([]learning.Note, error) {
	return nil, errors.ErrUnsupported
}

// Note keeps a note of the actor's own, new when its ID is "", and returns its id; an empty text removes it.
func (s *Store) Note(ctx context.Context, a learning.Actor, n learning.Note) (learning.NoteID, error) {
	return "", errors.ErrUnsupported
}

// Bookmarks lists a learner's bookmarks, by resource; who may read their record may ask.
func (s *Store) Bookmarks(a learning.Actor, learner learning.PersonID) ([]learning.Bookmark, error) {
	return nil, errors.ErrUnsupported
}

// Bookmark sets or removes a bookmark of the actor's own.
func (s *Store) Bookmark(ctx context.Context, a learning.Actor, b learning.Bookmark, on bool) error {
	return errors.ErrUnsupported
}

// Goal is what a learner means to do in a week; who may read their record may ask.
func (s *Store) Goal(a learning.Actor, learner learning.PersonID) (learning.WeekGoal, error) {
	return learning.WeekGoal{}, errors.ErrUnsupported
}

// SetGoal sets the actor's own goal.
func (s *Store) SetGoal(ctx context.Context, a learning.Actor, g learning.WeekGoal) error {
	return errors.ErrUnsupported
}

// Accommodation is what a learner needs; who may read their record may ask.
func (s *Store) Accommodation(a learning.Actor, learner learning.PersonID) (learning.Accommodation, error) {
	return learning.Accommodation{}, errors.ErrUnsupported
}

// SetAccommodation sets it; teachers of the learner and administrators.
func (s *Store) SetAccommodation(ctx context.Context, a learning.Actor, learner learning.PersonID, acc learning.Accommodation) error {
	return errors.ErrUnsupported
}
