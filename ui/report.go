package ui

import "lamplight/ui/view"

func tableName(l *localeOf, t view.Table) string { return or(Say(l, t.Title), l.T("report.title")) }

// cellClass gives a level its colour.
func cellClass(kind view.ColumnKind, c view.Cell) string {
	if kind == view.LevelColumn {
		return "level " + c.Level
	}
	return ""
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
