package eventlog

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"lamplight/sync/segment"
)

// Receive verifies a segment from a peer, stores it durably and folds it, and says how many events were new.
// What is held already is 0, nil. One that leaves a gap is parked in memory until the gap fills: 0, nil.
// fs.ErrInvalid: damaged, wild (a Lamport number far above all seen), or not continuing the chain (ErrFork too).
// fs.ErrPermission: a signature or scope that is not the writer's, or revoked. fs.ErrNotExist: the writer is not known
// yet; add its certificate and send it again. errors.ErrUnsupported: from a newer version.
func (l *Log) Receive(raw []byte) (newEvents int, err error) {
	s, err := l.trusted(bytes.Clone(raw))
	if err != nil {
		return 0, err
	}
	if err := l.prove(nil); err != nil {
		return 0, err
	}
	n, err := l.receive(s)
	if b := (*newBranch)(nil); errors.As(err, &b) {
		return l.beginBranch(b)
	}
	return n, err
}

func (l *Log) receive(s *segment.Segment) (int, error) {
	l.swap.RLock()
	defer l.swap.RUnlock()
	l.journal.Lock()
	defer l.journal.Unlock()
	n, err := l.take(s)
	if err != nil || n == 0 {
		return n, err
	}
	for { // what waited for this one
		next := l.unpark(s.Stream)
		if next == nil {
			break
		}
		more, err := l.take(next)
		if n += more; err != nil {
			l.o.Logger.Warn("a parked segment does not fit", "err", err)
		}
	}
	l.commitSoon()
	return n, nil
}

// trusted parses raw and checks that its writer is known, may write it and did.
func (l *Log) trusted(raw []byte) (*segment.Segment, error) {
	s, err := segment.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("eventlog: receive: %w", err)
	}
	owner, err := l.o.Registry.Claim(s.Stream, s.Epoch, s.Scope)
	if err != nil {
		return nil, fmt.Errorf("eventlog: receive: %w", err)
	}
	if err := s.Verify(owner.Public); err != nil {
		return nil, fmt.Errorf("eventlog: receive: %w", err)
	}
	if s.Last() > owner.Last {
		return nil, fmt.Errorf("eventlog: receive: device %s was revoked after event %d of stream %s: %w",
			owner.Device, owner.Last, s.Stream, fs.ErrPermission)
	}
	return s, nil
}

// take stores and folds a trusted segment if it fits now. The caller holds journal.
func (l *Log) take(s *segment.Segment) (int, error) {
	last, chain, err := l.standing(s)
	if err != nil {
		return 0, err
	}
	switch {
	case l.forked(s.Stream), s.Last() == last && s.After != chain, s.First == last+1 && s.Before != chain:
		return l.takeForked(s)
	case s.Last() <= last:
		return 0, l.compare(s)
	case s.First > last+1:
		l.park(s)
		return 0, nil
	}
	n, err := l.extend(s, last, chain)
	if errors.Is(err, fs.ErrInvalid) { // it may refer to what another copy of its writer wrote
		if more, ferr := l.takeForked(s); errors.Is(ferr, ErrFork) || ferr == nil {
			return more, ferr
		}
	}
	return n, err
}

// errChain is a segment that contradicts what is held before its new events.
var errChain = fmt.Errorf("eventlog: receive: it does not continue what is held: %w", fs.ErrInvalid)

// extend takes in what s has beyond the last event held of its stream.
func (l *Log) extend(s *segment.Segment, last uint64, chain segment.Chain) (int, error) {
	if err := l.sealAll(func(st *stream) bool { return st.id == s.Stream }); err != nil {
		return 0, err // what is open of it is sealed, so that s can follow
	}
	past, err := l.pastOf(s)
	if err != nil {
		return 0, err
	}
	events, err := s.Events(past)
	if err != nil {
		return 0, fmt.Errorf("eventlog: receive: %w", err)
	}
	fresh := events[last+1-s.First:]
	if chainAt(s, events[:last+1-s.First]) != chain {
		return 0, errChain
	}
	if err := l.own(s); err != nil {
		return 0, err
	}
	if err := l.withhold(fresh); err != nil {
		return 0, err
	}
	return len(fresh), l.store(s, past, fresh)
}

// standing is how far the stream of s is held, and whether s is wild.
func (l *Log) standing(s *segment.Segment) (uint64, segment.Chain, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return 0, segment.Chain{}, fmt.Errorf("eventlog: receive: %w", fs.ErrClosed)
	}
	st := l.streams[s.Stream]
	if st == nil {
		st = &stream{chain: segment.StartOf(s.Stream)}
	}
	if s.Last() > st.last && l.lamport.Wild(s.Lamport) {
		l.pen.note(Oddity{Reason: WildLamport, Stream: s.Stream, First: s.First, Value: s.Lamport})
		return 0, segment.Chain{}, fmt.Errorf("eventlog: receive: stream %s from %d: Lamport number %d is far above %d, the highest seen; held back: %w",
			s.Stream, s.First, s.Lamport, l.lamport, fs.ErrInvalid)
	}
	if s.Last() > st.last && s.First > st.last && s.First-st.last > maxAhead {
		l.pen.note(Oddity{Reason: WildSequence, Stream: s.Stream, First: s.First, Value: s.First})
		return 0, segment.Chain{}, fmt.Errorf("eventlog: receive: stream %s: event %d is far above %d, the last held; held back: %w",
			s.Stream, s.First, st.last, fs.ErrInvalid)
	}
	return st.last, st.chain, nil
}

// own sees to events of this device itself that it does not have: the card lost them. Those of the present epoch end it,
// so that new events go to new streams.
func (l *Log) own(s *segment.Segment) error {
	if l.o.Device.Stream(s.Scope) == s.Stream {
		l.o.Logger.Warn("a peer has events of this device that it lost itself; a new epoch begins", "stream", s.Stream.String(), "last", s.Last())
		if err := l.o.Device.BumpEpoch(); err != nil {
			return fmt.Errorf("eventlog: receive: %w", err)
		}
	}
	return nil
}

// pastOf is the Past that s refers to.
func (l *Log) pastOf(s *segment.Segment) (*segment.Past, error) {
	l.mu.Lock()
	st := l.streams[s.Stream]
	l.mu.Unlock()
	if s.Back == 0 {
		return &segment.Past{}, nil
	}
	if st != nil && st.past != nil && st.past.Next() == s.First && st.past.Begin() == s.First-s.Back {
		past := st.past
		st.past = nil // an error would spoil it
		return past, nil
	}
	past := &segment.Past{}
	err := l.adoptPast(s.Stream, &s.Header)
	if err == nil {
		err = l.rewind(s.Stream, segmentEntry{first: s.First, back: s.Back}, past)
	}
	if err != nil {
		return nil, fmt.Errorf("eventlog: receive: what stream %s from %d refers to: %w", s.Stream, s.First, err)
	}
	return past, nil
}

// chainAt is the chain value of s after the first of its events.
func chainAt(s *segment.Segment, events []segment.Event) segment.Chain {
	chain := s.Before
	for i := range events {
		chain = segment.Next(chain, segment.AppendCanonical(nil, &events[i]))
	}
	return chain
}

// store brings s to the card, bodies first, and folds its fresh events. On an error nothing is kept.
func (l *Log) store(s *segment.Segment, past *segment.Past, fresh []segment.Event) error {
	bodyTip, segTip := l.bodies.tip(), l.segments.tip()
	bodySpots, of, err := l.storeBodies(fresh)
	var spots []spot
	if err == nil {
		spots, err = l.segments.append(s.Signed)
	}
	if err == nil {
		err = l.segments.sync()
	}
	if err != nil {
		l.segments.cutTo(segTip)
		l.bodies.cutTo(bodyTip)
		return fmt.Errorf("eventlog: receive: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	st := l.streams[s.Stream]
	if st == nil {
		st = l.addStream(s.Stream, s.Epoch, s.Scope)
	}
	_, _ = l.o.Registry.Keep(s.Stream, s.Epoch, s.Scope) // trusted asked whose it is
	if st.last > 0 && l.lamport.Odd(s.Lamport) {         // of a stream that is new here much may have gone before
		l.pen.note(Oddity{Reason: OddLamport, Stream: s.Stream, First: s.First, Value: s.Lamport})
	}
	st.last, st.chain, st.lamport = s.Last(), s.After, max(st.lamport, s.Lamport)
	st.trust()
	l.keepPast(st, past)
	st.sealed, st.sealedChain = st.last, st.chain
	l.lamport.See(s.Lamport)
	for i, e := range of {
		l.put(bucketBody, seqKey(e.Stream, e.Seq), bodySpots[i].append(nil))
	}
	l.index(st, &s.Header, spots[0])
	l.segEnd, l.bodyEnd = l.segments.tip(), l.bodies.tip()
	l.fold(pointers(fresh))
	l.announce()
	return nil
}

func (l *Log) storeBodies(fresh []segment.Event) (spots []spot, of []*segment.Event, err error) {
	var payloads [][]byte
	for i := range fresh {
		if e := &fresh[i]; e.Body != nil {
			payloads, of = append(payloads, append(seqKey(e.Stream, e.Seq), e.Body...)), append(of, e)
		}
	}
	if len(payloads) == 0 {
		return nil, nil, nil
	}
	if spots, err = l.bodies.append(payloads...); err == nil {
		err = l.bodies.sync()
	}
	return spots, of, err
}

// fork keeps the contradicting segment for a person to look at and refuses it.
func (l *Log) fork(s *segment.Segment) error {
	name := fmt.Sprintf("quarantine/fork-%s-%d-%x.lseg", s.Stream, s.First, s.After[:4])
	l.mu.Lock()
	l.pen.note(Oddity{Reason: UnplacedFork, Stream: s.Stream, First: s.First, Value: s.Last()})
	l.pen.forks++
	keep := l.pen.forks <= maxForks
	l.mu.Unlock()
	err := fmt.Errorf("eventlog: receive: stream %s from %d contradicts what is held: %w", s.Stream, s.First, errors.Join(ErrFork, fs.ErrInvalid))
	if keep {
		err = errors.Join(err, l.o.disk.write(name, s.Signed)) // what it quotes of people is no part of the proof
	}
	return err
}
