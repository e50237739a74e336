package report

import (
	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui/view"
)

// WeakestFirst orders the skills of a map: where the smallest part of those who tried can do it comes first, then where more
// cannot do it yet. A skill of which nobody's standing is known comes last.
func WeakestFirst(m *store.SkillMap) []int {
	type count struct{ known, can, notYet int }
	counts := make([]count, len(m.Skills))
	for i := range m.Learners {
		for k, s := range m.Of(i) {
			switch s {
			case learning.Can:
				counts[k].can++
			case learning.NotYet:
				counts[k].notYet++
			case learning.Unknown:
				continue
			}
			counts[k].known++
		}
	}
	out := make([]int, len(m.Skills))
	for k := range out {
		out[k] = k
	}
	arrange.Stably(out, func(a, b int) int {
		x, y := counts[a], counts[b]
		switch {
		case x.known == 0 || y.known == 0:
			return y.known - x.known
		case x.can*y.known != y.can*x.known:
			return x.can*y.known - y.can*x.known
		}
		return y.notYet - x.notYet
	})
	return out
}

// levels are what standings are called.
var levels = map[learning.Standing]string{learning.Can: "can", learning.Nearly: "nearly", learning.NotYet: "notyet", learning.Unknown: "notmet"}

// Skills is the map of some skills of m, by their place in it: a learner a row, a skill a column. Each cell leads to what it
// comes from.
func Skills(m *store.SkillMap, skills []int, titles []string, tile func(int) string, url func(who learning.PersonID, skill string) string) view.Table {
	t := view.Table{Name: "skills", Title: view.Words{Key: "skills.title"}, Columns: []view.Column{column("name", view.PersonColumn)}}
	for i := range skills {
		t.Columns = append(t.Columns, view.Column{Title: view.Words{Text: titles[i]}, Kind: view.LevelColumn})
	}
	for i, p := range m.Learners {
		row := []view.Cell{{Words: view.Words{Text: p.Name}, Tile: tile(p.Tile), URL: "/teach/learner/" + string(p.ID)}}
		for _, k := range skills {
			row = append(row, view.Cell{Level: levels[m.Of(i)[k]], URL: url(p.ID, m.Skills[k])})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
