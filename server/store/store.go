// Package store is what the event log adds up to, and the questions pages and reports ask of it: it folds every event into records.db and enforces who may see and write what.
//
// A Store is the log's Applier: Apply alone changes state, in any arrival order to the same bytes. Writes go the other
// way: they check the actor's role and the value, append drafts to the log, and return once that is acknowledged.
// What an actor may not see is fs.ErrNotExist; what they see but may not change is fs.ErrPermission; what cannot be is
// fs.ErrInvalid.
package store

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	"lamplight/sync/clock"
	"lamplight/sync/eventlog"
)

// A Log is what a Store appends to and reads from: eventlog.Log.
type Log interface {
	Append(ctx context.Context, drafts ...eventlog.Draft) ([]clock.Dot, error)
	View(fn func(kv KV) error) error
}

// Options of a Store. School is the id of the box's school, "" until it is claimed or joins one; see UseSchool.
type Options struct {
	School string
	Wall   clock.Wall   // today's date; nil: never known
	Clock  clock.Source // what the log stamps events with; nil: now is never told from other moments
	Logger *slog.Logger // nil: slog.Default
}

// A Store answers and writes for one school. Its methods may be called from many goroutines once UseLog has been.
type Store struct {
	log     Log
	wall    clock.Wall
	clock   clock.Source
	learnt  learnt
	logger  *slog.Logger
	school  atomic.Pointer[string]
	faces   faces
	past    atomic.Pointer[past]
	joins   joins
	trusted chan struct{} // see Trusted
	editing sync.Mutex    // held from checking an edit to its acknowledgement
}

// New makes a store to hand to eventlog.Open as its Applier. Call UseLog with what that returns before anything else.
func New(o Options) *Store {
	s := &Store{wall: o.Wall, clock: o.Clock, logger: o.Logger, trusted: make(chan struct{}, 1)}
	if s.logger == nil {
		s.logger = slog.Default()
	}
	s.UseSchool(o.School)
	return s
}

// UseLog gives the store the log it is the Applier of.
func (s *Store) UseLog(l Log) { s.log = pastLog{l, s} }

// UseSchool says which school the box now belongs to: after it was claimed, or joined by an invitation.
func (s *Store) UseSchool(id string) {
	s.school.Store(&id)
	s.Forget()
}

// Forget drops what is remembered of the folds: after they were made anew under the store's feet.
func (s *Store) Forget() {
	s.faces.edited()
	s.learnt.forget()
	s.joins.forget()
}

// SchoolID is the school the box belongs to, "" before it is claimed.
func (s *Store) SchoolID() string { return *s.school.Load() }
