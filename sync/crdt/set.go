package crdt

import (
	"slices"

	"lamplight/sync/clock"
)

// A Set holds elements that anybody may add or remove. Removing names the additions its author saw; an addition that the
// remover had not seen stays (add wins). The zero value is empty. Not safe for concurrent use.
type Set struct{ dots dots[string] }

// Add takes in the event d as an addition of element. Applied twice it changes nothing.
func (s *Set) Add(d clock.Dot, element []byte) { s.dots.apply(d, 0, true, string(element), nil) }

// Remove takes in the event d as a removal of the additions named.
func (s *Set) Remove(d clock.Dot, additions []clock.Dot) { s.dots.apply(d, 0, false, "", additions) }

// Merge takes in all that another copy of the set holds.
func (s *Set) Merge(o *Set) { s.dots.merge(&o.dots) }

// Has reports whether element is in the set.
func (s *Set) Has(element []byte) bool { return len(s.Names(element)) > 0 }

// Names are the additions of element, which a removal must name.
func (s *Set) Names(element []byte) []clock.Dot {
	var out []clock.Dot
	for _, e := range s.dots.live {
		if e.value == string(element) {
			out = append(out, e.dot)
		}
	}
	return out
}

// Elements are the set's elements, ascending, each once.
func (s *Set) Elements() [][]byte {
	var all []string
	for _, e := range s.dots.live {
		all = append(all, e.value)
	}
	slices.Sort(all)
	var out [][]byte
	for _, v := range slices.Compact(all) {
		out = append(out, []byte(v))
	}
	return out
}
