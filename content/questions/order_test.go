package questions

import (
	"os"
	"path/filepath"
	"testing"
)

func TestChoicesKeepTheOrderOfTheirFileUnlessThatGivesTheAnswerAway(t *testing.T) {
	for _, c := range []struct {
		format, name, text string
		fixed              int
	}{
		{"aiken", "a.txt", "Which?\nA. One\nB. Two\nC. Both\nANSWER: C\n", 1},
		{"gift", "b.gift", "::a:: Which? {~One =Two ~Both}\n", 1},
		{"gift", "c.gift", "::a:: Which? {=One ~Two}\n\n::b:: What? {=One ~Two}\n\n::c:: Who? {=One ~Two}\n", 0},
		{"gift", "d.gift", "::a:: Which? {=One ~Two}\n\n::b:: What? {~One =Two}\n\n::c:: Who? {=One ~Two}\n", 3},
	} {
		path := filepath.Join(t.TempDir(), c.name)
		if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		items, left, _ := installed(t, c.format, path)
		fixed := 0
		for _, it := range items {
			if it.Fixed {
				fixed++
			}
		}
		if fixed != c.fixed || len(left) > 0 {
			t.Errorf("%s: %d of %d keep their order, want %d; left out %v", c.name, fixed, len(items), c.fixed, left)
		}
	}
}
