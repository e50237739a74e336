package learning

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"pgregory.net/rapid"

	"lamplight/content"
	"lamplight/sync/clock"
)

// answers folds a line of answers, one variant each: r right, w wrong, h right with a hint, a again right at the same
// variant, b again wrong at it.
func answers(c content.Criterion, line string) *Mastery {
	m := &Mastery{}
	seed := uint64(0)
	for _, l := range line {
		if l != 'a' && l != 'b' {
			seed++
		}
		a := Attempt{Item: content.ItemID(fmt.Sprint("i", seed)), Seed: seed, Criterion: c, Correct: l == 'r' || l == 'h' || l == 'a'}
		if l == 'h' {
			a.Hints = 1
		}
		m.Step(&a, clock.Stamp{})
	}
	return m
}

func TestMasteryFollowsKolibrisModels(t *testing.T) {
	row := func(n int) content.Criterion {
		return content.Criterion{Type: fmt.Sprint("num_correct_in_a_row_", n)}
	}
	all4, m3of5 := content.Criterion{Type: "do_all", N: 4}, content.Criterion{Type: "m_of_n", M: 3, N: 5}
	for _, c := range []struct {
		criterion content.Criterion
		line      string
		want      bool
	}{
		{row(2), "rr", true},
		{row(2), "rwr", false},
		{row(2), "rwrr", true},
		{row(3), "rrwrr", false},
		{row(3), "rrwrrr", true},
		{row(5), "rrrr", false},
		{row(5), "rrrrr", true},
		{row(10), "rrrrrrrrr", false},
		{row(10), "rrrrrrrrrr", true},
		{m3of5, "rrr", true},
		{m3of5, "rwrwr", true},
		{m3of5, "rwwrwr", false},
		{m3of5, "rwwrwrr", true},
		{m3of5, "rrww", false},
		{m3of5, "rrrwwwww", true}, // never taken back
		{all4, "rrr", false},
		{all4, "rrrr", true},
		{all4, "rrrwrrr", false},
		{all4, "rrrwrrrr", true},
		{row(2), "wara", false}, // tries again do not count
		{row(2), "rhr", false},  // nor does a hinted one
		{row(2), "rbr", true},   // but a wrong answer after the right one does no harm
		{row(2), "waarr", true},
		{m3of5, "whrrr", true},
		{m3of5, "rhhhhrr", false}, // of the last five tries only two
	} {
		if got := answers(c.criterion, c.line).Mastered; got != c.want {
			t.Errorf("%v after %s: mastered %v, want %v", c.criterion, c.line, got, c.want)
		}
	}
}

func TestGoalsThatCannotBeAreRefused(t *testing.T) {
	for _, c := range []content.Criterion{{}, {Type: "quiz"}, {Type: "m_of_n"}, {Type: "m_of_n", M: 5, N: 4}, {Type: "m_of_n", M: 4, N: 65}, {Type: "do_all"}, {Type: "m_of_n", M: -1, N: 5}} {
		if _, _, err := Goal(c); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%v: %v, want fs.ErrInvalid", c, err)
		}
	}
	got := CriterionOf(content.Exercise{Criterion: content.Criterion{Type: "do_all"}, Items: make([]content.Item, 7)})
	if got.N != 7 {
		t.Errorf("do_all of 7 items asks %v", got)
	}
}

func TestDotsAreTheLastTenFirstTries(t *testing.T) {
	m := answers(content.Criterion{Type: "m_of_n", M: 4, N: 5}, "wwrrhwabrrrrrr")
	got := ""
	for _, d := range m.State(nil).Dots {
		got += string("wrh"[d])
	}
	if want := "rrhwrrrrrr"; got != want {
		t.Errorf("dots %s, want %s", got, want)
	}
	if s := m.State(nil); s.Have != 5 || s.Need != 4 || s.Window != 5 || s.FirstTries != 12 {
		t.Errorf("state %+v", s)
	}
}

func TestHelpIsNeededAfterFourWrongTriesInARow(t *testing.T) {
	c := content.Criterion{Type: "num_correct_in_a_row_5"}
	for line, want := range map[string]bool{"wbb": false, "wbbb": true, "wbbba": false, "wwww": true, "wbwb": true, "wbrwb": false, "wbbbw": true, "rwbbbbw": true, "wbbbr": false} {
		if got := answers(c, line).State(nil).NeedsHelp; got != want {
			t.Errorf("%s: needs help %v, want %v", line, got, want)
		}
	}
}

func TestMasteryReadsBackWhatItWrote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := answers(content.Criterion{Type: "m_of_n", M: 4, N: 5}, rapid.StringMatching("[rwhab]{0,80}").Draw(t, "line"))
		var e Encoder
		m.Encode(&e)
		var got Mastery
		d := Decoder{B: e.B}
		got.Decode(&d)
		if fmt.Sprint(got) != fmt.Sprint(*m) || d.Bad || len(d.B) != 0 {
			t.Fatalf("got %+v, want %+v", got, *m)
		}
		for n := range e.B { // cut anywhere it must not panic
			var cut Mastery
			cut.Decode(&Decoder{B: e.B[:n]})
		}
	})
}
