package eventlog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zeebo/blake3"
	"go.etcd.io/bbolt"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// Options say where a Log lives and who works with it.
type Options struct {
	Dir      string           // the journal
	DB       string           // records.db, which may be lost at any time
	Device   *device.Device   // writes the own streams
	Registry *device.Registry // says whose a stream is
	Applier  Applier
	Logger   *slog.Logger // nil: slog.Default
	Clock    clock.Source // nil: clock.NewMonotonic(Device.Boot())
	// Lazy opens without reading all of records.db: View serves what its pages say, each checked as it is read, until all
	// of them were proved, which Run does, or whatever writes first. Else Open does.
	Lazy bool

	disk     disk  // nil: Dir
	tailSize int64 // 0: tailSize
	eager    bool  // groups are what came during the last sync; nobody is waited for
}

// A Log is the record. Safe for concurrent use. One process at a time may have it open (the server locks the folder).
//
// Locks, in this order: proving, swap (held by all but a repair), committing, journal, mu. The queue's is a leaf.
type Log struct {
	o     Options
	queue queue

	proving sync.Mutex    // one proof at a time
	proved  atomic.Bool   // db is open, and holds what was committed to it
	certain chan struct{} // closed when proved is set first
	hurried atomic.Int32  // how many wait for the proof
	hurry   chan struct{} // capacity 1: one more does

	swap       sync.RWMutex // write-held while records.db is replaced
	committing sync.Mutex   // one commit at a time

	journal  sync.Mutex // appends to the files below
	tails    *tails
	segments *heap
	bodies   *heap
	pasts    []*stream // that hold a past, longest unused first
	rest     time.Time // sealing failed: not again after each group before that

	mu      sync.Mutex // everything below; never held while a file of the journal is synced or bbolt commits
	pages   *pageBase  // records.db until it is proved, then nil
	db      *bbolt.DB  // nil until then
	sum     sum        // of what bbolt holds; written by the committer
	streams map[clock.Stream]*stream
	forks   []fork // of them; oldest first
	lamport clock.Lamport
	active  *layer
	frozen  *layer // being committed; nil when none
	fresh   int    // events folded into active
	dirty   map[clock.Stream]bool
	segEnd  spot // the index in active and below ends here
	bodyEnd spot
	ended   [2]spot // where that of records.db ended when it was opened: segments, bodies
	changed chan struct{}
	pen     pen
	failed  map[string]uint64 // events that Apply refused, by kind
	closed  bool
	kick    chan struct{} // asks Run to commit
	reads   atomic.Uint64 // transactions begun for reading
	running bool
}

// A stream is what is held of one.
type stream struct {
	id      clock.Stream
	epoch   uint32
	scope   segment.Scope
	last    uint64 // held
	chain   segment.Chain
	lamport uint64 // highest
	folded  uint64

	sealed      uint64 // last in a segment; less than last only for own streams
	sealedChain segment.Chain
	unsealed    []*segment.Event // sealed+1 … last; immutable
	since       time.Time        // when the first of them was made
	doubt       uint64           // told in place of last, less one, while earlier segments of a branch are looked for; 0: last
	suspected   bool             // doubt is Suspect's: it ends when the stream grows, which shows a fork too
	past        *segment.Past    // at sealed+1, or nil: to be read again. Guarded by Log.journal
}

const (
	commitEvery  = 5 * time.Second
	commitEvents = 1000
	sealAfter    = 30 * time.Second
	sealEvents   = 200
	// tidyEvery so many reads, or changes of a commit, the pages of records.db are let go of. A read touches some 64 KB of
	// it (the kernel maps what lies around a page too), and 10 MB were counted as this process's while 200 answered.
	tidyEvery = 16
)

// begin is records.db as it is now; the caller holds mu, and closes it.
func (l *Log) begin() (base, error) {
	if l.pages != nil {
		return l.pages, nil
	}
	tx, err := l.db.Begin(false)
	if err != nil {
		return nil, err
	}
	return &boltBase{tx: tx, roots: map[string]*bbolt.Bucket{}, tidy: l.reads.Add(1)%tidyEvery == 0}, nil
}

// kvNow is the folds over a base, for one moment; the caller holds mu. write makes it writable.
func (l *Log) kvNow(b base, write bool) *kv {
	v := &kv{base: b}
	if write {
		v.write = l.active
		v.layers = append(v.layers, l.active)
	} else {
		v.layers = append(v.layers, l.active.Clone())
	}
	if l.frozen != nil {
		v.layers = append(v.layers, l.frozen)
	}
	return v
}

// View calls fn with the folds as they are now; later folds do not show and are not held up.
func (l *Log) View(fn func(kv KV) error) error {
	return l.see(false, func(v *kv, _ clock.Vector) error { return fn(v) })
}

func (l *Log) view(fn func(v *kv, at clock.Vector) error) error { return l.see(true, fn) }

// see is View and, when asked for, the vector that belongs to it.
func (l *Log) see(vector bool, fn func(v *kv, at clock.Vector) error) error {
	l.swap.RLock()
	defer l.swap.RUnlock()
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return fmt.Errorf("eventlog: view: %w", fs.ErrClosed)
	}
	b, err := l.begin()
	if err != nil {
		l.mu.Unlock()
		return fmt.Errorf("eventlog: view: %w", err)
	}
	v := l.kvNow(b, false)
	var at clock.Vector
	if vector {
		at = l.vector()
	}
	l.mu.Unlock()
	defer b.close()
	err = fn(v, at)
	if pages, ok := b.(*pageBase); ok && pages.err() != nil {
		l.hurryUp()
		return fmt.Errorf("eventlog: view: what was read is worth nothing, and is made anew: %w", pages.err())
	}
	return err
}

func (l *Log) vector() clock.Vector {
	v := clock.Vector{}
	for _, p := range l.parts() {
		v[p.name] = p.last
	}
	return v
}

// Held is how far each stream is held, whatever Vector says.
func (l *Log) Held() clock.Vector {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.vector()
}

// Chains is the chain value after the last event held of each stream.
func (l *Log) Chains() map[clock.Stream]segment.Chain {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make(map[clock.Stream]segment.Chain, len(l.streams))
	for _, p := range l.parts() {
		out[p.name] = p.chain
	}
	return out
}

// Vector is what peers are told: how far each stream is held, own unsealed events included. Less is said of a stream of which another copy's
// branch came without its beginning, so that peers send that.
func (l *Log) Vector() clock.Vector {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := l.vector()
	for id, st := range l.streams {
		if n := v[id]; st.doubt > 0 && n >= st.doubt {
			if v[id] = st.doubt - 1; st.doubt == 1 {
				delete(v, id)
			}
		}
	}
	return v
}

// Digest hashes the vector with its chain heads: equal digests mean equal logs.
func (l *Log) Digest() [16]byte {
	h := blake3.New()
	for _, s := range l.Streams() {
		h.Write(s.Stream[:])
		h.Write(number8(s.Last))
		h.Write(s.Chain[:])
	}
	return [16]byte(h.Sum(nil)[:16])
}

// Streams lists the streams held, by id.
func (l *Log) Streams() []StreamInfo {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tellOwners()
	var out []StreamInfo
	for _, p := range l.parts() {
		st := p.stored
		owner, err := l.o.Registry.Keep(p.of, st.epoch, st.scope)
		if err != nil {
			owner = device.Owner{Epoch: st.epoch, Scope: st.scope}
		}
		out = append(out, StreamInfo{Owner: owner, Stream: p.name, Last: p.last, Chain: p.chain})
	}
	return out
}

// Changed is closed at the next change (append or receive); ask again after.
func (l *Log) Changed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changed
}

// Refused counts the events that Apply returned an error for since the log was opened, by kind.
func (l *Log) Refused() map[string]uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.failed)
}

// Parked says how many segments from peers wait in memory for those before them.
func (l *Log) Parked() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pen.count()
}

func (l *Log) announce() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// Run seals tails that are 30 s old and commits folds every 5 s until ctx is done. The log works without it, as in a
// command that opens it, appends and closes. Errors (a full card) are logged and tried again.
//
// First it reads all of records.db, if Open did not: a while after it was called, and slowly, since whoever switched the
// box on waits for a page.
func (l *Log) Run(ctx context.Context) error {
	if err := l.proveAtLeisure(ctx); err != nil {
		return err
	}
	l.setRunning(true)
	defer l.setRunning(false)
	tick := time.NewTicker(commitEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-l.kick:
		case <-tick.C:
			if err := l.seal(time.Now().Add(-sealAfter)); err != nil {
				l.o.Logger.Error("sealing events; they stay in the tail", "err", err)
			}
		}
		l.swap.RLock()
		err := l.commit()
		l.swap.RUnlock()
		if err != nil {
			l.o.Logger.Error("committing folds; they stay in memory and in the journal", "err", err)
		}
	}
}

func (l *Log) setRunning(on bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running = on
}

// Close commits the folds and closes the files. Nothing depends on it being called. A second Close does nothing.
func (l *Log) Close() error {
	l.queue.close()
	l.journal.Lock() // appends that were queued before are done or refused
	l.mu.Lock()
	done := l.closed
	l.mu.Unlock()
	l.journal.Unlock()
	if done {
		return nil
	}
	l.swap.Lock()
	defer l.swap.Unlock()
	var err error
	if l.proved.Load() { // else the folds stay in the journal
		err = l.commit()
	}
	l.journal.Lock()
	defer l.journal.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	l.announce()
	l.closeFiles()
	return errors.Join(err, l.closeDB())
}

func (l *Log) closeDB() (err error) {
	if l.db != nil {
		err = l.db.Close()
	}
	if l.pages != nil {
		l.pages.pageReader.close()
	}
	l.db, l.pages = nil, nil
	return err
}

func (l *Log) closeFiles() {
	if l.tails != nil {
		l.tails.close()
	}
	l.segments.close()
	l.bodies.close()
}
