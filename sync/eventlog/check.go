package eventlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A Report is what Check found.
type Report struct {
	Events   uint64   `json:"events"`
	Segments int      `json:"segments"`
	Bodies   int      `json:"bodies"`
	Erased   int      `json:"erased"` // bodies that events name and that are not held
	Parked   int      `json:"parked"` // segments in memory that wait for others
	Forks    int      `json:"forks"`  // streams that forked, and contradicting segments refused since the start
	State    string   `json:"state"`
	Problems []string `json:"problems"` // empty: all is well; in words for an operator
	Repaired bool     `json:"repaired"`
}

// Check reads the whole journal: checksums, signatures, chains, bodies; and folds it into a fresh file, which must agree
// with records.db. Learners go on meanwhile. With repair, a records.db that does not agree is rebuilt (work waits while
// it is); damaged stretches of the journal stay where they are and are passed over: peers send again what was there.
// Check's error is one of ctx or of the disk; what is wrong with the data is in Problems.
func (l *Log) Check(ctx context.Context, repair bool) (Report, error) {
	if err := l.prove(nil); err != nil {
		return Report{}, err
	}
	dir, err := os.MkdirTemp(filepath.Dir(l.o.DB), "check-")
	if err != nil {
		return Report{}, fmt.Errorf("eventlog: check: %w", err)
	}
	defer os.RemoveAll(dir)
	c := &checker{l: l, ctx: ctx, shadow: newShadow(l), past: map[clock.Stream]*segment.Past{}, heads: map[clock.Stream]*stream{}, folded: map[clock.Stream]uint64{}}
	c.report.Problems = []string{}
	if c.shadow.db, err = bbolt.Open(filepath.Join(dir, "folds.db"), 0o600, &bbolt.Options{NoSync: true, NoFreelistSync: true}); err != nil {
		return Report{}, fmt.Errorf("eventlog: check: %w", err)
	}
	defer c.shadow.db.Close()
	if err := l.view(c.run); err != nil {
		return c.report, fmt.Errorf("eventlog: check: %w", err)
	}
	if repair && len(c.report.Problems) > 0 {
		if err := l.rebuild(); err != nil {
			return c.report, err
		}
		c.report.Repaired = true
		c.report.State, c.report.Events = l.State()
	}
	return c.report, nil
}

// newShadow is a Log for folding alone.
func newShadow(l *Log) *Log {
	return &Log{
		o: Options{Applier: l.o.Applier, Logger: l.o.Logger}, streams: map[clock.Stream]*stream{}, active: newLayer(),
		dirty: map[clock.Stream]bool{}, failed: map[string]uint64{}, forks: l.forks,
	}
}

type checker struct {
	l      *Log
	ctx    context.Context
	report Report
	v      *kv
	shadow *Log
	past   map[clock.Stream]*segment.Past
	heads  map[clock.Stream]*stream // as the segments say
	folded map[clock.Stream]uint64  // how far of what peers call so
}

func (c *checker) problem(format string, args ...any) {
	if len(c.report.Problems) < 100 {
		c.report.Problems = append(c.report.Problems, fmt.Sprintf(format, args...))
	}
}

func (c *checker) run(v *kv, at clock.Vector) error {
	c.v = v
	c.report.State, c.report.Events = stateOf(v, at, c.l.o.Applier), countOf(at, c.l.forks)
	c.l.mu.Lock()
	c.report.Parked, c.report.Forks = c.l.pen.count(), c.l.pen.forks+len(c.l.forks)
	end, open := c.l.segEnd, map[clock.Stream][]*segment.Event{}
	for id, st := range c.l.streams {
		open[id] = st.unsealed
	}
	c.l.mu.Unlock()
	_, err := c.l.segments.scan(spot{file: 1}, func(s spot, b []byte) error {
		if !s.before(end) {
			return nil // came since
		}
		c.segment(s, b)
		return c.ctx.Err()
	}, func(s spot, until int64) {
		if s.before(end) {
			c.problem("%s: bytes %d to %d are damaged", c.l.segments.name(s.file), s.off, until)
		}
	})
	if err != nil {
		return err
	}
	c.open(open, at)
	return c.compare(at)
}

// segment checks one segment and folds it.
func (c *checker) segment(at spot, b []byte) {
	c.report.Segments++
	where := fmt.Sprintf("%s at %d", c.l.segments.name(at.file), at.off)
	s, err := segment.Parse(b)
	if err != nil {
		c.problem("%s: %v", where, err)
		return
	}
	if owner, err := c.l.o.Registry.Claim(s.Stream, s.Epoch, s.Scope); err != nil {
		c.problem("%s: %v", where, err)
	} else if err := s.Verify(owner.Public); err != nil {
		c.problem("%s: %v", where, err)
	}
	head := c.head(s)
	if s.Last() <= head.last {
		return
	}
	if s.First > head.last+1 {
		c.problem("%s: stream %s: %d does not follow %d", where, s.Stream, s.First, head.last)
		return
	}
	past := c.past[head.id]
	if s.First <= head.last || s.Back > 0 && past.Next() != s.First { // its origin cut the stream in two ways, or it is a branch's first
		err = c.l.rewind(head.id, segmentEntry{first: s.First, back: s.Back}, past)
	}
	events, derr := s.Events(past)
	if err := errors.Join(err, derr); err != nil {
		c.problem("%s: %v", where, err)
		return
	}
	held := head.last + 1 - s.First
	if chainAt(s, events[:held]) != head.chain {
		c.problem("%s: stream %s from %d contradicts what is before it", where, s.Stream, s.First)
		return
	}
	head.last, head.chain = s.Last(), s.After
	fresh := pointers(events[held:])
	for _, e := range fresh {
		e.Stream = head.id
	}
	c.fold(fresh)
}

// head is how far what s continues was read: its stream, or a branch of it.
func (c *checker) head(s *segment.Segment) *stream {
	all := []clock.Stream{s.Stream}
	for _, f := range c.shadow.forks {
		if f.of == s.Stream {
			all = append(all, f.branch)
		}
	}
	for _, id := range all {
		if c.heads[id] == nil {
			head := &stream{id: id, chain: segment.StartOf(s.Stream)}
			if f, born := birth(c.shadow.forks, id); born {
				head.last, head.chain = f.at, f.base
			}
			c.heads[id], c.past[id] = head, &segment.Past{}
		}
		if len(all) > 1 && c.l.continues(c.heads[id], s) {
			return c.heads[id]
		}
	}
	return c.heads[s.Stream]
}

// fold checks the bodies of events and folds them into the shadow.
func (c *checker) fold(events []*segment.Event) {
	if len(events) == 0 {
		return
	}
	for _, e := range events {
		if e.BodyHash != ([32]byte{}) {
			c.body(e)
		}
	}
	id := events[0].Stream
	if c.shadow.streams[id] == nil {
		c.shadow.addStream(id, 0, events[0].Scope)
	}
	if err := c.shadow.foldReplayed(events); err != nil {
		c.problem("folding: %v", err)
	}
}

func (c *checker) body(e *segment.Event) {
	b, err := c.l.body(c.v, e.Dot)
	switch {
	case err != nil:
		c.problem("%v", err)
	case b == nil:
		c.report.Erased++
	case segment.HashBody(b) != e.BodyHash:
		c.problem("body of stream %s event %d is not the one that was signed", e.Stream, e.Seq)
	default:
		c.report.Bodies++
		e.Body = b
	}
}

// open checks that the events not yet sealed are in the tail, and folds them.
func (c *checker) open(open map[clock.Stream][]*segment.Event, at clock.Vector) {
	held := map[clock.Dot][]byte{}
	note := func(t tailEvent) { held[clock.Dot{Stream: t.stream, Seq: t.seq}] = bytes.Clone(t.canonical) }
	c.l.journal.Lock()
	for i := range c.l.tails.files {
		if _, err := c.l.tails.read(i, note); err != nil {
			c.problem("%v", err)
		}
	}
	c.l.journal.Unlock()
	for id, events := range open {
		head := c.heads[id]
		var fold []*segment.Event
		for _, e := range events {
			if e.Seq > at[id] || head != nil && e.Seq <= head.last {
				continue
			}
			if b, ok := held[e.Dot]; ok && !bytes.Equal(b, segment.AppendCanonical(nil, e)) {
				c.problem("the tail: stream %s event %d is not as it was written", id, e.Seq)
			} else if !ok && !c.l.isSealed(e.Dot) {
				c.problem("the tail lacks stream %s event %d", id, e.Seq)
			}
			copied := *e
			fold = append(fold, &copied)
		}
		c.fold(fold)
	}
}

// isSealed reports whether an event has come into a segment (and its tail may have been used again).
func (l *Log) isSealed(d clock.Dot) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	st := l.streams[d.Stream]
	return st != nil && st.sealed >= d.Seq
}

// compare holds the shadow's folds against those in use.
func (c *checker) compare(at clock.Vector) error {
	for _, st := range c.shadow.streams {
		st.last = st.folded
	}
	for _, p := range c.shadow.parts() {
		if n := at[p.name]; n > 0 {
			c.folded[p.name] = min(p.last, p.stored.folded)
		}
	}
	for id, n := range at {
		if c.folded[id] != n {
			c.problem("stream %s: the journal holds %d events, records.db says %d", id, c.folded[id], n)
		}
	}
	b, err := c.shadow.begin()
	if err != nil {
		return err
	}
	defer b.close()
	if got := stateOf(c.shadow.kvNow(b, false), at, c.l.o.Applier); got != c.report.State {
		c.problem("folding the journal anew gives state %s, records.db has %s", got, c.report.State)
	}
	return nil
}

// rebuild makes records.db anew from the journal, with everything else waiting.
func (l *Log) rebuild() error {
	l.swap.Lock()
	defer l.swap.Unlock()
	l.journal.Lock()
	defer l.journal.Unlock()
	if l.closed {
		return fmt.Errorf("eventlog: rebuild: %w", fs.ErrClosed)
	}
	if err := errors.Join(l.tails.unsafe, l.renew()); err != nil {
		return fmt.Errorf("eventlog: rebuild: %w", err)
	}
	return nil
}

// renew moves records.db aside and makes it anew. Meanwhile the log is to be read as it was. The caller holds swap, for
// writing, and journal.
func (l *Log) renew() error {
	l.mu.Lock()
	err := l.closeDB()
	l.mu.Unlock()
	if err = errors.Join(err, moveAside(l.o.DB)); err != nil {
		return err
	}
	n := &Log{o: l.o, segments: l.segments, bodies: l.bodies, failed: map[string]uint64{}}
	err = n.load(false)
	if err == nil {
		err = n.commit()
	}
	if err != nil {
		if n.tails != nil {
			n.tails.close()
		}
		return errors.Join(err, n.closeDB())
	}
	l.become(n)
	return nil
}

// become goes on with what n has loaded. The caller holds swap, for writing, and journal.
func (l *Log) become(n *Log) {
	l.tails.close()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tails, l.pasts, l.rest, l.pen = n.tails, nil, time.Time{}, pen{odd: l.pen.odd, forks: l.pen.forks}
	l.db, l.sum, l.streams, l.lamport = n.db, n.sum, n.streams, n.lamport
	l.active, l.frozen, l.fresh, l.dirty = n.active, n.frozen, n.fresh, n.dirty
	l.segEnd, l.bodyEnd, l.failed, l.forks = n.segEnd, n.bodyEnd, n.failed, n.forks
	l.proved.Store(true)
	l.announce()
}
