package learning

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
)

func TestTypedTextIsCleanedOrRefused(t *testing.T) {
	if got, err := CleanText("name", "  Ada \u00a0", 1, 80); err != nil || got != "Ada" {
		t.Errorf("%q %v", got, err)
	}
	for _, s := range []string{"", "  ", "a\x00b", "a\nb", "\xff", strings.Repeat("ä", 81)} {
		if _, err := CleanText("name", s, 1, 80); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%.20q: %v", s, err)
		}
	}
	if _, err := CleanText("name", strings.Repeat("ä", 80), 1, 80); err != nil {
		t.Errorf("80 letters: %v", err)
	}
}

func TestAttemptsOutOfRangeAreRefused(t *testing.T) {
	for what, change := range map[string]func(a *Attempt){
		"no id": func(a *Attempt) { a.ID = "" }, "long id": func(a *Attempt) { a.ID = AttemptID(strings.Repeat("x", 65)) },
		"id with a space": func(a *Attempt) { a.ID = "a b" }, "no resource": func(a *Attempt) { a.Resource = "" },
		"no item": func(a *Attempt) { a.Item = "" }, "score": func(a *Attempt) { a.Score = 10001 }, "less": func(a *Attempt) { a.Score = -1 },
		"given": func(a *Attempt) { a.Given = strings.Repeat("x", 201) }, "error": func(a *Attempt) { a.Error = "has space" },
		"time": func(a *Attempt) { a.Tenths = MaxTenths + 1 }, "criterion": func(a *Attempt) { a.Criterion.Type = "luck" },
		"course": func(a *Attempt) { a.Course = "x" }, "hints": func(a *Attempt) { a.Hints = -1 },
	} {
		a := someAttempt()
		if err := a.Check(); err != nil {
			t.Fatal(err)
		}
		change(&a)
		if err := a.Check(); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s: %v, want fs.ErrInvalid", what, err)
		}
	}
}
