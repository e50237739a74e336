package nodetest

import (
	"fmt"
)

// historyTable is the registers of a class: a child a row, then here, away and each day's word.
func (w *week) historyTable(class, days int) (rows [][]string) {
	words := map[string]string{"present": "Here", "absent": "Not here", "late": "Late", "excused": "Excused"}
	for _, i := range w.roll(class) {
		c, here := w.children[i], 0
		var marks []string
		for day := range days {
			here += one(c.isHere(day))
			marks = append(marks, words[c.here[day]])
		}
		rows = append(rows, append(append([]string{c.name}, texts(here, days-here)...), marks...))
	}
	return rows
}

// patterns are what stands out in a child's registers, as the page says it.
func (c *weekChild) patterns(days int) (out []string) {
	var counted []string
	for _, m := range c.here[:days] {
		if m != "excused" {
			counted = append(counted, m)
		}
	}
	running, absent, late := awayRunning(counted), 0, 0
	for _, m := range counted {
		absent, late = absent+one(m == "absent"), late+one(m == "late")
	}
	if running >= 2 {
		out = append(out, fmt.Sprintf("not here on the last %d school days", running))
	}
	if absent >= 3 && 5*absent > len(counted) {
		out = append(out, fmt.Sprintf("not here on %d of the last %d school days", absent, len(counted)))
	}
	if late >= 3 {
		out = append(out, fmt.Sprintf("late on %d of the last %d school days", late, len(counted)))
	}
	return out
}

func awayRunning(marks []string) (n int) {
	for n < len(marks) && marks[len(marks)-1-n] == "absent" {
		n++
	}
	return n
}
