package server

import (
	"context"
	"time"
)

// changeRest is how long work that follows the record rests after each round. A class at work changes the record a hundred
// times a second, hardly ever in a way that concerns such work, and a round reads what it looks for from the store.
const changeRest = 2 * time.Second

// A follower is what else than a change of the record calls for a round of its work.
type follower struct {
	knock <-chan struct{} // a round is due at once; nil is never
	every time.Duration   // no longer than this between rounds; 0 is for ever
}

// follow does work now and whenever what changed tells of has changed since the round before began: at once after a calm,
// else changeRest after that round. It ends without an error when ctx does, with one when work fails.
func (f follower) follow(ctx context.Context, changed func() <-chan struct{}, work func(context.Context) error) error {
	for {
		next := changed()
		if err := work(ctx); err != nil {
			return err
		}
		if !f.rest(ctx, nil, changeRest) {
			f.rest(ctx, next, f.every)
		}
		if ctx.Err() != nil {
			return nil
		}
	}
}

// rest waits for the first of a knock, an end of calm and of ctx, and most, if it is not 0. It says whether it was the knock.
func (f follower) rest(ctx context.Context, calm <-chan struct{}, most time.Duration) (knocked bool) {
	var over <-chan time.Time
	if most > 0 {
		over = time.After(most)
	}
	select {
	case <-ctx.Done():
	case <-f.knock:
		return true
	case <-calm:
	case <-over:
	}
	return false
}
