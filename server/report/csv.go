package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"time"

	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// A Style is how a table is written: whose words, which zone its days are of, and whether a CSV begins with the mark that
// makes some spreadsheets read it as UTF-8.
type Style struct {
	Locale *locale.Locale
	Zone   *time.Location // nil: UTC
	BOM    bool
}

// WriteCSV writes tables one after the other, a blank line between them (RFC 4180): title, heads, rows, total, notes.
// Numbers are in plain digits, days as 2006-01-02, times spent as H:MM:SS.
func WriteCSV(w io.Writer, s Style, tables ...view.Table) error {
	if s.BOM {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for i, t := range tables {
		if i > 0 {
			out.Flush()
			if _, err := io.WriteString(w, "\r\n"); err != nil {
				return err
			}
		}
		for _, record := range records(s, t, len(tables) > 1) {
			if err := out.Write(record); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

func records(s Style, t view.Table, titled bool) (out [][]string) {
	if titled {
		out = append(out, []string{Defused(ui.Say(s.Locale, t.Title))})
	}
	heads := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		heads[i] = Defused(ui.Say(s.Locale, c.Title))
	}
	out = append(out, heads)
	rows := t.Rows
	if t.Total != nil {
		rows = append(rows[:len(rows):len(rows)], t.Total)
	}
	for _, row := range rows {
		line := make([]string, len(row))
		for i, c := range row {
			line[i] = plain(s, t.Columns[i].Kind, c)
		}
		out = append(out, line)
	}
	for _, n := range t.Notes {
		out = append(out, []string{Defused(ui.Say(s.Locale, n))})
	}
	return out
}

// plain is a cell as programs read it.
func plain(s Style, kind view.ColumnKind, c view.Cell) string {
	switch {
	case c.None:
		return ""
	case kind == view.NumberColumn, kind == view.PercentColumn:
		return strconv.Itoa(c.N)
	case kind == view.DurationColumn:
		return clock(c.N)
	case kind == view.DateColumn:
		if c.When.Time.IsZero() {
			return ""
		}
		return day(s, c.When.Time).Format(time.DateOnly)
	case kind == view.LevelColumn:
		return s.Locale.T("level." + c.Level)
	}
	return Defused(ui.Say(s.Locale, c.Words))
}

func day(s Style, t time.Time) time.Time {
	if s.Zone == nil {
		return t.UTC()
	}
	return t.In(s.Zone)
}

// clock is seconds as H:MM:SS.
func clock(n int) string {
	two := func(n int) string { return strconv.Itoa(100 + n)[1:] }
	return strconv.Itoa(n/3600) + ":" + two(n/60%60) + ":" + two(n%60)
}
