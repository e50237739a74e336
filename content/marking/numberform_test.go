package marking_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
)

func TestNumbersAreAskedForInAForm(t *testing.T) {
	for _, c := range []struct {
		answers             string
		form                content.Form
		right, again, wrong string // several with ; between
	}{
		{"3/4", content.Simplified, "3/4;¾;0.75;0,75", "6/8;75/100", "4/3;3"},
		{"5/2", content.SimplifiedFraction, "5/2", "10/4;2 1/2;2.5", "2/5"},
		{"5/2", content.Fraction, "5/2;10/4", "2 1/2;2.5", "2/5"},
		{"1/2", content.SimplifiedFraction, "1/2", "2/4;0.5", "2"},
		{"5/2", content.SimplifiedMixed, "2 1/2;2½", "5/2;2 2/4;1 3/2;2.5", "2"},
		{"1/2", content.SimplifiedMixed, "1/2", "2/4;0.5", "2"},
		{"5/2", content.Decimal, "2.5;2,5;٢٫٥", "5/2;2 1/2", "3"},
		{"3", content.Simplified, "3;3.0", "6/2;3/1", "4"},
		{"3", content.Decimal, "3;3.0", "6/2", "4"},
		{"-3/4", content.Simplified, "-3/4;−0.75", "-6/8", "3/4"},
		{"1/4", content.AnyForm, "25%;0.25;२५%;1/4;2/8", "", "25;4%"},
		{"25", content.AnyForm, "25%;25", "", "0.25"},
		{"2;-2", content.AnyForm, "2;-2;4/2", "", "0;4"},
	} {
		alone := content.Item{ID: "n", Type: content.Number, Stem: "?", Answers: strings.Split(c.answers, ";"), Form: c.form}
		gap := content.Item{ID: "g", Type: content.Cloze, Stem: "{{1}}", Gaps: []content.Gap{{Answers: alone.Answers, Form: c.form, Type: content.Number}}}
		for field, it := range map[string]content.Item{"r": alone, "r1": gap} {
			if err := marking.Check(it); err != nil {
				t.Fatal(err)
			}
			v, err := marking.Draw(it, 1)
			if err != nil {
				t.Fatal(err)
			}
			try := func(list string, want content.Score, again bool) {
				for _, given := range strings.FieldsFunc(list, func(r rune) bool { return r == ';' }) {
					r, err := marking.Mark(v, url.Values{field: {given}})
					if errors.Is(err, marking.ErrOtherForm) != again || err != nil && !again || r.Score != want {
						t.Errorf("%s as %q in %s: %q is %d, %v", c.answers, c.form, it.Type, given, r.Score, err)
					}
				}
			}
			try(c.right, content.FullScore, false)
			try(c.again, 0, true)
			try(c.wrong, 0, false)
		}
	}
	wrong := content.Item{ID: "n", Type: content.Number, Stem: "?", Answers: []string{"1"}, Form: content.SameForm}
	if marking.Check(wrong) == nil {
		t.Error("a number in a form of formulas passed the check")
	}
}
