package marking

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"lamplight/content"
)

// markGaps marks r1, r2 … of a cloze or inline choice; a gap left empty is wrong, all of them empty is no answer.
func markGaps(it content.Item, response url.Values) (Result, error) {
	var r Result
	sum, weights, rights := 0, 0, 0
	given := make([]string, len(it.Gaps))
	var wrong []typing
	answered := false
	for i, g := range it.Gaps {
		weight := max(g.Weight, 1)
		weights += weight
		text := response.Get("r" + strconv.Itoa(i+1))
		if strings.TrimSpace(text) == "" {
			continue
		}
		answered = true
		t, o, err := markGap(it, g, text)
		if err != nil {
			return Result{}, fmt.Errorf("gap %d: %w", i+1, err)
		}
		given[i] = t.given
		sum += weight * int(t.worth)
		if t.worth == content.FullScore {
			rights++
			continue
		}
		if r.Error == "" && r.Feedback == "" {
			r.Error, r.Feedback = o.Error, o.Feedback
		}
		wrong = append(wrong, t)
	}
	if !answered {
		return Result{}, errEmpty("r1")
	}
	r.Score, r.Given = content.FullScore, strings.Join(given, " | ")
	if rights < len(it.Gaps) {
		r.Score = min(content.Score(sum/max(weights, 1)), content.FullScore-1)
	}
	for _, t := range wrong {
		if r.Error == "" && t.is != nil && t.worth == 0 {
			r = explain(r, it, t.is)
		}
	}
	return r, nil
}

// markGap marks one gap: o is what was chosen, or says what is known of what was typed.
func markGap(it content.Item, g content.Gap, text string) (t typing, o content.Option, err error) {
	if len(g.Options) > 0 {
		o, err = option(g.Options, text)
		return typing{worth: chosen(o), given: normalise(text, true, true)}, o, err
	}
	b := gapBlank(it, g)
	t, err = b.mark(text)
	if err == nil && t.worth == 0 {
		err = b.script(text)
	}
	if b.kind != content.Text && t.is != nil { // a known mistake of a gap is a text, and may be none of this gap's kind
		typed := t.is
		t.is = func(answer string) (is bool) {
			if _, errAnswer := b.mark(answer); errAnswer != nil {
				return false
			}
			return typed(answer)
		}
	}
	return t, content.Option{Feedback: t.feedback}, err
}
