package ui

import (
	"github.com/a-h/templ"

	"lamplight/ui/view"
)

// nowFrame leaves the button that answers free of the places, as exercises do.
func nowFrame(v view.Now) view.Frame {
	if v.State == "answers" {
		return asking(v.Frame)
	}
	return v.Frame
}

// nowWord is what a learner is told who has nothing to answer.
func nowWord(v view.Now) string {
	switch {
	case v.State == "answered":
		return "now.sent"
	case v.Mine:
		return "now.closed"
	}
	return "now.missed"
}

func roundWords(l *localeOf, r view.InClassRound) string {
	if r.Answered == 0 {
		return l.T("inclass.nobody")
	}
	return l.T("inclass.right-share", "right", l.Number(r.Right), "of", l.Number(r.Answered), "percent", l.Percent(r.Percent))
}

// againKind makes the button that the advice means the main one.
func againKind(v view.InClass) string {
	if v.Advice == "on" {
		return "plain"
	}
	return "main"
}

func childNames(all []view.InClassChild) (out []string) {
	for _, c := range all {
		out = append(out, c.Name)
	}
	return out
}

func callWords(l *localeOf, v view.NowCall) string {
	if v.Thing == "" {
		return l.T("now.call.question")
	}
	return l.T("now.call", "title", v.Thing)
}

// InClassLivePart is what changes on the page of the class, alone.
func InClassLivePart(f view.Frame, v view.InClassLive) templ.Component {
	return inClassLive(words(f), v)
}
