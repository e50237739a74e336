package store

import (
	"context"
	"errors"
	"io/fs"

	"lamplight/server/learning"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

func applySheet(kv KV, ev *segment.Event) error {
	r, err := learning.ParseRecoverySheet(ev)
	if err != nil {
		return err
	}
	tag := tagOf(r.Sealed.SchoolID())
	putLast(kv, sheetBucket, tag[:], learning.OrderOf(ev), r.Sealed.Marshal())
	putLast(kv, sheetKeyBucket, tag[:], learning.OrderOf(ev), r.Key)
	return nil
}

// SetSheet makes a recovery sheet the school's newest; the box only, for an administrator who was given its words.
func (s *Store) SetSheet(ctx context.Context, a learning.Actor, r learning.RecoverySheet) error {
	if !a.IsBox() || r.Sealed.SchoolID() != s.SchoolID() {
		return notAllowed("make a recovery sheet")
	}
	return s.append(ctx, r.Draft())
}

// Sheet is what the school's newest recovery sheet opens; ok is false when there is none. It is no secret.
func (s *Store) Sheet() (sealed device.SealedSchool, ok bool, err error) {
	err = s.log.View(func(kv KV) error {
		tag := tagOf(s.SchoolID())
		if b := kv.Get(sheetBucket, tag[:]); len(b) > 24 {
			sealed, err = device.ParseSealedSchool(b[24:])
			ok = err == nil
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return sealed, ok, err
}
