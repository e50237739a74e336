package web

import (
	"strings"
	"testing"

	"lamplight/ui/locale"
)

// notPages are addresses of teachers and administrators that answer with no page of their own, or with one that begins by
// saying what it is for and how.
var notPages = map[string]bool{
	"/carry/parcel": true, // a download
	"/admin/peers":  true, // leads to /admin/boxes
	"/teach/class/{class}/attendance/history.csv": true,
	"/admin/people/export/{file}":                 true,
}

func TestEveryPageOfTeachersHasItsHelp(t *testing.T) {
	english := locale.For(locale.English)
	said := map[string]bool{}
	for _, rt := range (&Server{}).routes() {
		path, get := strings.CutPrefix(rt.pattern, "GET ")
		if !get || rt.may != teachers && rt.may != administrators || notPages[path] {
			continue
		}
		key := helpOf(rt.pattern)
		if key == "" {
			t.Errorf("%s has no help: write its line in helps, and help.KEY in the catalogue", path)
			continue
		}
		said[key] = true
	}
	for _, h := range helps {
		lines := strings.Split(english.T("help."+h[1]), " | ")
		if len(lines) < 2 || len(lines) > 5 {
			t.Errorf("help.%s has %d lines: %q", h[1], len(lines), lines)
		}
		for _, l := range lines {
			if len(l) > 140 || strings.TrimSpace(l) != l || l == "" {
				t.Errorf("help.%s: a line of %d bytes: %q", h[1], len(l), l)
			}
		}
	}
	for _, tag := range locale.Languages() {
		l := locale.For(tag)
		for key := range said {
			if l.Has("help."+key) && strings.Count(l.T("help."+key), " | ") != strings.Count(english.T("help."+key), " | ") {
				t.Errorf("%s: help.%s has other lines than English", tag, key)
			}
		}
	}
}

func TestHelpIsOfTheScreenItStandsBeside(t *testing.T) {
	for pattern, want := range map[string]string{
		"GET /teach": "teach", "GET /teach/class/{class}": "class", "POST /teach/class/{class}/people": "class-people",
		"GET /teach/class/{class}/report/resource/{id...}": "report", "GET /teach/class/{class}/report/quiz/{quiz}": "quiz-report",
		"GET /teach/class/{class}/report/quizzes": "report", "GET /admin": "box", "GET /admin/people/{person}": "person",
		"GET /admin/people/import/{key}": "import", "GET /library": "", "GET /teachers": "", "": "",
	} {
		if got := helpOf(pattern); got != want {
			t.Errorf("%q has the help %q, want %q", pattern, got, want)
		}
	}
}
