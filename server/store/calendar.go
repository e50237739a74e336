package store

import (
	"sync"
	"sync/atomic"
	"time"

	"lamplight/server/learning"
	"lamplight/sync/clock"
)

// A calendar is the days of the school: which boot began when, as far as that may be believed, and the school's offset.
type calendar struct {
	starts map[clock.Boot]int64 // milliseconds since 1970; of boots whose calibration gives a day
	zone   int64                // milliseconds east of UTC
}

// Day is days since 1970-01-01 in the school's zone.
func (c *calendar) Day(st clock.Stamp) (day int, known bool) {
	start, ok := c.starts[st.Boot]
	if !ok {
		return 0, false
	}
	of := learning.Calibration{Start: time.UnixMilli(start)}
	return dayOf(of.At(st).UnixMilli() + c.zone), true
}

const dayMS = 24 * 3600 * 1000

func dayOf(ms int64) int {
	if ms < 0 {
		ms -= dayMS - 1
	}
	return int(ms / dayMS)
}

// Calendar gives stamps their days, as of now.
func (s *Store) Calendar() learning.Calendar {
	var out learning.Calendar = &calendar{}
	_ = s.view(learning.Actor{}, func(v viewer) error {
		out = s.calendarFor(v)
		return nil
	})
	return out
}

// Today is now, for what asks how long ago something was. Its day is known where the box's boot has a believed date.
func (s *Store) Today() learning.Today {
	t := learning.Today{Calendar: s.Calendar()}
	if s.clock != nil {
		t.Now = s.clock.Stamp()
	}
	return t
}

// date is today in the school's zone as "2006-01-02", "" when it is not known.
func (s *Store) date() string {
	day, known := s.Today().Day()
	if !known {
		return ""
	}
	return time.UnixMilli(int64(day) * dayMS).UTC().Format(time.DateOnly)
}

// learnt is what is remembered of folds because it takes long to add up: the calendar, and learners' practice. What
// voids it is counted by Apply, as faces explains.
type learnt struct {
	dates, quizzes atomic.Uint64
	folding        sync.Mutex // held while a practice is folded anew

	mu        sync.Mutex
	calendar  *calendar
	dated     [2]uint64 // dates and faces.edits when it was read
	practice  map[learning.PersonID]*practised
	standings map[learning.PersonID]standings
	uses      uint64
}

func (l *learnt) redated()   { l.dates.Add(1) }
func (l *learnt) requizzed() { l.quizzes.Add(1) }

func (l *learnt) forget() {
	l.redated()
	l.requizzed()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calendar, l.practice, l.standings = nil, nil, nil
}

// calendarFor is the calendar, read in v when what is remembered is void. Apply cannot run inside a View, so the counts
// are of what v sees.
func (s *Store) calendarFor(v viewer) *calendar {
	now := [2]uint64{s.learnt.dates.Load(), s.faces.edits.Load()}
	s.learnt.mu.Lock()
	c, dated := s.learnt.calendar, s.learnt.dated
	s.learnt.mu.Unlock()
	if c != nil && dated == now {
		return c
	}
	fresh := &calendar{zone: int64(v.schoolFacts().Zone) * 60_000}
	if c != nil && dated[0] == now[0] {
		fresh.starts = c.starts
	} else {
		fresh.starts = v.starts()
	}
	s.learnt.mu.Lock()
	defer s.learnt.mu.Unlock()
	s.learnt.calendar, s.learnt.dated = fresh, now
	return fresh
}

func (v viewer) starts() map[clock.Boot]int64 {
	out := map[clock.Boot]int64{}
	v.kv.Scan(calBucket, nil, func(k, b []byte) bool {
		if c, _ := readCalibration(b); c.Dates() {
			out[clock.Boot(k)] = c.Start.UnixMilli()
		}
		return true
	})
	return out
}
