package web

import (
	"testing"

	"lamplight/server/learning"
)

func TestACountryChosenAnewBringsWhatIsUsualButForWhatWasChangedBeside(t *testing.T) {
	country, calendar, days, first := "ET", "", "12345", 3
	e := learning.SchoolEdit{Country: &country, Calendar: &calendar, Days: &days, First: &first}
	withUsual(&e, learning.School{Days: "", First: 1})
	if *e.Zone != 180 || *e.Calendar != "ethiopic" || *e.Days != "12345" || *e.First != 3 {
		t.Errorf("zone %d, calendar %q, days %s, first %d", *e.Zone, *e.Calendar, *e.Days, *e.First)
	}
	country, calendar, days, first = "EG", "", "", 1
	e = learning.SchoolEdit{Country: &country, Calendar: &calendar, Days: &days, First: &first}
	withUsual(&e, learning.School{Days: "", First: 1})
	if *e.Days != "12347" || *e.First != 6 || *e.Zone != 120 {
		t.Errorf("zone %d, days %s, first %d", *e.Zone, *e.Days, *e.First)
	}
}
