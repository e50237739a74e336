package view

// SchoolCalendar is "/admin/calendar": where the school is, which days it has, and when each class comes. Its forms post to
// it: do=school (country, calendar, first, day …), do=zone (usual), do=add (sort, title, from, until, id), do=remove and do=back (id), do=shifts
// (shift-ID of each class).
type SchoolCalendar struct {
	Frame
	Country  string // ISO 3166-1, "" not said
	Dates    string // how dates are shown: "" Gregorian, "ethiopic", "persian"
	Days     [7]bool
	First    int   // the day a week begins with, Sunday 0
	Order    []int // the days from that one on
	Zone     int   // minutes from UTC
	Today    When
	Shut     bool   // there is no school today
	Holiday  string // and what the day is called, "" nothing
	Terms    []Period
	Holidays []Period
	Shifts   []ClassShift
	Form     PeriodForm
	Done     *Done
}

// A Period is a term or holiday, both ends in.
type Period struct {
	ID, Title   string
	From, Until When
	Days        int      // with both ends
	Also        []Period // what another box wrote of the same one
}

// A PeriodForm is one that is to be added, filled again after a problem: message "calendar.problem.KEY": "title", "days",
// "date".
type PeriodForm struct {
	ID                 string // drawn with the page: posted twice it is one
	Holiday            bool
	Title, From, Until string
	Problem            string
}

// A ClassShift is when in the day a class comes: "", "morning", "afternoon".
type ClassShift struct{ ID, Name, Shift string }
