package ui

import (
	"lamplight/ui/view"
)

func noticesEmpty(v view.Notices) string {
	if len(v.For) > 0 {
		return "notices.empty"
	}
	return "notices.empty-read"
}

func noticeProblem(l *localeOf, v view.Notices) string {
	if v.Problem == "dates" {
		return l.T("notices.bad-dates")
	}
	return ""
}

// noticeDays says when a notice is shown, "" for now until it is taken down.
func noticeDays(l *localeOf, f view.Frame, n view.Notice) string {
	from, until := when(l, f, n.From), when(l, f, n.Until)
	switch {
	case !n.From.Time.IsZero() && !n.Until.Time.IsZero():
		return l.T("notices.days", "from", from, "until", until)
	case !n.Until.Time.IsZero():
		return l.T("notices.until-day", "until", until)
	case !n.From.Time.IsZero():
		return l.T("notices.from-day", "from", from)
	}
	return ""
}

// shortText is the beginning of a text, to tell buttons apart by.
func shortText(s string) string {
	runes := []rune(s)
	if len(runes) <= 40 {
		return s
	}
	return string(runes[:40]) + "…"
}
