package eventlog

import (
	"slices"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A pen holds segments that came before those they follow. It is memory only: what is not stored is not in the vector,
// so peers send it again.
type pen struct {
	parked []*segment.Segment // oldest first
	bytes  int
	forks  int
	odd    []Oddity // oldest first
}

const (
	maxParked = 4 << 20 // bytes
	maxForks  = 16      // files kept
)

func (p *pen) count() int { return len(p.parked) }

func (l *Log) park(s *segment.Segment) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := &l.pen
	for _, q := range p.parked {
		if q.Stream == s.Stream && q.First == s.First && q.Last() == s.Last() {
			return
		}
	}
	p.parked = append(p.parked, s)
	p.bytes += len(s.Raw)
	for p.bytes > maxParked {
		p.bytes -= len(p.parked[0].Raw)
		p.parked = p.parked[1:]
	}
}

// unpark takes out a segment of the stream that fits or is held by now; nil when there is none.
func (l *Log) unpark(id clock.Stream) *segment.Segment {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := &l.pen
	fits := func(s *segment.Segment) bool {
		return slices.ContainsFunc(l.storedOf(id), func(st *stream) bool { return st != nil && s.First <= st.last+1 })
	}
	i := slices.IndexFunc(p.parked, func(s *segment.Segment) bool { return s.Stream == id && fits(s) })
	if i < 0 {
		return nil
	}
	s := p.parked[i]
	p.bytes -= len(s.Raw)
	p.parked = slices.Delete(p.parked, i, i+1)
	return s
}
