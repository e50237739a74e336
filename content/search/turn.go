package search

import (
	"context"
	"fmt"
	"time"
)

// A turn is one search's time at its desk.
type turn struct {
	ctx   context.Context
	since time.Time // when it last rested
}

const (
	// stint is how long a search works before it lets others in: a board of one core reads what has come from the network
	// only when nothing else wants to run, so that course pages wait for whole slices of the scheduler's 10 ms. Measured
	// beside 16 visitors who search.
	stint = 300 * time.Microsecond
	pause = time.Microsecond // the kernel makes it some 50
)

// rest ends a search whose visitor has gone, and lets others in when it has worked for a stint.
func (t *turn) rest() error {
	if err := t.ctx.Err(); err != nil {
		return fmt.Errorf("search: %w", err)
	}
	if time.Since(t.since) >= stint {
		time.Sleep(pause)
		t.since = time.Now()
	}
	return nil
}
