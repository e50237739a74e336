package report

import "lamplight/ui/view"

// Arriving notes under each table that results from other boxes are still on their way here, so that nobody takes what is
// short for what was done. The tables that were given stay as they are.
func Arriving(tables []view.Table) []view.Table {
	out := make([]view.Table, len(tables))
	for i, t := range tables {
		t.Notes = append(t.Notes[:len(t.Notes):len(t.Notes)], view.Words{Key: "past.arriving"})
		out[i] = t
	}
	return out
}
