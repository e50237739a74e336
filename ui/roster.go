package ui

import (
	"slices"
	"strings"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// rosterProblem is what to mend when the page's problem is one of keys.
func rosterProblem(l *locale.Locale, problem string, keys ...string) string {
	if slices.Contains(keys, problem) {
		return l.T("people.problem." + problem)
	}
	return ""
}

// listOf writes names one after another.
func listOf(l *locale.Locale, names []string) string {
	return strings.Join(names, l.T("roster.comma")+" ")
}

// yearOf is a year as digits of a form, "" for none.
func yearOf(n int) string {
	if n == 0 {
		return ""
	}
	return number(n)
}

// refusedAt names where in a file a line stands that cannot be used.
func refusedAt(l *locale.Locale, x view.RefusedLine) string {
	where := lineAt(l, x.File, x.Line)
	if x.Column != "" {
		where += l.T("roster.comma") + " " + l.T("roster.column", "column", x.Column)
	}
	return where
}

func lineAt(l *locale.Locale, file string, line int) string {
	where := l.T("roster.line", "n", l.Number(line))
	if line == 0 {
		where = l.T("roster.whole")
	}
	if file != "" {
		where = file + l.T("roster.comma") + " " + where
	}
	return where
}

// planValue is a value of a plan as people say it.
func planValue(l *locale.Locale, key, value string) string {
	switch {
	case key == "role" && value != "":
		return l.T("role." + value)
	case key == "archived" && value != "":
		return l.T("roster.field.yes")
	case value == "":
		return l.T("roster.field.none")
	case key == "birth":
		return l.Digits(value)
	}
	return value
}

// doneWords say what was done: of many things how many.
func doneWords(l *locale.Locale, d *view.Done) string {
	if d.Count > 0 {
		return l.N("did."+d.Key, d.Count, d.Args...)
	}
	return l.T("did."+d.Key, d.Args...)
}
