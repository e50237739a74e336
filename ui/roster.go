package ui

import (
	"slices"
	"strings"

	"lamplight/ui/locale"
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
