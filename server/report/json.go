package report

import (
	"encoding/json"
	"io"
	"time"

	"lamplight/ui"
	"lamplight/ui/view"
)

// jsonTable is a table for programs. A cell is a number, a text, or null where nothing is known; times spent are seconds.
type jsonTable struct {
	Name    string       `json:"name"`
	Title   string       `json:"title"`
	Columns []jsonColumn `json:"columns"`
	Rows    [][]any      `json:"rows"`
	Total   []any        `json:"total,omitempty"`
	Notes   []string     `json:"notes,omitempty"`
}

type jsonColumn struct {
	Title string `json:"title"`
	Kind  string `json:"kind"`
}

var kinds = map[view.ColumnKind]string{
	view.TextColumn: "text", view.NumberColumn: "number", view.PercentColumn: "percent", view.DurationColumn: "duration", view.DateColumn: "date",
	view.PersonColumn: "person", view.LevelColumn: "level",
}

// WriteJSON writes tables as one object, {"tables":[…]}.
func WriteJSON(w io.Writer, s Style, tables ...view.Table) error {
	out := make([]jsonTable, len(tables))
	for i, t := range tables {
		out[i] = jsonTable{Name: t.Name, Title: ui.Say(s.Locale, t.Title), Rows: [][]any{}}
		for _, c := range t.Columns {
			out[i].Columns = append(out[i].Columns, jsonColumn{ui.Say(s.Locale, c.Title), kinds[c.Kind]})
		}
		for _, row := range t.Rows {
			out[i].Rows = append(out[i].Rows, values(s, t.Columns, row))
		}
		if t.Total != nil {
			out[i].Total = values(s, t.Columns, t.Total)
		}
		for _, n := range t.Notes {
			out[i].Notes = append(out[i].Notes, ui.Say(s.Locale, n))
		}
	}
	return json.NewEncoder(w).Encode(map[string]any{"tables": out})
}

func values(s Style, columns []view.Column, row []view.Cell) []any {
	out := make([]any, len(row))
	for i, c := range row {
		switch kind := columns[i].Kind; {
		case c.None:
		case kind == view.NumberColumn, kind == view.PercentColumn, kind == view.DurationColumn:
			out[i] = c.N
		case kind == view.DateColumn:
			out[i] = day(s, c.When.Time).Format(time.RFC3339)
		case kind == view.LevelColumn:
			out[i] = c.Level
		default:
			out[i] = ui.Say(s.Locale, c.Words)
		}
	}
	return out
}
