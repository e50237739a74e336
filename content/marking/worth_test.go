package marking_test

import (
	"errors"
	"net/url"
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
)

// worth marks one field after another, "name=value", of the item as drawn with seed 1.
func worth(t *testing.T, it content.Item, fields ...string) (marking.Result, error) {
	t.Helper()
	it.ID = "x"
	if it.Stem == "" {
		it.Stem = "?"
	}
	if err := marking.Check(it); err != nil {
		t.Fatal(err)
	}
	v, err := marking.Draw(it, 1)
	if err != nil {
		t.Fatal(err)
	}
	r := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		r.Add(fields[i], fields[i+1])
	}
	return marking.Mark(v, r)
}

func TestOptionsMayBeWorthDifferentParts(t *testing.T) {
	one := content.Item{Type: content.Choice, Options: []content.Option{
		{Key: "a", Text: "a", Right: true}, {Key: "b", Text: "b", Credit: 5000}, {Key: "c", Text: "c"},
	}}
	many := content.Item{Type: content.Many, Options: []content.Option{
		{Key: "a", Text: "a", Right: true, Credit: 6667},
		{Key: "b", Text: "b", Right: true, Credit: 3333},
		{Key: "c", Text: "c", Credit: -2000},
		{Key: "d", Text: "d"},
	}}
	for _, c := range []struct {
		it     content.Item
		fields []string
		want   content.Score
	}{
		{one, []string{"r", "a"}, 10000},
		{one, []string{"r", "b"}, 5000},
		{one, []string{"r", "c"}, 0},
		{many, []string{"r", "a", "r", "b"}, 10000},
		{many, []string{"r", "a"}, 6667},
		{many, []string{"r", "a", "r", "c"}, 4667},
		{many, []string{"r", "a", "r", "b", "r", "c"}, 8000},
		{many, []string{"r", "a", "r", "b", "r", "d"}, 5000},
		{many, []string{"r", "c"}, 0},
	} {
		if got, err := worth(t, c.it, c.fields...); err != nil || got.Score != c.want || got.Correct != (c.want == 10000) {
			t.Errorf("%s %q: %+v, %v, want %d", c.it.Type, c.fields, got, err, c.want)
		}
	}
}

func TestFurtherAnswersAreWorthWhatIsSaid(t *testing.T) {
	number := content.Item{Type: content.Number, Answers: []string{"3.14", "22/7"}, Tolerance: "0.001", Accepts: []content.Accept{
		{Answer: "3", Tolerance: "0.2", Worth: 5000, Feedback: "more exactly"}, {Answer: "3", Worth: 6000},
	}}
	text := content.Item{Type: content.Text, Patterns: true, Answers: []string{"*Nyerere", `5\*5`}, Accepts: []content.Accept{{Answer: "Ny*", Worth: 2500}}}
	for _, c := range []struct {
		it   content.Item
		r    string
		want content.Score
	}{
		{number, "3.1405", 10000},
		{number, "22/7", 10000},
		{number, "3,2", 5000},
		{number, "3", 6000},
		{number, "4", 0},
		{text, "julius  nyerere.", 10000},
		{text, "Nyerere", 10000},
		{text, "5*5", 10000},
		{text, "55", 0},
		{text, "nyasa", 2500},
	} {
		got, err := worth(t, c.it, "r", c.r)
		if err != nil || got.Score != c.want {
			t.Errorf("%q: %+v, %v, want %d", c.r, got, err, c.want)
		}
		if c.want == 5000 && got.Feedback != "more exactly" {
			t.Errorf("%q says %q", c.r, got.Feedback)
		}
	}
}

func TestGapsMayBeOfAllKinds(t *testing.T) {
	it := content.Item{
		Type: content.Cloze, Stem: "{{1}} {{2}} {{3}} {{4}}",
		Gaps: []content.Gap{
			{Answers: []string{"Nile"}, Weight: 2},
			{Type: content.Number, Answers: []string{"6650"}, Tolerance: "50"},
			{Options: []content.Option{{Key: "n", Text: "north", Right: true}, {Key: "s", Text: "south"}}},
			{Type: content.Formula, Answers: []string{"2x+1"}},
		},
		Mistakes: []content.Mistake{{Answer: "4000", Error: "miles", Feedback: "That is in miles."}},
	}
	for _, c := range []struct {
		fields []string
		want   content.Score
		code   string
	}{
		{[]string{"r1", "nile", "r2", "6 660", "r3", "n", "r4", "1+x*2"}, 10000, ""},
		{[]string{"r1", "nile", "r2", "4000", "r3", "n", "r4", "1+2x"}, 8000, "miles"},
		{[]string{"r1", "congo", "r2", "6650", "r3", "s", "r4", "x"}, 2000, ""},
		{[]string{"r3", "n"}, 2000, ""},
	} {
		if got, err := worth(t, it, c.fields...); err != nil || got.Score != c.want || got.Error != c.code {
			t.Errorf("%q: %+v, %v, want %d %q", c.fields, got, err, c.want, c.code)
		}
	}
	if _, err := worth(t, it, "r2", "many"); err == nil {
		t.Error("a word where a number is asked for is taken as an answer")
	}
	v, _ := marking.Draw(it, 1)
	if got, want := marking.Explain(v, marking.Right(v)), "Nile; 6650; north; 2x+1"; got != want {
		t.Errorf("right is %q, want %q", got, want)
	}
}

func TestAFormulaIsRightHoweverItIsWritten(t *testing.T) {
	it := content.Item{Type: content.Formula, Answers: []string{"x^2-1"}}
	for r, want := range map[string]content.Score{"(x+1)(x-1)": 10000, "x*x - 1": 10000, "x^2": 0} {
		if got, err := worth(t, it, "r", r); err != nil || got.Score != want {
			t.Errorf("%s: %+v, %v", r, got, err)
		}
	}
	it.Form = content.Simplified
	if _, err := worth(t, it, "r", "(x+1)(x-1)"); !errors.Is(err, marking.ErrOtherForm) {
		t.Errorf("not multiplied out: %v", err)
	}
}

func TestRightsOfNoLeftMayBeChosenAndAreWrong(t *testing.T) {
	it := content.Item{Type: content.Match, Stem: "?", ID: "x", Pairs: []content.Pair{{Left: "a", Right: "1"}, {Left: "b", Right: "2"}}, Distractors: []string{"3", "1"}}
	v, err := marking.Draw(it, 4)
	if err != nil || len(v.Item.Options) != 3 {
		t.Fatalf("%+v, %v", v.Item.Options, err)
	}
	r := url.Values{}
	for i, p := range v.Item.Pairs {
		for _, o := range v.Item.Options {
			if o.Text == p.Right && p.Left == "a" || o.Text == "3" && p.Left == "b" {
				r.Set("r."+string(rune('0'+i)), o.Key)
			}
		}
	}
	if got, err := marking.Mark(v, r); err != nil || got.Score != 5000 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestALetMayGoInStepWithAnother(t *testing.T) {
	it := content.Item{
		ID: "x", Type: content.Number, Stem: "{a}+{b}", Answers: []string{"s"},
		Lets: []content.Let{{Name: "a", Values: []string{"1", "2", "3"}}, {Name: "b", Values: []string{"10", "20", "30"}, With: "a"}, {Name: "s", Values: []string{"11", "22", "33"}, With: "b"}},
	}
	seen := map[string]bool{}
	for seed := range uint64(40) {
		v, err := marking.Draw(it, seed)
		if err != nil {
			t.Fatal(err)
		}
		seen[v.Item.Stem+"="+v.Item.Answers[0]] = true
	}
	if len(seen) != 3 || !seen["1+10=11"] || !seen["2+20=22"] || !seen["3+30=33"] {
		t.Errorf("drawn: %v", seen)
	}
	it.Lets[1].Values = it.Lets[1].Values[:2]
	if marking.Check(it) == nil {
		t.Error("lists of different lengths go in step")
	}
}
