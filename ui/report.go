package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"lamplight/ui/view"
)

// A table of more than manyColumns is written smaller where it would not fit; a value of more than longCell letters
// takes the whole width of the card that a row is on a phone.
const (
	manyColumns = 7
	longCell    = 20
)

func tableName(l *localeOf, t view.Table) string { return or(Say(l, t.Title), l.T("report.title")) }

// cellClass gives a level its colour and a long value its room.
func cellClass(l *localeOf, f view.Frame, kind view.ColumnKind, c view.Cell) string {
	if kind == view.LevelColumn {
		return "level " + c.Level
	}
	if kind == view.TextColumn && utf8.RuneCountInString(CellText(l, f, kind, c)) > longCell {
		return "whole"
	}
	return ""
}

// sum tells a calculation from words and from a mere number: signs to reckon with, no letter.
func sum(text string) bool {
	return strings.ContainsAny(text, "+−×÷=/") && strings.IndexFunc(text, unicode.IsLetter) < 0
}

func factClass(kind view.ColumnKind) string {
	if kind == view.PersonColumn {
		return "row-name"
	}
	return "fact"
}

type skillPart struct {
	level string
	n     int
}

// skillParts are how many stand where, nobody left out.
func skillParts(s view.SkillLine) (out []skillPart) {
	for _, p := range []skillPart{{"notyet", s.NotYet}, {"nearly", s.Nearly}, {"can", s.Can}, {"notmet", s.NotMet}} {
		if p.n > 0 {
			out = append(out, p)
		}
	}
	return out
}
