package eventlog

import (
	"slices"

	"lamplight/sync/clock"
)

// An Oddity is something about a stream that a person may want to look at. What it is said of was refused, and comes again
// with the next meeting, except where Reason is OddLamport.
type Oddity struct {
	Reason string // below
	Stream clock.Stream
	Device string // who wrote it; "" not known
	First  uint64 // the first event of the segment
	Value  uint64 // the number that is odd; of a fork the segment's last event
	Times  int    // how often since the start, in one stream and for one reason
}

// Why a segment is odd.
const (
	WildLamport  = "wild-lamport"  // its Lamport number is clock.MaxJump above all seen, or more: held back
	OddLamport   = "odd-lamport"   // more than clock.OddJump above: taken
	WildSequence = "wild-sequence" // it is said to follow more than a million events that nobody sent: held back
	UnplacedFork = "fork"          // it contradicts what is held, and its beginning did not come yet: see Forks for those that did
)

// maxAhead is how many events may be missing before a segment for it to be parked.
const maxAhead = 1 << 20

// maxOddities bounds what is remembered; the oldest go.
const maxOddities = 64

func (p *pen) note(o Oddity) {
	i := slices.IndexFunc(p.odd, func(was Oddity) bool { return was.Stream == o.Stream && was.Reason == o.Reason })
	if i >= 0 {
		o.Times = p.odd[i].Times
		p.odd = slices.Delete(p.odd, i, i+1)
	}
	o.Times++
	if p.odd = append(p.odd, o); len(p.odd) > maxOddities {
		p.odd = slices.Delete(p.odd, 0, 1)
	}
}

// Oddities lists what was odd since the start, the latest last.
func (l *Log) Oddities() []Oddity {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := slices.Clone(l.pen.odd)
	for i := range out {
		if owner, ok := l.o.Registry.Owner(out[i].Stream); ok {
			out[i].Device = owner.Device
		}
	}
	return out
}
