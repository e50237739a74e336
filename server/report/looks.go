package report

import (
	"lamplight/server/learning"
	"lamplight/ui/view"
)

// Looks is who looked at a learner's page, and on which day.
func Looks(looks []learning.Sight, name func(learning.PersonID) string) view.Table {
	t := view.Table{
		Name: "looks", Title: view.Words{Key: "learner.looks"}, About: &view.Words{Key: "learner.looks.about"},
		Columns: []view.Column{column("name", view.TextColumn), column("day", view.DateColumn)},
	}
	for _, l := range looks {
		t.Rows = append(t.Rows, []view.Cell{text(name(l.Viewer)), date(l.When)})
	}
	return t
}
