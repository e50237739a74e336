package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/tex"
	"lamplight/ui/view"
)

// How many fields a question's form has at least, and at most.
const (
	fewOptions  = 4
	mostOptions = 12
	knownWrongs = 3
)

// formHolds says whether the form shows all there is of a question: others are edited as text.
func formHolds(it content.Item) bool {
	plain := len(it.Lets)+len(it.Where)+len(it.Accepts)+len(it.Gaps)+len(it.Categories)+len(it.Distractors) == 0 && !it.Patterns && it.Form == ""
	if it.Type == content.Number && len(it.Answers) > 1 || len(it.Mistakes) > knownWrongs || len(it.Options) > mostOptions {
		plain = false
	}
	return plain && slices.Contains(ownItemTypes, it.Type)
}

// itemForm is a question as the form shows it.
func itemForm(it content.Item) view.OwnItem {
	v := view.OwnItem{Type: string(it.Type), Stem: shownText(it.Stem), Unit: it.Unit, Tolerance: it.Tolerance, Worked: shownText(it.Worked)}
	var hints, lines []string
	for _, h := range it.Hints {
		hints = append(hints, strings.ReplaceAll(shownText(h), "\n", " "))
	}
	for _, p := range it.Pairs {
		lines = append(lines, shownText(p.Left)+" = "+shownText(p.Right))
	}
	for _, o := range it.Options {
		if it.Type == content.Order {
			lines = append(lines, shownText(o.Text))
		}
		v.Options = append(v.Options, view.OwnOption{Text: shownText(o.Text), Say: shownText(o.Feedback), Code: o.Error, Right: o.Right})
	}
	for _, m := range it.Mistakes {
		v.Wrongs = append(v.Wrongs, view.OwnOption{Text: m.Answer, Say: shownText(m.Feedback), Code: m.Error})
	}
	v.Hints, v.Lines, v.Answer = strings.Join(hints, "\n"), strings.Join(lines, "\n"), strings.Join(it.Answers, "\n")
	return withRoom(v)
}

// withRoom adds empty fields to fill in.
func withRoom(v view.OwnItem) view.OwnItem {
	for len(v.Options) < fewOptions || len(v.Options) < mostOptions && v.Options[len(v.Options)-1].Text != "" {
		v.Options = append(v.Options, view.OwnOption{})
	}
	for len(v.Wrongs) < knownWrongs {
		v.Wrongs = append(v.Wrongs, view.OwnOption{})
	}
	return v
}

// formAgain is the form as it was filled in.
func formAgain(f url.Values, t content.ItemType) view.OwnItem {
	v := view.OwnItem{
		Type: string(t), Stem: f.Get("stem"), Answer: f.Get("answer"), Tolerance: f.Get("tolerance"), Unit: f.Get("unit"), Lines: f.Get("lines"),
		Hints: f.Get("hints"), Worked: f.Get("worked"), Options: formOptions(f, "opt.", "say.", "code.", mostOptions), Wrongs: formOptions(f, "wrong.", "wsay.", "wcode.", knownWrongs),
	}
	return withRoom(v)
}

// formOptions are rows of the form, the empty ones at the end left out.
func formOptions(f url.Values, text, say, code string, most int) (out []view.OwnOption) {
	for i := range most {
		n := strconv.Itoa(i)
		o := view.OwnOption{Text: oneLine(f.Get(text + n)), Say: oneLine(f.Get(say + n)), Code: f.Get(code + n), Right: slices.Contains(f["right"], n)}
		out = append(out, o)
	}
	for len(out) > 0 && out[len(out)-1].Text == "" && out[len(out)-1].Say == "" {
		out = out[:len(out)-1]
	}
	return out
}

// fillItem puts what the form brings into a question; problem is message "own.problem.KEY".
func fillItem(f url.Values, it *content.Item) (problem string) {
	it.Stem, it.Worked, it.Hints = keptText(f.Get("stem")), keptText(f.Get("worked")), nil
	for _, h := range linesOf(f.Get("hints")) {
		it.Hints = append(it.Hints, keptText(h))
	}
	if it.Stem == "" {
		return "stem"
	}
	it.Options, it.Pairs, it.Answers, it.Mistakes = nil, nil, nil, nil
	switch it.Type {
	case content.Choice, content.Many:
		return fillOptions(f, it)
	case content.TrueFalse:
		return fillTrueFalse(f, it)
	case content.Number:
		return fillNumber(f, it)
	case content.Text:
		if it.Answers = linesOf(f.Get("answer")); len(it.Answers) == 0 {
			return "answer"
		}
		fillWrongs(f, it, func(s string) string { return s })
	case content.Order:
		for _, x := range linesOf(f.Get("lines")) {
			it.Options = append(it.Options, content.Option{Text: keptText(x)})
		}
		if len(it.Options) < 2 {
			return "lines"
		}
	case content.Match:
		return fillPairs(f, it)
	default:
		return "item"
	}
	return ""
}

func fillOptions(f url.Values, it *content.Item) string {
	rows := formOptions(f, "opt.", "say.", "code.", mostOptions)
	rights := 0
	used := usedCodes(rows)
	for _, o := range rows {
		if o.Text == "" {
			continue
		}
		x := content.Option{Text: keptText(o.Text), Right: o.Right, Feedback: keptText(o.Say)}
		if o.Right {
			rights++
		} else if x.Feedback != "" {
			x.Error = codeFor(o.Code, used)
		}
		it.Options = append(it.Options, x)
	}
	if len(it.Options) < 2 {
		return "options"
	}
	if rights == 0 || it.Type == content.Choice && rights != 1 {
		return "right"
	}
	return ""
}

func fillTrueFalse(f url.Values, it *content.Item) string {
	wrong := map[string]string{"true": "false", "false": "true"}[f.Get("answer")]
	if wrong == "" {
		return "right"
	}
	it.Answers = []string{f.Get("answer")}
	if say := keptText(oneLine(f.Get("wsay.0"))); say != "" {
		it.Mistakes = []content.Mistake{{Answer: wrong, Error: "wrong-1", Feedback: say}}
	}
	return ""
}

func fillNumber(f url.Values, it *content.Item) string {
	answer, ok := ownNumber(f.Get("answer"))
	tolerance, fits := ownNumber(f.Get("tolerance"))
	if !ok || answer == "" || !fits {
		return "number"
	}
	it.Answers, it.Tolerance, it.Unit = []string{answer}, tolerance, oneLine(f.Get("unit"))
	fillWrongs(f, it, func(s string) string {
		n, ok := ownNumber(s)
		if !ok {
			return ""
		}
		return n
	})
	return ""
}

func fillPairs(f url.Values, it *content.Item) string {
	for _, x := range linesOf(f.Get("lines")) {
		left, right, ok := strings.Cut(x, "=")
		if !ok || strings.TrimSpace(left) == "" || strings.TrimSpace(right) == "" {
			return "lines"
		}
		it.Pairs = append(it.Pairs, content.Pair{Left: keptText(strings.TrimSpace(left)), Right: keptText(strings.TrimSpace(right))})
	}
	if len(it.Pairs) < 2 {
		return "lines"
	}
	return ""
}

// fillWrongs are the wrong answers that are known.
func fillWrongs(f url.Values, it *content.Item, read func(string) string) {
	rows := formOptions(f, "wrong.", "wsay.", "wcode.", knownWrongs)
	used := usedCodes(rows)
	for _, o := range rows {
		if answer := read(o.Text); answer != "" {
			it.Mistakes = append(it.Mistakes, content.Mistake{Answer: answer, Error: codeFor(o.Code, used), Feedback: keptText(o.Say)})
		}
	}
}

func usedCodes(rows []view.OwnOption) map[string]bool {
	used := map[string]bool{}
	for _, o := range rows {
		used[o.Code] = true
	}
	return used
}

// codeFor is the code reports count a wrong answer under: the one it had, else the next that is free.
func codeFor(code string, used map[string]bool) string {
	if code != "" {
		return code
	}
	for n := 1; ; n++ {
		if code = "wrong-" + strconv.Itoa(n); !used[code] {
			used[code] = true
			return code
		}
	}
}

// ownNumber is a number as people type it, in any script's digits and with a point or comma; "" is none, which is right too.
func ownNumber(s string) (string, bool) {
	s = strings.ReplaceAll(strings.TrimSpace(marking.Digits(s)), ",", ".")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "−", "-"), "٫", ".")
	if s == "" {
		return "", true
	}
	digits := strings.TrimPrefix(s, "-")
	whole, part, point := strings.Cut(digits, ".")
	ok := len(s) <= 20 && whole != "" && strings.Trim(whole+part, "0123456789") == "" && (!point || part != "")
	return s, ok
}

// linesOf are the lines of a field that hold something.
func linesOf(s string) (out []string) {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// keptText is what was typed as a question's text has it: braces, which would draw something, are plain signs, but for those of
// mathematics. shownText takes that back.
func keptText(s string) string {
	var b strings.Builder
	tex.Split(strings.Join(linesOf(s), "\n"), func(plain string) {
		b.WriteString(strings.NewReplacer(`\{`, `\{`, `\}`, `\}`, "{", `\{`, "}", `\}`).Replace(plain))
	}, func(whole, _ string, _ bool) { b.WriteString(whole) })
	return b.String()
}

func shownText(s string) string {
	var b strings.Builder
	tex.Split(s, func(plain string) { b.WriteString(strings.NewReplacer(`\{`, "{", `\}`, "}").Replace(plain)) }, func(whole, _ string, _ bool) { b.WriteString(whole) })
	return b.String()
}
