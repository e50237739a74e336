package ui

import (
	"strconv"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// Say is what words say in a language.
func Say(l *locale.Locale, w view.Words) string {
	if w.Key == "" {
		return w.Text
	}
	args := w.Args
	for i := 1; i < len(args); i += 2 {
		if args[i-1] == "answer" { // as it was given
			continue
		}
		if n, err := strconv.Atoi(args[i]); err == nil && strconv.Itoa(n) == args[i] {
			args = append(append(append([]string(nil), args[:i]...), l.Number(n)), args[i+1:]...)
		}
	}
	if w.Plural {
		return l.N(w.Key, w.N, args...)
	}
	return l.T(w.Key, args...)
}

// CellText is a cell in a person's words, for a page, a printed sheet or a terminal; "–" where nothing is known.
func CellText(l *locale.Locale, f view.Frame, kind view.ColumnKind, c view.Cell) string {
	if c.None {
		return "–"
	}
	switch kind {
	case view.NumberColumn:
		return l.Number(c.N)
	case view.PercentColumn:
		return l.Percent(c.N)
	case view.DurationColumn:
		return l.Duration(float64(c.N))
	case view.DateColumn:
		return when(l, f, c.When)
	case view.LevelColumn:
		return l.T("level." + c.Level)
	}
	if kind == view.TextColumn && c.Words.Key == "" && !c.When.Time.IsZero() { // a day among words; Text is for programs
		return when(l, f, c.When)
	}
	return Say(l, c.Words)
}
