package learning

import (
	"errors"
	"io/fs"
	"testing"
)

func day(t *testing.T, s string) int {
	t.Helper()
	d, err := ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestADayHasSchoolUnlessTheWeekAHolidayOrTheGapBetweenTermsSaysNo(t *testing.T) {
	week, _ := ParseWeek("12345")
	y := Year{Week: week, Periods: []Period{
		{Title: "First", From: day(t, "2026-09-07"), Until: day(t, "2026-12-11")},
		{Title: "Second", From: day(t, "2027-01-11"), Until: day(t, "2027-04-02")},
		{Title: "Harvest", Holiday: true, From: day(t, "2026-10-12"), Until: day(t, "2026-10-16")},
		{Title: "Taken out", Holiday: true, Removed: true, From: day(t, "2026-10-19"), Until: day(t, "2026-10-19")},
		{Title: "Moved", Holiday: true, From: day(t, "2026-11-02"), Until: day(t, "2026-11-02"), Also: []Period{{Holiday: true, From: day(t, "2026-11-03"), Until: day(t, "2026-11-03")}}},
	}}
	for date, want := range map[string]bool{
		"2026-09-08": true, "2026-09-05": false, // a Tuesday, a Saturday
		"2026-10-12": false, "2026-10-16": false, "2026-10-19": true,
		"2026-11-02": false, "2026-11-03": false, "2026-11-04": true, // two boxes disagree
		"2026-12-14": false, "2027-01-08": false, "2027-01-11": true, // between terms
		"2026-06-01": true, "2027-06-01": true, // before and after all that is known
	} {
		if got := y.School(day(t, date)); got != want {
			t.Errorf("%s: school %v, want %v", date, got, want)
		}
	}
	if got := y.Holiday(day(t, "2026-10-13")); got != "Harvest" {
		t.Errorf("that day is called %q", got)
	}
	if got, want := y.NextSchool(day(t, "2026-10-09"), 1), day(t, "2026-10-19"); got != want {
		t.Errorf("after 9 October comes %s", DayText(got))
	}
	if got, want := y.NextSchool(day(t, "2026-10-19"), -1), day(t, "2026-10-09"); got != want {
		t.Errorf("before 19 October comes %s", DayText(got))
	}
	var every Year
	if !every.School(day(t, "2026-09-05")) {
		t.Error("where nobody wrote a calendar every day may have school")
	}
}

// A register taken on a holiday stays, and nobody is absent by it.
func TestPatternsSkipHolidays(t *testing.T) {
	child := NewID[PersonID]()
	raw, _ := Raw(child)
	var rolls []Roll
	for _, d := range []string{"2026-11-16", "2026-11-17", "2026-11-18"} {
		r := Roll{Day: day(t, d), Session: 1}
		w := SheetWrite{Marks: []Mark{{Key: raw, Value: byte(Absent)}}}
		r.Sheet.Add(w)
		rolls = append(rolls, r)
	}
	y := Year{Periods: []Period{{Title: "Rain", Holiday: true, From: day(t, "2026-11-17"), Until: day(t, "2026-11-18")}}}
	if got := Patterns(rolls, child); len(got) == 0 {
		t.Error("three days absent make a pattern where there is school")
	}
	if got := Patterns(y.Held(rolls), child); len(got) != 0 {
		t.Errorf("one day absent makes no pattern: %+v", got)
	}
	if len(rolls) != 3 || rolls[2].Day != day(t, "2026-11-18") {
		t.Error("Held must leave the registers as they are")
	}
}

func TestWeeksAreReadAsTheyAreWritten(t *testing.T) {
	for _, s := range []string{"", "12345", "12347", "7"} {
		week, err := ParseWeek(s)
		if err != nil || WeekText(week) != s {
			t.Errorf("%q comes back %q, %v", s, WeekText(week), err)
		}
	}
	for _, s := range []string{"0", "8", "11", "Mon"} {
		if _, err := ParseWeek(s); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%q is read: %v", s, err)
		}
	}
	for _, p := range []Period{{Title: " "}, {Title: "x", From: 20000, Until: 19999}, {Title: "x", From: 20000, Until: 21000}, {Title: "x", From: 1, Until: 1}} {
		if err := p.Check(); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%+v: %v", p, err)
		}
	}
}

func TestACountryBringsWhatIsUsualThere(t *testing.T) {
	for country, want := range map[string]struct {
		zone     int
		days     string
		first    int
		calendar string
	}{
		"ET": {180, "12345", 0, "ethiopic"}, "IR": {210, "123467", 6, "persian"}, "NP": {345, "123457", 0, ""}, "EG": {120, "12347", 6, ""},
		"FR": {60, "12345", 1, ""}, "IN": {330, "123456", 0, ""}, "": {0, "12345", 1, ""}, "ZZ": {0, "12345", 1, ""}, "E": {0, "12345", 1, ""},
	} {
		zone, days, first, calendar := Usual(country)
		if zone != want.zone || days != want.days || first != want.first || calendar != want.calendar {
			t.Errorf("%q: %d %s %d %q, want %+v", country, zone, days, first, calendar, want)
		}
		if _, err := ParseWeek(days); err != nil {
			t.Error(err)
		}
	}
}
