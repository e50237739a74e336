package learning

import (
	"slices"
	"testing"

	"lamplight/content"
)

func TestFewIsFewerThanSixtyInAHundred(t *testing.T) {
	for _, c := range []struct {
		right, total int
		few          bool
	}{{0, 0, false}, {59, 100, true}, {60, 100, false}, {3, 5, false}, {2, 4, true}, {18, 18, false}} {
		if got := (&Step{Right: c.right, Total: c.total}).Few(); got != c.few {
			t.Errorf("%d of %d: few is %v, want %v", c.right, c.total, got, c.few)
		}
	}
}

func TestSkillsNearOneAreWhatItNeedsThenWhatNeedsItNearestFirst(t *testing.T) {
	g := SkillsOf([]content.Skill{
		{ID: "count"},
		{ID: "add", Needs: []string{"count"}},
		{ID: "carry", Needs: []string{"add", "place"}},
		{ID: "place", Needs: []string{"count"}},
		{ID: "times", Needs: []string{"carry", "nowhere"}},
		{ID: "ring", Needs: []string{"times", "ring"}},
	})
	if got, want := g.Near("carry"), []string{"add", "place", "count", "times", "ring"}; !slices.Equal(got, want) {
		t.Errorf("near carrying are %v, want %v", got, want)
	}
	if got, want := g.Before("carry", "add"), []string{"place", "count"}; !slices.Equal(got, want) {
		t.Errorf("before carrying and adding are %v, want %v", got, want)
	}
	if got, want := g.After("count"), []string{"add", "place"}; !slices.Equal(got, want) {
		t.Errorf("after counting are %v, want %v", got, want)
	}
	if got := g.Near("unheard of"); len(got) != 0 {
		t.Errorf("near a skill nobody knows are %v", got)
	}
}
