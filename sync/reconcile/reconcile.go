// Package reconcile says what each side lacks: version vectors, their digests and their differences; pure functions, no I/O.
//
// A vector in bytes, as frames and files carry it:
//
//	count    uvarint
//	entries  count × (stream 8 bytes ‖ last sequence held without a gap, uvarint), streams strictly ascending
//
// In a whole vector no sequence is 0. In a change (see Change) 0 means "no longer held".
package reconcile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/zeebo/blake3"

	"lamplight/sync/clock"
)

// MaxStreams bounds a vector read from outside: 500 boxes of three scopes and twenty epochs each, and a margin.
const MaxStreams = 65536

// Lacks is what mine must still receive to hold all that theirs does: the streams in which theirs is ahead, each with
// theirs' sequence. Empty, never nil, when nothing is lacking.
func Lacks(mine, theirs clock.Vector) clock.Vector {
	out := clock.Vector{}
	for stream, seq := range theirs {
		if seq > mine[stream] {
			out[stream] = seq
		}
	}
	return out
}

// A Debt is how much one side owes another.
type Debt struct {
	Events  uint64
	Streams int
}

// Owed is how far to is behind from.
func Owed(from, to clock.Vector) Debt {
	var d Debt
	for stream, seq := range from {
		if held := to[stream]; seq > held {
			d.Events += seq - held
			d.Streams++
		}
	}
	return d
}

// Change is what turns base into now when given to Apply: the entries that differ, 0 for one that is gone. A peer that
// remembers base needs nothing else (a stick restored from a backup may also go backwards).
func Change(base, now clock.Vector) clock.Vector {
	out := clock.Vector{}
	for stream, seq := range now {
		if base[stream] != seq {
			out[stream] = seq
		}
	}
	for stream := range base {
		if _, held := now[stream]; !held {
			out[stream] = 0
		}
	}
	return out
}

// Apply is base with change laid over it. Neither argument is changed.
func Apply(base, change clock.Vector) clock.Vector {
	out := make(clock.Vector, len(base)+len(change))
	maps.Copy(out, base)
	for stream, seq := range change {
		if seq == 0 {
			delete(out, stream)
		} else {
			out[stream] = seq
		}
	}
	return out
}

// Union holds each stream as far as either side does.
func Union(a, b clock.Vector) clock.Vector {
	out := make(clock.Vector, max(len(a), len(b)))
	maps.Copy(out, a)
	for stream, seq := range b {
		out[stream] = max(out[stream], seq)
	}
	return out
}

// Only keeps the streams that keep says yes to, and leaves out empty ones.
func Only(v clock.Vector, keep func(clock.Stream) bool) clock.Vector {
	out := make(clock.Vector, len(v))
	for stream, seq := range v {
		if seq > 0 && keep(stream) {
			out[stream] = seq
		}
	}
	return out
}

// A Digest names a vector: equal digests, equal vectors. The first half goes into gossip.
type Digest [16]byte

// Sum is the digest of v: BLAKE3 of its bytes, so streams that hold nothing do not count.
func Sum(v clock.Vector) Digest {
	sum := blake3.Sum256(Append(nil, Only(v, func(clock.Stream) bool { return true })))
	return Digest(sum[:16])
}

// Append writes v after dst: the same vector always as the same bytes.
func Append(dst []byte, v clock.Vector) []byte {
	streams := slices.SortedFunc(maps.Keys(v), func(a, b clock.Stream) int { return bytes.Compare(a[:], b[:]) })
	dst = binary.AppendUvarint(dst, uint64(len(streams)))
	for _, stream := range streams {
		dst = append(dst, stream[:]...)
		dst = binary.AppendUvarint(dst, v[stream])
	}
	return dst
}

// Parse reads what Append wrote. Streams out of order, twice, more than MaxStreams, or bytes left over are fs.ErrInvalid.
func Parse(raw []byte) (clock.Vector, error) {
	count, n := binary.Uvarint(raw)
	if n <= 0 || count > MaxStreams || count > uint64(len(raw))/9 {
		return nil, fmt.Errorf("reconcile: vector of %d bytes claims %d streams: %w", len(raw), count, fs.ErrInvalid)
	}
	v, rest := make(clock.Vector, count), raw[n:]
	var last clock.Stream
	for i := range count {
		if len(rest) < 9 {
			return nil, fmt.Errorf("reconcile: vector ends in stream %d of %d: %w", i, count, fs.ErrInvalid)
		}
		stream := clock.Stream(rest[:8])
		if i > 0 && bytes.Compare(stream[:], last[:]) <= 0 {
			return nil, fmt.Errorf("reconcile: stream %v of the vector is out of order: %w", stream, fs.ErrInvalid)
		}
		seq, n := binary.Uvarint(rest[8:])
		if n <= 0 {
			return nil, fmt.Errorf("reconcile: stream %v of the vector has no sequence: %w", stream, fs.ErrInvalid)
		}
		v[stream], last, rest = seq, stream, rest[8+n:]
	}
	if len(rest) != 0 {
		return nil, fmt.Errorf("reconcile: %d bytes after the vector: %w", len(rest), fs.ErrInvalid)
	}
	return v, nil
}
