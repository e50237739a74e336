package locale

import (
	"testing"
	"time"
)

// Published conversions: new years and feasts that calendars print.
func TestEthiopianAndPersianDatesAreThoseThatCalendarsPrint(t *testing.T) {
	for _, c := range []struct {
		gregorian, calendar string
		y, m, d             int
	}{
		{"2007-09-12", "ethiopic", 2000, 1, 1}, // the Ethiopian millennium
		{"2007-09-11", "ethiopic", 1999, 13, 6},
		{"2023-09-12", "ethiopic", 2016, 1, 1},
		{"2024-09-11", "ethiopic", 2017, 1, 1},
		{"2025-09-11", "ethiopic", 2018, 1, 1},
		{"2024-01-07", "ethiopic", 2016, 4, 28}, // Genna
		{"2025-01-07", "ethiopic", 2017, 4, 29},
		{"1896-03-01", "ethiopic", 1888, 6, 23}, // Adwa
		{"2026-11-22", "ethiopic", 2019, 3, 13},
		{"2021-03-21", "persian", 1400, 1, 1},
		{"2020-03-20", "persian", 1399, 1, 1},
		{"2021-03-20", "persian", 1399, 12, 30},
		{"2024-03-20", "persian", 1403, 1, 1},
		{"2025-03-20", "persian", 1403, 12, 30},
		{"2025-03-21", "persian", 1404, 1, 1},
		{"1979-02-11", "persian", 1357, 11, 22},
		{"2021-08-15", "persian", 1400, 5, 24},
	} {
		day, err := time.Parse(time.DateOnly, c.gregorian)
		if err != nil {
			t.Fatal(err)
		}
		y, m, d, _ := For(English).WithCalendar(c.calendar).dated(day)
		if y != c.y || m != c.m || d != c.d {
			t.Errorf("%s is %d-%d-%d in the %s calendar, want %d-%d-%d", c.gregorian, y, m, d, c.calendar, c.y, c.m, c.d)
		}
	}
}

// Each day of two centuries follows the day before it: the next of the month, or the first of one that follows.
func TestNoDayOfOtherCalendarsIsLostOrSaidTwice(t *testing.T) {
	for name, convert := range map[string]func(int) (int, int, int){"ethiopic": ethiopic, "persian": persian} {
		months := map[string]int{"ethiopic": 13, "persian": 12}[name]
		y, m, d := convert(-25000)
		for day := -24999; day < 60000; day++ {
			y2, m2, d2 := convert(day)
			next := y2 == y && m2 == m && d2 == d+1
			turn := d2 == 1 && (y2 == y && m2 == m+1 && d >= 29 || y2 == y+1 && m2 == 1 && m == months)
			if !next && !turn {
				t.Fatalf("%s: %d-%d-%d is followed by %d-%d-%d", name, y, m, d, y2, m2, d2)
			}
			y, m, d = y2, m2, d2
		}
	}
}

func TestDatesAreSaidInTheCalendarOfTheSchool(t *testing.T) {
	l := For(English).WithCalendar("ethiopic")
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		at   string
		want string
	}{{"2026-10-12", "2 Tikimt"}, {"2026-09-10", "5 Pagume 2018"}, {"2026-11-22", "today"}} {
		day, _ := time.Parse(time.DateOnly, c.at)
		if got := l.Date(day, now, false); got != c.want {
			t.Errorf("%s is said %q, want %q", c.at, got, c.want)
		}
	}
	if l.WithCalendar("").calendar != "" || l.WithCalendar("mayan").calendar != "" {
		t.Error("a calendar that is not known must be the Gregorian")
	}
}

func TestAPhoneSaysWhereItSeemsToBe(t *testing.T) {
	for accept, want := range map[string]string{
		"am": "ET", "am-ET,am;q=0.9": "ET", "fr-CI,fr;q=0.8": "CI", "en-KE": "KE", "en-US,en": "US", "en": "", "": "", "xx-!": "", "sw": "TZ", "es-419": "",
	} {
		if got := CountryOf(accept); got != want {
			t.Errorf("%q seems to be in %q, want %q", accept, got, want)
		}
	}
	seen := map[string]bool{}
	for _, c := range Countries() {
		if len(c.Code) != 2 || c.Name == "" || seen[c.Code] || !IsCountry(c.Code) {
			t.Errorf("%+v is no country, or is there twice", c)
		}
		seen[c.Code] = true
	}
	if IsCountry("") || IsCountry("et") || IsCountry("A\n") || len(seen) < 193 {
		t.Errorf("%d countries", len(seen))
	}
}
