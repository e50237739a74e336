package web

import (
	"cmp"
	"html"
	"slices"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/content/marking"
	"lamplight/server/learning"
	cardreader "lamplight/server/paper"
	"lamplight/server/store"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// What the share of right answers suggests, in percent. (Crouch and Mazur, American Journal of Physics 69, 2001: talking in
// pairs gains most between 30 and 70.)
const (
	tooFewRight  = 30
	enoughRight  = 70
	mostBarLines = 7 // of a question that anything can be answered to; the rest are counted together
)

// advice is what to do next: "again" teach it once more, "talk" in pairs and ask again, "on"; "" where nobody answered.
func advice(right, answered int) string {
	switch {
	case answered == 0:
		return ""
	case 100*right < tooFewRight*answered:
		return "again"
	case 100*right <= enoughRight*answered:
		return "talk"
	}
	return "on"
}

// fillBars counts the answers of every round, of the last what most got wrong and what that suggests.
func fillBars(l *locale.Locale, v *view.InClass, c *inClass) {
	last := len(c.mode.Rounds) - 1
	for i := range c.mode.Rounds {
		r := view.InClassRound{Number: i + 1}
		for _, x := range c.seats {
			if at := x.Rounds[i]; at != nil {
				r.Answered++
				r.Right += int(boolCount(at.Correct))
			}
		}
		r.Percent = share(r.Right, r.Answered)
		v.Rounds = append(v.Rounds, r)
	}
	v.Rows = barLines(l, c.sheet.variant, c.seats, v.Rounds)
	v.Wrong, v.WrongN = mostWrong(l, c.sheet.variant, c.seats, last)
	v.Advice = advice(v.Rounds[last].Right, v.Rounds[last].Answered)
}

func boolCount(b bool) int {
	if b {
		return 1
	}
	return 0
}

func share(n, of int) int {
	if of == 0 {
		return 0
	}
	return (200*n + of) / (2 * of)
}

// barLines are the options, or of a question with none the right answer and the wrong ones, those most chosen last first.
func barLines(l *locale.Locale, v marking.Variant, seats []store.ClassAnswer, rounds []view.InClassRound) []view.InClassBar {
	count := func(b *view.InClassBar, is func(*learning.Attempt) bool) (all int) {
		for i := range rounds {
			n := 0
			for _, x := range seats {
				if at := x.Rounds[i]; at == nil || !is(at) {
					continue
				} else if n++; i == len(rounds)-1 {
					b.Names = append(b.Names, x.Person.Name)
				}
			}
			all += n
			b.Counts = append(b.Counts, view.InClassCount{N: n, Share: share(n, rounds[i].Answered)})
		}
		return all
	}
	if keys := optionKeys(v); keys != nil {
		var out []view.InClassBar
		for i, key := range keys {
			b := view.InClassBar{Letter: cardreader.Answer(i).Letter()}
			if v.Item.Type == content.TrueFalse {
				b.Letter, b.Key = "", key
			} else {
				b.Text = inline(v.Item.Options[i].Text)
			}
			b.Right = key == marking.Right(v)
			count(&b, func(at *learning.Attempt) bool { return at.Given == key })
			out = append(out, b)
		}
		return out
	}
	right := view.InClassBar{Key: "right", Right: true, Text: inline(marking.Explain(v, marking.Right(v)))}
	count(&right, func(at *learning.Attempt) bool { return at.Correct })
	out := []view.InClassBar{right}
	thoughts := wrongThoughts(seats, len(rounds)-1)
	shown := thoughts[:min(len(thoughts), mostBarLines)]
	for _, t := range shown {
		b := view.InClassBar{Text: view.HTML(html.EscapeString(wrongWords(l, v, t)))}
		count(&b, func(at *learning.Attempt) bool { return !at.Correct && thoughtOf(at.Error, at.Given) == t })
		out = append(out, b)
	}
	rest := view.InClassBar{Key: "other"}
	n := count(&rest, func(at *learning.Attempt) bool {
		return !at.Correct && !slices.Contains(shown, thoughtOf(at.Error, at.Given))
	})
	if n > 0 {
		out = append(out, rest)
	}
	return out
}

// optionKeys is what can be chosen where one thing is, in the order it stands; nil for other questions.
func optionKeys(v marking.Variant) (out []string) {
	switch v.Item.Type {
	case content.TrueFalse:
		return []string{"true", "false"}
	case content.Choice:
		for _, o := range v.Item.Options {
			out = append(out, o.Key)
		}
	}
	return out
}

// wrongThoughts are the wrong answers of a round, most chosen first.
func wrongThoughts(seats []store.ClassAnswer, round int) (out []string) {
	n := map[string]int{}
	for _, x := range seats {
		if at := x.Rounds[round]; at != nil && !at.Correct {
			t := thoughtOf(at.Error, at.Given)
			if n[t]++; n[t] == 1 {
				out = append(out, t)
			}
		}
	}
	arrange.By(out, func(a, b string) int { return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b)) })
	return out
}

// mostWrong is the wrong answer that most chose in a round, in words.
func mostWrong(l *locale.Locale, v marking.Variant, seats []store.ClassAnswer, round int) (words string, n int) {
	thoughts := wrongThoughts(seats, round)
	if len(thoughts) == 0 {
		return "", 0
	}
	for _, x := range seats {
		if at := x.Rounds[round]; at != nil && !at.Correct && thoughtOf(at.Error, at.Given) == thoughts[0] {
			n++
		}
	}
	return wrongWords(l, v, thoughts[0]), n
}
