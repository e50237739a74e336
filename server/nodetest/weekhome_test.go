package nodetest

import (
	"slices"
	"strconv"
	"strings"
)

// judgeHome compares the class' own page on a day: the three counts, who needs help, who finished, begun or was not here
// today and with what, the table of what everybody did, and the grid of what they can do.
func (w *week) judgeHome(class, box, day int) {
	w.t.Helper()
	name, page := w.classes[class]+": home, ", w.is("class home", w.teacher(box).Get(w.home(class)))
	sections := page.find("section", "today")
	groups := map[string][][]string{}
	for _, s := range sections {
		title := s.find("h2", "")[0].text()
		for _, li := range s.find("li", "") {
			row := []string{li.find("bdi", "")[0].text()}
			for _, about := range li.find("span", "card-about") {
				row = append(row, about.text())
			}
			groups[title] = append(groups[title], row)
		}
	}
	var tally []string
	for _, b := range page.find("ul", "tally")[0].find("b", "") {
		tally = append(tally, b.text())
	}
	var table, stuck [][]string
	here := 0
	today := map[string][][]string{}
	for _, i := range w.roll(class) {
		c := w.children[i]
		var s weekSum
		help := []string{}
		for _, at := range w.things(class) {
			x := w.workOf(i, at)
			if s.add(x); x.help {
				help = append(help, titleOf(at))
			}
		}
		if len(help) > 0 {
			stuck = append(stuck, []string{c.name, alternatives(help)})
		}
		group, row := w.didToday(i, day)
		if group != "Not here today" {
			here++
		}
		today[group] = append(today[group], row)
		share := weekShare(s.right, s.answers)
		if share != "" {
			share += "%"
		} else {
			share = "–"
		}
		table = append(table, append([]string{c.name}, texts(s.started, s.finished, s.answers, share)...))
	}
	w.same(name+"counts", [][]string{append([]string{"counts"}, tally...)}, [][]string{append([]string{"counts"}, texts(len(table), here, len(stuck))...)})
	for _, title := range []string{"Finished something today", "Working, not finished yet", "Not here today"} {
		var got [][]string
		for heading, rows := range groups {
			if strings.HasPrefix(heading, title+" ") {
				got = rows
				if heading != title+" "+strconv.Itoa(len(rows)) {
					w.t.Errorf("%s%q is over %d names", name, heading, len(rows))
				}
			}
		}
		w.same(name+title, got, today[title])
	}
	var got [][]string
	for _, card := range page.find("a", "card") {
		if facts := card.find("span", "card-facts"); len(facts) > 0 && len(card.find("span", "nearly")) > 0 {
			got = append(got, []string{card.find("bdi", "")[0].text(), facts[0].text()})
		}
	}
	w.same(name+"who needs help", got, stuck)
	w.judgeHomeTables(name, class, page, table)
}

func (w *week) judgeHomeTables(name string, class int, page Page, table [][]string) {
	w.t.Helper()
	read := func(t element) (out [][]string) {
		for _, tr := range t.find("tr", "") {
			if head := tr.find("th", ""); len(head) == 1 {
				row := []string{head[0].find("bdi", "")[0].text()}
				for _, td := range tr.find("td", "") {
					row = append(row, td.text())
				}
				out = append(out, row)
			}
		}
		return out
	}
	tables := page.find("table", "")
	rows := read(tables[0])
	for i := range rows {
		rows[i] = slices.Delete(rows[i], 1, 2) // when they were seen last is said in words
	}
	w.same(name+"what they did", rows, table)
	if len(tables) < 2 {
		return
	}
	var grid [][]string
	for _, i := range w.roll(class) {
		row := []string{w.children[i].name}
		for _, th := range tables[1].find("thead", "")[0].find("th", "")[1:] {
			k := slices.IndexFunc(weekExercises, func(x weekExercise) bool { return x.title == th.text() })
			level := w.workOf(i, weekExercises[k].id).level
			row = append(row, level+map[bool]string{true: "Not met"}[level == ""])
		}
		grid = append(grid, row)
	}
	w.same(name+"what they can do", read(tables[1]), grid)
}

// didToday is in which list of the class' page a child stands on a day, and with what: of several things finished, or else
// begun, the last; and how many more.
func (w *week) didToday(child, day int) (group string, row []string) {
	group, row = "Not here today", []string{w.children[child].name}
	last := map[string]int{} // of each thing touched today
	for k, d := range w.deeds {
		if d.child == child && d.day == day {
			last[d.at] = k
		}
	}
	best, finished := "", false
	for at, k := range last {
		complete := w.workOf(child, at).complete
		if best == "" || complete && !finished || complete == finished && k > last[best] {
			best, finished = at, complete
		}
	}
	if best == "" {
		return group, row
	}
	group = map[bool]string{true: "Finished something today", false: "Working, not finished yet"}[finished]
	titles := []string{titleOf(best)}
	for at := range last { // that a page was opened is noted a little later, after what was done meanwhile
		if at != best && slices.Contains(weekPages, at) && w.workOf(child, at).complete == finished {
			titles = append(titles, titleOf(at))
		}
	}
	row = append(row, alternatives(titles))
	if n := len(last) - 1; n > 0 {
		row = append(row, "and "+strconv.Itoa(n)+" more")
	}
	return group, row
}
