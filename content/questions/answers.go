package questions

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
)

// An answer is one of a question's, with what it is worth.
type answer struct {
	text      string  // an item's text of an option; of a typed answer as it was written
	percent   float64 // −100 to 100
	feedback  string  // an item's text
	tolerance string
}

// full says whether a percentage is all: banks write 99.99999 too.
func full(percent float64) bool { return percent > 99.9 }

func credit(percent float64) int {
	return int(math.Round(max(-100, min(100, percent)) * 100))
}

// choices makes options of answers. several says that any number may be ticked. The error says why it cannot be asked.
func choices(it *content.Item, answers []answer, several bool) error {
	texts := make([]string, len(answers))
	for i, a := range answers {
		texts[i] = a.text
	}
	rights := 0
	for i, key := range marking.Keys(texts) {
		a := answers[i]
		o := content.Option{Key: key, Text: a.text, Feedback: a.feedback}
		o.Right = full(a.percent) || several && a.percent > 0
		if o.Right {
			rights++
		} else if o.Feedback != "" {
			o.Error = "said-" + key
		}
		it.Options = append(it.Options, o)
	}
	it.Type = content.Choice
	if several {
		it.Type = content.Many
	}
	switch {
	case rights == 0:
		return fmt.Errorf("no answer is wholly right")
	case rights > 1 && !several:
		return fmt.Errorf("%d answers are each wholly right", rights)
	}
	if !several || !even(answers, rights) {
		for i, a := range answers {
			c := credit(a.percent)
			if it.Options[i].Right && several || !it.Options[i].Right && (c > 0) == !several {
				it.Options[i].Credit = c
			}
		}
	}
	return nil
}

// even says whether right ones are worth the same each, and wrong ones cost nothing said or as much.
func even(answers []answer, rights int) bool {
	each := 100 / float64(rights)
	for _, a := range answers {
		if a.percent > 0 && math.Abs(a.percent-each) > 0.1 || a.percent < 0 && math.Abs(a.percent+each) > 0.1 {
			return false
		}
	}
	return true
}

// typed is what answers that are typed come to.
type typed struct {
	answers  []string
	accepts  []content.Accept
	mistakes []content.Mistake
	right    string // said of any right answer
	wrong    string // said of any other answer
	patterns bool
}

// texts sorts answers that are texts.
func texts(answers []answer) (t typed, err error) {
	for _, a := range answers {
		if hasStar(a.text) && strings.Trim(a.text, "* ") != "" {
			t.patterns = true
		}
	}
	for _, a := range answers {
		text := strings.TrimSpace(a.text)
		if strings.Trim(text, "* ") == "" && text != "" {
			if a.percent > 0 {
				return t, fmt.Errorf("any answer counts as right")
			}
			t.wrong = a.feedback
			continue
		}
		if !t.patterns {
			text = strings.ReplaceAll(text, `\*`, "*")
		}
		t.sort(a, marking.Literal(text), "")
	}
	return t, t.whole()
}

// hasStar says whether a text has a * that no backslash precedes.
func hasStar(s string) bool {
	return strings.Contains(strings.ReplaceAll(s, `\*`, ""), "*")
}

// numbers sorts answers that are numbers. The tolerance of the first that is wholly right is the item's.
func numbers(answers []answer) (t typed, tolerance string, err error) {
	first := true
	for _, a := range answers {
		if strings.TrimSpace(a.text) == "*" {
			if a.percent > 0 {
				return t, "", fmt.Errorf("any answer counts as right")
			}
			t.wrong = a.feedback
			continue
		}
		value, ok := decimal(a.text)
		within, okTolerance := "", true
		if strings.TrimSpace(a.tolerance) != "" {
			within, okTolerance = decimal(a.tolerance)
			within = strings.TrimPrefix(within, "-")
		}
		if within == "0" {
			within = ""
		}
		if !ok || !okTolerance {
			return t, "", fmt.Errorf("%q with tolerance %q is no number", clip(a.text, 40), clip(a.tolerance, 40))
		}
		if full(a.percent) && first {
			tolerance, first = within, false
		}
		if full(a.percent) && within != tolerance {
			t.accepts = append(t.accepts, content.Accept{Answer: value, Tolerance: within, Worth: content.FullScore, Feedback: a.feedback})
			continue
		}
		t.sort(a, value, within)
	}
	return t, tolerance, t.whole()
}

// sort puts one answer where it belongs.
func (t *typed) sort(a answer, text, tolerance string) {
	switch {
	case text == "":
	case full(a.percent):
		t.answers = append(t.answers, text)
		if t.right == "" {
			t.right = a.feedback
		}
	case a.percent > 0:
		t.accepts = append(t.accepts, content.Accept{Answer: text, Tolerance: tolerance, Worth: content.Score(max(credit(a.percent), 1)), Feedback: a.feedback})
	case a.feedback != "":
		t.mistakes = append(t.mistakes, content.Mistake{Answer: text, Feedback: a.feedback, Error: "said"})
	}
}

func (t *typed) whole() error {
	if len(t.answers) == 0 {
		return fmt.Errorf("no answer is wholly right")
	}
	return nil
}

// into fills in an item that is typed as a whole.
func (t typed) into(it *content.Item) {
	it.Answers, it.Accepts, it.Mistakes, it.Patterns = t.answers, t.accepts, t.mistakes, t.patterns
	if it.Wrong == "" {
		it.Wrong = t.wrong
	}
	if it.Right == "" {
		it.Right = t.right
	}
}

// decimal writes a number as a bank has it, with comma or point and perhaps a power of ten, as an expression of ours.
func decimal(s string) (string, bool) {
	s = strings.NewReplacer(" ", "", "\u00a0", "", "−", "-", "×10^", "e", "x10^", "e", "*10^", "e", "{", "", "}", "").Replace(strings.TrimSpace(s))
	s = strings.TrimPrefix(s, "+")
	if !strings.Contains(s, ".") && strings.Count(s, ",") == 1 {
		s = strings.Replace(s, ",", ".", 1)
	}
	s = strings.ReplaceAll(s, ",", "")
	if len(s) > 60 || s == "" || strings.Trim(s, "0123456789.eE+-/") != "" {
		return "", false
	}
	if mantissa, power, ok := strings.Cut(strings.ToLower(s), "e"); ok {
		if n, err := strconv.Atoi(power); err != nil || n > 60 || n < -60 || mantissa == "" {
			return "", false
		}
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return "", false
	}
	return exact(r), true
}

// exact writes a number as package marking reads it in an expression.
func exact(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	if places, ok := r.FloatPrec(); ok && places <= 30 {
		return r.FloatString(places)
	}
	return r.Num().String() + "/" + r.Denom().String()
}
