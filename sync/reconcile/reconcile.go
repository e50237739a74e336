// Package reconcile says what each side lacks: version vectors, their digests and their differences; pure functions, no I/O.
package reconcile

import (
	"maps"

	"github.com/zeebo/blake3"

	"lamplight/sync/clock"
)

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

// Change is what turns base into now when given to Apply: the entries that differ. A peer that remembers base needs
// nothing else. ok is false when a stream of base is gone from now (records were lost with a card): then the whole
// vector has to be told.
func Change(base, now clock.Vector) (change clock.Vector, ok bool) {
	change = clock.Vector{}
	for stream, seq := range now {
		if seq > 0 && base[stream] != seq {
			change[stream] = seq
		}
	}
	for stream, seq := range base {
		if seq > 0 && now[stream] == 0 {
			return nil, false
		}
	}
	return change, true
}

// Apply is base with change laid over it: an entry of change may also be lower. Neither argument is changed.
func Apply(base, change clock.Vector) clock.Vector {
	out := base.Clone()
	maps.Copy(out, change)
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

// A Digest names a vector: equal digests, equal vectors. Its first half goes into gossip.
type Digest [16]byte

// Sum is the digest of v: BLAKE3 of its deterministic CBOR, so streams that hold nothing do not count.
func Sum(v clock.Vector) Digest {
	raw, err := v.MarshalCBOR()
	if err != nil {
		panic("reconcile: a vector that has no bytes: " + err.Error()) // it has no field that could fail
	}
	sum := blake3.Sum256(raw)
	return Digest(sum[:16])
}
