package eventlog

import (
	"encoding/binary"
	"encoding/hex"
	"slices"

	"github.com/zeebo/blake3"

	"lamplight/sync/clock"
)

// State hashes the folds of synced events (every fold bucket, keys sorted), the vector and the fold version, in hex; and
// counts the events. Devices that hold the same events have the same state. A log that cannot be read has state "".
func (l *Log) State() (hash string, events uint64) {
	err := l.view(func(v *kv, at clock.Vector) error {
		hash, events = stateOf(v, at, l.o.Applier), countOf(at, l.forks)
		return nil
	})
	if err != nil {
		return "", 0
	}
	return hash, events
}

// Events is how many are held.
func (l *Log) Events() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return countOf(l.vector(), l.forks)
}

// countOf is how many events a vector stands for: a branch begins after the last event before its fork.
func countOf(at clock.Vector, forks []fork) (events uint64) {
	for _, n := range at {
		events += n
	}
	for _, f := range forks {
		for _, branch := range []clock.Stream{f.name, f.branch} {
			if at[branch] > 0 {
				events -= f.at
			}
		}
	}
	return events
}

func stateOf(v *kv, at clock.Vector, a Applier) string {
	h := blake3.New()
	h.Write(number4(a.Version()))
	vector, _ := at.MarshalCBOR() // never fails
	h.Write(vector)
	buckets := slices.Sorted(slices.Values(a.Buckets()))
	var b []byte
	for _, name := range buckets {
		h.Write(append(binary.AppendUvarint(nil, uint64(len(name))), name...))
		v.Scan(name, nil, func(k, val []byte) bool {
			b = append(binary.AppendUvarint(b[:0], uint64(len(k))), k...)
			b = append(binary.AppendUvarint(b, uint64(len(val))), val...)
			h.Write(b)
			return true
		})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
