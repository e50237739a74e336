package ui

import (
	"fmt"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// openingWords say when learners may sign in again.
func openingWords(l *locale.Locale, o view.Opening) string {
	return l.T("login.problem.closed", "day", l.T("date.weekday."+number(o.Weekday)), "time", l.Digits(fmt.Sprintf("%02d:%02d", o.Minute/60, o.Minute%60)))
}

func hoursProblem(l *locale.Locale, v view.Hours) string {
	if v.Problem != "hours" {
		return ""
	}
	return l.T("hours.problem.hours")
}

func zoneName(minutes int) string {
	sign := "+"
	if minutes < 0 {
		sign, minutes = "−", -minutes
	}
	return fmt.Sprintf("UTC%s%d:%02d", sign, minutes/60, minutes%60)
}

// zoneHint lets whoever sets the zone see whether it is right.
func zoneHint(l *locale.Locale, v view.Hours) string {
	if v.Time == "" {
		return l.T("hours.unsure")
	}
	return l.T("hours.now", "day", l.T("date.weekday."+number(v.Weekday)), "time", l.Digits(v.Time))
}

func hoursKey(v view.AdminHome) string {
	if v.Hours {
		return "limited"
	}
	return "always"
}
