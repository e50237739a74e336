package perseus

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
)

// epsilon is how far off Perseus lets any number be, for its own are binary: 2^-42.
const epsilon = 1.0 / (1 << 42)

// A target is a number that is right, or known to be wrong.
type target struct {
	value float64
	err   float64 // how far off it may be, beside epsilon
	said  string  // Markdown, of a wrong one
}

// A numeric is what a widget for numbers asks for.
type numeric struct {
	kind   string
	right  []target
	wrong  []target
	ways   []string // how it may be written, in Perseus's names; nil any but percent and pi
	lowest bool     // in lowest terms
}

// numericInput is a field with answers right and wrong.
func numericInput(w *writer, raw json.RawMessage) string {
	var o struct {
		Answers []struct {
			Value       number
			Status      word
			Message     word
			Simplify    word
			MaxError    number
			AnswerForms []word
		} `json:"answers"`
	}
	if !w.read("numeric-input", raw, &o) {
		return ""
	}
	n := numeric{kind: "numeric-input"}
	for _, a := range o.Answers {
		if !a.Value.set {
			continue
		}
		t := target{value: a.Value.value, err: math.Abs(a.MaxError.value)}
		if a.Status != "correct" {
			t.said = string(a.Message)
			n.wrong = append(n.wrong, t)
			continue
		}
		n.right = append(n.right, t)
		for _, f := range a.AnswerForms {
			n.ways = append(n.ways, string(f))
		}
		n.lowest = n.lowest || a.Simplify != "optional"
	}
	return w.number(n)
}

// inputTypes are the ways to write that a type of input-number allows.
var inputTypes = map[word][]string{
	"decimal": {"decimal"}, "integer": {"integer"}, "rational": {"integer", "proper", "improper", "mixed"},
	"improper": {"integer", "proper", "improper"}, "mixed": {"integer", "proper", "mixed"},
	"percent": {"integer", "decimal", "percent"}, "pi": {"pi"},
}

// inputNumber is the field of older items, with one answer.
func inputNumber(w *writer, raw json.RawMessage) string {
	var o struct {
		Value      number
		Simplify   word
		Inexact    flag
		MaxError   number
		AnswerType word
	}
	if !w.read("input-number", raw, &o) {
		return ""
	}
	n := numeric{kind: "input-number", ways: inputTypes[o.AnswerType], lowest: o.Simplify != "optional"}
	if o.Value.set {
		t := target{value: o.Value.value}
		if o.Inexact {
			t.err = math.Abs(o.MaxError.value)
		}
		n.right = append(n.right, t)
	}
	return w.number(n)
}

// number makes a part of it: a field of its own, or a gap.
func (w *writer) number(n numeric) string {
	if len(n.right) == 0 {
		w.fail(n.kind, "a %s has no right answer", n.kind)
		return ""
	}
	if slices.Contains(n.ways, "pi") {
		return w.timesPi(n)
	}
	it := content.Item{Type: content.Number, Form: n.form()}
	after, scale := "", "%s"
	if percent := slices.Contains(n.ways, "percent") && len(slices.Compact(slices.Clone(n.ways))) == 1; percent {
		it.Unit, after, scale = "%", "%", "(%s)*100"
	}
	it.Tolerance = decimal(fmt.Sprintf(scale, n.right[0].tolerance()), scale)
	for i, t := range n.right {
		answer := fmt.Sprintf(scale, exactly(t.value))
		if tolerance := decimal(fmt.Sprintf(scale, t.tolerance()), scale); i == 0 || tolerance == it.Tolerance {
			it.Answers = append(it.Answers, answer)
		} else {
			it.Accepts = append(it.Accepts, content.Accept{Answer: answer, Tolerance: tolerance, Worth: content.FullScore})
		}
	}
	for _, t := range n.wrong {
		w.mistake(&it, fmt.Sprintf(scale, exactly(t.value)), t.said)
	}
	gap := content.Gap{Type: content.Number, Answers: it.Answers, Tolerance: it.Tolerance, Accepts: it.Accepts, Form: it.Form}
	return w.add(part{kind: n.kind, item: it, gap: &gap}) + after
}

// form is the one asked for of those ours knows: a list of ways that has decimals and fractions allows all.
func (n numeric) form() content.Form {
	has := func(way string) bool { return slices.Contains(n.ways, way) }
	fraction := has("proper") || has("improper")
	form := content.AnyForm
	switch {
	case has("mixed") && !has("improper") && !has("decimal"):
		form = content.Mixed
	case fraction && !has("mixed") && !has("decimal"):
		form = content.Fraction
	case has("decimal") && !fraction && !has("mixed") && !has("percent"):
		form = content.Decimal
	}
	if n.lowest && form != content.Decimal {
		form = content.Form(strings.TrimSpace(string(content.Simplified + " " + form)))
	}
	return form
}

// tolerance is an expression: "" where the answer is exact in decimals or as a fraction.
func (t target) tolerance() string {
	if t.err == 0 && !strings.Contains(exactly(t.value), "…") && short(t.value) {
		return ""
	}
	return plain(t.err + epsilon)
}

// decimal leaves out a tolerance that there is not, whatever it is scaled by.
func decimal(s, scale string) string {
	if s == fmt.Sprintf(scale, "") {
		return ""
	}
	return s
}

// short says whether a number is what exactly makes of it.
func short(f float64) bool {
	if digits(f) <= 10 {
		return true
	}
	_, ok := fraction(f)
	return ok
}

// exactly is a number as an expression: its decimals, or the fraction that its many decimals stand for.
func exactly(f float64) string {
	if digits(f) > 10 {
		if r, ok := fraction(f); ok {
			return r.String()
		}
	}
	return plain(f)
}

// plain is a number in decimals without an exponent, at most 30 digits.
func plain(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if len(s) > 30 {
		s = strconv.FormatFloat(f, 'f', 18, 64)
	}
	return s
}

// digits are those after the point.
func digits(f float64) int {
	_, after, _ := strings.Cut(strconv.FormatFloat(f, 'f', -1, 64), ".")
	return len(after)
}

// fraction finds the fraction with the smallest denominator, at most 1000, that a number is as near to as a few digits
// more or less of it allow.
func fraction(f float64) (*big.Rat, bool) {
	for d := 1.0; d <= 1000; d++ {
		n := math.Round(f * d)
		if math.Abs(n) < 1e12 && math.Abs(f-n/d) <= 1e-9*math.Max(1, math.Abs(f)) && digits(f) > 8 {
			return big.NewRat(int64(n), int64(d)), true
		}
	}
	return nil, false
}

// timesPi is a number to be given as so many π: a formula.
func (w *writer) timesPi(n numeric) string {
	it := content.Item{Type: content.Formula}
	for _, t := range n.right {
		answer, ok := ofPi(t.value)
		if !ok {
			w.fail(n.kind, "%g is no simple number of π", t.value)
			return ""
		}
		it.Answers = append(it.Answers, answer)
	}
	for _, t := range n.wrong {
		if answer, ok := ofPi(t.value); ok {
			w.mistake(&it, answer, t.said)
		}
	}
	return w.add(part{kind: n.kind, item: it, gap: &content.Gap{Type: content.Formula, Answers: it.Answers}})
}

func ofPi(f float64) (string, bool) {
	for d := int64(1); d <= 60; d++ {
		n := math.Round(f / math.Pi * float64(d))
		if math.Abs(n) < 1e9 && math.Abs(f-n/float64(d)*math.Pi) <= 1e-5*math.Max(1, math.Abs(f)) {
			return "(" + big.NewRat(int64(n), d).RatString() + ")*pi", true
		}
	}
	return "", false
}

// mistake notes an answer that is known to be wrong, with what is said of it.
func (w *writer) mistake(it *content.Item, answer, said string) {
	m := content.Mistake{Answer: answer, Error: "said-" + marking.Keys([]string{answer})[0]}
	if said != "" {
		if text := w.aside(func(inner *writer) string { return inner.html(renderer{Content: said}) }); text != nil {
			m.Feedback = text[0]
		}
	}
	if m.Feedback != "" && len(it.Mistakes) < 24 {
		it.Mistakes = append(it.Mistakes, m)
	}
}
