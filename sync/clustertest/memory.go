package clustertest

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"sync"

	"github.com/zeebo/blake3"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// A Memory is an exchange.Log without a disk: real segments, really verified, folded into nothing. For tests of the
// exchange alone.
type Memory struct {
	own *device.Device
	reg *device.Registry

	mu      sync.Mutex
	streams map[clock.Stream]*stream
	changed chan struct{}
	lamport uint64
}

type stream struct {
	owner    device.Owner
	segments [][]byte
	firsts   []uint64
	last     uint64 // pending ones too
	sealed   uint64
	chain    segment.Chain
	past     *segment.Past
	pending  []*segment.Event
}

// NewMemory is an empty log of own.
func NewMemory(own *device.Device, reg *device.Registry) *Memory {
	return &Memory{own: own, reg: reg, streams: map[clock.Stream]*stream{}, changed: make(chan struct{})}
}

// clone holds the same, for another Device value with the same key.
func (l *Memory) clone(own *device.Device, reg *device.Registry) *Memory {
	out := NewMemory(own, reg)
	_ = l.Segments(clock.Vector{}, func(segment.Scope) bool { return true }, func(raw []byte) error {
		_, err := out.Receive(raw)
		return err
	})
	return out
}

func (l *Memory) stream(id clock.Stream, o device.Owner) *stream {
	s := l.streams[id]
	if s == nil {
		s = &stream{owner: o, chain: segment.StartOf(id), past: &segment.Past{}}
		l.streams[id] = s
	}
	return s
}

// Write adds count events to the own stream of scope.
func (l *Memory) Write(scope segment.Scope, count int) error {
	return l.WriteEach(scope, count, Sample)
}

// WriteEach adds count events as event makes them, given the Lamport number of each.
func (l *Memory) WriteEach(scope segment.Scope, count int, event func(lamport uint64) *segment.Event) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := l.own.Stream(scope)
	o, err := l.reg.Claim(id, l.own.Epoch(), scope)
	if err != nil {
		return err
	}
	s := l.stream(id, o)
	for range count {
		s.last++
		l.lamport++
		s.pending = append(s.pending, event(l.lamport))
	}
	l.notify()
	return nil
}

// Sample is an event as an answered item makes it, much like those of a school's day: a learner and an
// exercise out of few, a score, a duration.
func Sample(n uint64) *segment.Event {
	mix := n * 0x9e3779b97f4a7c15
	learner, exercise := make([]byte, 8), make([]byte, 8)
	learner[0], learner[7] = byte(mix>>56)%216, 1
	exercise[0], exercise[7] = byte(mix>>48)%60, 2
	return &segment.Event{
		Lamport: n, Stamp: clock.Stamp{Boot: clock.Boot{1}, MS: int64(n * 1000)}, Kind: "attempt/1",
		Fields: []segment.Field{
			{Col: 1, Type: segment.Bytes, Data: learner},
			{Col: 2, Type: segment.Bytes, Data: exercise},
			{Col: 3, Type: segment.Uint, Num: mix >> 40 % 2 * 10000},
			{Col: 4, Type: segment.Uint, Num: mix >> 32 % 400},
		},
	}
}

func (l *Memory) notify() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// Changed is as in exchange.Log.
func (l *Memory) Changed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changed
}

// Vector is as in exchange.Log.
func (l *Memory) Vector() clock.Vector {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := clock.Vector{}
	for id, s := range l.streams {
		v[id] = s.last
	}
	return v
}

// Digest is of all segments held.
func (l *Memory) Digest() [16]byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	v, h := clock.Vector{}, blake3.New()
	for id := range l.streams {
		v[id] = 1
	}
	for _, id := range v.Streams() {
		s := l.streams[id]
		l.seal(id, s)
		_, _ = fmt.Fprintf(h, "%x %d %x\n", id, s.last, s.chain)
	}
	return [16]byte(h.Sum(nil)[:16])
}

// State is Digest in hex, and how many events there are.
func (l *Memory) State() (string, uint64) {
	d := l.Digest()
	var n uint64
	for _, seq := range l.Vector() {
		n += seq
	}
	return hex.EncodeToString(d[:]), n
}

// seal signs what is pending, 200 events a segment.
func (l *Memory) seal(id clock.Stream, s *stream) {
	for len(s.pending) > 0 {
		n := min(len(s.pending), 200)
		if s.past.Next() != 0 && s.sealed+1-s.past.Begin() >= 2000 { // as eventlog does
			s.past = &segment.Past{}
		}
		at := segment.Place{Stream: id, Epoch: s.owner.Epoch, Scope: s.owner.Scope, First: s.sealed + 1, Before: s.chain}
		raw, after, err := segment.Encode(at, s.pending[:n], s.past, l.own.Sign)
		if err != nil {
			panic(err)
		}
		s.segments, s.firsts = append(s.segments, raw), append(s.firsts, s.sealed+1)
		s.sealed, s.chain, s.pending = s.sealed+uint64(n), after, s.pending[n:]
	}
}

// Segments is as in exchange.Log.
func (l *Memory) Segments(after clock.Vector, allow func(segment.Scope) bool, fn func(raw []byte) error) error {
	l.mu.Lock()
	var out [][]byte
	all := clock.Vector{}
	for id := range l.streams {
		all[id] = 1
	}
	for _, id := range all.Streams() {
		s := l.streams[id]
		if !allow(s.owner.Scope) {
			continue
		}
		l.seal(id, s)
		for i, raw := range s.segments {
			if i+1 == len(s.segments) || s.firsts[i+1] > after[id]+1 {
				if s.sealed > after[id] {
					out = append(out, raw)
				}
			}
		}
	}
	l.mu.Unlock()
	for _, raw := range out {
		if err := fn(raw); err != nil {
			return err
		}
	}
	return nil
}

// Receive is as in exchange.Log, but a gap is dropped instead of parked.
func (l *Memory) Receive(raw []byte) (int, error) {
	seg, err := segment.Parse(raw)
	if err != nil {
		return 0, err
	}
	o, err := l.reg.Claim(seg.Stream, seg.Epoch, seg.Scope)
	if err != nil {
		return 0, err
	}
	if err := seg.Verify(o.Public); err != nil {
		return 0, err
	}
	if seg.Last() > o.Last {
		return 0, fmt.Errorf("clustertest: the writer of %v was revoked after %d: %w", seg.Stream, o.Last, fs.ErrPermission)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.stream(seg.Stream, o)
	switch {
	case seg.Last() <= s.last || seg.First > s.last+1:
		return 0, nil
	case seg.First != s.last+1 || seg.Before != s.chain:
		return 0, fmt.Errorf("clustertest: segment %d of %v does not continue: %w", seg.First, seg.Stream, fs.ErrInvalid)
	}
	s.segments, s.firsts = append(s.segments, raw), append(s.firsts, seg.First)
	s.last, s.sealed, s.chain = seg.Last(), seg.Last(), seg.After
	l.lamport = max(l.lamport, seg.Lamport)
	_, _ = l.reg.Keep(seg.Stream, seg.Epoch, seg.Scope) // Claim, above, knew it
	l.notify()
	return seg.Count, nil
}
