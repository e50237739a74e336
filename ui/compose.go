package ui

import (
	"strings"

	"github.com/a-h/templ"

	"lamplight/ui/view"
)

// workFacts are what a card of a lesson or quiz says under its title.
func workFacts(l *localeOf, f view.Frame, w view.Work) []string {
	things := "work.things"
	if w.Kind == "quiz" {
		things = "quiz.questions"
	}
	out := []string{l.N(things, w.Things)}
	if w.Whole {
		out = append(out, l.T("work.whole"))
	}
	out = append(out, w.For...)
	if len(out) == 1 {
		out = append(out, l.T("work.nobody"))
	}
	if !w.From.Time.IsZero() {
		out = append(out, l.T("work.from", "date", when(l, f, w.From)))
	}
	if !w.Until.Time.IsZero() {
		out = append(out, l.T("task.due", "date", when(l, f, w.Until)))
	}
	return out
}

func workLevel(state string) string {
	switch state {
	case "shown", "open":
		return "can"
	case "later", "draft":
		return "nearly"
	}
	return "notmet"
}

func workSign(state string) string {
	switch state {
	case "shown", "open":
		return "right"
	case "later":
		return "clock"
	case "draft", "empty":
		return "note"
	}
	return "close"
}

// problemWords is a message where something is wrong, "" where nothing is.
func problemWords(l *localeOf, wrong bool, key string) string {
	if wrong {
		return l.T(key)
	}
	return ""
}

func chooseKey(kind string) string {
	if kind == "quiz" {
		return "new.choose-quiz"
	}
	return "new.choose"
}

// Count is a message that says how many, in the frame's language.
func Count(f view.Frame, key string, n int) string { return words(f).N(key, n) }

// StepID is the id of what a list holds under a key, for addresses to lead back to it.
func StepID(key string) string { return stepID(key) }

func stepID(key string) string { return "s-" + idOf(key) }

func describedBy(name, hint string) templ.Attributes {
	if hint == "" {
		return nil
	}
	return templ.Attributes{"aria-describedby": "f-" + name + "-hint"}
}

func forNobody(w view.ForWhom) bool {
	return !w.Class.Chosen && !view.Any(w.Groups) && !view.Any(w.Learners)
}

// forWords says for whom work is, in a line.
func forWords(l *localeOf, w view.ForWhom) string {
	if forNobody(w) {
		return l.T("work.nobody")
	}
	var out []string
	if w.Class.Chosen {
		out = append(out, l.T("work.whole"))
	}
	for _, r := range append(append([]view.Recipient{}, w.Groups...), w.Learners...) {
		if r.Chosen {
			out = append(out, r.Name)
		}
	}
	return strings.Join(out, ", ")
}

// quizCounts are how many learners have a quiz, work on it, have handed it in.
func quizCounts(l *localeOf, v view.ComposeQuiz) []string {
	out := []string{l.N("quizzes.asked", v.Asked)}
	if v.Begun > 0 {
		out = append(out, l.N("quizzes.begun", v.Begun))
	}
	return append(out, l.N("quizzes.handed-in", v.HandedIn))
}

// orderForm lets the script drag questions, where they may move.
func orderForm(v view.ComposeQuiz) templ.Attributes {
	if v.Locked {
		return nil
	}
	return templ.Attributes{"data-order": true}
}

func pickNothing(v view.Pick) string {
	if v.Asked {
		return "pick.nothing-found"
	}
	return "pick.nothing"
}

func pickTitle(v view.Pick) string {
	if v.Kind == "now" {
		return "inclass.pick"
	}
	return "pick.title"
}

func pickType(v view.Pick) string {
	if v.Replace {
		return "radio"
	}
	return "checkbox"
}

func pickDone(l *localeOf, v view.Pick) string {
	switch {
	case v.Kind == "now":
		return l.T("inclass.pick.done")
	case v.Replace:
		return l.T("pick.done.replace")
	case v.Chosen > 0:
		return l.N("pick.done", v.Chosen)
	}
	return l.T("pick.done.ticked")
}

func pickCount(l *localeOf, v view.Pick, p view.PickPlace) string {
	if v.Kind == "quiz" {
		return l.N("quiz.questions", p.Count)
	}
	return l.N("card.resources", p.Count)
}
