// Package eventlog is every segment held: an append-only journal (the truth) indexed in bbolt; appends and receives by
// one path, with its Applier.
//
// Files of the journal:
//
//	tail-0 tail-1        the open tail: own events not yet sealed (tail.go)
//	seg-00000001 …       signed segments, own and received, in the order they came (frames.go)
//	body-00000001 …      bodies: stream 8 ‖ seq 8 ‖ bytes, each in a frame; on the card before the event that names it
//	quarantine/          segments that contradict what is held (ErrFork), without bodies, for a person to look at
//	purged               the mark of the last Purge
//
// records.db (buckets.go) is made of them and may be lost at any time.
package eventlog

import (
	"errors"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// KV is the folds: bbolt plus what is acknowledged but not yet committed to it. It is valid only inside the call it is
// passed to. Put and Delete work in Apply; in View they panic.
type KV interface {
	Get(bucket string, key []byte) []byte                         // nil when absent; do not change, copy to keep
	Put(bucket string, key, value []byte)                         // copies both; a nil value is kept as an empty one
	Delete(bucket string, key []byte)                             // of an absent key: nothing
	Scan(bucket string, prefix []byte, fn func(k, v []byte) bool) // ascending, until fn returns false; sees the entries as they were when it began
}

// An Applier folds events into KV. It is called exactly once for each event and fold version, in sequence within a
// stream and in any order between streams, so what it leaves must not depend on the order between streams.
// Calls are never concurrent.
type Applier interface {
	Version() uint32   // of the folds; another than the stored one drops all fold buckets and replays
	Buckets() []string // the fold buckets it owns; names must not begin with "log."
	// Apply folds e. An error (or a panic) is counted and logged once a kind; what was put before it stays. e and its
	// bytes must not be kept.
	Apply(kv KV, e *segment.Event) error
}

// A Draft is an event before it has a name and a number.
type Draft struct {
	Scope  segment.Scope
	Kind   string
	Fields []segment.Field // ascending by Col
	Body   []byte          // what names or quotes a person; the log puts BodySalt random bytes before it
}

// BodySalt is how many random bytes a body begins with, so that the hash of a short name cannot be guessed.
const BodySalt = 16

// A StreamInfo is one stream held.
type StreamInfo struct {
	device.Owner // zero but for Epoch and Scope when the writer is not known any more
	Stream       clock.Stream
	Last         uint64   // the last sequence held
	Chain        [16]byte // the chain value after it
}

// ErrFork is a validly signed segment that contradicts the one held: two events of one name.
var ErrFork = errors.New("eventlog: stream forked")
