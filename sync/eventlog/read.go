package eventlog

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"slices"
	"sort"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// entries lists the segments of a stream that hold anything from seq on, in order.
func (v *kv) entries(id clock.Stream, seq uint64) []segmentEntry {
	var out []segmentEntry
	from := uint64(0)
	if seq > segment.MaxEvents { // no segment that holds seq begins earlier
		from = seq - segment.MaxEvents
	}
	v.ascend(bucketSegment, id[:], seqKey(id, from), func(k, val []byte) bool {
		if e, ok := parseSegmentEntry(k, val); ok && e.last() >= seq {
			out = append(out, e)
		}
		return true
	})
	return out
}

// index view for the log's own reading; the caller may hold journal, not mu.
func (l *Log) indexed(fn func(v *kv)) error {
	l.mu.Lock()
	b, err := l.begin()
	if err != nil {
		l.mu.Unlock()
		return fmt.Errorf("eventlog: %w", err)
	}
	v := l.kvNow(b, false)
	l.mu.Unlock()
	defer b.close()
	fn(v)
	if pages, ok := b.(*pageBase); ok {
		return pages.err()
	}
	return nil
}

// segmentAt reads and parses the segment of an entry.
func (l *Log) segmentAt(e segmentEntry) (*segment.Segment, error) {
	b, err := l.segments.read(e.spot)
	if err != nil {
		return nil, err
	}
	return segment.Parse(b)
}

// readPast reads what a segment beginning at first would refer to: all events of the stream since the Past of the
// segment before it began. Empty when first is 1 or there is none before.
func (l *Log) readPast(id clock.Stream, first uint64) (*segment.Past, error) {
	past := &segment.Past{}
	if first <= 1 {
		return past, nil
	}
	var entries []segmentEntry
	err := l.indexed(func(v *kv) {
		if last := v.entries(id, first-1); len(last) > 0 && last[0].last() == first-1 {
			entries = v.entries(id, last[0].first-last[0].back)
		}
	})
	if err != nil || len(entries) == 0 {
		return past, err
	}
	return past, l.readThrough(id, entries, past, first-1, noEvents)
}

func noEvents(*segment.Segment, []segment.Event) error { return nil }

// readThrough decodes entries, which follow each other, until one ends at last or beyond.
func (l *Log) readThrough(id clock.Stream, entries []segmentEntry, past *segment.Past, last uint64, fn func(*segment.Segment, []segment.Event) error) error {
	for _, e := range entries {
		if e.first > last {
			return nil
		}
		if past.Next() != 0 && past.Next() != e.first && e.back > 0 { // its origin cut the stream in two ways
			if err := l.rewind(id, e, past); err != nil {
				return err
			}
		}
		s, err := l.segmentAt(e)
		if err != nil {
			return err
		}
		if e.count < s.Count { // a branch has only its beginning
			if err := l.readInto(id, e, past, e.last()+1); err != nil {
				return err
			}
			continue
		}
		events, err := s.Events(past)
		if err != nil {
			return err
		}
		if err := fn(s, events); err != nil {
			return err
		}
	}
	return nil
}

// rewind makes past what e refers to.
func (l *Log) rewind(id clock.Stream, e segmentEntry, past *segment.Past) error {
	*past = segment.Past{}
	if e.back == 0 {
		return nil
	}
	var entries []segmentEntry
	if err := l.indexed(func(v *kv) { entries = v.entries(id, e.first-e.back) }); err != nil {
		return err
	}
	n := slices.IndexFunc(entries, func(o segmentEntry) bool { return o.last() >= e.first })
	if n < 0 || len(l.forks) == 0 {
		return l.readThrough(id, entries, past, e.first-1, noEvents)
	}
	if err := l.readThrough(id, entries[:n], past, e.first-1, noEvents); err != nil || past.Next() == e.first {
		return err
	}
	return l.readInto(id, entries[n], past, e.first)
}

// readInto moves past through the events before seq of a segment that holds more: of a branch that was cut otherwise.
func (l *Log) readInto(id clock.Stream, e segmentEntry, past *segment.Past, seq uint64) error {
	if e.first >= seq {
		return nil
	}
	own := &segment.Past{}
	if err := l.rewind(id, e, own); err != nil {
		return err
	}
	s, err := l.segmentAt(e)
	if err != nil {
		return err
	}
	events, err := s.Events(own)
	if err != nil {
		return err
	}
	unsigned := func([]byte) []byte { return make([]byte, 64) }
	_, _, err = segment.Encode(segment.Place{Stream: id, First: e.first}, pointers(events[:seq-e.first]), past, unsigned)
	return err
}

// body reads the body of an event, salt and all; nil when it was erased or never came.
func (l *Log) body(v *kv, d clock.Dot) ([]byte, error) {
	row := v.Get(bucketBody, seqKey(d.Stream, d.Seq))
	if row == nil {
		return nil, nil
	}
	b, err := l.bodies.read(parseSpot(row))
	if err != nil || len(b) < 16 || binary.BigEndian.Uint64(b[8:]) != d.Seq || clock.Stream(b[:8]) != d.Stream {
		return nil, fmt.Errorf("eventlog: body of %s %d: damaged: %w", d.Stream, d.Seq, fs.ErrInvalid)
	}
	return b[16:], nil
}

// Segments passes the segments that hold anything after the vector, each stream in order, whole and signed, to fn; raw
// is fn's to keep. Own tails are sealed first. An error of fn ends it and is returned. fn may be slow: no lock is held.
// allow says which scopes; nil: all.
func (l *Log) Segments(after clock.Vector, allow func(segment.Scope) bool, fn func(raw []byte) error) error {
	if err := l.prove(nil); err != nil {
		return err
	}
	if err := l.Seal(); err != nil {
		l.o.Logger.Error("sealing events; they cannot be sent yet", "err", err)
	}
	refs, err := l.wanted(after, allow)
	if err != nil {
		return err
	}
	for _, e := range refs {
		raw, err := l.whole(e.stored, e.segmentEntry)
		if err != nil {
			return err
		}
		if err := fn(raw); err != nil {
			return err
		}
	}
	return nil
}

// wanted lists the segments to send, after recording that the own ones among them leave this device.
func (l *Log) wanted(after clock.Vector, allow func(segment.Scope) bool) ([]reference, error) {
	exported := clock.Vector{}
	var parts []part
	l.mu.Lock()
	for _, p := range l.parts() {
		st := p.stored
		p.last, p.after = min(p.last, st.sealed), max(p.after, after[p.name])
		if p.last > p.after && (allow == nil || allow(st.scope)) {
			parts = append(parts, p)
			if l.o.Device.Stream(st.scope) == st.id {
				exported[st.id] = st.sealed
			}
		}
	}
	l.mu.Unlock()
	if err := l.o.Device.Export(exported); err != nil {
		return nil, fmt.Errorf("eventlog: %w", err)
	}
	sort.SliceStable(parts, func(i, j int) bool { return parts[i].name == parts[i].of && parts[j].name != parts[j].of }) // branches after what they left
	var refs []reference
	err := l.view(func(v *kv, _ clock.Vector) error {
		for _, p := range parts {
			for _, e := range v.entries(p.stored.id, p.after+1) {
				if e.first <= p.last {
					refs = append(refs, reference{p.stored.id, e})
				}
			}
		}
		return nil
	})
	return refs, err
}

// A reference is a segment and what it is stored of.
type reference struct {
	stored clock.Stream
	segmentEntry
}

// whole reads a segment and puts the bodies at hand behind it.
func (l *Log) whole(stored clock.Stream, e segmentEntry) (raw []byte, err error) {
	err = l.view(func(v *kv, _ clock.Vector) error {
		signed, err := l.segments.read(e.spot)
		if err != nil {
			return err
		}
		h, err := segment.ParseHeader(signed)
		if err != nil {
			return fmt.Errorf("eventlog: %w", err)
		}
		h.Stream = stored
		bodies, err := l.bodiesOf(v, &h)
		raw = segment.WithBodies(signed, bodies)
		return err
	})
	return raw, err
}

func (l *Log) bodiesOf(v *kv, h *segment.Header) (map[int][]byte, error) {
	bodies := map[int][]byte{}
	var failed error
	v.ascend(bucketBody, h.Stream[:], seqKey(h.Stream, h.First), func(k, _ []byte) bool {
		seq := binary.BigEndian.Uint64(k[8:])
		if seq > h.Last() {
			return false
		}
		b, err := l.body(v, clock.Dot{Stream: h.Stream, Seq: seq})
		if err != nil {
			failed = err
			return false
		}
		bodies[int(seq-h.First)] = b
		return true
	})
	return bodies, failed
}
