package web

import (
	"slices"
	"testing"

	"lamplight/content"
)

func TestCoursesAreOfferedInTheLanguagesOfTheSchoolAndWorkLast(t *testing.T) {
	course := func(title string, levels []string, languages ...string) content.Course {
		return content.Course{Title: title, Languages: languages, Labels: content.Labels{Levels: levels}}
	}
	work, both := []string{professional}, []string{professional, content.LabelCode(content.LevelFacet, "tertiary")}
	all := []content.Course{
		course("a", work, "en"), course("b", nil, "fr"), course("c", both, "en", "fr"), course("d", nil, "zh-Hans"), course("e", work, "zh"), course("f", nil, "en-GB"),
	}
	for _, c := range []struct {
		workLast bool
		want     string
	}{{true, "dcfbea"}, {false, "deacfb"}} {
		before, got := slices.Clone(all), ""
		for _, x := range inTurn(all, c.workLast, "zh-TW", "en") {
			got += x.Title
		}
		if got != c.want {
			t.Errorf("work last %v: %s, want %s", c.workLast, got, c.want)
		}
		if !slices.EqualFunc(before, all, func(a, b content.Course) bool { return a.Title == b.Title }) {
			t.Error("what is installed was put into another order")
		}
	}
}
