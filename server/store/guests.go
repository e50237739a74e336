package store

import (
	"context"
	"errors"

	"lamplight/server/learning"
)

// ClaimGuest writes what a guest did (learning.AsGuest) again as the actor's own: their answers with the same attempt
// ids, so that twice is once, and where they are in what they looked at. It returns how many answers were new.
func (s *Store) ClaimGuest(ctx context.Context, guest learning.PersonID, a learning.Actor) (n int, err error) {
	return 0, errors.ErrUnsupported
}
