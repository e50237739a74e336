package store

import (
	"slices"

	"lamplight/server/learning"
)

// seen are the attempt ids counted in a unit, told apart by a hash of BASE and by N. A page's ids share a base and
// count up, so many are few spans. Of more than maxSeen spans the oldest go into a Bloom filter: an id found there
// alone is then looked for in the attempts themselves, since the filter may err on that side.
type seen struct {
	spans  []span // in the order their first id was counted
	filter []byte // nil, or filterLen bytes
}

type span struct {
	base   uint64 // hash of BASE
	lo, hi uint64 // of N, both in
}

const (
	maxSeen   = 24
	filterLen = 256 // 2048 bits, four a span: of 200 forgotten spans it errs once in a hundred
)

// has reports whether an id was counted; sure is false when only the filter says so.
func (s *seen) has(base, n uint64) (found, sure bool) {
	if slices.ContainsFunc(s.spans, func(p span) bool { return p.base == base && p.lo <= n && n <= p.hi }) {
		return true, true
	}
	if s.filter == nil {
		return false, true
	}
	for _, bit := range filterBits(base, n) {
		if s.filter[bit/8]>>(bit%8)&1 == 0 {
			return false, true
		}
	}
	return true, false
}

func (s *seen) add(base, n uint64) {
	for i := range s.spans {
		if s.spans[i].base == base && s.spans[i].hi+1 == n && s.spans[i].hi-s.spans[i].lo < maxSpan {
			s.spans[i].hi = n
			return
		}
	}
	s.spans = append(s.spans, span{base, n, n})
	if len(s.spans) <= maxSeen {
		return
	}
	if s.filter == nil {
		s.filter = make([]byte, filterLen)
	}
	for n := s.spans[0].lo; n <= s.spans[0].hi; n++ {
		for _, bit := range filterBits(s.spans[0].base, n) {
			s.filter[bit/8] |= 1 << (bit % 8)
		}
	}
	s.spans = slices.Delete(s.spans, 0, 1)
}

// maxSpan bounds the work of putting one into the filter.
const maxSpan = 1000

// filterBits are four bits of the filter, from one well-mixed number (the finaliser of SplitMix64).
func filterBits(base, n uint64) [4]uint64 {
	z := base + n*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	const bits = filterLen * 8
	return [4]uint64{z % bits, z >> 16 % bits, z >> 32 % bits, z >> 48 % bits}
}

// encode writes a base only where it is not that of the span before.
func (s *seen) encode(e *learning.Encoder) {
	e.Uint(uint64(len(s.spans)))
	for i, p := range s.spans {
		same := i > 0 && s.spans[i-1].base == p.base
		e.Bool(same)
		if !same {
			e.Raw(be64(p.base))
		}
		e.Uint(p.lo)
		e.Uint(p.hi - p.lo)
	}
	e.String(string(s.filter))
}

func (s *seen) decode(d *learning.Decoder) {
	s.spans = make([]span, min(d.Uint(), maxSeen))
	for i := range s.spans {
		p := &s.spans[i]
		if d.Bool() && i > 0 {
			p.base = s.spans[i-1].base
		} else {
			p.base = fromBE64(d.Raw(8))
		}
		p.lo = d.Uint()
		p.hi = p.lo + d.Uint()
	}
	if f := d.String(); len(f) == filterLen {
		s.filter = []byte(f)
	}
}
