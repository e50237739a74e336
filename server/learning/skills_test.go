package learning

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"lamplight/content"
	"lamplight/sync/clock"
)

// standing folds a learner who does some skills well and some badly.
func standing(good, bad []string) *Practice {
	p, n := &Practice{}, 0
	for range 40 {
		for i, list := range [][]string{good, bad} {
			for _, s := range list {
				n++
				p.Step(try(n, s, 1000, i == 0), clock.Stamp{})
			}
		}
	}
	return p
}

var fractions = []content.Skill{
	{ID: "count", Title: "Counting"},
	{ID: "add", Needs: []string{"count"}},
	{ID: "times", Needs: []string{"add"}},
	{ID: "share", Needs: []string{"count", "no-such-skill"}},
	{ID: "halves", Needs: []string{"share", "times"}},
	{ID: "fractions", Title: "Fractions", Needs: []string{"halves"}},
	{ID: "exam", Needs: []string{"times", "halves"}},
}

func TestTheWeakestOpenNeedComesFirst(t *testing.T) {
	for _, c := range []struct {
		skill     string
		good, bad []string
		want      string
	}{
		{"count", nil, nil, ""},
		{"fractions", nil, nil, "count"},
		{"add", []string{"count"}, nil, ""},
		{"fractions", []string{"count"}, []string{"share"}, "share"},
		{"fractions", []string{"count"}, []string{"add"}, "add"},
		{"fractions", []string{"count", "add", "times", "share"}, nil, "halves"},
		{"fractions", []string{"halves"}, []string{"count"}, ""},                      // what lies beyond does not matter
		{"fractions", []string{"fractions"}, []string{"halves"}, ""},                  // they can already
		{"fractions", []string{"count", "add", "share"}, []string{"halves"}, "times"}, // halves is weaker, but rests on times
		{"exam", []string{"count", "add", "share"}, []string{"halves"}, "times"},
		{"no-such-skill", nil, nil, ""},
	} {
		got, blocked := SkillsOf(fractions).First(c.skill, standing(c.good, c.bad))
		if got != c.want || blocked != (c.want != "") {
			t.Errorf("%s for who can %v and not %v: first %q, want %q", c.skill, c.good, c.bad, got, c.want)
		}
	}
	g := SkillsOf(fractions)
	g.Learnt = map[string]bool{"count": true, "share": true}
	if got, _ := g.First("fractions", nil); got != "add" {
		t.Errorf("with two skills learnt: first %q, want add", got)
	}
	if g.Title("fractions") != "Fractions" || g.Title("add") != "add" {
		t.Error("titles")
	}
}

func TestRingsOfSkillsDoNotLoop(t *testing.T) {
	ring := []content.Skill{{ID: "a", Needs: []string{"b", "a"}}, {ID: "b", Needs: []string{"c"}}, {ID: "c", Needs: []string{"a"}}}
	g := SkillsOf(ring)
	if first, blocked := g.First("a", standing(nil, []string{"c"})); !blocked || first != "c" {
		t.Errorf("first %q, want the weakest of the ring", first)
	}
	rapid.Check(t, func(t *rapid.T) {
		var all []content.Skill
		for i := range 12 {
			s := content.Skill{ID: fmt.Sprint(i)}
			for range rapid.IntRange(0, 5).Draw(t, "needs") {
				s.Needs = append(s.Needs, fmt.Sprint(rapid.IntRange(0, 14).Draw(t, "need")))
			}
			all = append(all, s)
		}
		g := SkillsOf(all[:6], all[4:])
		first, blocked := g.First("0", nil)
		if blocked == (first == "") || first == "0" {
			t.Fatalf("first %q, blocked %v", first, blocked)
		}
	})
}
