package ui

import (
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// nameProblem says that what was typed is not the name.
func nameProblem(l *locale.Locale, problem string) string {
	if problem != "name" {
		return ""
	}
	return l.T("privacy.problem.name")
}

// partWords is a kind with its count; the kind is a message of its own.
func partWords(l *locale.Locale, w view.Words) string {
	args := append([]string(nil), w.Args...)
	for i := 1; i < len(args); i += 2 {
		if args[i-1] == "kind" {
			args[i] = l.T(args[i])
		}
	}
	w.Args = args
	return Say(l, w)
}
