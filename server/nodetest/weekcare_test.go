package nodetest

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Levels, groups, children to look after, slips and the class' own page: what the script gave and what the pages say.

var (
	weekLevels = []string{"Beginner", "Letters", "Words", "Paragraph", "Story"}
	homeTasks  = []string{
		"name things around you, and say the sound they begin with.", "find letters on packets and signs, and say them together.",
		"write three words of the day and let your child read them to you.", "let your child read four sentences to you, slowly.",
		"let your child read a story to a younger child.",
	}
)

// checkLevels checks everybody of a class who is there on the reading ladder: the plan's first or second check.
func (w *week) checkLevels(class, day, check, box int) {
	w.t.Helper()
	b, path := w.teacher(box), w.home(class)+"/levels"
	page := w.is("levels", b.Get(path))
	f := page.Fields()
	for i, c := range w.children {
		f.Del("level." + string(w.ids[i]))
		if c.class == class && c.isHere(day) {
			f.Set("level."+string(w.ids[i]), strconv.Itoa(c.levels[check]))
			c.checks = append(c.checks, c.levels[check])
		}
	}
	w.is("levels saved", b.Post(path, f))
}

// level is a child's last, 0 none.
func (c *weekChild) level() int {
	if len(c.checks) == 0 {
		return 0
	}
	return c.checks[len(c.checks)-1]
}

// tick notes which children of a class a teacher worries about, and who does the year again.
func (w *week) tick(class, box int) {
	w.t.Helper()
	b, path := w.teacher(box), w.home(class)+"/watch"
	f := w.is("watch", b.Get(path)).Fields()
	f.Set("do", "ticks")
	for i, c := range w.children {
		for name, on := range map[string]bool{"worry": c.worry, "repeated": c.repeats} {
			key := name + "." + string(w.ids[i])
			if f.Del(key); on && c.class == class {
				f.Set(key, "1")
			}
		}
	}
	w.is("ticks saved", b.Post(path, f))
}

// points are a child's by the rule that the page shows, and its reasons in words. bar is what half the class can do.
func (c *weekChild) points(bar, days int) (n int, reasons []string) {
	add := func(points int, words string) { n, reasons = n+points, append(reasons, words) }
	var counted []string
	for _, m := range c.here[:days] {
		if m != "excused" {
			counted = append(counted, m)
		}
	}
	if r := awayRunning(counted); r >= 3 {
		add(2, fmt.Sprintf("Not here %d school days running", r))
	}
	if k := len(c.checks); k > 1 && c.checks[k-1] < bar && c.checks[k-2] < bar {
		add(2, "Reading: at “"+weekLevels[c.level()-1]+"”, below half the class at the last two checks")
	}
	if c.worry {
		add(2, "A teacher is worried")
	}
	if c.repeats {
		add(1, "Does the year again")
	}
	return n, reasons
}

// watched are who should be listed, most points first, then by name: five at most, each a row of name and reasons.
func (w *week) watched(class, days int) (rows [][]string) {
	var levels []int
	for _, i := range w.roll(class) {
		if l := w.children[i].level(); l > 0 {
			levels = append(levels, l)
		}
	}
	bar := 0
	if slices.Sort(levels); len(levels) > 0 {
		bar = levels[len(levels)/2]
	}
	type listed struct {
		points int
		row    []string
	}
	var all []listed
	for _, i := range w.roll(class) {
		c := w.children[i]
		if n, reasons := c.points(bar, days); n >= 3 {
			all = append(all, listed{n, append([]string{c.name}, reasons...)})
		}
	}
	slices.SortStableFunc(all, func(a, b listed) int { return b.points - a.points })
	for _, x := range all[:min(len(all), 5)] {
		rows = append(rows, x.row)
	}
	return rows
}

// judgeCare compares the pages about children with the plan.
func (w *week) judgeCare(class, box, days int) {
	w.t.Helper()
	b, name := w.teacher(box), w.classes[class]+": "
	var got [][]string
	watch := w.is("watch", b.Get(w.home(class)+"/watch"))
	for _, section := range watch.find("section", "panel") {
		for _, h := range section.find("h2", "watch-name") {
			row := []string{h.find("bdi", "")[0].text()}
			for _, li := range section.find("ul", "reasons")[0].find("li", "") {
				row = append(row, li.text())
			}
			got = append(got, row)
		}
	}
	want := w.watched(class, days)
	w.same(name+"to look after", got, want)
	if fmt.Sprint(names(got)) != fmt.Sprint(names(want)) {
		w.t.Errorf("%sto look after: %v, want them in the order %v", name, names(got), names(want))
	}
	w.judgeLevels(name, class, box)
	w.judgePatterns(name, class, box, days)
	w.judgeSlips(name, class, box, days)
}

func (w *week) judgePatterns(name string, class, box, days int) {
	w.t.Helper()
	var got, want [][]string
	page := w.is("history", w.teacher(box).Get(w.home(class)+"/attendance/history"))
	for _, card := range page.find("a", "card") {
		row := []string{card.find("bdi", "")[0].text()}
		for _, p := range card.find("span", "card-about") {
			row = append(row, p.text())
		}
		got = append(got, row)
	}
	for _, i := range w.roll(class) {
		if p := w.children[i].patterns(days); len(p) > 0 {
			want = append(want, append([]string{w.children[i].name}, p...))
		}
	}
	w.same(name+"patterns", got, want)
}

// judgeLevels compares the counts by level, each child's last level, and the groups that are suggested.
func (w *week) judgeLevels(name string, class, box int) {
	w.t.Helper()
	page := w.is("levels", w.teacher(box).Get(w.home(class)+"/levels"))
	counts, last := make([]int, 5), map[string]string{}
	for _, i := range w.roll(class) {
		if l := w.children[i].level(); l > 0 {
			counts[l-1]++
			last[w.children[i].name] = weekLevels[l-1]
		}
	}
	var got, want [][]string
	for i, li := range page.find("ul", "tally")[0].find("li", "") {
		if i < 5 {
			got = append(got, []string{li.find("span", "")[0].text(), li.find("b", "")[0].text()})
			want = append(want, []string{weekLevels[i], strconv.Itoa(counts[i])})
		}
	}
	w.same(name+"levels", got, want)
	got, want = nil, nil
	for _, f := range page.find("fieldset", "rung-row") {
		words, _, _ := strings.Cut(f.find("p", "hint")[0].text(), " · ")
		got = append(got, []string{f.find("bdi", "")[0].text(), lastLevel.ReplaceAllString(words, "$1")})
	}
	for _, i := range w.roll(class) {
		want = append(want, []string{w.children[i].name, cmp.Or(last[w.children[i].name], "Not checked yet")})
	}
	w.same(name+"level of each", got, want)
}

var lastLevel = regexp.MustCompile(`^(\w+), .*$`)

// judgeSlips compares every line of every slip.
func (w *week) judgeSlips(name string, class, box, days int) {
	w.t.Helper()
	page := w.is("slips", w.teacher(box).Get(w.home(class)+"/slips"))
	var got, want [][]string
	for _, li := range page.find("li", "slip") {
		row := []string{li.find("p", "slip-name")[0].text()}
		for _, line := range li.find("li", "") {
			row = append(row, line.text())
		}
		got = append(got, append(row, li.find("p", "slip-home")[0].text()))
	}
	for _, i := range w.roll(class) {
		want = append(want, w.slip(i, days))
	}
	w.same(name+"slips", got, want)
}

// slip is what a family should read: the days, what was finished this week, how many questions, the level.
func (w *week) slip(child, days int) []string {
	c := w.children[child]
	here, of, answers := 0, 0, 0
	for day := range days {
		here, of = here+one(c.isHere(day)), of+one(c.here[day] != "excused")
	}
	var finished []string
	for _, at := range w.things(c.class) {
		if x := w.workOf(child, at); x.complete && !x.begun {
			finished = append(finished, titleOf(at))
		}
	}
	for _, d := range w.deeds {
		answers += one(d.child == child && d.kind == "answer")
	}
	row := []string{c.name}
	switch {
	case here == of && of == 1:
		row = append(row, "Here on 1 school day.")
	case here == of && of > 0:
		row = append(row, fmt.Sprintf("Here on %d school days.", here))
	case here > 0:
		row = append(row, fmt.Sprintf("Here on %d of %d school days.", here, of))
	}
	if here < of {
		row = append(row, "We look forward to seeing "+c.name+" every day.")
	}
	if n := len(finished); n > 0 {
		var lines []string
		for _, title := range finished {
			lines = append(lines, fmt.Sprintf("Finished %d thing", n)+map[bool]string{true: ": ", false: "s, among them: "}[n == 1]+title)
		}
		row = append(row, alternatives(lines))
	}
	if answers > 0 {
		row = append(row, fmt.Sprintf("Tried %d question", answers)+map[bool]string{true: ".", false: "s."}[answers == 1])
	}
	task := "ask what your child liked best this week, and listen."
	if l := c.level(); l > 0 {
		row = append(row, "Reading: "+weekLevels[l-1])
		task = homeTasks[l-1]
	}
	if len(row) == 1 {
		row = append(row, "A new week begins. Ask what we will learn.")
	}
	return append(row, "At home: "+task)
}

// judgeGroups compares the groups suggested for some classes together: sizes, and who is in which.
func (w *week) judgeGroups(box int, classes ...int) {
	w.t.Helper()
	path := w.home(classes[0]) + "/levels/groups?ladder=reading"
	by := map[int][]string{}
	for _, class := range classes {
		path += "&class=" + string(w.rooms[class])
		for _, i := range w.roll(class) {
			by[w.children[i].level()] = append(by[w.children[i].level()], w.children[i].name)
		}
	}
	var got, want [][]string
	for _, section := range w.is("groups", w.teacher(box).Get(path)).find("section", "panel") {
		row := []string{section.find("h2", "")[0].text(), section.find("p", "hint")[0].text()}
		for _, m := range section.find("label", "") {
			row = append(row, m.find("bdi", "")[0].text())
		}
		slices.Sort(row[2:])
		got = append(got, row)
	}
	for level := 1; level <= 5; level++ {
		all := by[level]
		parts := (len(all) + 14) / 15
		for k := range parts {
			part := all[k*len(all)/parts : (k+1)*len(all)/parts]
			title := "Reading: " + weekLevels[level-1]
			if parts > 1 {
				title += fmt.Sprintf(" (%d)", k+1)
			}
			row := append([]string{title, fmt.Sprintf("%d child", len(part)) + map[bool]string{false: "ren"}[len(part) == 1]}, part...)
			slices.Sort(row[2:])
			want = append(want, row)
		}
	}
	w.same("groups", got, want)
}
