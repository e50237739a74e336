package ui

import (
	"lamplight/ui/view"
)

func paperMake(l *localeOf, v view.Paper) *view.Link {
	if v.Make == "" {
		return nil
	}
	return &view.Link{Text: l.T("paper.make"), URL: v.Make}
}

// sheetWord is what a sheet is called: "Worksheet A".
func sheetWord(l *localeOf, x view.SheetLink) string {
	word := l.T("paper.sheet." + x.Key)
	if x.Version == "" && x.Key == "answers" {
		return l.T("paper.version", "sheet", word, "version", "A · B · A · B …")
	}
	if x.Version == "" {
		return word
	}
	return l.T("paper.version", "sheet", word, "version", x.Version)
}

func cardsOther(l *localeOf, v view.AnswerCards) string {
	if v.Four {
		return l.T("paper.cards.two")
	}
	return l.T("paper.cards.four")
}

// letterOf is A for 0.
func letterOf(i int) string { return string(rune('A' + i%26)) }

func chosenOne(yes bool) string {
	if yes {
		return "true"
	}
	return "false"
}

func invalid(yes bool) string { return chosenOne(yes) }

func tickWord(kind string) string {
	if kind == "many" {
		return "sheet.tick-all"
	}
	return "sheet.tick"
}

// sheetOptions is one place for each letter of an answer sheet.
func sheetOptions(q view.SheetQuestion) []struct{} {
	n := len(q.Options)
	if q.Type == "truefalse" {
		n = 2
	}
	return make([]struct{}, n)
}

// rightOnKey is the right answer as a key says it: with its letter, where it has one.
func rightOnKey(l *localeOf, q view.SheetQuestion) string {
	right := q.Right
	if q.Type == "truefalse" {
		right = l.T("sheet." + q.Right)
	}
	if q.Letter != "" {
		return q.Letter + ", " + right
	}
	return right
}

func hadIcon(had string) string {
	switch had {
	case "right":
		return "right"
	case "partly":
		return "progress"
	}
	return "wrong"
}
