package store

import (
	"context"
	"fmt"
	"strconv"

	"lamplight/server/learning"
)

// Accommodation is what a learner needs; who may read their record may ask.
func (s *Store) Accommodation(a learning.Actor, learner learning.PersonID) (learning.Accommodation, error) {
	if learner != "" && learner == a.Person() && !a.IsGuest() { // every page of theirs asks
		f, err := s.face(a)
		return f.needs, err
	}
	var out learning.Accommodation
	err := s.view(a, func(v viewer) (err error) {
		out, err = v.needs(learner)
		return err
	})
	return out, err
}

func (v viewer) needs(learner learning.PersonID) (out learning.Accommodation, err error) {
	r, err := v.about(learning.KindNeeds, learner)
	if n, bad := strconv.Atoi(r.Get(learning.NeedsTime)); bad == nil && (learning.Accommodation{ExtraTime: n}).Check() == nil {
		out.ExtraTime = n
	}
	for _, x := range needs(&out) {
		*x.on = r.Get(x.field) == "1"
	}
	return out, err
}

type need struct {
	field learning.Field
	on    *bool
}

func needs(a *learning.Accommodation) []need {
	return []need{
		{learning.NeedsAloud, &a.ReadAloud},
		{learning.NeedsLarge, &a.LargeText},
		{learning.NeedsContrast, &a.HighContrast},
		{learning.NeedsFewer, &a.FewerItems},
		{learning.NeedsCaptions, &a.Captions},
		{learning.NeedsSign, &a.SignFirst},
	}
}

// SetAccommodation sets it; teachers of the learner and administrators.
func (s *Store) SetAccommodation(ctx context.Context, a learning.Actor, learner learning.PersonID, acc learning.Accommodation) error {
	if err := acc.Check(); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		if err := v.mayManage(learner); err != nil {
			return nil, err
		}
		raw, _ := learning.Raw(learner)
		values := []learning.Value{{Field: learning.NeedsTime, Value: number(acc.ExtraTime)}}
		for _, x := range needs(&acc) {
			values = append(values, learning.Value{Field: x.field, Value: flag(*x.on)})
		}
		return []change{{learning.KindNeeds, learning.Subject{ID: raw}, values}}, nil
	})
}
