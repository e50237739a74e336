package ui

import "lamplight/ui/view"

// calendarToday says whether there is school today, and why not.
func calendarToday(l *localeOf, v view.SchoolCalendar) string {
	date := l.Date(v.Today.Time, v.Now.AddDate(-1, 0, 0), v.Today.Unsure)
	switch {
	case v.Holiday != "":
		return l.T("calendar.today.holiday", "date", date, "title", v.Holiday)
	case v.Shut:
		return l.T("calendar.today.shut", "date", date)
	}
	return l.T("calendar.today.school", "date", date)
}

// periodDays is the days of a period as people say them.
func periodDays(l *localeOf, f view.Frame, p view.Period) string {
	far := f.Now.AddDate(-1, 0, 0) // so that they come as dates with their year
	if p.Days == 1 {
		return l.Date(p.From.Time, far, false)
	}
	return l.N("calendar.range", p.Days, "from", l.Date(p.From.Time, far, false), "until", l.Date(p.Until.Time, far, false))
}

func calendarProblem(l *localeOf, v view.SchoolCalendar, of string) string {
	if v.Form.Problem != of {
		return ""
	}
	return l.T("calendar.problem." + of)
}
