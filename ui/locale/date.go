package locale

import (
	"strconv"
	"time"
)

// Date is t as people say it on the day now: "today", "yesterday", "Tuesday" within six days, "12 March", with the year
// when it is another. unsure makes it "about 12 March" and never a weekday. A zero t is "not yet"; a zero now gives the
// full date. Both are taken in the location of now.
func (l *Locale) Date(t, now time.Time, unsure bool) string {
	if t.IsZero() {
		return l.T("date.never")
	}
	t = t.In(now.Location())
	days, near := daysBetween(t, now)
	switch {
	case unsure:
		return l.T("date.about", "date", l.day(t, now))
	case !near:
		return l.day(t, now)
	case days == 0:
		return l.T("date.today")
	case days == 1:
		return l.T("date.yesterday")
	case days == -1:
		return l.T("date.tomorrow")
	}
	return l.T("date.weekday." + strconv.Itoa(int(t.Weekday())))
}

// Weekday and month names are messages date.weekday.0 (Sunday) to .6 and date.month.1 to .12, of other calendars
// date.ethiopic.1 to .13 and date.persian.1 to .12.
func (l *Locale) day(t, now time.Time) string {
	year, m, d, names := l.dated(t)
	day, month := l.Number(d), l.T(names+strconv.Itoa(m))
	if this, _, _, _ := l.dated(now); year == this {
		return l.T("date.day", "day", day, "month", month)
	}
	return l.T("date.full", "day", day, "month", month, "year", l.Digits(strconv.Itoa(year)))
}

// daysBetween counts calendar days from t to now; near is false when they are a week or more apart.
func daysBetween(t, now time.Time) (days int, near bool) {
	if now.IsZero() {
		return 0, false
	}
	midnight := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	d := midnight(now).Sub(midnight(t)) / (24 * time.Hour)
	return int(d), d > -7 && d < 7
}
