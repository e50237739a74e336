package questions

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"lamplight/content"
)

// A giftReader reads what stands in the braces of one question.
type giftReader struct {
	before, answers, after string // as written
	format                 string
	src                    *source
	item                   content.Item
}

func (q *giftReader) line(s string) string { return q.formatted(s) }

// formatted is a text of an answer, which may name a format of its own.
func (q *giftReader) formatted(s string) string {
	format := q.format
	if m := giftFormat.FindStringSubmatch(s); m != nil {
		format, s = m[1], s[len(m[0]):]
	}
	return q.src.line(unslash(s), format)
}

// gapHere stands where the braces were while the text round them is made ours.
const gapHere = "\ue210"

// stem writes the text round the braces, with what stands in their place.
func (q *giftReader) stem(gap string) {
	text := q.before
	switch {
	case strings.TrimSpace(text) == "" && gap == "____":
		text = q.after
	case strings.TrimSpace(q.after) != "":
		text += gapHere + q.after
	}
	q.item.Stem = strings.ReplaceAll(q.src.text(unslash(text), q.format, true), gapHere, gap)
}

// missing says whether the braces stand for a word within the text.
func (q *giftReader) missing() bool { return strings.Trim(q.after, " \n.?!…:;") != "" }

var truth = regexp.MustCompile(`(?is)^(T|TRUE|F|FALSE)\s*(?:#(.*))?$`)

// read reads the answers and gives the kind of question they make.
func (q *giftReader) read() (string, error) {
	a := q.answers
	if a == "" {
		return "essay", fmt.Errorf("a person must read the answer")
	}
	if m := truth.FindStringSubmatch(a); m != nil {
		q.trueFalse(m[1][0]|0x20 == 't', m[2])
		return "truefalse", nil
	}
	if a[0] == '#' {
		return "numerical", q.numerical(strings.TrimSpace(a[1:]))
	}
	parts := giftParts(a)
	if len(parts) == 0 {
		return "unknown", fmt.Errorf("no answer begins with = or ~")
	}
	wrongs, rights, arrows := 0, 0, 0
	for _, p := range parts {
		if p[0] == '~' {
			wrongs++
		} else {
			rights++
		}
		if _, _, ok := cutFirst(p, "->"); ok && p[0] == '=' {
			arrows++
		}
	}
	switch {
	case arrows == len(parts):
		return "matching", q.matching(parts)
	case wrongs > 0:
		return "multichoice", q.multiple(parts, rights == 0)
	}
	return "shortanswer", q.short(parts)
}

// giftParts cuts answers at the = and ~ that begin them. A = within an answer that began with ~, and one within a formula or
// an address, begins another all the same: GIFT says \=.
func giftParts(s string) (out []string) {
	start := -1
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '=', '~':
			if start >= 0 {
				out = append(out, strings.TrimSpace(s[start:i]))
			}
			start = i
		}
	}
	if start >= 0 {
		out = append(out, strings.TrimSpace(s[start:]))
	}
	return out
}

// part reads "=%50%text#feedback".
func part(p string) (percent float64, stated bool, text, feedback string) {
	if p[0] == '=' {
		percent = 100
	}
	body := p[1:]
	if m := giftPercent.FindStringSubmatch(body); m != nil {
		if v, err := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", "."), 64); err == nil {
			percent, stated = v, true
			body = body[len(m[0]):]
		}
	}
	text, feedback, _ = cutFirst(body, "#")
	return percent, stated, strings.TrimSpace(text), strings.TrimSpace(feedback)
}

func (q *giftReader) trueFalse(right bool, feedback string) {
	q.stem("____")
	q.item.Type, q.item.Answers = content.TrueFalse, []string{strconv.FormatBool(right)}
	wrong, well, _ := cutFirst(feedback, "#")
	if strings.TrimSpace(wrong) != "" {
		q.item.Mistakes = []content.Mistake{{Answer: strconv.FormatBool(!right), Error: "said", Feedback: q.line(wrong)}}
	}
	if strings.TrimSpace(well) != "" {
		q.item.Right = q.line(well)
	}
}

func (q *giftReader) multiple(parts []string, several bool) error {
	var answers []answer
	for _, p := range parts {
		percent, _, text, feedback := part(p)
		answers = append(answers, answer{text: q.formatted(text), percent: percent, feedback: q.line(feedback)})
	}
	if q.missing() && !several {
		var it content.Item
		if err := choices(&it, answers, false); err != nil {
			return err
		}
		q.stem("{{1}}")
		q.item.Fixed = true
		q.item.Type, q.item.Gaps = content.Cloze, []content.Gap{{Options: it.Options}}
		if !hasCredit(it.Options) {
			q.item.Type = content.InlineChoice
		}
		return nil
	}
	q.stem("____")
	q.item.Fixed = true
	return choices(&q.item, answers, several)
}

func hasCredit(options []content.Option) bool {
	for _, o := range options {
		if o.Credit != 0 {
			return true
		}
	}
	return false
}

func (q *giftReader) short(parts []string) error {
	var answers []answer
	for _, p := range parts {
		percent, _, text, feedback := part(p)
		if m := giftFormat.FindStringSubmatch(text); m != nil {
			text = text[len(m[0]):]
		}
		answers = append(answers, answer{text: starred(text), percent: percent, feedback: q.line(feedback)})
	}
	t, err := texts(answers)
	if err != nil {
		return err
	}
	if q.missing() {
		q.stem("{{1}}")
		q.item.Type, q.item.Gaps = content.Cloze, []content.Gap{{Answers: t.answers, Accepts: t.accepts}}
		t.answers, t.accepts = nil, nil
		t.into(&q.item)
		return nil
	}
	q.stem("____")
	q.item.Type = content.Text
	t.into(&q.item)
	return nil
}

// starred takes GIFT's escapes off but for that of a star, which is a pattern's.
func starred(s string) string {
	return strings.ReplaceAll(unslash(strings.ReplaceAll(s, `\*`, "\ue211")), "\ue211", `\*`)
}

func (q *giftReader) matching(parts []string) error {
	q.stem("____")
	q.item.Type = content.Match
	for _, p := range parts {
		left, right, _ := cutFirst(p[1:], "->")
		l, r := q.formatted(strings.TrimSpace(left)), q.formatted(strings.TrimSpace(right))
		if l == "" {
			q.item.Distractors = append(q.item.Distractors, r)
			continue
		}
		q.item.Pairs = append(q.item.Pairs, content.Pair{Left: l, Right: r})
	}
	return nil
}

// numerical reads "3:2", "1..5", or several with "=" before each.
func (q *giftReader) numerical(s string) error {
	parts := giftParts(s)
	if len(parts) == 0 {
		parts = []string{"=" + s}
	}
	var answers []answer
	for _, p := range parts {
		percent, _, text, feedback := part(p)
		value, tolerance, err := giftNumber(text)
		if err != nil {
			return err
		}
		answers = append(answers, answer{text: value, tolerance: tolerance, percent: percent, feedback: q.line(feedback)})
	}
	t, tolerance, err := numbers(answers)
	if err != nil {
		return err
	}
	if q.missing() {
		q.stem("{{1}}")
		q.item.Type, q.item.Gaps = content.Cloze, []content.Gap{{Type: content.Number, Answers: t.answers, Accepts: t.accepts, Tolerance: tolerance}}
		t.answers, t.accepts = nil, nil
		t.into(&q.item)
		return nil
	}
	q.stem("____")
	q.item.Type, q.item.Tolerance = content.Number, tolerance
	t.into(&q.item)
	return nil
}

// giftNumber reads a number, a number with its tolerance, or a range.
func giftNumber(s string) (value, tolerance string, err error) {
	s = strings.TrimSpace(unslash(s))
	if low, high, ok := strings.Cut(s, ".."); ok {
		a, okA := decimal(low)
		b, okB := decimal(high)
		if !okA || !okB {
			return "", "", fmt.Errorf("%q is no range of numbers", clip(s, 60))
		}
		value, tolerance = middle(a, b)
		return value, tolerance, nil
	}
	value, tolerance, _ = strings.Cut(s, ":")
	return value, tolerance, nil
}

// middle gives the middle and half width of a range.
func middle(low, high string) (value, half string) {
	a, _ := new(big.Rat).SetString(low)
	b, _ := new(big.Rat).SetString(high)
	two := big.NewRat(2, 1)
	sum, width := new(big.Rat).Add(a, b), new(big.Rat).Sub(b, a)
	return exact(sum.Quo(sum, two)), exact(width.Quo(width.Abs(width), two))
}
