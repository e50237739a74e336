package marking

import (
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/url"
	"slices"
	"strings"

	"lamplight/content"
)

// A blank is something to be typed: the whole of an item, or a gap of a cloze.
type blank struct {
	kind      content.ItemType // text, number, formula
	answers   []string
	accepts   []content.Accept
	tolerance string
	unit      string
	caseSense bool
	accents   bool
	patterns  bool
	form      content.Form
	functions []string
}

func blankOf(it content.Item) blank {
	return blank{it.Type, it.Answers, it.Accepts, it.Tolerance, it.Unit, it.CaseSense, it.AccentSense, it.Patterns, it.Form, it.Functions}
}

func gapBlank(it content.Item, g content.Gap) blank {
	kind := g.Type
	if kind == "" {
		kind = content.Text
	}
	return blank{kind, g.Answers, g.Accepts, g.Tolerance, "", g.CaseSense || it.CaseSense, it.AccentSense, it.Patterns, g.Form, g.Functions}
}

// A typing is what came of something typed.
type typing struct {
	worth    content.Score
	feedback string // of the answer that it is, when that says something
	given    string
	// is says whether it is the answer named, as a known mistake names one.
	is func(answer string) bool
}

// mark reads what was typed; fs.ErrInvalid when it cannot be read, ErrOtherForm when only its form is wrong.
func (b blank) mark(typed string) (typing, error) {
	switch b.kind {
	case content.Number:
		return b.number(typed)
	case content.Formula:
		return b.formula(typed)
	}
	is := func(answer string) bool { return b.same(answer, typed) }
	t := typing{given: normalise(typed, true, true), is: is}
	if slices.ContainsFunc(b.answers, is) {
		t.worth = content.FullScore
		return t, nil
	}
	for _, a := range b.accepts {
		if a.Worth > t.worth && is(a.Answer) {
			t.worth, t.feedback = a.Worth, a.Feedback
		}
	}
	return t, nil
}

// script refuses a wrong text that is all in another script than the answers.
func (b blank) script(typed string) error {
	if b.kind != content.Text {
		return nil
	}
	answers := slices.Clone(b.answers)
	for _, a := range b.accepts {
		answers = append(answers, a.Answer)
	}
	if b.patterns && slices.ContainsFunc(answers, func(a string) bool { return strings.Trim(a, "* ") == "" }) {
		return nil
	}
	return sameScript(typed, answers)
}

// same compares an answer with what was typed.
func (b blank) same(answer, typed string) bool {
	typed = normalise(typed, b.caseSense, b.accents)
	if b.patterns && strings.Contains(answer, "*") {
		return fits(normalise(stars.Replace(answer), b.caseSense, b.accents), typed)
	}
	return normalise(answer, b.caseSense, b.accents) == typed
}

const anyRun, oneStar = "\ue000", "\ue001" // stand for the signs of a pattern while it is normalised

var stars = strings.NewReplacer(`\*`, oneStar, "*", anyRun)

// fits says whether a text fits a pattern of pieces with any run of signs between, taking each as early as it can be.
func fits(pattern, text string) bool {
	pieces := strings.Split(strings.ReplaceAll(pattern, oneStar, "*"), anyRun)
	rest, ok := strings.CutPrefix(text, pieces[0])
	if !ok || len(pieces) == 1 {
		return ok && rest == ""
	}
	last := pieces[len(pieces)-1]
	for _, p := range pieces[1 : len(pieces)-1] {
		i := strings.Index(rest, p)
		if i < 0 {
			return false
		}
		rest = rest[i+len(p):]
	}
	return strings.HasSuffix(rest, last)
}

func (b blank) number(typed string) (typing, error) {
	readings, err := readNumber(typed, b.unit)
	if err != nil {
		return typing{}, err
	}
	if len(b.answers)+len(b.accepts) == 0 {
		return typing{}, fmt.Errorf("it has no answer: %w", fs.ErrInvalid)
	}
	t := typing{given: value{num: readings[0]}.String()}
	t.is = func(answer string) bool { return nearest(readings, answer, b.tolerance) != nil }
	for _, a := range b.answers {
		if x := nearest(readings, a, b.tolerance); x != nil {
			t.worth, t.given = content.FullScore, value{num: x}.String()
			return t, b.inForm(typed)
		}
	}
	for _, a := range b.accepts {
		if x := nearest(readings, a.Answer, a.Tolerance); x != nil && a.Worth > t.worth {
			t.worth, t.feedback, t.given = a.Worth, a.Feedback, value{num: x}.String()
		}
	}
	return t, nil
}

// nearest is the first reading of a number that is no further from answer than tolerance, nil when none is.
func nearest(readings []*big.Rat, answer, tolerance string) *big.Rat {
	want, within := rat(answer), new(big.Rat)
	if tolerance != "" {
		within = rat(tolerance)
	}
	for _, x := range readings {
		if off := new(big.Rat).Sub(x, want); off.Abs(off).Cmp(within) <= 0 {
			return x
		}
	}
	return nil
}

// formula compares with each answer; one that is right and not written as it is asked for is refused.
func (b blank) formula(typed string) (typing, error) {
	t := typing{given: strings.Join(strings.Fields(typed), " ")}
	t.is = func(answer string) bool {
		known := FormulaKey{Formula: answer, SameForm: true, Functions: b.functions}
		is, err := known.Meets(typed)
		return err == nil && is
	}
	key := FormulaKey{SameForm: b.form == content.SameForm, Simplified: b.form == content.Simplified, Functions: b.functions}
	var form error
	for _, a := range b.answers {
		key.Formula = a
		right, err := key.Meets(typed)
		switch {
		case errors.Is(err, ErrOtherForm):
			form = err
		case err != nil:
			return typing{}, err
		case right:
			t.worth = content.FullScore
			return t, nil
		}
	}
	return t, form
}

// markTyped marks a number, a text or a formula.
func markTyped(it content.Item, response url.Values) (Result, error) {
	given, err := only(response)
	if err != nil {
		return Result{}, err
	}
	b := blankOf(it)
	t, err := b.mark(given)
	if err != nil {
		return Result{}, err
	}
	r := Result{Score: t.worth, Feedback: t.feedback, Given: t.given}
	if r.Score > 0 {
		return r, nil
	}
	if r = explain(r, it, t.is); r.Error == "" {
		err = b.script(given)
	}
	return r, err
}
