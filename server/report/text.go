package report

import (
	"io"
	"strings"
	"unicode/utf8"

	"lamplight/ui"
	"lamplight/ui/view"
)

// WriteText writes tables for a terminal: columns side by side, numbers to the right.
func WriteText(w io.Writer, s Style, tables ...view.Table) error {
	var b strings.Builder
	for i, t := range tables {
		if i > 0 {
			b.WriteByte('\n')
		}
		if title := ui.Say(s.Locale, t.Title); title != "" {
			b.WriteString(title + "\n")
		}
		lines, widths := grid(s, t)
		for _, line := range lines {
			for k, cell := range line {
				pad := strings.Repeat(" ", widths[k]-utf8.RuneCountInString(cell))
				right := t.Columns[k].Kind == view.NumberColumn || t.Columns[k].Kind == view.PercentColumn
				switch {
				case right:
					b.WriteString(pad + cell)
				case k < len(line)-1:
					b.WriteString(cell + pad)
				default:
					b.WriteString(cell)
				}
				if k < len(line)-1 {
					b.WriteString("  ")
				}
			}
			b.WriteByte('\n')
		}
		for _, n := range t.Notes {
			b.WriteString(ui.Say(s.Locale, n) + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func grid(s Style, t view.Table) (lines [][]string, widths []int) {
	widths = make([]int, len(t.Columns))
	add := func(cell func(i int) string) {
		line := make([]string, len(t.Columns))
		for i := range line {
			line[i] = strings.Join(strings.Fields(cell(i)), " ")
			widths[i] = max(widths[i], utf8.RuneCountInString(line[i]))
		}
		lines = append(lines, line)
	}
	add(func(i int) string { return ui.Say(s.Locale, t.Columns[i].Title) })
	rows := t.Rows
	if t.Total != nil {
		rows = append(rows[:len(rows):len(rows)], t.Total)
	}
	for _, row := range rows {
		add(func(i int) string { return ui.CellText(s.Locale, view.Frame{}, t.Columns[i].Kind, row[i]) })
	}
	return lines, widths
}
