package search

import (
	"bytes"
	"math"
)

// mergeFan segments side by side become one, but for those that are large enough: a word of 100,000 rows is then looked
// up in about ten places.
const (
	mergeFan    = 8
	largeEnough = mergeFan * segmentRows
	maxHole     = largeEnough // numbers of resources that are gone, between those of one segment
	maxBytes    = 1 << 31     // of a segment
)

// level is how often segments were joined for one of that size.
func (s *segment) level() int {
	rows := len(s.rows)
	switch {
	case s.listed.Bytes > maxBytes/mergeFan:
		return 3
	case rows < segmentRows/mergeFan:
		return 0
	case rows < segmentRows:
		return 1
	case rows < largeEnough:
		return 2
	}
	return 3
}

// merge joins segments where enough of like size lie side by side.
func (x *Index) merge() error {
	for most := 0; most < 3; most++ {
		v, err := x.ready()
		if err != nil {
			return err
		}
		run := 0
		for i, s := range v.segments {
			if i > 0 && s.firstResource > v.segments[i-1].after()+maxHole {
				run = 0
			}
			if s.level() > most {
				run = 0
				continue
			}
			if run++; run == mergeFan {
				if err := x.join(v, i+1-mergeFan, i+1); err != nil {
					return err
				}
				break
			}
		}
	}
	return nil
}

// after is the first resource behind the segment's.
func (s *segment) after() uint32 { return s.firstResource + s.footer.resources }

// join makes one segment of those from from to before to, or none where nothing is left of them.
func (x *Index) join(v *view, from, to int) error {
	old := v.segments[from:to]
	next := v.copy()
	next.segments = append([]placed(nil), v.segments[:from]...)
	live := 0
	for _, o := range old {
		live += o.live
	}
	if live > 0 {
		s, err := x.joined(v, old)
		if err != nil {
			return x.noted(err)
		}
		if s == nil {
			return nil // the index is being closed
		}
		next.segments = append(next.segments, placed{segment: s})
	}
	next.segments = append(next.segments, v.segments[to:]...)
	next.count()
	return x.commit(v, next)
}

// gone is the new number of a row that is left out.
const gone = math.MaxUint32

// A joining is several segments becoming one.
type joining struct {
	v     *view
	old   []placed
	rows  []uint32   // of the new one
	moved [][]uint32 // of each old one: where its rows go
	w     *segmentWriter
	buf   []byte
}

// joined writes a segment of what lives in others; nil when the index is being closed meanwhile.
func (x *Index) joined(v *view, old []placed) (*segment, error) {
	j := &joining{v: v, old: old}
	for _, o := range old {
		moved := make([]uint32, len(o.rows))
		for i, r := range o.rows {
			if moved[i] = gone; v.there(r) {
				moved[i] = uint32(len(j.rows))
				j.rows = append(j.rows, r)
			}
		}
		j.moved = append(j.moved, moved)
	}
	var err error
	if j.w, err = newSegmentWriter(x.dir, x.takeNumber(), len(j.rows) < largeEnough); err != nil {
		return nil, err
	}
	first, after := j.span()
	err = j.bodies()
	var resources []resource
	if err == nil {
		resources, err = j.heads(first, after)
	}
	if err == nil {
		err = j.lists(x.closing.Load)
	}
	if err != nil || x.closing.Load() {
		j.w.abandon()
		return nil, err
	}
	return x.stored(j.w, j.rows, first, resources, v)
}

// span is from which resource to before which the new segment's are.
func (j *joining) span() (first, after uint32) {
	first = j.old[0].firstResource
	for _, o := range j.old {
		after = max(after, o.after())
	}
	for first < after && !j.v.there(first) {
		first++
	}
	for first < after && !j.v.there(after-1) {
		after--
	}
	return first, after
}

func (j *joining) bodies() error {
	for k, o := range j.old {
		for i, to := range j.moved[k] {
			if to == gone {
				continue
			}
			b, err := o.item(bodyColumn, o.footer.bodies, i, j.buf)
			if err != nil {
				return err
			}
			j.w.body(b)
			if b != nil {
				j.buf = b[:0]
			}
		}
	}
	return nil
}

func (j *joining) heads(first, after uint32) ([]resource, error) {
	resources := make([]resource, after-first)
	k := 0
	for n := first; n < after; n++ {
		for k < len(j.old)-1 && n >= j.old[k].after() {
			k++
		}
		if o := j.old[k]; !j.v.there(n) || n < o.firstResource {
			j.w.head(nil)
			continue
		}
		b, err := j.old[k].item(headColumn, j.old[k].footer.heads, int(n-j.old[k].firstResource), j.buf)
		if err != nil {
			return nil, err
		}
		j.w.head(b)
		j.buf = b[:0]
		resources[n-first] = j.v.resources[n]
	}
	return resources, nil
}

// A source is one segment's terms, in order.
type source struct {
	*segment
	blockReader
	n   int // block
	buf []byte
	one []byte // list
}

// advance goes to the next term. At the end ok is false.
func (s *source) advance() error {
	if s.n > 0 {
		s.blockReader.next()
	}
	for !s.ok && s.blockReader.err == nil && s.n < len(s.starts) {
		where, _ := s.block(s.n)
		var err error
		if s.buf, err = s.read(where, s.buf, true); err != nil {
			return err
		}
		s.reset(s.buf)
		s.n++
	}
	return s.blockReader.err
}

// lists writes the joined list of every word, without the rows of courses that are gone, until it is to stop.
func (j *joining) lists(stop func() bool) error {
	sources := make([]*source, len(j.old))
	for k, o := range j.old {
		sources[k] = &source{segment: o.segment}
		if err := sources[k].advance(); err != nil {
			return err
		}
	}
	var term []byte
	var l list
	for !stop() {
		var least *source
		for _, s := range sources {
			if s.ok && (least == nil || bytes.Compare(s.term, least.term) < 0) {
				least = s
			}
		}
		if least == nil {
			break
		}
		term = append(term[:0], least.term...)
		l = list{bytes: l.bytes[:0]}
		for k, s := range sources {
			if !s.ok || !bytes.Equal(s.term, term) {
				continue
			}
			if err := s.addTo(&l, j.moved[k]); err != nil {
				return err
			}
			if err := s.advance(); err != nil {
				return err
			}
		}
		if l.rows > 0 {
			j.w.term(term, &l)
		}
	}
	return j.w.err
}

// addTo appends the rows of the term that s stands on.
func (s *source) addTo(l *list, moved []uint32) error {
	b := s.list
	if b == nil {
		var err error
		if s.one, err = s.read(s.where, s.one, true); err != nil {
			return err
		}
		b = s.one
	}
	for c := newCursor(b); c.ok; c.next() {
		if int(c.row) < len(moved) && moved[c.row] != gone {
			l.add(moved[c.row], c.weight)
		}
	}
	return nil
}
