package library

import (
	"bytes"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"lamplight/content"
	"lamplight/content/arrange"
)

// Wanted is what somebody looks through the library for: of each facet any of the values, of all facets together.
type Wanted struct {
	// Courses are looked through, in the order of what is found; nil is all of them, by title.
	Courses []content.CourseID
	Values  map[content.Facet][]string // of CourseFacet ids
	Staff   bool                       // also what is for teachers alone
}

// Chosen says whether any value is chosen.
func (c Wanted) Chosen() bool {
	for _, v := range c.Values {
		if len(v) > 0 {
			return true
		}
	}
	return false
}

// A Count is how many resources count under a value.
type Count struct {
	Value     string
	Resources int
}

// A Place is a resource in a course. Resource is "" for a course whose resources are too many to list.
type Place struct {
	Course   content.CourseID
	Resource content.ResourceID
}

// Found is what a Wanted comes to.
type Found struct {
	Total  int
	Places []Place // those asked for
	// Counts are the values that anything looked through counts under, by value: how many resources there would be if that
	// value, too, were chosen of its facet, given what is chosen of the others. Those without any are there with 0.
	Counts map[content.Facet][]Count
}

// Browse looks through the library: it finds n places from the offset'th, and counts every facet. It reads a bit a
// resource and value, and opens no course. A resource that several courses hold is found in each.
func (l *Library) Browse(c Wanted, offset, n int) (Found, error) {
	if c.Courses == nil {
		for _, course := range l.Courses() {
			c.Courses = append(c.Courses, course.ID)
		}
	}
	b := browsing{Wanted: c, skip: max(0, offset), want: max(0, n), counts: map[content.Facet]map[string]int{}}
	for _, f := range content.Facets {
		b.counts[f] = map[string]int{}
	}
	err := l.view(func(tx *bbolt.Tx) error {
		for _, id := range c.Courses {
			if in, err := l.find(id); err == nil {
				b.course(tx, id, in)
			}
		}
		return nil
	})
	if err != nil {
		return Found{}, fmt.Errorf("library: %w", err)
	}
	out := Found{Total: b.total, Places: b.places, Counts: map[content.Facet][]Count{}}
	for f, values := range b.counts {
		for v, n := range values {
			out.Counts[f] = append(out.Counts[f], Count{v, n})
		}
		arrange.By(out.Counts[f], func(a, b Count) int { return strings.Compare(a.Value, b.Value) })
	}
	return out, nil
}

// A browsing is one Browse under way.
type browsing struct {
	Wanted
	skip, want int
	total      int
	places     []Place
	counts     map[content.Facet]map[string]int
	words      []uint64 // room for bits, used again from course to course
}

// A row is one value of a facet in one course.
type row struct {
	facet content.Facet
	value string
	set   set
}

func (b *browsing) course(tx *bbolt.Tx, id content.CourseID, in *installed) {
	rows, staff := courseRows(tx, id, in.Places)
	hidden := !b.Staff && staff != nil
	chosen := 0
	for _, v := range b.Values {
		if len(v) > 0 {
			chosen++
		}
	}
	if chosen == 0 && !hidden {
		for _, r := range rows {
			b.counts[r.facet][r.value] += r.set.count
		}
		b.counts[content.CourseFacet][string(id)] += in.Places
		b.take(tx, id, in, nil, in.Places)
		return
	}
	// open has a bit for each place that every facet lets through; but[f] for each that every facet but f does.
	size := (in.Places + 63) / 64
	b.words = slices.Grow(b.words[:0], size*(chosen+3))[:size*(chosen+3)]
	room := b.words
	clear(room)
	cut := func() []uint64 { w := room[:size:size]; room = room[size:]; return w }
	open := cut()
	set{form: 'a'}.addTo(open, in.Places)
	if hidden {
		out := cut()
		staff.addTo(out, in.Places)
		for i := range open {
			open[i] &^= out[i]
		}
	}
	b.narrow(id, in, rows, open, cut)
	if _, ok := b.Values[content.CourseFacet]; !ok || len(b.Values[content.CourseFacet]) == 0 || slices.Contains(b.Values[content.CourseFacet], string(id)) {
		b.take(tx, id, in, open, ones(open))
	}
}

// narrow takes from open what the facets do not let through, and counts. The facet of courses lets all of one through or
// nothing.
func (b *browsing) narrow(id content.CourseID, in *installed, rows []row, open []uint64, cut func() []uint64) {
	type letting struct {
		facet content.Facet
		bits  []uint64
	}
	var all []letting
	for _, f := range content.Facets {
		if len(b.Values[f]) == 0 || f == content.CourseFacet {
			continue
		}
		lets := letting{f, cut()}
		for _, r := range rows {
			if r.facet == f && slices.Contains(b.Values[f], r.value) {
				r.set.addTo(lets.bits, in.Places)
			}
		}
		all = append(all, lets)
	}
	base := slices.Clone(open)
	but := func(f content.Facet) []uint64 {
		w := slices.Clone(base)
		for _, lets := range all {
			for i := range w {
				if lets.facet != f {
					w[i] &= lets.bits[i]
				}
			}
		}
		return w
	}
	copy(open, but(""))
	courses := b.Values[content.CourseFacet]
	away := len(courses) > 0 && !slices.Contains(courses, string(id))
	b.counts[content.CourseFacet][string(id)] += ones(open)
	last, lets := content.Facet(""), open
	for _, r := range rows {
		if r.facet != last {
			last, lets = r.facet, open
			if len(b.Values[r.facet]) > 0 {
				lets = but(r.facet)
			}
		}
		n := 0
		if !away {
			n = r.set.within(lets, in.Places)
		}
		if n > 0 || r.set.within(base, in.Places) > 0 {
			b.counts[r.facet][r.value] += n
		}
	}
}

// take adds a course's places to what is found: those with a bit in open, all when it is nil; count is how many.
func (b *browsing) take(tx *bbolt.Tx, id content.CourseID, in *installed, open []uint64, count int) {
	b.total += count
	if b.skip >= count {
		b.skip -= count
		return
	}
	key := courseKey(id)
	for i := 0; i < in.Places && len(b.places) < b.want; i++ {
		if open != nil && open[i/64]&(1<<(i%64)) == 0 {
			continue
		}
		if b.skip > 0 {
			b.skip--
			continue
		}
		place := Place{Course: id}
		if in.Listed {
			place.Resource = shelved(tx, key, i)
		}
		b.places = append(b.places, place)
	}
	b.skip = 0
}

func ones(b []uint64) (n int) {
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// courseRows are a course's values, facet by facet, and the set of what is for teachers alone, nil for none. They live as
// long as tx.
func courseRows(tx *bbolt.Tx, id content.CourseID, places int) (rows []row, staff *set) {
	prefix := courseKey(id)
	c := tx.Bucket(bucketFacet).Cursor()
	for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
		if len(k) == len(prefix) {
			continue
		}
		s := decodeSet(v, places)
		if k[16] == staffLetter {
			staff = &s
		} else if f := facetOf[k[16]]; f != "" {
			rows = append(rows, row{f, string(k[17:]), s})
		}
	}
	return rows, staff
}
