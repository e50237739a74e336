package ui

import (
	"github.com/a-h/templ"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// taskTitle names a task for people.
func taskTitle(l *locale.Locale, t view.ContentTask) string {
	switch {
	case t.Kind == "verify" && t.Title == "":
		return l.T("content.verify.all")
	case t.Kind == "move":
		return l.T("job.move", "title", t.Title)
	case t.Kind == "verify":
		return l.T("content.verify.of", "title", t.Title)
	}
	return t.Title
}

// taskDoings are what may be done with a task, in the order of their buttons.
func taskDoings(t view.ContentTask) []string {
	switch t.State {
	case "waiting":
		if t.First {
			return []string{"pause", "cancel"}
		}
		return []string{"first", "pause", "cancel"}
	case "running":
		return []string{"pause", "cancel"}
	case "paused", "failed":
		return []string{"go", "cancel"}
	}
	return []string{"cancel"}
}

// taskWord is the message on such a button.
func taskWord(t view.ContentTask, do string) string {
	switch {
	case do == "go" && t.State == "failed":
		return "job.again"
	case do == "cancel" && (t.State == "failed" || t.State == "done"):
		return "job.forget"
	}
	return "job." + do
}

const (
	aMonth  = 30
	forLong = 10 * 365 // days: more are not foretold
)

// forecastWords say how long learners' work fits; "" when nothing is known.
func forecastWords(l *locale.Locale, f view.Forecast) string {
	switch {
	case f.Days <= 0:
		return ""
	case f.Days >= forLong:
		return l.T("content.forecast.long")
	case f.Days >= 3*aMonth:
		return l.N("content.forecast.months", f.Days/aMonth)
	}
	return l.N("content.forecast.days", f.Days)
}

// hasTopics says whether there is something to choose.
func hasTopics(v view.ContentPlan) bool {
	for _, c := range v.Courses {
		if len(c.Topics) > 1 {
			return true
		}
	}
	return false
}

// depthClass moves a topic in under the one that holds it, three steps at most: pages are narrow.
func depthClass(depth int) string {
	return [...]string{"", "in-1", "in-2", "in-3"}[min(max(depth, 0), 3)]
}

// placesOpen opens the list of places where there are some, or something is said of them.
func placesOpen(v view.AdminContent) templ.Attributes {
	if len(v.Places) > 0 || v.PlaceProblem != "" {
		return templ.Attributes{"open": true}
	}
	return nil
}
