package store

import (
	"context"
	"slices"

	"lamplight/server/learning"
)

// NoteLook keeps that the actor looks at another's page, once a day for each of the two; it is to be asked before the page
// is shown. Who looks at their own page, and the box, is not noted. Who may not read the page may not have looked.
func (s *Store) NoteLook(ctx context.Context, a learning.Actor, learner learning.PersonID) error {
	if a.Person() == "" || a.Person() == learner || a.IsGuest() {
		return nil
	}
	now, fresh := s.Today(), false
	err := s.view(a, func(v viewer) error {
		if err := v.mayRead(learner); err != nil {
			return err
		}
		fresh = true
		for _, l := range v.looks(learner) {
			if days, known := now.Since(l.When.Stamp); l.Viewer == a.Person() && known && days == 0 {
				fresh = false
			}
		}
		return nil
	})
	if err != nil || !fresh {
		return err
	}
	return s.append(ctx, learning.Sight{Learner: learner, Viewer: a.Person()}.Draft(s.SchoolID()))
}

// Looks lists who looked at a learner's page, the last first; administrators alone may read it.
func (s *Store) Looks(a learning.Actor, learner learning.PersonID) (out []learning.Sight, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayRead(learner); err != nil {
			return err
		}
		if !v.admin {
			return notAllowed("who looked at a page")
		}
		out = v.looks(learner)
		slices.Reverse(out)
		return nil
	})
	return out, err
}

func lookPrefix(t schoolTag, learner id16) []byte { return join(t[:], learner[:]) }

// looks lists who opened the learner's page, the first in order first.
func (v viewer) looks(learner learning.PersonID) (out []learning.Sight) {
	v.deeds(learner, func(a learning.Act, _ learning.Order) {
		if a.What == learning.Looked {
			out = append(out, learning.Sight{Learner: learner, Viewer: a.Who, When: a.When})
		}
	})
	slices.Reverse(out)
	return out
}
