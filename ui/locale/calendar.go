package locale

import "time"

// WithCalendar is l with dates as another calendar counts them: "ethiopic" or "persian"; anything else is the Gregorian.
func (l *Locale) WithCalendar(name string) *Locale {
	if name != "ethiopic" && name != "persian" {
		name = ""
	}
	if name == l.calendar {
		return l
	}
	other := *l
	other.calendar = name
	return &other
}

// dated is a day as the locale's calendar counts it, and the beginning of the messages that name its months.
func (l *Locale) dated(t time.Time) (year, month, day int, names string) {
	switch l.calendar {
	case "ethiopic":
		year, month, day = ethiopic(dayNumber(t))
		return year, month, day, "date.ethiopic."
	case "persian":
		year, month, day = persian(dayNumber(t))
		return year, month, day, "date.persian."
	}
	return t.Year(), int(t.Month()), t.Day(), "date.month."
}

// dayNumber counts days from 1970-01-01, whatever the hour.
func dayNumber(t time.Time) int {
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix()
	n := midnight / 86400
	if midnight < 0 && midnight%86400 != 0 {
		n--
	}
	return int(n)
}

// The Ethiopian calendar: twelve months of thirty days, and one of five, of six in each year that leaves 3 when divided by
// 4. Year 1 begins on 29 August of the year 8 of the Julian calendar (Reingold and Dershowitz, Calendrical Calculations,
// chapter 4): 716,367 days before 1970-01-01.
const ethiopicEpoch = -716367

func ethiopic(day int) (y, m, d int) {
	y = floorDiv(4*(day-ethiopicEpoch)+1463, 1461)
	of := day - ethiopicEpoch - 365*(y-1) - floorDiv(y, 4)
	return y, of/30 + 1, of%30 + 1
}

// The Persian (Solar Hijri) calendar: six months of 31 days, five of 30, the last of 29 or in leap years 30. Eight years of
// 33 are leap, which gives the beginning of spring that Iran and Afghanistan keep in all the years 1178 to 1633 (1799 to
// 2254; ibid., chapter 15, and Borkowski, The Persian calendar for 3000 years). 1 Farvardin 1400 was 2021-03-21.
func persian(day int) (y, m, d int) {
	begins := func(y int) int { return 18707 + 365*(y-1400) + floorDiv(8*y+21, 33) - 340 }
	for y = 1401 + floorDiv(day-18707, 365); begins(y) > day; y-- {
	}
	of := day - begins(y)
	if of < 186 {
		return y, of/31 + 1, of%31 + 1
	}
	return y, (of-186)/30 + 7, (of-186)%30 + 1
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
