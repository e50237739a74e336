//go:build amd64 || arm64

package md5s

import (
	"hash"
	"runtime"
	"sync"
)

const (
	lanes = 4        // files that one core sums at once
	reach = 16 << 10 // bytes of each between two looks for company
)

// A Summer sums the files whose writers wait for it at the same time together; whoever comes first does the work for all.
// It is safe for concurrent use, the sums it gives each by one goroutine. The zero value is ready.
type Summer struct {
	mu      sync.Mutex
	led     bool    // somebody sums
	waiting []*work // for a lane
}

// work is what one Write has to sum.
type work struct {
	state [4]uint32
	rest  []byte    // whole blocks
	lead  chan bool // holds one: true says to sum on for the others, false that it is done
}

// New begins a sum.
func (s *Summer) New() hash.Hash {
	h := &sum{summer: s, work: work{lead: make(chan bool, 1)}}
	h.Reset()
	return h
}

// sum sums w.rest, itself or by whoever does.
func (s *Summer) sum(w *work) {
	s.mu.Lock()
	if s.led {
		s.waiting = append(s.waiting, w)
		s.mu.Unlock()
		if !<-w.lead {
			return
		}
	} else {
		s.led = true
		s.mu.Unlock()
	}
	runtime.Gosched() // whoever else is ready to sum comes now
	all := []*work{w}
	for len(w.rest) > 0 {
		all = s.join(all)
		advance(all)
		rest := all[:1]
		for _, o := range all[1:] {
			if len(o.rest) > 0 {
				rest = append(rest, o)
			} else {
				o.lead <- false
			}
		}
		all = rest
	}
	s.leave(all[1:])
}

// join fills the lanes with who waits.
func (s *Summer) join(all []*work) []*work {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(lanes-len(all), len(s.waiting))
	all = append(all, s.waiting[:n]...)
	s.waiting = append(s.waiting[:0], s.waiting[n:]...)
	return all
}

// leave puts back who is not done and lets another lead, if there is one.
func (s *Summer) leave(rest []*work) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = append(rest, s.waiting...)
	if s.led = len(s.waiting) > 0; s.led {
		next := s.waiting[0]
		s.waiting = append(s.waiting[:0], s.waiting[1:]...)
		next.lead <- true
	}
}

// advance sums a piece of each of at most four.
func advance(all []*work) {
	n := reach
	for _, w := range all {
		n = min(n, len(w.rest))
	}
	if len(all) < lanes-1 {
		for _, w := range all {
			s := [1][4]uint32{w.state}
			blocks1(&s, w.rest[:n])
			w.state, w.rest = s[0], w.rest[n:]
		}
		return
	}
	var s [lanes][4]uint32
	var p [lanes][]byte
	for i := range lanes { // of three the last is summed twice: that is quicker than one by one
		w := all[min(i, len(all)-1)]
		s[i], p[i] = w.state, w.rest[:n]
	}
	blocks4(&s, p[0], p[1], p[2], p[3])
	for i, w := range all {
		w.state, w.rest = s[i], w.rest[n:]
	}
}
