package nodetest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The oracle counts what the script did: from the plan and the deeds alone, by the rules as the handbook of the box tells
// them to teachers. It asks no package of the server.

// A weekWork is what came of one child's deeds at one thing.
type weekWork struct {
	touched, complete, help bool
	level                   string // of an exercise that was met
	answers, right          int
	tenths                  int             // as pages told
	used                    int             // tenths of a second in a quiz; of answers that told none, as far as can be known
	begun, handed           bool            // of a quiz
	last                    map[string]deed // of a quiz, by item: the last answer
	have                    []bool          // first tries at an exercise, the last last
	shown                   []string        // the last four variants
	wrongs                  int             // in a row
	mastered                bool
}

// workOf counts a child's deeds at a thing. An answer in a quiz counts once it is handed in, or the quiz closed.
func (w *week) workOf(child int, at string) (x weekWork) {
	x.last = map[string]deed{}
	var before *deed
	for _, d := range w.deeds {
		if d.child != child || d.at != at {
			continue
		}
		x.touched = true
		x.tenths, x.used = x.tenths+d.tenths, x.used+d.tenths
		switch d.kind {
		case "read":
			x.complete = true
		case "begin":
			x.begun = true
		case "hand-in":
			x.handed, x.complete = true, true
		case "answer":
			if ex := exerciseAt(at); ex != nil {
				x.try(ex, &d)
			} else {
				x.begun, x.last[d.item] = true, d
				if d.tenths == 0 && before != nil { // the page told no time: what lies between two answers, ten minutes at most
					x.used += int(min(d.time.Sub(before.time), 10*time.Minute) / (100 * time.Millisecond))
				}
				before = &d
			}
		}
	}
	if x.begun && (x.handed || w.closed[at]) {
		x.answers = len(x.last)
		for _, d := range x.last {
			x.right += one(d.right)
		}
	}
	return x
}

func exerciseAt(id string) *weekExercise {
	for i := range weekExercises {
		if weekExercises[i].id == id {
			return &weekExercises[i]
		}
	}
	return nil
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// try counts an answer to an exercise: mastered when m of the last n first answers are right; help after four wrong
// answers in a row, until one is right.
func (x *weekWork) try(ex *weekExercise, d *deed) {
	x.answers++
	x.right += one(d.right)
	if variant := d.item + " " + d.seed; !slices.Contains(x.shown, variant) {
		x.shown = append(x.shown, variant)
		x.shown = x.shown[max(0, len(x.shown)-4):]
		x.have = append(x.have, d.right)
	}
	n := 0
	for _, ok := range x.have[max(0, len(x.have)-ex.n):] {
		n += one(ok)
	}
	if ex.m == ex.n {
		for n = 0; n < min(len(x.have), ex.n) && x.have[len(x.have)-1-n]; n++ {
		}
	}
	x.mastered = x.mastered || n >= ex.m
	x.complete = x.complete || x.mastered
	if x.wrongs++; d.right {
		x.wrongs = 0
		x.help = false
	}
	x.help = x.help || x.wrongs >= 4
	switch {
	case x.mastered:
		x.level = "Can do"
	case x.help || 2*n < ex.m:
		x.level = "Not yet"
	default:
		x.level = "Nearly"
	}
}

// things are all that children of a class touched.
func (w *week) things(class int) (out []string) {
	for _, d := range w.deeds {
		if w.children[d.child].class == class && !slices.Contains(out, d.at) {
			out = append(out, d.at)
		}
	}
	return out
}

// titleOf is what a thing is called on pages.
func titleOf(at string) string {
	if ex := exerciseAt(at); ex != nil {
		return ex.title
	}
	if i := slices.Index(weekPages, at); i >= 0 {
		return "About " + weekExercises[i].skill
	}
	return at
}

// roll is who is in a class, by name.
func (w *week) roll(class int) (out []int) {
	for i, c := range w.children {
		if c.class == class {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b int) int { return cmp.Compare(w.children[a].name, w.children[b].name) })
	return out
}

// A weekSum is several works together.
type weekSum struct{ n, started, finished, help, answers, right, seconds int }

func (s *weekSum) add(x weekWork) {
	s.n++
	s.started += one(x.touched)
	s.finished += one(x.complete)
	s.help += one(x.help)
	s.answers, s.right, s.seconds = s.answers+x.answers, s.right+x.right, s.seconds+x.tenths/10
}

func (s weekSum) cells() []string {
	return texts(s.started, s.finished, s.help, s.answers, weekShare(s.right, s.answers), weekTime(s.seconds, s.started))
}

// texts writes numbers as a file has them.
func texts(all ...any) (out []string) {
	for _, x := range all {
		out = append(out, fmt.Sprint(x))
	}
	return out
}

// weekShare is a part in whole percent, a half up; nothing of nothing.
func weekShare(part, whole int) string {
	if whole == 0 {
		return ""
	}
	return strconv.Itoa(int(math.Floor(100*float64(part)/float64(whole) + 0.5)))
}

// weekTime is a time; nothing where something was begun and no page told how long it took.
func weekTime(seconds, begun int) string {
	if seconds == 0 && begun > 0 {
		return ""
	}
	return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// learnersTable is "/report": what each learner did in all.
func (w *week) learnersTable(class int) (rows [][]string) {
	var all weekSum
	for _, i := range w.roll(class) {
		var s weekSum
		last := ""
		for _, at := range w.things(class) {
			x := w.workOf(i, at)
			s.add(x)
			all.add(x)
		}
		for _, d := range w.deeds {
			if d.child == i {
				last = weekDate(d.day)
			}
		}
		rows = append(rows, append(append([]string{w.children[i].name}, s.cells()...), last))
	}
	return append(rows, append(append([]string{"Together"}, all.cells()...), ""))
}

// resourcesTable is "/report/resources", and of a lesson its things in order.
func (w *week) resourcesTable(class int, things []string) (rows [][]string) {
	for _, at := range things {
		var s weekSum
		for _, i := range w.roll(class) {
			s.add(w.workOf(i, at))
		}
		rows = append(rows, append([]string{titleOf(at)}, s.cells()...))
	}
	return rows
}

// resourceTable is "/report/resource/…": each learner at one thing.
func (w *week) resourceTable(class int, at string) (rows [][]string) {
	for _, i := range w.roll(class) {
		x := w.workOf(i, at)
		done := ""
		if x.complete {
			done = "100"
		} else if x.touched && x.level == "" {
			done = "0"
		}
		rows = append(rows, append([]string{w.children[i].name, x.level, done}, texts(x.answers, weekShare(x.right, x.answers), weekTime(x.tenths/10, one(x.touched)))...))
	}
	return rows
}

// lessonTables are "/report/lesson/…" and the lesson's line in "/report/lessons".
func (w *week) lessonTables(l weekLesson) (things, learners [][]string, line []string) {
	begun, finished, stuck, seconds := 0, 0, 0, 0
	who := w.roll(l.class)
	for _, i := range who {
		var s weekSum
		for _, at := range l.things {
			s.add(w.workOf(i, at))
		}
		learners = append(learners, append([]string{w.children[i].name}, texts(s.started, s.finished, s.n-s.finished, s.help, weekTime(s.seconds, s.started))...))
		begun, finished, stuck = begun+one(s.started > 0), finished+one(s.finished == s.n), stuck+one(s.help > 0)
		seconds += s.seconds
	}
	return w.resourcesTable(l.class, l.things), learners, append([]string{l.title}, texts(len(who), begun, finished, stuck, weekTime(seconds, begun))...)
}

// quizTables are the learners of "/report/quiz/…" and the quiz's line in "/report/quizzes".
func (w *week) quizTables(q weekQuiz) (learners [][]string, line []string) {
	begun, handed, marked, right := 0, 0, 0, 0
	who := w.roll(q.class)
	for _, i := range who {
		x := w.workOf(i, q.title)
		name := w.children[i].name
		if !x.begun {
			learners = append(learners, []string{name, "Not begun", "", "", "", "", "", ""})
			continue
		}
		begun, handed = begun+1, handed+one(x.handed)
		row := append([]string{name, "Handed in"}, texts(len(x.last), len(q.items), "", "", weekTime(x.used/10, 1), 1)...)
		switch {
		case !x.handed && w.closed[q.title]:
			row[1] = "Closed, not handed in"
		case !x.handed:
			row[1] = "Working at it"
		}
		if x.handed || w.closed[q.title] {
			marked, right = marked+1, right+x.right
			row[4], row[5] = strconv.Itoa(x.right), weekShare(x.right, len(q.items))
		}
		learners = append(learners, row)
	}
	state := "Open"
	if w.closed[q.title] {
		state = "Closed"
	}
	return learners, append([]string{q.title, state}, texts(len(who), begun, handed, weekShare(right, marked*len(q.items)))...)
}

// orElse stands between what a cell may read, where two answers were given equally often.
const orElse = "\x00"

func alternatives(all []string) string { return strings.Join(all, orElse) }
