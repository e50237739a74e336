package ui

import (
	"strings"

	"lamplight/ui/view"
)

// times is a speed in the person's own digits: "1.25", "1,25", "١٫٢٥".
func times(l *localeOf, speed string) string {
	return l.Digits(strings.Replace(speed, ".", l.Point(), 1))
}

// filmAt is where a film lies, and where it begins (Media Fragments 1.0, 4.2.1), which browsers heed without a script.
func filmAt(v view.Resource) string {
	if v.At > 0 {
		return v.Source + "#t=" + seconds(v.At)
	}
	return v.Source
}

// cueAt is the page of a film, begun where a line is said.
func cueAt(v view.Resource, start float64) string {
	if v.CueURL == "" {
		return v.Source + "#t=" + seconds(start)
	}
	if strings.Contains(v.CueURL, "?") {
		return v.CueURL + "&t=" + seconds(start)
	}
	return v.CueURL + "?t=" + seconds(start)
}

// piece says which chapter the page of a book is of and from where to where, for the script.
func piece(v view.Book) string {
	return number(v.Number-1) + "." + number(v.From) + "." + number(v.To)
}

// place is where in the piece of a chapter somebody goes on, in basis points of the piece.
func place(v view.Book) string {
	if v.At <= v.From || v.To <= v.From {
		return ""
	}
	return number((v.At - v.From) * 10000 / (v.To - v.From))
}

// bookPosition is what the parts of a book are called: of a fixed layout each is a page.
func bookPosition(v view.Book) string {
	if v.Fixed {
		return "document.position"
	}
	return "book.position"
}

func nextWords(v view.Book) string {
	if v.Fixed {
		return "document.after"
	}
	if v.To > 0 && v.To < 10000 {
		return "book.go-on"
	}
	return "book.next"
}

func previousWords(v view.Book) string {
	if v.Fixed {
		return "document.before"
	}
	if v.From > 0 {
		return "book.go-back"
	}
	return "book.previous"
}

// unasked is an address without what is asked of it.
func unasked(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return address
}
