package store

import (
	"context"
	"fmt"
	"io/fs"

	"lamplight/content"
	"lamplight/server/learning"
)

// Bounds of what apps keep for one learner, so that no package can fill a box.
const (
	maxStates     = 300
	maxStateBytes = 2 << 20
)

// AppState is what an app keeps for the actor at a resource, "" nothing. It is read back for the learner alone.
func (s *Store) AppState(a learning.Actor, r content.ResourceID) (data string, err error) {
	err = s.view(a, func(v viewer) error {
		raw, ok := learning.Raw(v.me.ID)
		if !ok {
			return nil // a guest: nothing is kept
		}
		b := v.kv.Get(recordBucket, recordPrefix(learning.KindState, v.tag, raw, id16(resourceOf(r))))
		if b == nil {
			return nil
		}
		rec, err := learning.ReadShown(b)
		data = rec.Get(learning.StateData)
		return err
	})
	return data, err
}

// KeepAppState keeps what an app has for the actor in the place of what it had. The same again writes nothing. What would
// be more than a learner's room is fs.ErrInvalid.
func (s *Store) KeepAppState(ctx context.Context, a learning.Actor, st learning.AppState) error {
	if err := st.Check(); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		if v.me.ID == "" {
			return nil, notAllowed("keep an app's state for nobody")
		}
		raw, _ := learning.Raw(v.me.ID)
		second := id16(resourceOf(st.Resource))
		others, size := 0, len(st.Data)
		v.own(learning.KindState, v.me.ID, func(id id16, r *learning.Record) {
			if data := r.Get(learning.StateData); id != second && data != "" {
				others, size = others+1, size+len(data)
			}
		})
		if st.Data != "" && (others >= maxStates || size > maxStateBytes) {
			return nil, fmt.Errorf("store: apps keep %d bytes for %s in %d places, which is as much as fits: %w", size, v.me.ID, others+1, fs.ErrInvalid)
		}
		return []change{{learning.KindState, learning.Subject{ID: raw, Second: second}, []learning.Value{
			{Field: learning.StateCourse, Value: string(st.Course)},
			{Field: learning.StateResource, Value: string(st.Resource)},
			{Field: learning.StateData, Value: st.Data},
		}}}, nil
	})
}
