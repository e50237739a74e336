package learning

import (
	"lamplight/content"
	"lamplight/sync/clock"
)

// met is what a learner did with one item: enough to say, once days are known, whether it is in the mistakes book and
// when it comes back.
type met struct {
	course content.CourseID
	skill  string
	bouts  []bout // oldest first, at most maxBouts
	erred  bool   // some bout holds, or held, a wrong answer
	seed   uint64 // of the last wrong answer,
	given  string // what was answered,
	err    string // and its code
}

// A bout is the first tries at one item within an hour of one boot.
type bout struct {
	at     clock.Stamp // of the first
	right  bool        // the first was right without a hint
	wrong  bool        // one was wrong
	mended bool        // one was right without a hint, after the last wrong one if there was one
}

// maxBouts of an item are remembered: an hour's practice of it a week for a school year.
const maxBouts = 48

// review folds a first try.
func (m *met) review(a *Attempt, skill string, st clock.Stamp) {
	m.course, m.skill = a.Course, skill
	right := a.Correct && a.Hints == 0
	n := len(m.bouts)
	if n == 0 || m.bouts[n-1].at.Boot != st.Boot || st.MS-m.bouts[n-1].at.MS >= hourMS || st.MS < m.bouts[n-1].at.MS {
		if n == maxBouts {
			m.bouts = append(m.bouts[:0], m.bouts[1:]...)
		}
		m.bouts = append(m.bouts, bout{at: st, right: right})
	}
	s := &m.bouts[len(m.bouts)-1]
	switch {
	case right:
		s.mended = true
	case !a.Correct:
		s.wrong, s.mended = true, false
		m.erred, m.seed, m.given, m.err = true, a.Seed, a.Given, a.Error
	}
}

// last is the last bout.
func (m *met) last() bout { return m.bouts[len(m.bouts)-1] }

// memory is how well the item is kept in mind after the last bout, as far as a calendar knows the days.
func (m *met) memory(c Calendar) (out memory) {
	for i, s := range m.bouts {
		days := 0
		if i > 0 {
			days, _ = DaysBetween(c, m.bouts[i-1].at, s.at)
		}
		out = out.review(s.right, days)
	}
	return out
}

// entry is where an item stands in the mistakes book.
type entry struct {
	open      bool
	rights    int         // of SpacedRights
	since     clock.Stamp // the wrong answer, or the last of the rights
	practised bool        // some variant was right since the wrong answer
	mended    int         // how often the item left the book
}

// entry walks through the bouts. A right answer counts where it is known to be SpacedDays after the one before it.
func (m *met) entry(c Calendar) (e entry) {
	for _, s := range m.bouts {
		if e.open {
			e.practised = e.practised || s.right || s.mended
			if s.right {
				e.spaced(c, s.at)
			}
		}
		if s.wrong {
			e.open, e.rights, e.since, e.practised = true, 0, s.at, s.mended
		}
	}
	return e
}

// spaced notes a right answer at st.
func (e *entry) spaced(c Calendar, st clock.Stamp) {
	days, known := DaysBetween(c, e.since, st)
	switch {
	case known && days >= SpacedDays:
		e.rights, e.since = e.rights+1, st
		if e.rights == SpacedRights {
			e.open = false
			e.mended++
		}
	case backwards(c, e.since, st):
		e.since = st // one of the two dates was wrong; do not wait for a day that may be years away
	}
}

// backwards reports whether the later of two stamps has the earlier date.
func backwards(c Calendar, from, to clock.Stamp) bool {
	a, first := dayOf(c, from)
	b, second := dayOf(c, to)
	return first && second && b < a
}

// wait is when an item that was answered at since comes back.
type wait struct {
	day   int // on which it does
	known bool
	now   bool // it may be asked now
}

// waitFor says when days have passed since a stamp. Where no day is known, another boot passes for another day.
func (t Today) waitFor(since clock.Stamp, days int) (w wait) {
	w.day, w.known = dayOf(t.Calendar, since)
	w.day += days
	passed, known := t.Since(since)
	w.now = !known || passed >= days
	return w
}
