package learning

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// A PeriodID names a term or a holiday; shaped like a PersonID.
type PeriodID string

// A Period is a term or a holiday of the school: days with both ends in it, as a Calendar counts.
type Period struct {
	ID          PeriodID
	Holiday     bool // else a term
	Title       string
	From, Until int
	Removed     bool
	Conflict    bool     // two boxes wrote different things of it
	Also        []Period // what else was written: the same period with other words or days
}

// Check reports what is wrong with a period that is to be saved, as fs.ErrInvalid, and trims its title.
func (p *Period) Check() (err error) {
	if p.Title, err = CleanText("title", p.Title, 1, MaxName); err != nil {
		return err
	}
	if err := cmp.Or(CheckDay(p.From), CheckDay(p.Until)); err != nil {
		return err
	}
	if p.Until < p.From || p.Until-p.From > longestPeriod {
		return fmt.Errorf("%q lasts from day %d to day %d: %w", p.Title, p.From, p.Until, fs.ErrInvalid)
	}
	return nil
}

// longestPeriod is how many days a term or holiday has: more is a year mistyped.
const longestPeriod = 366

func (p *Period) has(day int) bool { return p.From <= day && day <= p.Until }

// A Year is which days have school: the days of the week that do, less the holidays, and less what lies between terms. The
// zero Year has school every day.
type Year struct {
	Week    [7]bool // Sunday first; all false: not said, every day may be one
	Periods []Period
}

// School reports whether there is school on a day. Before the first term and after the last that are known it is taken that
// there is: whoever forgets to write down a term must not lose its registers. A holiday that two boxes disagree on is one
// where either says so.
func (y *Year) School(day int) bool {
	if y.Week != [7]bool{} && !y.Week[WeekdayOf(day)] {
		return false
	}
	before, within, after := false, false, false
	for i := range y.Periods {
		for _, p := range append([]Period{y.Periods[i]}, y.Periods[i].Also...) {
			switch {
			case p.Removed:
			case p.Holiday && p.has(day):
				return false
			case !p.Holiday:
				before, within, after = before || p.Until < day, within || p.has(day), after || day < p.From
			}
		}
	}
	return within || !before || !after
}

// Holiday is what a day without school is called; "" where it has no name of its own.
func (y *Year) Holiday(day int) string {
	for i := range y.Periods {
		if p := &y.Periods[i]; p.Holiday && !p.Removed && p.has(day) {
			return p.Title
		}
	}
	return ""
}

// Held are the registers of days with school, of registers by day: what is counted. One that was taken on another day is
// kept and shown, but nobody is absent from a school that is shut.
func (y *Year) Held(rolls []Roll) []Roll {
	return slices.DeleteFunc(slices.Clone(rolls), func(r Roll) bool { return !y.School(r.Day) })
}

// NextSchool is the nearest day with school from a day on, in steps of 1 or −1, that day itself not among them; the day
// beside it where there is none for two months.
func (y *Year) NextSchool(day, step int) int {
	for d := day + step; d != day+62*step; d += step {
		if y.School(d) {
			return d
		}
	}
	return day + step
}

// ParseWeek reads days of the week by ISO number, such as "12345", "" none. Anything else is fs.ErrInvalid.
func ParseWeek(s string) (week [7]bool, err error) {
	for _, d := range s {
		if d < '1' || d > '7' || week[(d-'0')%7] {
			return week, fmt.Errorf("days %.20q, want such as 12345: %w", s, fs.ErrInvalid)
		}
		week[(d-'0')%7] = true
	}
	return week, nil
}

// WeekText is days of the week as ParseWeek reads them.
func WeekText(week [7]bool) string {
	var b strings.Builder
	for d := 1; d <= 7; d++ {
		if week[d%7] {
			b.WriteByte(byte('0' + d))
		}
	}
	return b.String()
}

// WeekOrder are the days of the week from the one that a school's begins with.
func (s School) WeekOrder() (out []time.Weekday) {
	for d := range 7 {
		out = append(out, time.Weekday((s.First+d)%7))
	}
	return out
}

// Calendars are how dates may be shown; "" is the Gregorian.
var Calendars = []string{"", "ethiopic", "persian"}

// Shifts are when in the day a class has school; "" is the whole day.
var Shifts = []string{"", "morning", "afternoon"}

// DayText is a day of a Calendar as ParseDay reads it.
func DayText(day int) string { return DateOf(day).Format(time.DateOnly) }
