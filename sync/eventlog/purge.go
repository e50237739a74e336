package eventlog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lamplight/sync/clock"
	"lamplight/sync/internal/atomicfile"
	"lamplight/sync/segment"
)

// An Eraser is an Applier that knows whose bodies are not to be kept any more. Erased answers by what is folded and by
// the event's columns, never by its body; what it once said yes to it says yes to for ever.
type Eraser interface {
	Erased(kv KV, e *segment.Event) bool
}

// purgedFile keeps the mark of the last Purge.
const purgedFile = "purged"

// Purged is the mark that the last Purge was given, "" before the first.
func (l *Log) Purged() string {
	b, err := l.readSmall(purgedFile)
	if err != nil {
		return ""
	}
	return string(b)
}

// readSmall reads a file of the journal that disk.write made.
func (l *Log) readSmall(name string) ([]byte, error) {
	f, err := l.o.disk.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	n, err := f.size()
	if err != nil || n > 8<<10 {
		return nil, fmt.Errorf("eventlog: %s: %d bytes: %w", name, n, errors.Join(fs.ErrInvalid, err))
	}
	b := make([]byte, n)
	_, err = f.ReadAt(b, 0)
	return b, err
}

// withhold takes the bodies off received events that an Eraser will not have: a peer that has not heard of an erasure
// brings nothing back. The caller does not hold mu.
func (l *Log) withhold(events []segment.Event) error {
	eraser, ok := l.o.Applier.(Eraser)
	if !ok {
		return nil
	}
	return l.indexed(func(v *kv) {
		for i := range events {
			if e := &events[i]; e.Body != nil && eraser.Erased(v, e) {
				e.Body = nil
			}
		}
	})
}

// Purge gives up every body that the Applier, an Eraser, says is erased: it leaves the journal's files, and records.db is
// made anew from what stays, so that no page of it, free ones too, holds what was folded of it. Headers, hashes and chains
// stay as they were signed. Everything else waits meanwhile, about as long as a rebuild takes.
//
// It may be cut off or fail anywhere, and is then to be begun again; until it is through the log works as before and
// nothing but what is to go is ever lost. mark is kept once it is through, for whoever asks what was purged: see Purged.
// gone is how many bodies went.
func (l *Log) Purge(mark string) (gone int, err error) {
	eraser, ok := l.o.Applier.(Eraser)
	if !ok {
		return 0, nil
	}
	if err := l.prove(nil); err != nil {
		return 0, err
	}
	l.swap.Lock()
	defer l.swap.Unlock()
	l.journal.Lock()
	defer l.journal.Unlock()
	if l.closed {
		return 0, fmt.Errorf("eventlog: purge: %w", fs.ErrClosed)
	}
	if err = l.tails.unsafe; err == nil {
		gone, err = l.purge(eraser)
	}
	if err == nil {
		err = l.o.disk.write(purgedFile, []byte(mark))
	}
	if err != nil {
		return gone, fmt.Errorf("eventlog: purge: %w", err)
	}
	return gone, nil
}

func (l *Log) purge(eraser Eraser) (int, error) {
	gone, err := l.erased(eraser)
	if err == nil {
		err = errors.Join(l.stripQuarantine(), l.sweep())
	}
	if err != nil {
		return 0, err
	}
	was := l.bodies
	bodies, old, err := l.sift(gone)
	if err != nil || len(old) == 0 {
		return len(gone), err
	}
	if err := l.remake(bodies); err != nil {
		return len(gone), err
	}
	for _, n := range old { // a crash leaves some, and the next Purge finds that nothing in them is named
		was.files[n].Close()
		err = errors.Join(err, l.o.disk.remove(was.name(n)))
	}
	return len(gone), err
}

// sweep removes copies of records.db that an accident left: one that was damaged, the scratch files of a check that was
// cut off. Nobody uses them while swap is held.
func (l *Log) sweep() error {
	left, err := filepath.Glob(filepath.Join(filepath.Dir(l.o.DB), "check-*", "folds.db"))
	for _, path := range left {
		err = errors.Join(err, os.RemoveAll(filepath.Dir(path)))
	}
	for _, end := range []string{".new", ".new.tmp", ".tmp", ".damaged"} {
		if e := os.Remove(l.o.DB + end); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// erased lists the events whose bodies are at hand and are to go.
func (l *Log) erased(eraser Eraser) (map[clock.Dot]bool, error) {
	gone := map[clock.Dot]bool{}
	for id, st := range l.streams {
		some, err := l.hasBodies(id)
		if err != nil {
			return nil, err
		}
		if !some {
			continue
		}
		note := func(v *kv, events []*segment.Event) {
			for _, e := range events {
				at := clock.Dot{Stream: e.Stream, Seq: e.Seq}
				if e.BodyHash != ([32]byte{}) && v.Get(bucketBody, seqKey(e.Stream, e.Seq)) != nil && eraser.Erased(v, e) {
					gone[at] = true
				}
			}
		}
		if f, _ := birth(l.forks, id); st.sealed > f.at {
			err = l.replay(id, f.at+1, st.sealed, func(events []*segment.Event) error {
				return l.indexed(func(v *kv) { note(v, events) })
			})
		}
		if err == nil {
			err = l.indexed(func(v *kv) { note(v, st.unsealed) })
		}
		if err != nil {
			return nil, err
		}
	}
	return gone, nil
}

func (l *Log) hasBodies(id clock.Stream) (some bool, err error) {
	err = l.indexed(func(v *kv) { some = v.anyBody(id, 1, 1<<62) })
	return some, err
}

// sift copies what stays of the body files that hold anything else into new ones, and says which those were. What the
// index does not name goes too: nothing but a torn write leaves it.
func (l *Log) sift(gone map[clock.Dot]bool) (next *heap, old []uint32, err error) {
	next = &heap{d: l.o.disk, prefix: l.bodies.prefix, files: map[uint32]file{}, last: l.bodies.last, end: l.bodies.end}
	keep := map[uint32][][]byte{}
	if old, err = l.siftOut(gone, keep); err != nil || len(old) == 0 {
		return nil, nil, err
	}
	for n, f := range l.bodies.files {
		next.files[n] = f
	}
	for _, n := range old {
		delete(next.files, n)
		if len(keep[n]) == 0 && n != l.bodies.last {
			continue
		}
		var b []byte
		for _, payload := range keep[n] {
			b = appendFrame(b, payload)
		}
		next.last++
		f, err := l.o.disk.create(next.name(next.last), b)
		if err != nil {
			return nil, nil, err
		}
		next.files[next.last], next.end = f, int64(len(b))
	}
	return next, old, nil
}

// siftOut lists the files that hold what is to go, ascending, and of those what stays.
func (l *Log) siftOut(gone map[clock.Dot]bool, keep map[uint32][][]byte) (old []uint32, err error) {
	for n := uint32(1); n <= l.bodies.last; n++ {
		f, ok := l.bodies.files[n]
		if !ok {
			continue
		}
		var stays [][]byte
		dirty := false
		_, err := l.bodies.scanFile(n, f, 0, func(at spot, b []byte) error {
			if len(b) < 16 || !l.named(at, b) || gone[clock.Dot{Stream: clock.Stream(b[:8]), Seq: binary.BigEndian.Uint64(b[8:])}] {
				dirty = true
			} else {
				stays = append(stays, b)
			}
			return nil
		}, func(spot, int64) { dirty = true })
		if err != nil {
			return nil, err
		}
		if dirty {
			old, keep[n] = append(old, n), stays
		}
	}
	return old, nil
}

// named says whether the index finds the body of an event that is held where this frame lies.
func (l *Log) named(at spot, frame []byte) (yes bool) {
	id, seq := clock.Stream(frame[:8]), binary.BigEndian.Uint64(frame[8:])
	st := l.streams[id]
	if st == nil || seq > st.last {
		return false
	}
	_ = l.indexed(func(v *kv) {
		row := v.Get(bucketBody, frame[:16])
		yes = row != nil && parseSpot(row) == at
	})
	return yes
}

// remake makes records.db from the journal with these body files beside the old one, and puts it in its place once it is
// whole: fail or fall where it may, either the old is there with the old files or the new with the new.
func (l *Log) remake(bodies *heap) error {
	o := l.o
	o.DB += ".new"
	n := &Log{o: o, segments: l.segments, bodies: bodies, failed: map[string]uint64{}}
	err := n.load(false)
	if err == nil {
		err = n.commit()
	}
	if err == nil {
		err = os.Rename(o.DB, l.o.DB)
	}
	if err == nil {
		err = atomicfile.SyncDir(filepath.Dir(l.o.DB))
	}
	if err != nil {
		if n.tails != nil {
			n.tails.close()
		}
		return errors.Join(err, n.closeDB())
	}
	l.mu.Lock()
	err = l.closeDB()
	l.mu.Unlock()
	l.become(n)
	l.bodies = bodies
	return err
}

// stripQuarantine takes the bodies off segments that were set aside for a person to look at.
func (l *Log) stripQuarantine() error {
	names, err := filepath.Glob(filepath.Join(l.o.Dir, "quarantine", "fork-*.lseg"))
	if err != nil {
		return err
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		s, err := segment.Parse(raw)
		if err != nil {
			err = os.Remove(name) // nobody can look at it
		} else if len(s.Signed) < len(raw) {
			err = atomicfile.Write(name, s.Signed, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
