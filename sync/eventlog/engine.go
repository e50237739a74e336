package eventlog

import (
	"context"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// An Engine is a record of events, whatever it is kept in: what the server, the exchange and carriers ask of one. Log is the
// engine of a box; another, as for a nation's district, must pass package logtest.
type Engine interface {
	// Append makes events of drafts, all or none, and returns once they will survive a power cut and are folded.
	Append(ctx context.Context, drafts ...Draft) ([]clock.Dot, error)
	// Receive stores a signed segment durably and folds what is new in it. What is held already is 0, nil; what leaves a gap
	// waits for the gap to fill; what is no segment is fs.ErrInvalid; whose writer is not known fs.ErrNotExist.
	Receive(raw []byte) (newEvents int, err error)
	// Segments passes what lies after the vector, each stream in order, whole and signed. Own events are sealed first.
	Segments(after clock.Vector, allow func(segment.Scope) bool, fn func(raw []byte) error) error
	View(fn func(kv KV) error) error // the folds as they are now
	Vector() clock.Vector            // how far each stream is held
	Digest() [16]byte                // equal for equal records alone
	Streams() []StreamInfo
	Changed() <-chan struct{} // closed at the next change
	// State hashes the folds: equal for equal sets of events, in whatever order they came.
	State() (hash string, events uint64)
	Close() error // a second is no error
}

var _ Engine = (*Log)(nil)
