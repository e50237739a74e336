package web

import (
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/ui/locale"
)

func TestAQuestionInOneLineShowsNoMarks(t *testing.T) {
	for stem, want := range map[string]string{
		"Which number is *forty-seven*?":           "Which number is forty-seven?",
		"Is 3 < 4 & 4 > 3?":                        "Is 3 < 4 & 4 > 3?",
		"**How many** are in ![a boat](/file/c/b)": "How many are in a boat",
		`$\frac{1}{2}$ of 6`:                       "1/2 of 6",
	} {
		v := marking.Variant{Item: content.Item{Type: content.Number, Stem: stem}}
		if got := plainWords(v); got != want {
			t.Errorf("%q: got %q, want %q", stem, got, want)
		}
	}
}

// True and false are kept by key, and told in the words of who reads.
func TestTrueAndFalseAreToldInWords(t *testing.T) {
	l := locale.For("fr")
	v := marking.Variant{Item: content.Item{Type: content.TrueFalse, Stem: "2 + 2 = 5", Answers: []string{"false"}}}
	a := asked(l, v, "true", "en")
	if a.Given != l.T("exercise.true") || a.Right != l.T("exercise.false") {
		t.Errorf("given %q, right %q, want %q and %q", a.Given, a.Right, l.T("exercise.true"), l.T("exercise.false"))
	}
	if got := wrongWords(l, v, thoughtOf("", "true")); got != l.T("exercise.true") {
		t.Errorf("a report tells of %q, want %q", got, l.T("exercise.true"))
	}
	v.Item.Type = content.Text
	if got := asked(l, v, "true", "en").Given; got != "true" {
		t.Errorf("what was typed is told as %q", got)
	}
}
