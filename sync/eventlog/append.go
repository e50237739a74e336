package eventlog

import (
	"context"
	"crypto/rand"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// Append makes events of drafts, all or none, and returns their names once they are on the card and folded.
// ENOSPC keeps nothing. Drafts may be used again afterwards. ctx is looked at before anything is done, not while the
// card is waited for (300 ms at most when it is healthy). More than 512 KiB in one call is fs.ErrInvalid.
func (l *Log) Append(ctx context.Context, drafts ...Draft) ([]clock.Dot, error) {
	if err := ctx.Err(); err != nil || len(drafts) == 0 {
		return nil, err
	}
	r := &request{done: make(chan struct{}), lead: make(chan struct{})}
	for i := range drafts {
		e, err := l.draft(&drafts[i])
		if err != nil {
			return nil, fmt.Errorf("eventlog: append: %w", err)
		}
		r.events = append(r.events, e)
		r.size += canonicalSize(e)
	}
	if r.size > maxAppend {
		return nil, fmt.Errorf("eventlog: append: %d events of %d bytes in one call; at most %d bytes: %w",
			len(drafts), r.size, maxAppend, fs.ErrInvalid)
	}
	if err := l.queue.join(r, l.commitGroup); err != nil {
		return nil, err
	}
	return r.dots, r.err
}

// draft makes the event, but for its name, number and time; it copies all bytes.
func (l *Log) draft(d *Draft) (*segment.Event, error) {
	e := &segment.Event{Scope: d.Scope, Kind: strings.Clone(d.Kind), Fields: slices.Clone(d.Fields)}
	for i := range e.Fields {
		e.Fields[i].Data = slices.Clone(e.Fields[i].Data)
	}
	if d.Body != nil {
		e.Body = make([]byte, BodySalt, BodySalt+len(d.Body))
		rand.Read(e.Body)
		e.Body = append(e.Body, d.Body...)
		e.BodyHash = segment.HashBody(e.Body)
	}
	if d.Scope == "" || len(d.Scope) > segment.MaxScope {
		return nil, fmt.Errorf("scope %q: %w", d.Scope, fs.ErrInvalid)
	}
	return e, segment.Valid(e)
}

// canonicalSize is an upper bound.
func canonicalSize(e *segment.Event) int {
	n := 160 + len(e.Kind)
	for i := range e.Fields {
		n += 14 + len(e.Fields[i].Data)
	}
	return n
}

// A group is what one sync of the tail makes durable.
type group struct {
	requests []*request
	heads    map[clock.Stream]*stream // copies, moved past the group's events
	lamport  clock.Lamport
	bodies   [][]byte
	bodyOf   []*segment.Event
	spots    []spot
	frames   []byte
}

// commitGroup stores and folds the requests; it sets each one's dots or error and closes done.
func (l *Log) commitGroup(requests []*request) {
	g := &group{requests: requests}
	err := l.prove(nil)
	l.swap.RLock()
	defer l.swap.RUnlock()
	l.journal.Lock()
	defer l.journal.Unlock()
	if err == nil {
		err = l.writeGroup(g)
	}
	if err == nil {
		l.foldGroup(g)
	}
	for _, r := range requests {
		if r.err = err; err != nil {
			r.dots = nil
		}
		close(r.done)
	}
	if err == nil {
		l.afterGroup()
	}
}

// writeGroup names the events and brings them to the card: bodies first, then the tail. On an error nothing is kept.
func (l *Log) writeGroup(g *group) error {
	l.mu.Lock()
	closed := l.closed
	l.mu.Unlock()
	if closed {
		return fmt.Errorf("eventlog: append: %w", fs.ErrClosed)
	}
	if err := l.frameGroup(g); err != nil {
		return err
	}
	if !l.tails.fits(len(g.frames)) {
		if err := l.turnTail(); err != nil {
			return fmt.Errorf("eventlog: append: the tail is full and cannot be sealed: %w", err)
		}
		if err := l.frameGroup(g); err != nil { // checksums hold the generation
			return err
		}
	}
	tip := l.bodies.tip()
	if len(g.bodies) > 0 {
		var err error
		if g.spots, err = l.bodies.append(g.bodies...); err == nil {
			err = l.bodies.sync()
		}
		if err != nil {
			l.bodies.cutTo(tip)
			return fmt.Errorf("eventlog: append: %w", err)
		}
	}
	if err := l.tails.write(g.frames); err != nil {
		return err
	}
	for _, st := range g.heads {
		l.tails.named[st.id] = true
	}
	return nil
}

// frameGroup gives every event its name, number, time and chain, and frames them for the tail as it stands.
func (l *Log) frameGroup(g *group) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	g.heads, g.lamport, g.bodies, g.bodyOf, g.frames = map[clock.Stream]*stream{}, l.lamport, nil, nil, nil
	now := l.o.Clock.Stamp()
	named := map[clock.Stream]bool{}
	for _, r := range g.requests {
		r.dots = r.dots[:0]
		var payload []byte
		for _, e := range r.events {
			st := l.headOf(g, e.Scope)
			if !l.tails.named[st.id] && !named[st.id] {
				payload = appendRecord(payload, 1, st.id, uint64(st.epoch), []byte(st.scope))
				named[st.id] = true
			}
			e.Dot = clock.Dot{Stream: st.id, Seq: st.last + 1}
			e.Lamport, e.Stamp = g.lamport.Tick(), now
			canonical := segment.AppendCanonical(nil, e)
			payload = appendRecord(payload, 2, st.id, e.Seq, canonical)
			st.last, st.chain, st.lamport = e.Seq, segment.Next(st.chain, canonical), e.Lamport
			r.dots = append(r.dots, e.Dot)
			if e.Body != nil {
				g.bodies, g.bodyOf = append(g.bodies, append(seqKey(e.Stream, e.Seq), e.Body...)), append(g.bodyOf, e)
			}
		}
		g.frames = l.tails.frame(g.frames, payload)
	}
	return nil
}

// headOf is the group's copy of the own stream of scope.
func (l *Log) headOf(g *group, scope segment.Scope) *stream {
	id := l.o.Device.Stream(scope)
	if st := g.heads[id]; st != nil {
		return st
	}
	st := &stream{id: id, epoch: l.o.Device.Epoch(), scope: scope, chain: segment.StartOf(id)}
	if held := l.streams[id]; held != nil {
		*st = *held
	}
	g.heads[id] = st
	return st
}

// foldGroup makes the group visible.
func (l *Log) foldGroup(g *group) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lamport = max(l.lamport, g.lamport)
	for id, head := range g.heads {
		st := l.streams[id]
		if st == nil {
			st = l.addStream(id, head.epoch, head.scope)
		}
		st.last, st.chain, st.lamport = head.last, head.chain, head.lamport
		st.trust()
	}
	var events []*segment.Event
	for _, r := range g.requests {
		for _, e := range r.events {
			st := l.streams[e.Stream]
			if len(st.unsealed) == 0 {
				st.since = time.Now()
			}
			st.unsealed = append(st.unsealed, e)
			events = append(events, e)
		}
	}
	for i, e := range g.bodyOf {
		l.put(bucketBody, seqKey(e.Stream, e.Seq), g.spots[i].append(nil))
	}
	if len(g.bodyOf) > 0 {
		l.bodyEnd = l.bodies.tip()
	}
	l.fold(events)
	for _, e := range events {
		e.Body = nil // kept in the journal; read again when somebody wants it
	}
	l.announce()
}

// turnTail seals everything and begins the other tail file. The caller holds journal.
func (l *Log) turnTail() error {
	if err := l.sealAll(func(st *stream) bool { return true }); err != nil {
		return err
	}
	other := 1 - l.tails.active
	return l.tails.begin(other, l.tails.gen[l.tails.active]+1)
}

// afterGroup seals streams that are long enough and sees to commits. On a full card it tries no more often than Run.
// The caller holds journal.
func (l *Log) afterGroup() {
	if time.Now().Before(l.rest) {
		return
	}
	if err := l.sealAll(func(st *stream) bool { return len(st.unsealed) >= sealEvents }); err != nil {
		l.o.Logger.Error("sealing events; they stay in the tail", "err", err)
		l.rest = time.Now().Add(commitEvery)
	}
	l.commitSoon()
}
