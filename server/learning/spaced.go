package learning

import (
	"slices"

	"lamplight/sync/clock"
)

// spacedMofN is Lamplight's own mastery model: M of the last N first tries right, then one first try right at least
// SpacedDays later. (Four of five and a later check: of the short rules it tells best who will be right next time.)
const spacedMofN = "spaced_m_of_n"

// spaced is the part of a Mastery that spaced_m_of_n needs. Days may become known or change after the fold, so it keeps
// stamps and is asked with a calendar.
type spaced struct {
	Asked     bool // the last attempt's criterion was spaced_m_of_n
	Practised bool // M of N were right once
	At        clock.Stamp
	// Checks are right first tries since At, one a boot (its last), at most maxChecks.
	Checks []clock.Stamp
}

// maxChecks boots are remembered. Of more, the last takes the place of the one before it: which of them may be checks is
// decided by how late they are.
const maxChecks = 8

// check notes a right first try after At.
func (s *spaced) check(st clock.Stamp) {
	for i := range s.Checks {
		if s.Checks[i].Boot == st.Boot {
			s.Checks[i].MS = max(s.Checks[i].MS, st.MS)
			return
		}
	}
	if len(s.Checks) == maxChecks {
		s.Checks = s.Checks[:maxChecks-1]
	}
	s.Checks = append(s.Checks, st)
}

func (s *spaced) met(c Calendar) bool {
	return s.Practised && slices.ContainsFunc(s.Checks, func(st clock.Stamp) bool {
		days, known := DaysBetween(c, s.At, st)
		return known && days >= SpacedDays
	})
}

// due is the day from which a check counts.
func (s *spaced) due(c Calendar) (day int, known bool) {
	day, known = dayOf(c, s.At)
	return day + SpacedDays, known
}

func (s *spaced) flags() uint64 { return bit(s.Asked)<<3 | bit(s.Practised)<<4 }

// encode adds nothing unless Practised, so that all other masteries keep their shape.
func (s *spaced) encode(e *Encoder) {
	if !s.Practised {
		return
	}
	e.Uint(uint64(len(s.Checks)))
	for _, st := range append([]clock.Stamp{s.At}, s.Checks...) {
		e.Raw(st.Boot[:])
		e.Uint(uint64(st.MS))
	}
}

func (s *spaced) decode(d *Decoder, flags uint64) {
	*s = spaced{Asked: flags&8 != 0, Practised: flags&16 != 0}
	if !s.Practised {
		return
	}
	n := min(d.Uint(), maxChecks)
	s.At = readStamp(d)
	for range n {
		s.Checks = append(s.Checks, readStamp(d))
	}
}

func readStamp(d *Decoder) (st clock.Stamp) {
	copy(st.Boot[:], d.Raw(uint64(len(st.Boot))))
	st.MS = int64(d.Uint())
	return st
}
