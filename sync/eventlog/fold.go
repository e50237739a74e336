package eventlog

import (
	"fmt"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// put changes the index; the caller holds mu.
func (l *Log) put(bucket string, key, value []byte) {
	l.active.ReplaceOrInsert(item{key: itemKey(bucket, key), value: value})
}

// fold applies events that are on the card, each stream's in sequence; the caller holds mu. Events that were folded
// before are passed over.
func (l *Log) fold(events []*segment.Event) {
	b, err := l.begin()
	if err != nil { // only a closed file: opening folds again
		l.o.Logger.Error("folding events; they are in the journal", "err", err)
		return
	}
	defer b.close()
	v := l.kvNow(b, true)
	for _, e := range events {
		st := l.streams[e.Stream]
		if e.Seq != st.folded+1 {
			continue
		}
		named := e
		if name := called(l.forks, e.Stream, e.Seq); name != e.Stream {
			copied := *e
			copied.Stream, named = name, &copied
		}
		if err := apply(l.o.Applier, v, named); err != nil {
			if l.failed[e.Kind]++; l.failed[e.Kind] == 1 {
				l.o.Logger.Error("an event could not be folded; it is kept", "kind", e.Kind, "stream", e.Stream.String(), "seq", e.Seq, "err", err)
			}
		}
		st.folded = e.Seq
		l.dirty[e.Stream] = true
		l.fresh++
	}
}

func apply(a Applier, v KV, e *segment.Event) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("a fault of ours: %v", r)
		}
	}()
	return a.Apply(v, e)
}

// freeze hands the active layer, with the marks that belong to it, to the committer; false when there is nothing to do.
func (l *Log) freeze() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.frozen != nil {
		return true // an earlier try failed
	}
	if l.active.Len() == 0 {
		return false
	}
	for id := range l.dirty {
		l.put(bucketMark, headKey(id), number8(l.streams[id].folded))
	}
	clear(l.dirty)
	l.put(bucketMeta, []byte("segments"), l.segEnd.append(nil))
	l.put(bucketMeta, []byte("bodies"), l.bodyEnd.append(nil))
	l.frozen, l.active, l.fresh = l.active, newLayer(), 0
	return true
}

// commit brings all folds to bbolt. Appends, folds and reads go on meanwhile. The caller holds swap.
func (l *Log) commit() error {
	l.committing.Lock()
	defer l.committing.Unlock()
	if !l.freeze() {
		return nil
	}
	sum, err := commitLayer(l.db, l.frozen, l.sum)
	if err != nil {
		return fmt.Errorf("eventlog: commit folds: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sum, l.frozen = sum, nil
	return nil
}

// commitSoon sees that folds do not pile up: by waking Run, or at once when nothing runs.
func (l *Log) commitSoon() {
	l.mu.Lock()
	due, running := l.fresh >= commitEvents, l.running
	l.mu.Unlock()
	if !due {
		return
	}
	if running {
		select {
		case l.kick <- struct{}{}:
		default:
		}
		return
	}
	if err := l.commit(); err != nil {
		l.o.Logger.Error("committing folds; they stay in memory and in the journal", "err", err)
	}
}

// addStream begins to hold a stream; the caller holds mu.
func (l *Log) addStream(id clock.Stream, epoch uint32, scope segment.Scope) *stream {
	chain := segment.StartOf(id)
	st := &stream{id: id, epoch: epoch, scope: scope, chain: chain, sealedChain: chain}
	if f, born := birth(l.forks, id); born {
		st.last, st.sealed, st.folded = f.at, f.at, f.at
		st.chain, st.sealedChain = f.base, f.base
	}
	l.streams[id] = st
	return st
}

func pointers(events []segment.Event) []*segment.Event {
	out := make([]*segment.Event, len(events))
	for i := range events {
		out[i] = &events[i]
	}
	return out
}
