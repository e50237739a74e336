package store

import (
	"context"
	"slices"

	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// applyLook keeps a look by order, so that whatever the order it comes in the list is the same.
func applyLook(kv KV, school string, e *segment.Event) error {
	l, err := learning.ParseLook(e)
	if err != nil {
		return err
	}
	who, _ := learning.Raw(l.Learner)
	viewer, _ := learning.Raw(l.Viewer)
	o := learning.OrderOf(e)
	var b learning.Encoder
	b.Raw(viewer[:])
	b.Raw(e.Stamp.Boot[:])
	b.Uint(uint64(e.Stamp.MS))
	kv.Put(lookBucket, append(lookPrefix(tagOf(school), who), o[:]...), b.B)
	return nil
}

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

// looks lists them, the first in order first.
func (v viewer) looks(learner learning.PersonID) (out []learning.Sight) {
	raw, ok := learning.Raw(learner)
	if !ok {
		return nil
	}
	v.kv.Scan(lookBucket, lookPrefix(v.tag, raw), func(_, b []byte) bool {
		d := learning.Decoder{B: b}
		l := learning.Sight{Learner: learner, Viewer: hexID[learning.PersonID](d.Raw(16))}
		var st clock.Stamp
		copy(st.Boot[:], d.Raw(8))
		st.MS = int64(d.Uint())
		l.When = when(v.kv, st)
		out = append(out, l)
		return true
	})
	return out
}
