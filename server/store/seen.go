package store

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/zeebo/blake3"

	"lamplight/server/learning"
)

// maxSeen is how many branches are seen to at once.
const maxSeen = 1000

func seenSubject(branch string) learning.Subject {
	h := blake3.Sum256([]byte("lamplight branch " + branch))
	return learning.Subject{ID: id16(h[:16])}
}

// SeeTo keeps that an administrator saw to what made these branches of the record, or (on false) that it needs a person again.
// It is by branch, since boxes differ in which of two they call the branch. What forks later is seen to by nobody yet.
func (s *Store) SeeTo(ctx context.Context, a learning.Actor, branches []string, on bool) error {
	if len(branches) > maxSeen {
		return fmt.Errorf("store: %d branches at once, want %d at most: %w", len(branches), maxSeen, fs.ErrInvalid)
	}
	return s.edit(ctx, a, func(v viewer) (out []change, err error) {
		if !v.admin {
			return nil, notAllowed("see to the boxes")
		}
		for _, b := range branches {
			out = append(out, change{learning.KindSeen, seenSubject(b), []learning.Value{{Field: learning.SeenOn, Value: flag(on)}}})
		}
		return out, nil
	})
}

// SeenTo says whether an administrator saw to what made all of these branches.
func (s *Store) SeenTo(branches ...string) bool {
	err := s.view(learning.Box(), func(v viewer) error {
		for _, b := range branches {
			r, err := learning.ReadShown(v.kv.Get(recordBucket, subjectKey(learning.KindSeen, v.tag, seenSubject(b))))
			if err != nil || r.Get(learning.SeenOn) != flag(true) {
				return fs.ErrNotExist
			}
		}
		return nil
	})
	return err == nil
}
