package crdt

import (
	"lamplight/sync/clock"
)

// A Register is one field that anybody may write. A write names the writes it replaces (those its author saw); writes
// that do not know of each other stay side by side, and one of them is shown: the highest by (Lamport, stream, sequence).
// The zero value is an unwritten field. Not safe for concurrent use.
type Register struct{ dots dots[[]byte] }

// A Write is one setting of a Register.
type Write struct {
	Dot      clock.Dot
	Lamport  uint64
	Value    []byte
	Replaces []clock.Dot // what Names returned to the author
}

// Apply takes in a write. One that was applied before changes nothing. The register keeps w.Value.
func (r *Register) Apply(w Write) { r.dots.apply(w.Dot, w.Lamport, true, w.Value, w.Replaces) }

// Merge takes in all that another copy of the field holds.
func (r *Register) Merge(o *Register) { r.dots.merge(&o.dots) }

// Lay shows what another copy tells, which is believed less than what was applied here: the other is said to have applied
// everything up to at, while all up to held was applied here. r is then only to be asked, since it no longer holds what it
// saw.
//
// Of what is told, a write counts that at holds, held does not, and no write here replaced; and none where a write stands
// here that at does not hold, since that came after. A write that stands here, and that the other is said to have replaced,
// is hidden only by one that goes before it by the order of Value.
func (r *Register) Lay(told *Register, at, held clock.Vector) { r.dots.lay(&told.dots, at, held) }

// Value is the winner, and false for an unwritten field.
func (r *Register) Value() ([]byte, bool) {
	if len(r.dots.live) == 0 {
		return nil, false
	}
	best := r.dots.live[0]
	for _, e := range r.dots.live[1:] { // ascending by dot, so a tie goes to the later one
		if e.lamport >= best.lamport {
			best = e
		}
	}
	return best.value, true
}

// Siblings are all live writes, ascending by dot: more than one means people disagreed without knowing.
func (r *Register) Siblings() []Write {
	var out []Write
	for _, e := range r.dots.live {
		out = append(out, Write{Dot: e.dot, Lamport: e.lamport, Value: e.value})
	}
	return out
}

// Names is what a new write must name to replace all that is shown.
func (r *Register) Names() []clock.Dot { return r.dots.names() }
