package eventlog

import (
	"errors"
	"fmt"
	"slices"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// storedOf lists what is stored of a signed stream: itself, then its branches, oldest first; the caller holds mu.
func (l *Log) storedOf(of clock.Stream) []*stream {
	out := []*stream{l.streams[of]}
	for _, f := range l.forks {
		if f.of == of && l.streams[f.branch] != nil {
			out = append(out, l.streams[f.branch])
		}
	}
	return out
}

// forked says whether a stream is known to have forked.
func (l *Log) forked(of clock.Stream) bool {
	return slices.ContainsFunc(l.forks, func(f fork) bool { return f.of == of })
}

// chains is the chain values after events first-1 … last of decoded events, first of them before.
func chains(before segment.Chain, events []segment.Event) []segment.Chain {
	out := []segment.Chain{before}
	for i := range events {
		out = append(out, segment.Next(out[i], segment.AppendCanonical(nil, &events[i])))
	}
	return out
}

// chainsOf reads the chain values of what is stored as st after events from … last, all of them sealed. The caller holds
// journal.
func (l *Log) chainsOf(st *stream, from, last uint64) ([]segment.Chain, error) {
	if from == st.sealed {
		return []segment.Chain{st.sealedChain}, nil
	}
	var entries []segmentEntry
	if err := l.indexed(func(v *kv) { entries = v.entries(st.id, from+1) }); err != nil {
		return nil, err
	}
	past := &segment.Past{}
	if len(entries) > 0 && entries[0].back > 0 {
		if err := l.rewind(st.id, entries[0], past); err != nil {
			return nil, err
		}
	}
	out := make([]segment.Chain, 0, last-from+1)
	err := l.readThrough(st.id, entries, past, max(last, from+1), func(s *segment.Segment, events []segment.Event) error {
		for i, c := range chains(s.Before, events) {
			if seq := s.First - 1 + uint64(i); seq == from+uint64(len(out)) && seq <= last {
				out = append(out, c)
			}
		}
		return nil
	})
	if err == nil && uint64(len(out)) != last-from+1 {
		err = fmt.Errorf("%w: stream %s lacks events between %d and %d", errDamaged, st.id, from, last)
	}
	return out, err
}

// errElsewhere is a segment whose beginning is on a branch that is not held to there: its peers' earlier ones are needed.
var errElsewhere = errors.New("what is before it is not held")

// A landing is where a segment of a stream that forks belongs.
type landing struct {
	stored *stream // what it continues; nil: a new branch
	fork   fork    // of a new branch
	held   bool    // all of it is there already
}

// land finds where s belongs among what is stored of its stream. The caller holds journal, not mu.
func (l *Log) land(s *segment.Segment) (landing, error) {
	l.mu.Lock()
	all := l.storedOf(s.Stream)
	l.mu.Unlock()
	var err error
	for _, st := range all {
		var at landing
		if at, err = l.landOn(st, s); err == nil {
			return at, nil
		}
		if !errors.Is(err, errElsewhere) {
			return at, err
		}
	}
	return landing{}, err
}

// landOn compares s with one stored stream: it must agree with it just before s begins.
func (l *Log) landOn(st *stream, s *segment.Segment) (landing, error) {
	if st == nil || s.First-1 > st.sealed {
		return landing{}, errElsewhere
	}
	if f, born := birth(l.forks, st.id); born && s.First-1 < f.at {
		return landing{}, errElsewhere // what it left leads there
	}
	if before, err := l.chainsOf(st, s.First-1, s.First-1); err != nil || before[0] != s.Before {
		return landing{}, errors.Join(errElsewhere, err)
	}
	past := &segment.Past{}
	if s.Back > 0 {
		err := l.adoptPast(st.id, &s.Header)
		if err == nil {
			err = l.rewind(st.id, segmentEntry{first: s.First, back: s.Back}, past)
		}
		if err != nil {
			return landing{}, err
		}
	}
	events, err := s.Events(past)
	if err != nil {
		return landing{}, fmt.Errorf("eventlog: receive: %w", err)
	}
	return l.walk(st, s, chains(s.Before, events), s.First-1)
}

// walk follows s along st, and along the branches that leave it, from an event on after which they agree. theirs is the
// chain of s from before its first event on.
func (l *Log) walk(st *stream, s *segment.Segment, theirs []segment.Chain, from uint64) (landing, error) {
	ours, err := l.chainsOf(st, from, min(s.Last(), st.sealed))
	if err != nil {
		return landing{}, err
	}
	theirs = theirs[uint64(len(theirs)-1)-(s.Last()-from):]
	same := 0
	for same+1 < len(ours) && ours[same+1] == theirs[same+1] {
		same++
	}
	at := from + uint64(same)
	switch {
	case at == s.Last():
		return landing{stored: st, held: true}, nil
	case same == len(ours)-1:
		return landing{stored: st}, nil
	}
	f := fork{of: s.Stream, parent: st.id, at: at, base: ours[same], name: branchOf(s.Stream, ours[same+1]), branch: branchOf(s.Stream, theirs[same+1])}
	l.mu.Lock()
	b := l.streams[f.branch]
	l.mu.Unlock()
	if b == nil {
		return landing{fork: f}, nil
	}
	return l.walk(b, s, theirs[same:], at)
}

// early says whether s lies beyond all that is held of its stream and of its branches.
func (l *Log) early(s *segment.Segment) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !slices.ContainsFunc(l.storedOf(s.Stream), func(st *stream) bool { return st != nil && s.First <= st.last+1 })
}

// takeForked is take for a stream that forked. A segment that begins a new branch is errNewBranch.
func (l *Log) takeForked(s *segment.Segment) (int, error) {
	if err := l.sealAll(func(st *stream) bool { return st.id == s.Stream }); err != nil {
		return 0, err
	}
	at, err := l.land(s)
	switch {
	case errors.Is(err, errElsewhere) && l.early(s):
		l.park(s)
		return 0, nil
	case errors.Is(err, errElsewhere):
		return 0, l.doubt(s)
	case err != nil:
		return 0, err
	case at.held:
		l.agree(s)
		return 0, nil
	case at.stored == nil:
		return 0, &newBranch{s, at.fork}
	}
	named := *s
	named.Stream = at.stored.id
	return l.extend(&named, at.stored.last, at.stored.chain)
}

// A newBranch asks Receive to begin a branch, with everything else waiting.
type newBranch struct {
	s *segment.Segment
	f fork
}

func (b *newBranch) Error() string {
	return fmt.Sprintf("eventlog: stream %s forked after event %d", b.f.of, b.f.at)
}
func (b *newBranch) Unwrap() error { return ErrFork }

// beginBranch keeps the proof, ends the stream where it forks, and folds anew what was folded under names that changed.
func (l *Log) beginBranch(b *newBranch) (int, error) {
	l.swap.Lock()
	defer l.swap.Unlock()
	l.journal.Lock()
	defer l.journal.Unlock()
	at, err := l.land(b.s) // it may have come meanwhile
	if err != nil || at.stored != nil {
		return 0, err
	}
	if len(l.forks) == maxBranches {
		return 0, l.fork(b.s)
	}
	if err := l.leave(b.s); err != nil {
		return 0, err
	}
	l.o.Logger.Warn("a stream forked: two boxes wrote under one name; both are kept", "stream", at.fork.of.String(), "after", at.fork.at)
	forks := append(slices.Clone(l.forks), at.fork)
	if err := l.o.disk.write(forksFile, forkBytes(forks)); err != nil {
		return 0, fmt.Errorf("eventlog: receive: %w", err)
	}
	if err := l.renew(); err != nil {
		return 0, fmt.Errorf("eventlog: receive: %w", err)
	}
	l.Streams() // claims them all, so that the Registry can answer for branches too
	named := *b.s
	named.Stream = at.fork.branch
	return l.extend(&named, at.fork.at, at.fork.base)
}

// leave leaps to a new epoch when the present one's stream forked: its other writer goes on under the same names.
func (l *Log) leave(s *segment.Segment) error {
	if l.o.Device.Stream(s.Scope) != s.Stream {
		return nil
	}
	l.o.Logger.Warn("another box has this box's key and writes with it; this one goes on under new names", "stream", s.Stream.String())
	if err := l.o.Device.Leap(); err != nil {
		return fmt.Errorf("eventlog: receive: %w", err)
	}
	return nil
}

// continues says whether s has events after the last of st, and agrees with it until there.
func (l *Log) continues(st *stream, s *segment.Segment) bool {
	if s.First > st.last+1 || s.Last() <= st.last {
		return false
	}
	if err := l.adoptPast(st.id, &s.Header); err != nil {
		return false
	}
	if s.First == st.last+1 {
		return s.Before == st.chain
	}
	past := &segment.Past{}
	if err := l.rewind(st.id, segmentEntry{first: s.First, back: s.Back}, past); err != nil {
		return false
	}
	events, err := s.Events(past)
	return err == nil && chainAt(s, events[:st.last+1-s.First]) == st.chain
}

// adoptPast puts into a branch's index what its segment h refers to of the stream that it left.
func (l *Log) adoptPast(stored clock.Stream, h *segment.Header) error {
	f, born := birth(l.forks, stored)
	if !born || h.Back == 0 || h.First-h.Back > f.at {
		return nil
	}
	if err := l.adoptPast(f.parent, h); err != nil {
		return err
	}
	var rows []segmentEntry
	err := l.indexed(func(v *kv) {
		if have := v.entries(stored, h.First-h.Back); len(have) == 0 || have[0].first > h.First-h.Back {
			rows = v.entries(f.parent, h.First-h.Back)
		}
	})
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range rows {
		if e.first <= f.at && e.first < h.First {
			e.count = int(min(e.last(), f.at) - e.first + 1) // what the segment has after that is not of the branch
			l.put(bucketSegment, seqKey(stored, e.first), e.value())
		}
	}
	return nil
}
