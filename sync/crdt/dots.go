// Package crdt is the merges that folds are made of: max-register, last-writer-wins field, add-wins set.
//
// All three give the same state in whatever order the streams' events arrive, as long as each stream's come in sequence
// (the event log sees to that), and however often one comes.
package crdt

import (
	"cmp"
	"slices"

	"lamplight/sync/clock"
)

// dots is the causal core of Register and Set: which writes are live, how far each stream was applied, and which writes
// were replaced before they arrived.
type dots[V any] struct {
	live    []entry[V]   // ascending by dot
	seen    clock.Vector // the last write applied of each stream that ever wrote here
	pending []clock.Dot  // replaced, but beyond seen: not to become live when they arrive; ascending
}

type entry[V any] struct {
	dot     clock.Dot
	lamport uint64
	value   V
}

func byDot[V any](e entry[V], d clock.Dot) int { return e.dot.Compare(d) }

// apply adds the write d unless it was applied before or is replaced already; add is false for one that only replaces.
func (s *dots[V]) apply(d clock.Dot, lamport uint64, add bool, value V, replaces []clock.Dot) {
	if s.seen.Holds(d) {
		return
	}
	if s.seen == nil {
		s.seen = clock.Vector{}
	}
	s.seen[d.Stream] = d.Seq
	for _, r := range replaces {
		if r != d {
			s.replace(r)
		}
	}
	i, gone := slices.BinarySearchFunc(s.pending, d, clock.Dot.Compare)
	if gone {
		s.pending = slices.Delete(s.pending, i, i+1)
	} else if add {
		i, _ := slices.BinarySearchFunc(s.live, d, byDot[V])
		s.live = slices.Insert(s.live, i, entry[V]{d, lamport, value})
	}
	// A stream's writes come in sequence, so a pending dot that it has passed never wrote here.
	s.pending = slices.DeleteFunc(s.pending, s.seen.Holds)
}

func (s *dots[V]) replace(r clock.Dot) {
	if i, ok := slices.BinarySearchFunc(s.live, r, byDot[V]); ok {
		s.live = slices.Delete(s.live, i, i+1)
	} else if !s.seen.Holds(r) {
		if i, ok := slices.BinarySearchFunc(s.pending, r, clock.Dot.Compare); !ok {
			s.pending = slices.Insert(s.pending, i, r)
		}
	}
}

// merge joins the state of another copy into s.
func (s *dots[V]) merge(o *dots[V]) {
	out := dots[V]{seen: s.seen.Clone()}
	out.seen.Merge(o.seen)
	keep := func(from, other *dots[V]) {
		for _, e := range from.live {
			_, both := slices.BinarySearchFunc(other.live, e.dot, byDot[V])
			_, gone := slices.BinarySearchFunc(other.pending, e.dot, clock.Dot.Compare)
			if i, have := slices.BinarySearchFunc(out.live, e.dot, byDot[V]); !have && !gone && (both || !other.seen.Holds(e.dot)) {
				out.live = slices.Insert(out.live, i, e)
			}
		}
		for _, d := range from.pending {
			if i, have := slices.BinarySearchFunc(out.pending, d, clock.Dot.Compare); !have && !out.seen.Holds(d) {
				out.pending = slices.Insert(out.pending, i, d)
			}
		}
	}
	keep(s, o)
	keep(o, s)
	*s = out
}

// lay: see Register.Lay.
func (s *dots[V]) lay(told *dots[V], at, held clock.Vector) {
	var out, doubted []entry[V]
	later := false
	for _, e := range s.live {
		_, both := slices.BinarySearchFunc(told.live, e.dot, byDot[V])
		switch later = later || !at.Holds(e.dot); {
		case both || !at.Holds(e.dot):
			out = append(out, e)
		default:
			doubted = append(doubted, e)
		}
	}
	for _, e := range told.live {
		_, gone := slices.BinarySearchFunc(s.pending, e.dot, clock.Dot.Compare)
		if !later && !gone && at.Holds(e.dot) && !held.Holds(e.dot) {
			out = append(out, e)
		}
	}
	best := len(out)
	for _, e := range doubted {
		if !slices.ContainsFunc(out[:best], func(o entry[V]) bool { return o.over(&e) }) {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b entry[V]) int { return a.dot.Compare(b.dot) })
	s.live = out
}

// over says whether a goes before b where both stand: by Lamport number, then by dot.
func (a *entry[V]) over(b *entry[V]) bool {
	return cmp.Or(cmp.Compare(a.lamport, b.lamport), a.dot.Compare(b.dot)) > 0
}

// names lists the live dots: what a new write that means to replace everything must name.
func (s *dots[V]) names() []clock.Dot {
	var out []clock.Dot
	for _, e := range s.live {
		out = append(out, e.dot)
	}
	return out
}
