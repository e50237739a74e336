package eventlog

import (
	"fmt"
	"slices"
	"time"

	"lamplight/sync/segment"
)

// A Past spans at most so many events: reading a segment means reading those before it back to where its Past begins.
const pastSpan = 2000

// sealBytes is about how many canonical bytes a segment may hold, well under segment.MaxSigned.
const sealBytes = 1 << 20

// Seal makes signed segments of all own events that are not in one yet.
func (l *Log) Seal() error { return l.seal(time.Now().Add(time.Hour)) }

// seal seals the streams whose oldest open event was made before then.
func (l *Log) seal(before time.Time) error {
	if err := l.prove(nil); err != nil {
		return err
	}
	l.swap.RLock()
	defer l.swap.RUnlock()
	l.journal.Lock()
	defer l.journal.Unlock()
	return l.sealAll(func(st *stream) bool { return st.since.Before(before) })
}

// The streams whose Past is kept at hand; others are read again, up to 2,000 events for one that comes. A school of 30 boxes
// has 90 streams, of 30 KiB each or less.
const (
	fewPasts  = 32 // are kept whatever they hold: a few hundred KiB each
	maxPasts  = 512
	pastsHeld = 4 << 20 // bytes of all when they are more than a few
)

// tooMany says whether the pasts at hand are more than may be. The caller holds journal.
func (l *Log) tooMany() bool {
	n := len(l.pasts)
	if n <= fewPasts || n > maxPasts {
		return n > maxPasts
	}
	held := 0
	for _, st := range l.pasts {
		held += st.past.Size()
	}
	return held > pastsHeld
}

// keepPast keeps what the next segment of st refers to. The caller holds journal.
func (l *Log) keepPast(st *stream, past *segment.Past) {
	st.past = past
	if i := slices.Index(l.pasts, st); i >= 0 {
		l.pasts = slices.Delete(l.pasts, i, i+1)
	}
	for l.pasts = append(l.pasts, st); l.tooMany(); {
		l.pasts[0].past = nil
		l.pasts = slices.Delete(l.pasts, 0, 1)
	}
}

// A sealing is one new segment on its way to the card.
type sealing struct {
	st     *stream
	events []*segment.Event
	signed []byte
	after  segment.Chain
	header segment.Header
}

// sealAll seals the streams with open events that due picks, all of their events. On an error nothing changed.
// The caller holds journal.
func (l *Log) sealAll(due func(*stream) bool) error {
	var work []sealing
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil
	}
	for _, st := range l.streams {
		if len(st.unsealed) > 0 && due(st) {
			work = append(work, sealing{st: st, events: st.unsealed})
		}
	}
	l.mu.Unlock()
	if len(work) == 0 {
		return nil
	}
	var made []sealing
	var payloads [][]byte
	for _, w := range work {
		cut, err := l.cutStream(w.st, w.events)
		if err != nil {
			return l.unseal(work, fmt.Errorf("eventlog: seal stream %s: %w", w.st.id, err))
		}
		for _, s := range cut {
			made, payloads = append(made, s), append(payloads, s.signed)
		}
	}
	tip := l.segments.tip()
	spots, err := l.segments.append(payloads...)
	if err == nil {
		err = l.segments.sync()
	}
	if err != nil {
		l.segments.cutTo(tip)
		return l.unseal(work, err)
	}
	l.sealed(made, spots)
	return nil
}

// unseal forgets the Pasts that were moved on for nothing.
func (l *Log) unseal(work []sealing, err error) error {
	for _, w := range work {
		w.st.past = nil
	}
	return err
}

// cutStream makes segments of all of events, which follow what is sealed of st.
func (l *Log) cutStream(st *stream, events []*segment.Event) ([]sealing, error) {
	at := segment.Place{Stream: st.id, Epoch: st.epoch, Scope: st.scope, First: st.sealed + 1, Before: st.sealedChain}
	var out []sealing
	for len(events) > 0 {
		n, size := 0, 0
		for n < len(events) && n < sealEvents && (n == 0 || size < sealBytes) {
			size += canonicalSize(events[n]) + len(events[n].Body) // bodies travel with their segment
			n++
		}
		past, err := l.pastFor(st, at.First)
		if err != nil {
			return nil, err
		}
		signed, after, err := segment.Encode(at, events[:n], past, l.o.Device.Sign)
		if err != nil { // a Past too varied: begin a new one
			st.past = &segment.Past{}
			if signed, after, err = segment.Encode(at, events[:n], st.past, l.o.Device.Sign); err != nil {
				return nil, err
			}
		}
		h, err := segment.ParseHeader(signed)
		if err != nil {
			return nil, err
		}
		out = append(out, sealing{st, events[:n], signed, after, h})
		at.First, at.Before, events = at.First+uint64(n), after, events[n:]
	}
	return out, nil
}

// pastFor is what the next segment of st may refer to: what is at hand, or is read from the journal, or nothing when it
// has become long. The caller holds journal.
func (l *Log) pastFor(st *stream, first uint64) (*segment.Past, error) {
	if st.past == nil || st.past.Next() != first {
		past, err := l.readPast(st.id, first)
		if err != nil {
			return nil, err
		}
		l.keepPast(st, past)
	}
	if st.past.Next() != 0 && first-st.past.Begin() >= pastSpan {
		st.past = &segment.Past{}
	}
	return st.past, nil
}

// sealed records segments that are on the card.
func (l *Log) sealed(made []sealing, spots []spot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, s := range made {
		st := s.st
		st.sealed, st.sealedChain = s.header.Last(), s.after
		st.unsealed = st.unsealed[len(s.events):]
		if len(st.unsealed) == 0 {
			st.unsealed = nil
		}
		l.index(st, &s.header, spots[i])
	}
	l.segEnd = l.segments.tip()
}

// index records where a segment lies and how far its stream is sealed; the caller holds mu.
func (l *Log) index(st *stream, h *segment.Header, at spot) {
	e := segmentEntry{first: h.First, spot: at, count: h.Count, back: h.Back}
	l.put(bucketSegment, seqKey(st.id, h.First), e.value())
	l.put(bucketHead, headKey(st.id), st.headValue())
}
