package ui

import (
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// masteryLevels are how well a learner can do an exercise, best first: classes of the sheet and messages "level.…".
var masteryLevels = []string{"can", "nearly", "notyet", "notmet"}

func masteryIcon(level string) string {
	switch level {
	case "can":
		return "right"
	case "nearly":
		return "progress"
	case "notyet":
		return "wrong"
	}
	return "open"
}

func classAdd(l *locale.Locale, v view.TeachClass) *view.Link {
	if v.People == "" {
		return nil
	}
	return &view.Link{Text: l.T("class.add"), URL: v.People}
}

// rightShare is a dash for a learner who has not answered: nothing in a hundred would be untrue.
func rightShare(l *locale.Locale, r view.LearnerRow) string {
	if r.Answers == 0 {
		return "–"
	}
	return l.Percent(r.Right)
}

func columnTitle(v view.TeachClass, i int) string {
	if i < len(v.Exercises) {
		return v.Exercises[i].Title
	}
	return ""
}

func answerMark(a view.Answered) string {
	switch {
	case a.Correct && a.Helped:
		return "helped"
	case a.Correct:
		return "right"
	}
	return "wrong"
}

// answeredWords speaks the language of what was answered, for its digits.
func answeredWords(l *locale.Locale, a view.Answered) *locale.Locale {
	if a.Lang == "" || locale.For(a.Lang).Tag() == l.Tag() {
		return l
	}
	return locale.For(a.Lang)
}

// outboxWord gives the gallery a sentence for each kind of banner.
func outboxWord(kind string) string {
	if kind == "saved" {
		return "saved"
	}
	return "waiting"
}
