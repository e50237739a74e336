package learning

import "lamplight/sync/clock"

// A Calendar turns stamps into days of the school: whole numbers that go up by one at its midnight. Known is false where
// the boot a stamp belongs to has no date yet. What it says of a stamp may change as calibrations arrive, so it is asked
// when something is read and its answers are never folded. A nil Calendar knows no day.
type Calendar interface {
	Day(clock.Stamp) (day int, known bool)
}

// Today is when something is asked: the box's stamp of now, and the calendar that gives it a day.
type Today struct {
	Calendar Calendar
	Now      clock.Stamp
}

// dayMS is a day's milliseconds.
const dayMS = 24 * 60 * 60 * 1000

// mostDays bounds what a boot that claims to run for ever says: a hundred years.
const mostDays = 36500

// Day is today's day.
func (t Today) Day() (day int, known bool) { return dayOf(t.Calendar, t.Now) }

// Since is how many days ago a stamp was made; see DaysBetween.
func (t Today) Since(from clock.Stamp) (days int, known bool) {
	return DaysBetween(t.Calendar, from, t.Now)
}

// DaysBetween is how many days lie from one stamp to another: between their dates where both are known, else whole days
// of running time where both are of one boot. Otherwise nobody knows; nor where the later comes out before the earlier,
// since then one of the dates is wrong.
func DaysBetween(c Calendar, from, to clock.Stamp) (days int, known bool) {
	a, first := dayOf(c, from)
	b, second := dayOf(c, to)
	switch {
	case from.Boot == to.Boot && to.MS < from.MS:
		return 0, false
	case first && second:
		return max(b-a, 0), b >= a
	case from.Boot == to.Boot: // a boot's own count needs no date
		return int(min((to.MS-from.MS)/dayMS, mostDays)), true
	}
	return 0, false
}

func dayOf(c Calendar, s clock.Stamp) (day int, known bool) {
	if c == nil {
		return 0, false
	}
	return c.Day(s)
}
