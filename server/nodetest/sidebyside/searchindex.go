package main

import (
	"context"
	"fmt"
	"time"
)

const (
	longestIndexing = 20 * time.Minute // of all that is installed
	untilAsked      = 10 * time.Second // a box serves pages a moment before it can be asked by commands
)

// indexed waits until the box has read all it holds into its search index, and says how long that took. It asks for no word:
// that costs a box nothing, and says how far it is.
func (b *bench) indexed(ctx context.Context, data string) (time.Duration, error) {
	start := time.Now()
	for time.Since(start) < longestIndexing && ctx.Err() == nil {
		var v struct {
			Reading struct{ Courses, Read int }
		}
		err := b.command(ctx, data, &v, "search", "--", ".")
		if err != nil && time.Since(start) > untilAsked {
			return 0, err
		}
		if err == nil && v.Reading.Read == v.Reading.Courses {
			return time.Since(start), nil
		}
		time.Sleep(time.Second) // asking takes from what it waits for
	}
	return 0, fmt.Errorf("not all is read after %v: %w", time.Since(start), ctx.Err())
}
