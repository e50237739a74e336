package pack

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"lamplight/content"
)

// inFull takes a question that is given as data, in an "item:" line: questions of banks that have what the text has no
// sign for are exported so. It holds content.Item as JSON. What stands beside it is passed over.
func (p *itemParser) inFull(value string, line int) {
	var it content.Item
	if err := json.Unmarshal([]byte(value), &it); err != nil {
		p.fail(line, "item: it is not as an export writes it: %v", err)
		return
	}
	if it.Type != p.it.Type {
		p.fail(line, "item: it is a %q, and the heading says %q", clip(string(it.Type), 20), p.it.Type)
	}
	if it.ID == "" {
		it.ID = p.it.ID
	}
	*p.it, p.whole = it, true
}

// itemLines writes a question as the text format has it, and as data where that would not say the same.
func itemLines(it content.Item, id string) string {
	head := fmt.Sprintf("## %s %s\n", it.Type, id)
	plain := cloneTexts(it)
	plain.ID = content.ItemID(id)
	nameOptions(&plain) // it is another course's question: its options may be named anew
	if text := head + itemText(plain); readsAs(text, plain) {
		return text
	}
	if string(it.ID) == id {
		it.ID = ""
	}
	return head + "item: " + compactJSON(it) + "\n"
}

// readsAs says whether what is written is read as the one item it.
func readsAs(written string, it content.Item) bool {
	f := &folder{}
	got := f.parseItems(&text{body: written, bodyLine: 1})
	if len(f.problems) > 0 || len(got) != 1 {
		return false
	}
	a, errA := encoder.Marshal(got[0].item)
	b, errB := encoder.Marshal(it)
	return errA == nil && errB == nil && string(a) == string(b)
}

// compactJSON is an item as JSON without what is empty.
func compactJSON(it content.Item) string {
	b, err := json.Marshal(it)
	var v any
	if err == nil {
		err = json.Unmarshal(b, &v)
	}
	if err != nil {
		return ""
	}
	b, _ = json.Marshal(pruned(v))
	return string(b)
}

// pruned takes null, "", 0, false and empty lists out of objects.
func pruned(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			x = pruned(x)
			if list, ok := x.([]any); x == nil || ok && len(list) == 0 || x == "" || x == 0.0 || x == false {
				delete(v, k)
			} else {
				v[k] = x
			}
		}
	case []any:
		for i := range v {
			v[i] = pruned(v[i])
		}
	}
	return v
}

// itemText writes the lines after the heading; itemLines sees whether they are read as they should.
func itemText(it content.Item) string {
	var b strings.Builder
	line := func(mark, s string) {
		if s != "" {
			b.WriteString(mark + " " + strings.ReplaceAll(s, "\n", "\n  ") + "\n")
		}
	}
	line("?", withGaps(it))
	for _, l := range it.Lets {
		line("let", l.Name+" = "+letText(l))
	}
	for _, w := range it.Where {
		line("where", w)
	}
	for _, s := range answerLines(it) {
		b.WriteString(strings.ReplaceAll(s, "\n", "\n  ") + "\n")
	}
	line("unit", it.Unit)
	for _, m := range it.Mistakes {
		answer := escapes(m.Answer, " :", "=")
		if it.Type == content.Number {
			answer = inBracesText(m.Answer)
		}
		line("!", joined(answer, m.Error, m.Feedback))
	}
	for _, h := range it.Hints {
		line("hint:", h)
	}
	line("worked:", it.Worked)
	line("right:", it.Right)
	line("wrong:", it.Wrong)
	line("sound:", it.Sound)
	line("skill:", it.Skill)
	if it.Rating > 0 {
		line("rating:", strconv.Itoa(it.Rating))
	}
	if it.Fixed {
		line("order:", "fixed")
	}
	if it.CaseSense {
		line("case:", "exact")
	}
	if it.AccentSense {
		line("accents:", "exact")
	}
	return b.String()
}

func letText(l content.Let) string {
	switch {
	case len(l.Values) > 0:
		return "one of " + wordList(l.Values, ",", ", ")
	case l.Expr != "":
		return l.Expr
	case l.Step != "":
		return l.Low + ".." + l.High + " step " + l.Step
	}
	return l.Low + ".." + l.High
}

// answerLines are the lines that say what is right and what else there is to choose.
func answerLines(it content.Item) (out []string) {
	switch it.Type {
	case content.Number:
		for _, a := range it.Answers {
			if a = inBracesText(a); it.Tolerance != "" {
				a += " ± " + inBracesText(it.Tolerance)
			}
			out = append(out, "= "+a)
		}
	case content.Choice, content.Many:
		for _, o := range it.Options {
			out = append(out, optionLine(o, it.Type == content.Many))
		}
	case content.Order:
		for i, o := range it.Options {
			out = append(out, fmt.Sprintf("%d. %s", i+1, o.Text))
		}
	case content.Categorise:
		for n, name := range it.Categories {
			var in []string
			for _, o := range it.Options {
				if o.Category == n {
					in = append(in, o.Text)
				}
			}
			out = append(out, "> "+escapes(name, ":")+": "+wordList(in, ",", ", "))
		}
	case content.Cloze, content.InlineChoice, content.HotText:
	default:
		if len(it.Answers) > 0 {
			out = append(out, "= "+wordList(it.Answers, "|", " | "))
		}
	}
	for _, p := range it.Pairs {
		out = append(out, "- "+escapes(p.Left, " =")+" = "+escapes(p.Right, " ="))
	}
	for _, d := range it.Distractors {
		out = append(out, "- = "+escapes(d, " ="))
	}
	return out
}

func optionLine(o content.Option, many bool) string {
	mark := map[bool]string{true: "(x)", false: "( )"}[o.Right]
	if many {
		mark = strings.NewReplacer("(", "[", ")", "]").Replace(mark)
	}
	return mark + " " + joined(escapes(o.Text, " :"), o.Error, o.Feedback)
}

// joined is "TEXT : code : feedback", as much of it as there is.
func joined(s, code, feedback string) string {
	for _, more := range []string{code, escapes(feedback, " :")} {
		if more != "" {
			s += " : " + more
		}
	}
	return s
}

// wordList joins words, the sign that sets them off escaped in each.
func wordList(words []string, sign, between string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = escapes(w, sign)
	}
	return strings.Join(out, between)
}

// escapes puts a backslash before the last sign of each of what would cut a line.
func escapes(s string, signs ...string) string {
	for _, sign := range signs {
		last := len(sign) - 1
		s = strings.ReplaceAll(s, sign, sign[:last]+`\`+sign[last:])
	}
	return s
}

// inBracesText is an expression in braces; a literal stays as it is.
func inBracesText(s string) string {
	if _, err := strconv.ParseFloat(s, 64); s == "" || err == nil {
		return s
	}
	return "{" + s + "}"
}

// withGaps is a question with the marks that its gaps were written as.
func withGaps(it content.Item) string {
	s := it.Stem
	gap := func(n int, mark string) { s = strings.Replace(s, fmt.Sprintf("{{%d}}", n+1), mark, 1) }
	switch it.Type {
	case content.Cloze:
		for i, g := range it.Gaps {
			gap(i, "[["+wordList(g.Answers, "|", "|")+"]]")
		}
	case content.InlineChoice:
		for i, g := range it.Gaps {
			var options []string
			for _, o := range g.Options {
				t := escapes(o.Text, "|", " :")
				if o.Right {
					t += "*"
				}
				options = append(options, joined(t, o.Error, o.Feedback))
			}
			gap(i, "{{"+strings.Join(options, " | ")+"}}")
		}
	case content.HotText:
		for i, o := range it.Options {
			mark := "[" + joined(o.Text, o.Error, o.Feedback) + "]"
			if o.Right {
				mark += "*"
			}
			gap(i, mark)
		}
	}
	return s
}
