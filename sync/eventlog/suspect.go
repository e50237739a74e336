package eventlog

import (
	"errors"

	"lamplight/sync/segment"
)

// compare looks whether s, which ends before what is held of its stream does, is part of it. Only a fork is an error.
func (l *Log) compare(s *segment.Segment) error {
	var held []segmentEntry
	if err := l.indexed(func(v *kv) { held = v.entries(s.Stream, s.First) }); err != nil {
		return err
	}
	if len(held) > 0 && held[0].first == s.First && held[0].last() == s.Last() {
		if o, err := l.segmentAt(held[0]); err == nil && o.After == s.After {
			l.agree(s)
			return nil
		}
	}
	if _, err := l.takeForked(s); errors.Is(err, ErrFork) {
		return err
	}
	return nil
}

// agree ends the doubt in a stream whose last events, or last before it forked, came again as they are held.
func (l *Log) agree(s *segment.Segment) {
	l.mu.Lock()
	defer l.mu.Unlock()
	st := l.streams[s.Stream]
	if st == nil {
		return
	}
	last := st.last
	if cuts := cutsOf(l.forks, st.id); len(cuts) > 0 {
		last = cuts[0].at
	}
	if s.Last() >= last {
		st.doubt, st.suspected = 0, false
	}
}

// doubtStep is how many events further back peers are asked, at first; each time as far again as before.
const doubtStep = 200

// doubt keeps the proof of a fork whose beginning did not come with it, and asks peers for what lies before.
func (l *Log) doubt(s *segment.Segment) error {
	l.mu.Lock()
	if st := l.streams[s.Stream]; st != nil && st.doubt != 1 {
		st.suspected = false
		told := min(st.last, s.First-1)
		step := uint64(doubtStep)
		if st.doubt > 0 {
			told, step = st.doubt-1, 2*(st.last-st.doubt+1)
		}
		st.doubt = told - min(told, step) + 1
		l.announce()
	}
	l.mu.Unlock()
	return l.fork(s)
}

// Suspect is to be called when a peer holds as much of every stream as this log but not the same: somewhere a copied card, or
// one that lost its last events, wrote as many as are held elsewhere. Less is then told of all streams, so that their last
// events come again and the fork is found. Both sides may do so, and tell the same again: each must send what it holds
// (Held), whatever it tells. A stream whose events agree, or that grows, is told as it is from then on.
func (l *Log) Suspect() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, st := range l.streams {
		if st.doubt > 0 {
			return // looked for already
		}
	}
	for _, p := range l.parts() {
		if st := p.stored; p.name == st.id && p.name == p.of {
			st.doubt, st.suspected = p.last-min(p.last, doubtStep)+1, true
		}
	}
	l.announce()
}

// trust ends a suspicion.
func (st *stream) trust() {
	if st.suspected {
		st.doubt, st.suspected = 0, false
	}
}
