package eventlog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"syscall"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// foldMissing folds what records.db has not seen.
func (l *Log) foldMissing() error {
	much := uint64(0)
	for _, st := range l.streams {
		if st.folded > st.last {
			return fmt.Errorf("%w: stream %s is folded to %d and held to %d", errDamaged, st.id, st.folded, st.last)
		}
		much += st.last - st.folded
	}
	if l.db == nil && much >= commitEvents {
		return errMuch
	}
	for _, st := range l.streams {
		if st.folded == st.last {
			continue
		}
		if err := l.foldSealed(st); err != nil {
			return err
		}
		if err := l.foldOpen(st); err != nil {
			return err
		}
	}
	return nil
}

func (l *Log) foldSealed(st *stream) error {
	if st.folded >= st.sealed {
		return nil
	}
	return l.replay(st.id, st.folded+1, st.sealed, func(e []*segment.Event) error { return l.foldReplayed(e) })
}

func (l *Log) foldOpen(st *stream) error {
	events := st.unsealed
	err := l.indexed(func(v *kv) {
		for _, e := range events {
			e.Body = l.bodyOrNil(v, e)
		}
	})
	if err != nil {
		return err
	}
	if err := l.foldReplayed(events); err != nil {
		return err
	}
	for _, e := range events {
		e.Body = nil
	}
	return nil
}

func (l *Log) foldReplayed(events []*segment.Event) error {
	l.mu.Lock()
	l.fold(events)
	due := l.fresh >= commitEvents
	l.mu.Unlock()
	if !due {
		return nil
	}
	err := l.commit()
	if errors.Is(err, syscall.ENOSPC) { // a full card must not keep the box from starting: the folds stay in memory
		l.o.Logger.Error("committing folds; they stay in memory and in the journal", "err", err)
		return nil
	}
	return err
}

// replay passes the sealed events from to last of a stream, with the bodies at hand, a segment at a time.
func (l *Log) replay(id clock.Stream, from, last uint64, fn func([]*segment.Event) error) error {
	var entries []segmentEntry
	if err := l.indexed(func(v *kv) { entries = v.entries(id, from) }); err != nil {
		return err
	}
	if len(entries) == 0 {
		return fmt.Errorf("%w: no segment of stream %s holds event %d", errDamaged, id, from)
	}
	past := &segment.Past{}
	if e := entries[0]; e.back > 0 {
		if err := l.rewind(id, e, past); err != nil {
			return fmt.Errorf("%w: %w", errDamaged, err)
		}
	}
	return l.readThrough(id, entries, past, last, func(s *segment.Segment, events []segment.Event) error {
		out := pointers(events)
		for _, e := range out {
			e.Stream = id // as it is stored: a branch is signed for the stream it left
		}
		if verr := l.indexed(func(v *kv) {
			if !v.anyBody(id, s.First, s.Last()) {
				return
			}
			for _, e := range out {
				e.Body = l.bodyOrNil(v, e)
			}
		}); verr != nil {
			return verr
		}
		return fn(out)
	})
}

// anyBody reports whether any event of a range has a body at hand.
func (v *kv) anyBody(id clock.Stream, first, last uint64) (found bool) {
	v.ascend(bucketBody, id[:], seqKey(id, first), func(k, _ []byte) bool {
		found = binary.BigEndian.Uint64(k[8:]) <= last
		return false
	})
	return found
}

// bodyOrNil is the body of e if it is at hand and the one that was signed.
func (l *Log) bodyOrNil(v *kv, e *segment.Event) []byte {
	if e.BodyHash == ([32]byte{}) {
		return nil
	}
	b, err := l.body(v, e.Dot)
	if err != nil || b == nil || segment.HashBody(b) != e.BodyHash {
		return nil
	}
	return b
}
