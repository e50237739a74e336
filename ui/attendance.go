package ui

import (
	"strconv"

	"lamplight/ui/view"
)

func attendanceMark(l *localeOf, mark string) string { return l.T("attendance.mark." + mark) }

func attendanceSave(v view.Attendance) string {
	if v.Taken {
		return "attendance.again"
	}
	return "attendance.save"
}

func attendanceHow(c view.AttendanceChange) string {
	if c.SignIns {
		return "signins"
	}
	return "hand"
}

// patternWords is what a child's days have in common, as a sentence.
func patternWords(l *localeOf, p view.DayPattern) string {
	switch p.Key {
	case "running":
		return l.N("pattern.running", p.N)
	case "weekday":
		return l.N("pattern.weekday."+strconv.Itoa(p.Weekday), p.N)
	}
	return l.T("pattern."+p.Key, "n", l.Number(p.N), "of", l.Number(p.Of), "session", l.Number(p.Session))
}

// shortDay is a day as a column is headed: day and month, whatever today is.
func shortDay(l *localeOf, w view.When) string {
	return l.T("date.day", "day", l.Number(w.Time.Day()), "month", l.T("date.month."+strconv.Itoa(int(w.Time.Month()))))
}
