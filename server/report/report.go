// Package report makes class and school reports of store queries: one table that pages, CSV, XLSX and the command line all print.
package report

import (
	"strings"

	"lamplight/ui/view"
)

// A Format is how a report is written to a file.
type Format string

const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// Kind is the format's media type.
func (f Format) Kind() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Defused is a text as it stands in a cell of a file. One that a spreadsheet would take for a formula has an apostrophe
// before it: a name may be typed by anybody, and a formula may fetch an address with the names of a school in it (OWASP,
// "CSV injection": = + - @, their wide forms, tab and carriage return). One that begins with apostrophes before such a
// sign gets another, so that Fused gives back every text as it was.
func Defused(s string) string {
	if armed(s) {
		return "'" + s
	}
	return s
}

// Fused is the text that Defused wrote.
func Fused(s string) string {
	if strings.HasPrefix(s, "'") && armed(s[1:]) {
		return s[1:]
	}
	return s
}

func armed(s string) bool {
	s = strings.TrimLeft(s, "'")
	for _, sign := range []string{"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, sign) {
			return true
		}
	}
	return false
}

// text is a cell of words, as somebody wrote them.
func text(s string) view.Cell { return view.Cell{Words: view.Words{Text: s}} }

// number is a cell that counts.
func number(n int) view.Cell { return view.Cell{N: n} }

// spent is a time in seconds. Who began something and told none has a phone without a script, or paper: how long it took is
// not known, and is not nothing.
func spent(seconds, begun int) view.Cell {
	return view.Cell{N: seconds, None: seconds == 0 && begun > 0}
}

// share is a part of a whole in whole percent, nothing of nothing.
func share(part, whole int) view.Cell {
	if whole == 0 {
		return view.Cell{None: true}
	}
	return view.Cell{N: (200*part + whole) / (2 * whole)}
}

// column heads a column with message "column.KEY".
func column(key string, kind view.ColumnKind) view.Column {
	return view.Column{Title: view.Words{Key: "column." + key}, Kind: kind}
}
