package ui

import (
	"strings"
	"time"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// reason says why the box chose something. A value of digits is written in the person's own, one called date (2006-01-02) as
// people say it; "n" or "days" chooses the plural where the message has one.
func reason(l *localeOf, f view.Frame, r view.Reason) string {
	args, n, plural := make([]string, len(r.Args)), 0, false
	for i := 0; i+1 < len(r.Args); i += 2 {
		name, value := r.Args[i], r.Args[i+1]
		args[i], args[i+1] = name, value
		if name == "date" {
			if day, err := time.ParseInLocation(time.DateOnly, value, f.Now.Location()); err == nil {
				args[i+1] = l.Date(day, f.Now, false)
			}
			continue
		}
		count, ok := small(value)
		if ok {
			args[i+1] = l.Digits(value)
		}
		if ok && (name == "n" || name == "days") {
			n, plural = count, locale.For(locale.English).Has("why."+r.Key+".other")
		}
	}
	if plural {
		return l.N("why."+r.Key, n, args...)
	}
	return l.T("why."+r.Key, args...)
}

// small reads a count of up to six digits.
func small(s string) (n int, ok bool) {
	if s == "" || len(s) > 6 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	for i := range len(s) {
		n = 10*n + int(s[i]-'0')
	}
	return n, true
}

// suggestTitle names what is suggested; the review and the mistakes book have no name of their own.
func suggestTitle(l *localeOf, s view.Suggestion) string {
	if s.Title == "" && (s.For == "due" || s.For == "mistake") {
		return l.T("suggest." + s.For + ".title")
	}
	return s.Title
}

func goalText(l *localeOf, g view.Goal) string {
	return l.N("goal.line."+g.Of, g.Amount, "done", l.Number(g.Done))
}

func taskLevel(state string) string {
	switch state {
	case "done":
		return "can"
	case "begun":
		return "nearly"
	}
	return "notmet"
}

func taskSign(state string) string {
	switch state {
	case "done":
		return "right"
	case "closed":
		return "door"
	case "soon":
		return "waiting"
	}
	return "open"
}

// dayOr is a day as people say it, or other words when it is not known.
func dayOr(l *localeOf, f view.Frame, w view.When, known, unknown string) string {
	if w.Time.IsZero() {
		return l.T(unknown)
	}
	return l.T(known, "date", l.Date(w.Time, f.Now, w.Unsure))
}

func dirOf(f view.Frame, dir, lang string) string {
	return or(dir, contentDirection(lang, direction(f)))
}

// said speaks a course's language, for its digits; in the person's own digits when it is their language.
func said(f view.Frame, lang string) *localeOf {
	return contentWords(view.Exercise{Frame: f, Lang: lang})
}

func quizScore(l *localeOf, s view.QuizScore) string {
	return l.T("quiz.score", "right", l.Number(s.Right), "of", l.Number(s.Of))
}

// quizChange says in a sentence how a try compares with the one before it.
func quizChange(l *localeOf, s view.QuizScore) string {
	switch {
	case s.Before == nil:
		return ""
	case s.Right > *s.Before:
		return l.N("quiz.change.more", s.Right-*s.Before)
	case s.Right < *s.Before:
		return l.N("quiz.change.less", *s.Before-s.Right)
	}
	return l.T("quiz.change.same")
}

func askedClass(a view.Asked) string {
	switch {
	case a.Correct:
		return "is-right"
	case a.Given == "":
		return "is-open"
	case a.Partly:
		return "is-partly"
	}
	return "is-wrong"
}

// askedWord is the mark of a question in a report: a sign's name and the message beside it.
func askedWord(a view.Asked) (sign, message string) {
	switch {
	case a.Correct:
		return "right", "exercise.right-word"
	case a.Given == "":
		return "open", "quiz.not-answered"
	case a.Partly:
		return "helped", "exercise.partly"
	}
	return "wrong", "exercise.not-yet"
}

func lessonDo(v view.Lesson) string {
	if v.Done == 0 {
		return "lesson.start"
	}
	return "course.next"
}

func submitKind(v view.Quiz) string {
	if v.Go == "" {
		return "main"
	}
	return "plain"
}

func reportKind(v view.Quiz) string {
	if v.Go+v.Submit+v.Action == "" {
		return "main"
	}
	return "plain"
}

func handInKind(v view.QuizSubmit) string {
	if len(v.Open) == 0 {
		return "main"
	}
	return "plain"
}

func quizBegin(v view.Quiz) string {
	if v.State == "new" {
		return "quiz.begin"
	}
	return "quiz.again"
}

func quizNext(v view.QuizQuestion) string {
	if v.Last {
		return "quiz.save"
	}
	return "quiz.save-next"
}

func quizTimeRule(v view.Quiz) string {
	if v.Minutes > 0 {
		return "quiz.rule.time"
	}
	return "quiz.rule.no-time"
}
