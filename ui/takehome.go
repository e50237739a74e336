package ui

import (
	"strings"
	"sync"

	"github.com/a-h/templ"

	"lamplight/ui/view"
)

// takeSheet and takeScript stand in the take-home file itself, which asks nobody for anything.
var (
	takeSheet  = sync.OnceValue(func() string { return compileCSS(string(source("takehome.css"))) })
	takeScript = sync.OnceValue(func() string { return stripJS(string(source("takehome.js"))) })
)

// takeSalt makes the hashes of a file's answers its own.
func takeSalt(v view.TakeFile) string { return TakeSalt(v.Ticket) }

// TakeSalt is what the hashes in a file with this ticket begin with: view.TakeQuestion.Check is made with it.
func TakeSalt(ticket string) string { return ticket[max(0, len(ticket)-8):] }

// takeWords are what the file's script says.
func takeWords(l *localeOf) templ.Attributes {
	out := templ.Attributes{}
	for _, key := range []string{"right", "not-yet", "kept", "first", "worked", "too-long"} {
		out["data-"+key] = l.T("take.said." + key)
	}
	return out
}

func takeLead(v view.TakeHome) string {
	switch v.Kind {
	case "book", "document", "video", "audio":
		return "take.lead.media"
	case "lesson":
		return "take.lead.lesson"
	}
	return "take.lead"
}

func takeHost(address string) string {
	return strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/return")
}

func takeMode(q asked) string {
	if q.Type == "number" {
		return "decimal"
	}
	return "text"
}

// takeValue is how a file tells where a thing was put: a position counts from 1, the rest is the place in the list from 0.
func takeValue(q asked, c view.Option, at int) string {
	if q.Type == "order" {
		return c.Key
	}
	return number(at)
}

// gapBefore is how many gaps stand before part i, spanBefore how many spans.
func (q asked) gapBefore(i int) (n int) {
	for _, p := range q.Parts[:i] {
		if p.Gap != nil {
			n++
		}
	}
	return n
}

func (q asked) spanBefore(i int) (n int) {
	for _, p := range q.Parts[:i] {
		if p.Span != nil {
			n++
		}
	}
	return n
}
