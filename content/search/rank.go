package search

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// A desk is what one search works on, kept for the next.
type desk struct {
	found   []found  // by resource
	touched []uint32 // resources whose found is not zero

	score []float32 // of the block's rows
	best  []float32 // of one group in them
	mask  []uint32  // groups in them
	title []uint32  // groups that stand in their title
	exact []uint32  // groups that stand there as they were asked
	worth []float32 // of each group, of 1

	terms    []string  // looked for, in order
	postings []posting // of each segment of the view, those of all terms
	block    []byte    // of terms, being read
	short    arena     // lists that stood in blocks
	long     arena     // the others, of the segment being looked through
}

// found is what was found of a resource.
type found struct {
	head, best float32 // score of its heading, and of its best row
	row        uint32  // the best one, and one; 0 none
	all        uint32  // groups found in any row
	near       uint32  // groups found in its best row
	heading    uint32  // groups found in its heading
	title      uint32  // groups found in its title
	exact      uint32  // groups found there as they were asked
}

const blockRows = 4096

// look finds where the lists of groups' terms are, and counts the rows each group stands in.
func (x *Index) look(t *turn, d *desk, v *view, groups []group) error {
	d.terms = d.terms[:0]
	for _, g := range groups {
		for _, t := range g.terms {
			d.terms = append(d.terms, t.text)
		}
	}
	slices.Sort(d.terms)
	d.terms = slices.Compact(d.terms)
	n := len(d.terms)
	d.postings = slices.Grow(d.postings[:0], n*len(v.segments))[:n*len(v.segments)]
	clear(d.postings)
	d.short.reset()
	for i, s := range v.segments {
		if err := t.rest(); err != nil {
			return err
		}
		var err error
		if d.block, err = s.find(d.terms, d.postings[i*n:(i+1)*n], d.block, &d.short); err != nil {
			return x.noted(fmt.Errorf("segment %d: %w", s.listed.N, err))
		}
	}
	total := max(v.live, 1)
	for i := range groups {
		g := &groups[i]
		g.rows = 0
		for _, t := range g.terms {
			k := d.number(t.text)
			for at := k; at < len(d.postings); at += n {
				g.rows += int(d.postings[at].rows)
			}
		}
		g.rows = min(g.rows, total)
		g.idf = float32(math.Log(1 + (float64(total)-float64(g.rows)+0.5)/(float64(g.rows)+0.5)))
		if g.common {
			g.idf *= 0.25
		}
	}
	return nil
}

// number is a term's place among those looked for.
func (d *desk) number(term string) int {
	n, _ := slices.BinarySearch(d.terms, term)
	return n
}

// a hand is a cursor into the list of one of a group's terms.
type hand struct {
	cursor
	weight float32
	exact  bool // the word as it was asked
}

// scan finds every resource that any group stands in. Where titles is set, only titles are looked at.
func (x *Index) scan(t *turn, d *desk, v *view, groups []group, titles bool) error {
	d.ready(v, groups)
	hands := make([][]hand, len(groups))
	n := len(d.terms)
	for i, s := range v.segments {
		if err := t.rest(); err != nil {
			return err
		}
		d.long.reset()
		any := false
		for k, g := range groups {
			hands[k] = hands[k][:0]
			for _, t := range g.terms {
				p := d.postings[i*n+d.number(t.text)]
				if p.rows == 0 {
					continue
				}
				list := p.list
				if list == nil {
					var err error
					if list, err = s.read(p.where, d.long.take(int(p.where.n)), true); err != nil {
						return x.noted(fmt.Errorf("segment %d: %q: %w", s.listed.N, t.text, err))
					}
				}
				hands[k], any = append(hands[k], hand{newCursor(list), t.weight * g.idf / 127, t.weight == 1}), true
			}
		}
		if any {
			if err := d.scanSegment(t, v, s, hands, titles); err != nil {
				return err
			}
		}
	}
	return nil
}

// ready makes room for what is found of v.
func (d *desk) ready(v *view, groups []group) {
	if len(d.found) < len(v.resources) {
		d.found = make([]found, len(v.resources)+len(v.resources)/8)
	}
	if d.score == nil {
		d.score, d.best = make([]float32, blockRows), make([]float32, blockRows)
		d.mask, d.title, d.exact = make([]uint32, blockRows), make([]uint32, blockRows), make([]uint32, blockRows)
	}
	d.worth = d.worth[:0]
	var total float32
	for _, g := range groups {
		total += g.idf
	}
	for _, g := range groups {
		d.worth = append(d.worth, g.idf/total)
	}
}

func (d *desk) scanSegment(t *turn, v *view, s placed, hands [][]hand, titles bool) error {
	end := uint32(len(s.rows))
	for {
		least := ^uint32(0)
		for _, h := range hands {
			for i := range h {
				if h[i].ok && h[i].row < least {
					least = h[i].row
				}
			}
		}
		if least >= end {
			return nil
		}
		if err := t.rest(); err != nil {
			return err
		}
		from := least
		to := min(from+blockRows, end)
		for i, h := range hands {
			d.scanGroup(h, uint32(i), from, to, titles)
		}
		d.collect(v, s.rows[from:to], s.first+from)
	}
}

// scanGroup adds the best of a group's terms to every row of a block.
func (d *desk) scanGroup(hands []hand, g, from, to uint32, titles bool) {
	low, high := to, from
	for i := range hands {
		h := &hands[i]
		for h.ok && h.row < to {
			at := h.row - from
			low, high = min(low, h.row), max(high, h.row+1)
			if h.cursor.weight&inTitle != 0 {
				d.title[at] |= 1 << g
				if h.exact {
					d.exact[at] |= 1 << g
				}
			} else if titles {
				h.next()
				continue
			}
			if w := h.weight * float32(h.cursor.weight&^inTitle); w > d.best[at] {
				d.best[at] = w
			}
			h.next()
		}
	}
	for row := low; row < high; row++ {
		at := row - from
		if w := d.best[at]; w > 0 {
			d.score[at] += w
			d.mask[at] |= 1 << g
			d.best[at] = 0
		}
	}
}

// collect puts a block's rows, of which the first has number first, to their resources.
func (d *desk) collect(v *view, rows []uint32, first uint32) {
	for i, r := range rows {
		if d.mask[i] == 0 {
			continue
		}
		if v.there(r) {
			f := &d.found[r&^heading]
			if f.all == 0 {
				d.touched = append(d.touched, r&^heading)
			}
			f.all |= d.mask[i]
			if r&heading != 0 {
				f.head += d.score[i]
				f.heading |= d.mask[i]
				f.title |= d.title[i]
				f.exact |= d.exact[i]
			} else if score := d.score[i] * d.headed(d.title[i]); score > f.best {
				f.best, f.row = score, first+uint32(i)+1
				f.near = d.mask[i]
			}
		}
		d.score[i], d.mask[i], d.title[i], d.exact[i] = 0, 0, 0, 0
	}
}

// headed is what a row's score gains by what of the question stands in the heading over it.
func (d *desk) headed(mask uint32) float32 {
	if mask == 0 {
		return 1
	}
	var sum float32
	for ; mask != 0; mask &= mask - 1 {
		sum += d.worth[bits.TrailingZeros32(mask)]
	}
	return 1 + headingGain*sum*sum
}

// clear makes the desk ready for the next search.
func (d *desk) clear() {
	for _, r := range d.touched {
		d.found[r] = found{}
	}
	d.touched = d.touched[:0]
}

// weights of the parts of a score.
const (
	titleShare   = 1.1  // of a title that holds the whole question
	titleLoose   = 0.45 // of that, however long the title is
	partFloor    = 0.3  // of a score, where nothing of the question's worth is near together
	headingGain  = 0.6  // of a row whose heading holds the whole question
	languageGain = 1.15 // for the asker's own language
)

// scorer turns what was found of a resource into one number.
type scorer struct {
	groups []group
	total  float32
	needed uint32 // groups that say something
	own    []bool // languages by value that are the asker's
}

func newScorer(v *view, groups []group, language string) scorer {
	s := scorer{groups: groups, own: make([]bool, len(v.values))}
	for i, g := range groups {
		s.total += g.idf
		if !g.common {
			s.needed |= 1 << i
		}
	}
	if base := baseOf(language); base != "" {
		for n, value := range v.values {
			s.own[n] = baseOf(value) == base
		}
	}
	return s
}

func (s scorer) worth(mask uint32) (sum float32) {
	for ; mask != 0; mask &= mask - 1 {
		sum += s.groups[bits.TrailingZeros32(mask)].idf
	}
	return sum / s.total
}

func (s scorer) score(f found, r resource) float32 {
	near := s.worth(f.near | f.heading)
	out := (f.head + f.best) * (partFloor + (1-partFloor)*near*near)
	if f.title != 0 {
		covered := s.worth(f.exact) + stemmed*s.worth(f.title&^f.exact)
		dense := min(1, float32(bits.OnesCount32(f.title))/float32(max(1, r.title)))
		out += titleShare * s.total * covered * covered * (titleLoose + (1-titleLoose)*dense)
	}
	if s.own[r.language] {
		out *= languageGain
	}
	return out * (0.9 + float32(r.quality&^staffOnly)/500)
}
