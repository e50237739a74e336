package nodetest

import (
	"fmt"
	"net/url"
)

// What of the week the script does with its own hands; the rest goes through the forms that a phone without a script posts.
type byHand map[string]bool

// boot claims the first box and brings the roster in, by forms.
func (w *week) boot() {
	w.t.Helper()
	b := w.boxes[0].Browser()
	w.is("claimed", b.Post("/claim", url.Values{"code": {w.boxes[0].Listening.Claim}, "school": {"Lakeside"}, "lang": {"en"}, "name": {"Grace"}, "secret": {"lamp-light"}}))
	w.sendList(b, "list.csv", []byte(w.csv()))
}

func (w *week) titled(what string, class int) string { return what + ", " + w.classes[class] }

// boxOf is where the teacher sits for something: on either box, where there are two.
func (w *week) boxOf(class, day int) int { return (class + day) % len(w.boxes) }

// everybody does something with each child that is there on a day; skip leaves those out whom the script plays.
func (w *week) everybody(day int, skip byHand, do func(child int, c *weekChild)) {
	for i, c := range w.children {
		if c.isHere(day) && !(i == 0 && skip["child"]) {
			do(i, c)
		}
	}
}

// prepare is what the teacher makes before the week begins: the lessons and the first quiz of each class.
func (w *week) prepare(skip byHand) {
	w.t.Helper()
	for class := range w.classes {
		if !(class == 0 && skip["lesson"]) {
			w.makeWork("lesson", w.titled("Adding", class), class, 0, "reading-adding", "adding")
		}
		w.makeWork("lesson", w.titled("Taking away", class), class, 0, "reading-taking", "taking", "words")
		if !(class == 0 && skip["quiz"]) {
			w.makeWork("quiz", w.titled("Tuesday quiz", class), class, 0, "adding sum-1-1", "adding sum-1-2", "adding sum-1-3", "words word-sky", "words word-cow", "words word-fish")
		}
	}
	w.makeWork("quiz", w.titled("Cards", 0), 0, 0, "words word-sun", "words word-bird", "words word-tree")
	w.giveCards(0, 0)
}

// monday: registers, a first check of levels, the first lesson. Some only read.
func (w *week) monday(skip byHand) {
	w.t.Helper()
	for class := range w.classes {
		if !(class == 0 && skip["register"]) {
			w.register(class, 0, w.boxOf(class, 0))
		}
		w.checkLevels(class, 0, 0, w.boxOf(class, 0))
	}
	w.everybody(0, skip, func(i int, c *weekChild) {
		w.read(i, 0, "reading-adding")
		if i%9 != 4 {
			w.practise(i, 0, &weekExercises[0], 3+i%4)
		}
	})
}

// tuesday: the second lesson and the quiz, which some do not finish and some do not hand in; then it is closed.
func (w *week) tuesday(skip byHand) {
	w.t.Helper()
	w.everybody(1, skip, func(i int, c *weekChild) {
		if i%5 == 0 {
			w.read(i, 1, "reading-taking")
		}
		n := 6
		if i%6 == 5 {
			n = 4
		}
		w.sit(i, 1, w.titled("Tuesday quiz", c.class), n, i%7 != 3)
	})
	for class := range w.classes {
		w.register(class, 1, w.boxOf(class, 1))
		w.closeQuiz(w.titled("Tuesday quiz", class), 0)
	}
}

// wednesday: practice, questions to one class with cards, and the quiz for Friday is made on whichever box the teacher is.
func (w *week) wednesday(skip byHand) {
	w.t.Helper()
	for class := range w.classes {
		w.register(class, 2, w.boxOf(class, 2))
		w.makeWork("quiz", w.titled("Friday quiz", class), class, w.boxOf(class, 2), "taking sum-2-1", "taking sum-2-2", "taking sum-2-3", "taking sum-2-4")
	}
	w.everybody(2, skip, func(i int, c *weekChild) {
		w.practise(i, 2, &weekExercises[1], 2+i%5)
		if i%3 == 0 {
			w.practise(i, 2, &weekExercises[2], 3)
		}
	})
	for n := 1; n <= 3; n++ {
		if !(n == 1 && skip["cards"]) {
			w.askWithCards(w.titled("Cards", 0), 0, 2, n, 0, uint64(40+n))
		}
	}
	w.closeQuiz(w.titled("Cards", 0), 0)
}

// thursday: a second check of levels, and more practice of what Monday began.
func (w *week) thursday(skip byHand) {
	w.t.Helper()
	for class := range w.classes {
		w.register(class, 3, w.boxOf(class, 3))
		if !(class == 0 && skip["levels"]) {
			w.checkLevels(class, 3, 1, w.boxOf(class, 3))
		}
	}
	w.everybody(3, skip, func(i int, c *weekChild) {
		w.practise(i, 3, &weekExercises[0], 2+i%3)
		if i%4 == 1 {
			w.read(i, 3, "reading-taking")
		}
	})
}

// friday: the last quiz, which stays open, and what the teachers note of children.
func (w *week) friday(skip byHand) {
	w.t.Helper()
	for class := range w.classes {
		w.register(class, 4, w.boxOf(class, 4))
		if !(class == 0 && skip["watch"]) {
			w.tick(class, w.boxOf(class, 4))
		}
	}
	w.everybody(4, skip, func(i int, c *weekChild) {
		w.sit(i, 4, w.titled("Friday quiz", c.class), 4, i%8 != 2)
		if i%5 == 2 {
			w.practise(i, 4, &weekExercises[1], 4)
		}
	})
}

// allJudged compares every report of every class on every box, day being the last that passed; and of the boxes each file
// with the same file of the first, byte by byte.
func (w *week) allJudged(day int) {
	w.t.Helper()
	for box := range w.boxes {
		for class := range w.classes {
			w.judge(class, box, day+1)
			w.judgeHome(class, box, day)
			w.judgeCare(class, box, day+1)
		}
		all := make([]int, len(w.classes))
		for i := range all {
			all[i] = i
		}
		w.judgeGroups(box, all...)
	}
	if len(w.boxes) > 1 {
		w.alike()
	}
	for i := range w.children {
		if i%10 == 0 {
			w.judgeMistakes(i)
		}
	}
}

// judgeMistakes counts the book of a child who has the phone in hand.
func (w *week) judgeMistakes(child int) {
	w.t.Helper()
	p := w.is("mistakes", w.phone(child).Get("/mistakes"))
	n := 0
	for _, a := range p.find("a", "") {
		if len(a.attr("href")) > len("/mistakes/") && a.attr("href")[:10] == "/mistakes/" && a.attr("class") != "button main" {
			n++
		}
	}
	w.same(w.children[child].name+"'s mistakes", [][]string{{"mistakes", fmt.Sprint(n)}}, [][]string{{"mistakes", fmt.Sprint(w.mistakes(child))}})
}
