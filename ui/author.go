package ui

import (
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// markdownHints are the signs that a writer needs first, and messages "own.help.KEY" of what they do.
var markdownHints = []struct{ Sign, Key string }{
	{"## …", "heading"}, {"**…**", "bold"}, {"- …", "list"}, {"1. …", "numbers"}, {"> …", "quote"}, {"$ \\frac{1}{2} $", "math"},
}

func ownLevel(state string) string {
	switch state {
	case "school", "staff":
		return "can"
	case "changed":
		return "nearly"
	}
	return "notmet"
}

func ownSign(state string) string {
	switch state {
	case "school", "staff":
		return "right"
	case "changed":
		return "careful"
	}
	return "key"
}

func ownLicence(l *locale.Locale, id string) string {
	if id == "" {
		return l.T("own.licence.none")
	}
	return licenceName(l, id)
}

// ownTerms is what is known from the last course, in a line.
func ownTerms(l *locale.Locale, c view.OwnCourseForm) string {
	s := interfaceName(c.Language) + " · " + ownLicence(l, c.Licence)
	if c.Author != "" {
		s += " · " + c.Author
	}
	return s
}

func goneCourses(all []view.OwnCourseRow) (out []view.OwnPartRow) {
	for _, c := range all {
		out = append(out, view.OwnPartRow{Key: c.ID, Title: c.Title})
	}
	return out
}

// ownTypes are the types of question that have a form of their own.
var ownTypes = map[string]bool{"choice": true, "many": true, "truefalse": true, "number": true, "text": true, "order": true, "match": true}

func ownType(l *locale.Locale, t string) string {
	if !ownTypes[t] {
		t = "other"
	}
	return l.T("own.type." + t)
}

// ownMoment is the day of a saving and, where the box knows it, the time.
func ownMoment(l *locale.Locale, f view.Frame, w view.When) string {
	if w.Time.IsZero() {
		return l.T("own.unknown-day")
	}
	return when(l, f, w) + ", " + l.Digits(w.Time.Format("15:04"))
}

func one(all []view.OwnOption) view.OwnOption {
	if len(all) == 0 {
		return view.OwnOption{}
	}
	return all[0]
}
