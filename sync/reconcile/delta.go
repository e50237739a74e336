package reconcile

import (
	"encoding/binary"
	"fmt"
	"io/fs"

	"lamplight/sync/clock"
)

// maxDelta bounds the streams that a delta from outside may add up to, as clock bounds a vector's.
const maxDelta = 1 << 16

// Delta is Change in two or three bytes a stream, for a peer that knows base exactly; nil when nothing changed.
// ok is false when a stream of base is gone from now.
//
//	count ‖ for each stream of base that changed: how many streams of base lie between it and the one before ‖ zigzag of
//	how much it grew ‖ for each stream that base has not, ascending: stream 8 ‖ how far it is held
//
// Numbers are uvarints; the streams of base are taken in byte order, those that hold nothing left out.
func Delta(base, now clock.Vector) (delta []byte, ok bool) {
	change, ok := Change(base, now)
	if !ok || len(change) == 0 {
		return nil, ok
	}
	old := Only(base, func(clock.Stream) bool { return true }).Streams()
	var changed []byte
	count, next := uint64(0), 0
	for i, s := range old {
		seq, yes := change[s]
		if !yes {
			continue
		}
		changed = binary.AppendUvarint(changed, uint64(i-next))
		changed = binary.AppendVarint(changed, int64(seq-base[s]))
		count, next = count+1, i+1
		delete(change, s)
	}
	delta = append(binary.AppendUvarint(nil, count), changed...)
	for _, s := range change.Streams() {
		delta = binary.AppendUvarint(append(delta, s[:]...), change[s])
	}
	return delta, true
}

// Patch is what Delta was made of: base with delta laid over it. Neither argument is changed. A delta that Delta does not
// make is fs.ErrInvalid, and of another base than it was made with something else or fs.ErrInvalid: compare digests.
func Patch(base clock.Vector, delta []byte) (clock.Vector, error) {
	out := Only(base, func(clock.Stream) bool { return true })
	if len(delta) == 0 {
		return out, nil
	}
	old := out.Streams()
	r := deltaReader{b: delta}
	at := uint64(0)
	for n := r.uvarint(); n > 0 && !r.bad; n-- {
		at += r.uvarint()
		grown := r.varint()
		if r.bad || at >= uint64(len(old)) || grown == 0 {
			return nil, badDelta("stream")
		}
		seq := out[old[at]] + uint64(grown)
		if seq == 0 || seq > 1<<62 {
			return nil, badDelta("sequence")
		}
		out[old[at]] = seq
		at++
	}
	var last clock.Stream
	for len(r.b) > 0 && !r.bad {
		s := r.stream()
		seq := r.uvarint()
		if r.bad || seq == 0 || seq > 1<<62 || out[s] != 0 || s.Compare(last) <= 0 && last != (clock.Stream{}) || len(out) >= maxDelta {
			return nil, badDelta("new stream")
		}
		out[s], last = seq, s
	}
	if r.bad {
		return nil, badDelta("end")
	}
	return out, nil
}

func badDelta(where string) error {
	return fmt.Errorf("reconcile: delta of a vector: bad %s: %w", where, fs.ErrInvalid)
}

type deltaReader struct {
	b   []byte
	bad bool
}

func (r *deltaReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	return r.took(v, n)
}

func (r *deltaReader) varint() int64 {
	v, n := binary.Varint(r.b)
	return int64(r.took(uint64(v), n))
}

func (r *deltaReader) took(v uint64, n int) uint64 {
	if n <= 0 || r.bad || v > 1<<62 && int64(v) > 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *deltaReader) stream() (s clock.Stream) {
	if len(r.b) < len(s) {
		r.bad, r.b = true, nil
		return s
	}
	r.b = r.b[copy(s[:], r.b):]
	return s
}
