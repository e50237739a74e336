package perseus

import (
	"encoding/json"

	"lamplight/content"
	"lamplight/content/marking"
)

// An answerForm is one of an expression's answers.
type answerForm struct {
	Value      word
	Form       flag
	Simplify   flag
	Considered word
}

// expression is a formula to be typed. What it is asked to look like is asked for when all right answers ask for it.
func expression(w *writer, raw json.RawMessage) string {
	var o struct {
		answerForm
		AnswerForms []answerForm
		Functions   []word
	}
	if !w.read("expression", raw, &o) {
		return ""
	}
	if len(o.AnswerForms) == 0 && o.Value != "" { // version 0
		o.AnswerForms = []answerForm{o.answerForm}
		o.AnswerForms[0].Considered = "correct"
	}
	it := content.Item{Type: content.Formula}
	for _, f := range o.Functions {
		it.Functions = append(it.Functions, string(f))
	}
	same, simple := true, true
	for _, a := range o.AnswerForms {
		if a.Considered == "correct" && a.Value != "" {
			if err := (marking.FormulaKey{Formula: string(a.Value), Functions: it.Functions}).Check(); err != nil {
				w.fail("expression", "its answer cannot be compared: %w", err)
				return ""
			}
			it.Answers = append(it.Answers, marking.Literal(string(a.Value)))
			same, simple = same && bool(a.Form), simple && bool(a.Simplify)
		}
	}
	if len(it.Answers) == 0 {
		w.fail("expression", "an expression has no right answer")
		return ""
	}
	switch {
	case same:
		it.Form = content.SameForm
	case simple:
		it.Form = content.Simplified
	}
	gap := content.Gap{Type: content.Formula, Answers: it.Answers, Form: it.Form, Functions: it.Functions}
	return w.add(part{kind: "expression", item: it, gap: &gap})
}
