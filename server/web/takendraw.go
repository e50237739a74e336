package web

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/ui/view"
)

// addExercise draws questions for the file: those that the box would ask this learner next, and would have them go on
// right. The box takes them back by the ticket, however long that takes.
func (t *taking) addExercise(r *request, turn *turn, part *view.TakePart) error {
	who := t.ticket.learner
	if !r.signedIn() {
		who = ""
	}
	sheet := takenSheet{exercise: turn.node.ID}
	for _, v := range turn.ahead(who, min(t.each, maxTaken-t.questions)) {
		t.questions++
		q := view.TakeQuestion{N: t.questions, Question: question(turn.course.ID, v, nil), Worked: base64Worked(v)}
		if line, sure := takenRight(v); sure {
			q.Check = checkLine + line
		}
		part.Questions = append(part.Questions, q)
		sheet.questions = append(sheet.questions, takenQuestion{uint16(v.Seed), fingerprint(v)})
	}
	if _, ok := learning.Raw(sheet.exercise); !ok {
		return fmt.Errorf("web: exercise %.40q cannot be taken home: %w", string(sheet.exercise), fs.ErrInvalid)
	}
	if len(sheet.questions) > 0 {
		t.ticket.sheets = append(t.ticket.sheets, sheet)
	}
	return nil
}

func base64Worked(v marking.Variant) string {
	if v.Item.Worked == "" {
		return ""
	}
	return base64Text("<p>" + string(inline(v.Item.Worked)) + "</p>")
}

// vainRounds is how often all items of an exercise may be drawn with numbers already asked before it counts as having no
// others: an item of two variants then gives both but once in 2^16.
const vainRounds = 16

// ahead is up to n questions: the one that comes next, then the exercise's other items from there on in its author's
// order, round and round while they have other numbers.
func (t *turn) ahead(who learning.PersonID, n int) (out []marking.Variant) {
	first, ok := learning.Pick(t.exercise, who, t.state, t.practice, t.today, sameNumbers)
	if !ok {
		return nil
	}
	at := 0
	for i, it := range t.exercise.Items {
		if it.ID == first.Item.ID {
			at = i
		}
	}
	state, choice, idle := t.state, first, 0
	for len(out) < n && idle < vainRounds*len(t.exercise.Items) {
		v, err := marking.Draw(choice.Item, choice.Seed)
		if err == nil && v.Seed <= 1<<16-1 && !askedBefore(out, v) {
			out, idle = append(out, v), 0
		} else {
			idle++
		}
		state.FirstTries++
		state.Item, state.Seed, state.Again = choice.Item.ID, choice.Seed, false
		at = (at + 1) % len(t.exercise.Items)
		if choice, ok = learning.PickFor(t.exercise, who, state, t.exercise.Items[at].ID, sameNumbers); !ok {
			return out
		}
	}
	return out
}

// askedBefore says whether a variant's numbers are among those drawn.
func askedBefore(drawn []marking.Variant, v marking.Variant) bool {
	return slices.ContainsFunc(drawn, func(x marking.Variant) bool {
		return x.Item.ID == v.Item.ID && maps.Equal(x.Values, v.Values)
	})
}
