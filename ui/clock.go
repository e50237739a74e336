package ui

import "lamplight/ui/view"

// clockNow is a day, with its year, and a time of it.
func clockNow(l *localeOf, v view.Clock, key string, day view.When, time string) string {
	return l.T(key, "date", l.Date(day.Time, v.Now.AddDate(-1, 0, 0), day.Unsure), "time", l.Digits(time))
}

func clockProblem(l *localeOf, v view.Clock) string {
	if !v.Problem {
		return ""
	}
	return l.T("clock.problem")
}
