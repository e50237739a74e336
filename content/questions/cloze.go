package questions

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"

	"lamplight/content"
)

// clozeStart begins a gap: {1:SHORTANSWER:… and all the ways to write the type.
var clozeStart = regexp.MustCompile(`\{(\d{0,3}):(SHORTANSWER_C|SHORTANSWER|SAC|SA|MWC|MW|NUMERICAL|NM|MULTICHOICE_VS|MULTICHOICE_HS|MULTICHOICE_S|MULTICHOICE_V|MULTICHOICE_H|MULTICHOICE|MCVS|MCHS|MCS|MCV|MCH|MC|MULTIRESPONSE_HS|MULTIRESPONSE_S|MULTIRESPONSE_H|MULTIRESPONSE|MRHS|MRS|MRH|MR):`)

// cloze reads a text with gaps in it.
func (q *moodleQuestion) cloze() error {
	text, format := formatted(q.doc.Child("questiontext"))
	var b strings.Builder
	rest := text
	for {
		m := clozeStart.FindStringSubmatchIndex(rest)
		if m == nil {
			break
		}
		body, after, closed := cutFirst(rest[m[1]:], "}")
		if !closed {
			return fmt.Errorf("a gap %q is not closed by }", clip(rest[m[0]:], 40))
		}
		gap, err := q.clozeGap(rest[m[4]:m[5]], body)
		if err != nil {
			return fmt.Errorf("gap %d: %w", len(q.item.Gaps)+1, err)
		}
		gap.Weight, _ = strconv.Atoi(rest[m[2]:m[3]])
		if gap.Weight = min(gap.Weight, 100); gap.Weight == 1 {
			gap.Weight = 0
		}
		q.item.Gaps = append(q.item.Gaps, gap)
		b.WriteString(rest[:m[0]] + gapMark(len(q.item.Gaps)))
		rest = after
	}
	b.WriteString(rest)
	if len(q.item.Gaps) == 0 {
		return fmt.Errorf("there is no gap in it")
	}
	q.item.Type = content.Cloze
	q.item.Stem = gapped(q.src.text(b.String(), firstFormat(format), true))
	return nil
}

// clozeGap reads the answers of a gap: "%100%text#feedback~=text~wrong", which stand in HTML.
func (q *moodleQuestion) clozeGap(kind, body string) (content.Gap, error) {
	var answers []answer
	for _, p := range clozeParts(strings.ReplaceAll(body, "&#", "\ue213")) { // a # of an entity begins no feedback
		percent := 0.0
		if rest, ok := strings.CutPrefix(p, "="); ok {
			percent, p = 100, rest
		} else if m := giftPercent.FindStringSubmatch(p); m != nil {
			percent, _ = strconv.ParseFloat(strings.ReplaceAll(m[1], ",", "."), 64)
			p = p[len(m[0]):]
		}
		text, feedback, _ := cutFirst(p, "#")
		text, feedback = strings.ReplaceAll(text, "\ue213", "&#"), strings.ReplaceAll(feedback, "\ue213", "&#")
		answers = append(answers, answer{text: strings.TrimSpace(text), percent: percent, feedback: q.src.line(unslashCloze(feedback), "html")})
	}
	switch {
	case strings.HasPrefix(kind, "MULTIR") || kind == "MR" || kind == "MRS" || kind == "MRH" || kind == "MRHS":
		return content.Gap{}, fmt.Errorf("several answers are to be ticked within the text")
	case kind == "NUMERICAL" || kind == "NM":
		return clozeNumber(answers)
	case strings.HasPrefix(kind, "M") && !strings.HasPrefix(kind, "MW"):
		for i := range answers {
			answers[i].text = q.src.line(unslashCloze(answers[i].text), "html")
		}
		var it content.Item
		err := choices(&it, answers, false)
		return content.Gap{Options: it.Options}, err
	}
	for i := range answers {
		answers[i].text = strings.Join(strings.Fields(html.UnescapeString(anyTag.ReplaceAllString(unslashCloze(strings.ReplaceAll(answers[i].text, `\*`, "\ue212")), ""))), " ")
		answers[i].text = strings.ReplaceAll(answers[i].text, "\ue212", `\*`)
	}
	t, err := texts(answers)
	q.item.Patterns = q.item.Patterns || t.patterns
	q.item.Mistakes = append(q.item.Mistakes, t.mistakes...)
	return content.Gap{Answers: t.answers, Accepts: t.accepts, CaseSense: strings.HasSuffix(kind, "C") && kind != "MC"}, err
}

var anyTag = regexp.MustCompile(`<[^>]*>`)

func clozeNumber(answers []answer) (content.Gap, error) {
	for i, a := range answers {
		value, tolerance, _ := strings.Cut(html.UnescapeString(anyTag.ReplaceAllString(unslashCloze(a.text), "")), ":")
		answers[i].text, answers[i].tolerance = value, tolerance
	}
	t, tolerance, err := numbers(answers)
	return content.Gap{Type: content.Number, Answers: t.answers, Accepts: t.accepts, Tolerance: tolerance}, err
}

// clozeParts cuts the answers of a gap apart.
func clozeParts(s string) (out []string) {
	for {
		before, after, found := cutFirst(s, "~")
		if before = strings.TrimSpace(before); before != "" {
			out = append(out, before)
		}
		if !found {
			return out
		}
		s = after
	}
}

var clozeEscapes = strings.NewReplacer(`\\`, `\`, `\}`, "}", `\{`, "{", `\#`, "#", `\~`, "~", `\/`, "/", `\"`, `"`, `\=`, "=")

func unslashCloze(s string) string { return clozeEscapes.Replace(strings.TrimSpace(s)) }
