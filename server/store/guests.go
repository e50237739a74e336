package store

import (
	"context"
	"fmt"
	"io/fs"

	"lamplight/content"
	"lamplight/server/learning"
)

// ClaimGuest writes what a guest did (learning.AsGuest) again as the actor's own: their answers with the same attempt
// ids, so that twice is once, and where they are in what they looked at. It returns how many answers were new. Whoever
// knows a guest's id may claim it; fs.ErrPermission for one that a person has.
func (s *Store) ClaimGuest(ctx context.Context, guest learning.PersonID, a learning.Actor) (n int, err error) {
	var drafts []learning.Draft
	err = s.view(a, func(v viewer) error {
		if _, err := v.person(guest); err == nil {
			return fmt.Errorf("store: %s is no guest: %w", guest, fs.ErrPermission)
		}
		if err := v.mayRecord(a.Person()); err != nil {
			return err
		}
		drafts, n = v.claim(guest, a.Person())
		return nil
	})
	for len(drafts) > 0 && err == nil {
		some := min(len(drafts), maxAtOnce) // broken off, claiming again goes on where it stopped
		err = s.append(ctx, drafts[:some]...)
		drafts = drafts[some:]
	}
	return n, err
}

// maxAtOnce events are appended in one call: the log takes 512 KiB, and an event of a record is below 2.
const maxAtOnce = 200

// claim drafts what of a guest's record a person's lacks; n is how many answers that is. Older ones come first.
func (v viewer) claim(guest, as learning.PersonID) (drafts []learning.Draft, n int) {
	l := learnerOf(v.school, guest)
	t := v.total(l)
	var rs []content.ResourceID
	v.kv.Scan(touchedBucket, l[:], func(_, r []byte) bool {
		rs = append(rs, content.ResourceID(r))
		return true
	})
	for _, r := range rs {
		from, to := placeAt(v.kv, v.school, l, r), placeOf(v.kv, v.school, as, r)
		if from.quiz {
			continue
		}
		u := readUnit(from.unit(&t))
		for _, c := range from.chain(u.Tail) {
			c.Learner, c.Resource, c.Course, c.By = as, r, u.Course, as
			if v.counted(&c.Attempt) {
				continue
			}
			if c.Given = v.given(l, &c); !c.Apart {
				c.Type = content.Choice // without a type Given goes apart again
			}
			drafts = append(drafts, c.Drafts(v.school)...)
			n++
		}
		theirs := to.total()
		if w, more := claimView(&u, readUnit(to.unit(&theirs))); more {
			w.Learner, w.Resource = as, r
			drafts = append(drafts, w.Draft(v.school))
		}
	}
	return drafts, n
}

// claimView is a view that brings a unit to where a guest's is; false when it is there already.
func claimView(guest *unit, own unit) (learning.View, bool) {
	w := learning.View{Course: guest.Course, Action: learning.Opened, Percent: int(guest.Percent), Position: guest.Position, Tenths: min(guest.Looked, learning.MaxTenths)}
	further := guest.Percent > own.Percent
	if further {
		w.Action = learning.Moved
	}
	if guest.Best > own.Best {
		w.Scored, w.Score, further = true, content.Score(guest.Best-1), true
	}
	if guest.Finished && !own.Finished {
		w.Action, further = learning.Finished, true
	}
	return w, further || guest.Views > 0 && own.Views == 0
}
