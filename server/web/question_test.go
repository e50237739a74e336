package web

import (
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
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
