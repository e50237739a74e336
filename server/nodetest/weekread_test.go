package nodetest

import (
	"encoding/csv"
	"slices"
	"strings"
)

// A weekTable is a table as a file has it: its heads and rows, and what stands below them.
type weekTable struct {
	heads []string
	rows  [][]string
	notes []string
}

// files reads the tables that a report is saved as.
func (w *week) files(box int, path string) (out []weekTable) {
	w.t.Helper()
	p := w.is(path, w.teacher(box).Get(path))
	for _, part := range strings.Split(strings.TrimPrefix(p.Body, "\ufeff"), "\r\n\r\n") {
		r := csv.NewReader(strings.NewReader(part))
		r.FieldsPerRecord = -1
		all, err := r.ReadAll()
		if err != nil {
			w.t.Fatalf("%s: %v", path, err)
		}
		if len(all) > 1 && len(all[0]) == 1 {
			all = all[1:] // its title
		}
		t := weekTable{heads: all[0]}
		for _, line := range all[1:] {
			if len(line) == 1 && len(t.heads) > 1 {
				t.notes = append(t.notes, line[0])
				continue
			}
			line[0], _, _ = strings.Cut(line[0], "? (") // the options behind a question
			line[0] += map[bool]string{true: "?"}[strings.HasPrefix(line[0], "What goes with ") && !strings.HasSuffix(line[0], "?")]
			t.rows = append(t.rows, line)
		}
		out = append(out, t)
	}
	return out
}

// same compares rows in whatever order, and names each that differs.
func (w *week) same(what string, got, want [][]string) {
	w.t.Helper()
	if len(got) != len(want) {
		w.t.Errorf("%s: %d rows, want %d", what, len(got), len(want))
	}
	left := slices.Clone(got)
	for _, row := range want {
		i := slices.IndexFunc(left, func(x []string) bool { return sameRow(x, row) })
		if i >= 0 {
			left = slices.Delete(left, i, i+1)
			continue
		}
		k := slices.IndexFunc(got, func(x []string) bool { return x[0] == row[0] })
		if k < 0 {
			w.t.Errorf("%s: no row %q", what, row)
			continue
		}
		w.t.Errorf("%s: %q\n want %q", what, got[k], strings.Split(strings.ReplaceAll(strings.Join(row, "|"), orElse, " or "), "|"))
	}
	w.checked += len(want)
	for _, row := range want {
		w.numbers += len(row) - 1
	}
}

func sameRow(got, want []string) bool {
	for i, x := range want {
		if i >= len(got) || !slices.Contains(strings.Split(x, orElse), got[i]) {
			return false
		}
	}
	return len(got) == len(want)
}

// judge compares every report of a class on a box with the oracle; days is how many have passed.
func (w *week) judge(class, box, days int) {
	w.t.Helper()
	name, base := w.classes[class]+": ", w.home(class)+"/report"
	file := func(path string) []weekTable { return w.files(box, base+path+"?format=csv&bom=no") }
	w.same(name+"learners", file("")[0].rows, w.learnersTable(class))
	things := w.things(class)
	w.same(name+"resources", file("/resources")[0].rows, w.resourcesTable(class, things))
	for _, at := range things {
		if exerciseAt(at) == nil && !slices.Contains(weekPages, at) {
			continue
		}
		tables := file("/resource/" + string(weekResource(at)))
		w.same(name+at, tables[0].rows, w.resourceTable(class, at))
		if ex := exerciseAt(at); ex != nil {
			var want [][]string
			for _, c := range w.firsts(class, ex) {
				want = append(want, c.questionRow(false))
			}
			w.same(name+at+" by question", tables[1].rows, want)
		}
	}
	w.judgeLessons(name, class, file)
	w.judgeQuizzes(name, class, box, base, file)
	w.judgeSkills(name, class, file("/skills")[0])
	w.same(name+"registers", w.files(box, w.home(class)+"/attendance/history.csv")[0].rows, w.historyTable(class, days))
}

func (w *week) judgeLessons(name string, class int, file func(string) []weekTable) {
	w.t.Helper()
	var lines [][]string
	for _, l := range w.lessonsMade {
		if l.class != class {
			continue
		}
		things, learners, line := w.lessonTables(l)
		tables := file("/lesson/" + string(w.lessons[l.title]))
		w.same(name+l.title, tables[0].rows, things)
		w.same(name+l.title+" by learner", tables[1].rows, learners)
		lines = append(lines, line)
	}
	w.same(name+"lessons", file("/lessons")[0].rows, lines)
}

func (w *week) judgeQuizzes(name string, class, box int, base string, file func(string) []weekTable) {
	w.t.Helper()
	var lines [][]string
	for _, q := range w.quizzesMade {
		if q.class != class {
			continue
		}
		learners, line := w.quizTables(q)
		lines = append(lines, line)
		tables := file("/quiz/" + string(w.quizzes[q.title]))
		w.same(name+q.title, tables[0].rows, learners)
		var want [][]string
		for _, c := range w.papers(q) {
			want = append(want, c.questionRow(true))
		}
		w.same(name+q.title+" by question", tables[1].rows, want)
		w.same(name+q.title+" note", [][]string{tables[1].notes}, [][]string{{trust(w.papers(q))}})
		w.judgeQuestions(name+q.title+": ", box, base+"/quiz/"+string(w.quizzes[q.title]), q)
	}
	w.same(name+"quizzes", file("/quizzes")[0].rows, lines)
}

// judgeQuestions opens each question's own page: all remarks, each answer with how many gave it, and who answered what.
func (w *week) judgeQuestions(name string, box int, path string, q weekQuiz) {
	w.t.Helper()
	for _, c := range w.papers(q) {
		var at string
		for _, a := range w.is(name, w.teacher(box).Get(path)).find("a", "") {
			if strings.Contains(a.attr("href"), "/question/") && strings.HasPrefix(a.text(), c.question()) {
				at = a.attr("href")
			}
		}
		p := w.is(name+c.question(), w.teacher(box).Get(at))
		var facts [][]string
		for _, li := range p.find("ul", "facts")[0].find("li", "") {
			facts = append(facts, []string{li.text()})
		}
		right, answered, wrong, words := c.counts()
		want := [][]string{{texts(right)[0] + " of " + texts(len(c.answers))[0] + " right"}}
		for _, r := range c.remarks(true) {
			want = append(want, []string{r})
		}
		w.same(name+c.item.id, facts, want)
		tables := w.files(box, at+"?format=csv&bom=no")
		top, topRight, _ := c.strongest()
		chosen := [][]string{{c.item.right + " (right)", texts(right)[0], texts(topRight)[0]}}
		for thought, n := range wrong {
			chosen = append(chosen, []string{words[thought], texts(n)[0], texts(c.topOf(thought))[0]})
		}
		if n := len(c.answers) - answered; n > 0 {
			chosen = append(chosen, []string{"No answer", texts(n)[0], ""})
		}
		if top == 0 {
			for _, row := range chosen {
				row[2] = ""
			}
		}
		w.same(name+c.item.id+" answers", tables[0].rows, chosen)
		var who [][]string
		for _, g := range c.answers {
			row := []string{w.children[g.child].name, g.d.given, "not yet"}
			switch {
			case g.d.item == "":
				row[2] = "No answer"
			case g.d.right:
				row[2] = "right"
			}
			who = append(who, row)
		}
		w.same(name+c.item.id+" who", tables[1].rows, who)
	}
}

func (w *week) judgeSkills(name string, class int, t weekTable) {
	w.t.Helper()
	titles := map[string]string{"Adding": "add", "Taking away": "take", "Words": "words"}
	var want [][]string
	for _, i := range w.roll(class) {
		row := []string{w.children[i].name}
		for _, head := range t.heads[1:] {
			row = append(row, w.skillOf(i, titles[head]))
		}
		want = append(want, row)
	}
	w.same(name+"skills", t.rows, want)
}

// names are the first cells of rows.
func names(rows [][]string) (out []string) {
	for _, r := range rows {
		out = append(out, r[0])
	}
	return out
}
