// Package eventlog is every segment held: an append-only journal (the truth) indexed in bbolt; appends and receives by
// one path, with its Applier.
package eventlog

import (
	"context"
	"errors"
	"log/slog"

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
	Scan(bucket string, prefix []byte, fn func(k, v []byte) bool) // ascending, until fn returns false; fn must not Put or Delete
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
	Body   []byte          // what names or quotes a person; the log puts the 16 random bytes before it
}

// Options say where a Log lives and who works with it.
type Options struct {
	Dir      string           // the journal
	DB       string           // records.db, which may be lost at any time
	Device   *device.Device   // writes the own streams
	Registry *device.Registry // says whose a stream is
	Applier  Applier
	Logger   *slog.Logger // nil: slog.Default
	Clock    clock.Source // nil: clock.NewMonotonic(Device.Boot())
}

// A Log is the record. Safe for concurrent use. One process at a time may have it open (the server locks the folder).
type Log struct{}

// Open reads the journal's end, mends what a power cut tore, and folds what records.db has not seen. A records.db that
// is missing, damaged or ahead of the journal is moved aside and rebuilt.
func Open(o Options) (*Log, error) { return nil, errors.ErrUnsupported }

// Append makes events of drafts, all or none, and returns their names once they are on the card and folded.
// ENOSPC keeps nothing.
func (l *Log) Append(ctx context.Context, drafts ...Draft) ([]clock.Dot, error) {
	return nil, errors.ErrUnsupported
}

// View calls fn with the folds as they are now; later folds do not show and are not held up.
func (l *Log) View(fn func(kv KV) error) error { return errors.ErrUnsupported }

// Vector is how far each stream is held, own unsealed events included.
func (l *Log) Vector() clock.Vector { return nil }

// Digest hashes the vector with its chain heads: equal digests mean equal logs.
func (l *Log) Digest() [16]byte { return [16]byte{} }

// A StreamInfo is one stream held.
type StreamInfo struct {
	device.Owner
	Stream clock.Stream
	Last   uint64   // the last sequence held
	Chain  [16]byte // the chain value after it
}

// Streams lists the streams held, by id.
func (l *Log) Streams() []StreamInfo { return nil }

// Segments passes the segments that hold anything after the vector, each stream in order, whole and signed, to fn; raw
// is fn's to keep. Own tails are sealed first. An error of fn ends it and is returned. fn may be slow: no lock is held.
func (l *Log) Segments(after clock.Vector, allow func(segment.Scope) bool, fn func(raw []byte) error) error {
	return errors.ErrUnsupported
}

// Receive verifies a segment from a peer, stores it durably and folds it, and says how many events were new.
// What is held already is 0, nil. One that leaves a gap is parked in memory until the gap fills: 0, nil.
// fs.ErrInvalid: damaged or not continuing the chain (ErrFork). fs.ErrPermission: a signature or scope that is not the
// writer's, or revoked. fs.ErrNotExist: the writer is not known yet; add its certificate and send it again.
func (l *Log) Receive(raw []byte) (newEvents int, err error) { return 0, errors.ErrUnsupported }

// ErrFork is a validly signed segment that contradicts the one held: two events of one name.
var ErrFork = errors.New("eventlog: stream forked")

// Changed is closed at the next change (append or receive); ask again after.
func (l *Log) Changed() <-chan struct{} { return nil }

// Run seals tails that are 30 s old and commits folds every 5 s until ctx is done. The log works without it, as in a
// command that opens it, appends and closes.
func (l *Log) Run(ctx context.Context) error { return errors.ErrUnsupported }

// Seal makes signed segments of all own events that are not in one yet.
func (l *Log) Seal() error { return errors.ErrUnsupported }

// Close commits the folds and closes the files. Nothing depends on it being called.
func (l *Log) Close() error { return errors.ErrUnsupported }

// A Report is what Check found.
type Report struct {
	Events   uint64   `json:"events"`
	Segments int      `json:"segments"`
	Bodies   int      `json:"bodies"`
	Erased   int      `json:"erased"` // bodies that are named but not held
	State    string   `json:"state"`
	Problems []string `json:"problems"` // empty: all is well; in words for an operator
	Repaired bool     `json:"repaired"`
}

// Check reads the whole journal: checksums, signatures, chains, bodies; and replays it into a fresh file, whose folds
// must equal those of records.db. With repair, records.db is rebuilt and damaged parts are moved to quarantine.
func (l *Log) Check(ctx context.Context, repair bool) (Report, error) {
	return Report{}, errors.ErrUnsupported
}

// State hashes the folds of synced events (every fold bucket, keys sorted), the vector and the fold version, in hex; and
// counts the events. Devices that hold the same events have the same state.
func (l *Log) State() (hash string, events uint64) { return "", 0 }
