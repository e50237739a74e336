package marking

import "strings"

// table writes a table: as one where the text may hold blocks and it is one of data, else a line for each row.
func (w *htmlWriter) table(e *element) {
	w.paragraph()
	w.tight++
	rows := w.rows(e, nil)
	w.tight--
	columns := 0
	for _, r := range rows {
		columns = max(columns, len(r))
	}
	if columns < 2 || len(rows) < 2 || columns > 12 || !w.o.Blocks || w.tight > 0 {
		for _, r := range rows {
			w.blocks = append(w.blocks, strings.Join(r, ` \| `))
		}
		return
	}
	if !headed(e) {
		rows = append([][]string{make([]string, columns)}, rows...) // Markdown's tables have a head: ours shows none that is empty
	}
	var b strings.Builder
	for i, r := range rows {
		for len(r) < columns {
			r = append(r, "")
		}
		b.WriteString("| " + strings.Join(r, " | ") + " |\n")
		if i == 0 {
			b.WriteString("|" + strings.Repeat(" --- |", columns) + "\n")
		}
	}
	w.blocks = append(w.blocks, strings.TrimSuffix(b.String(), "\n"))
}

// headed says whether the first row of a table names its columns.
func headed(e *element) bool {
	for _, k := range e.kids {
		switch k.name {
		case "thead", "tbody":
			return k.name == "thead" || headed(k)
		case "tr":
			cells, heads := 0, 0
			for _, c := range k.kids {
				if c.name == "td" || c.name == "th" {
					cells++
				}
				if c.name == "th" {
					heads++
				}
			}
			return heads == cells
		}
	}
	return false
}

// rows are the cells of a table, each on one line.
func (w *htmlWriter) rows(e *element, rows [][]string) [][]string {
	for _, k := range e.kids {
		switch k.name {
		case "tr":
			var cells []string
			for _, c := range k.kids {
				if c.name == "td" || c.name == "th" {
					text := strings.ReplaceAll(strings.Join(w.part(c), "<br>"), "\\\n", "<br>")
					cells = append(cells, bars(strings.ReplaceAll(text, "\n", " ")))
				}
			}
			if strings.Join(cells, "") != "" {
				rows = append(rows, cells)
			}
		case "caption":
			if text := strings.Join(w.part(k), " "); text != "" {
				w.blocks = append(w.blocks, text)
			}
		case "tbody", "thead", "tfoot":
			rows = w.rows(k, rows)
		}
	}
	return rows
}

// bars makes a bar that no backslash precedes, which mathematics may have, one that ends no cell.
func bars(s string) string {
	if !strings.Contains(s, "|") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '|' && (i == 0 || s[i-1] != '\\') {
			b.WriteString(`\vert `)
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
