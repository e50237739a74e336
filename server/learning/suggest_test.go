package learning

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"lamplight/content"
)

func (s Suggestion) brief() string {
	return fmt.Sprint(s.Kind, ":", s.Resource, s.Lesson, s.Quiz, " ", s.Why.Key)
}

func brief(l []Suggestion) string {
	var out []string
	for _, s := range l {
		out = append(out, s.brief())
	}
	return strings.Join(out, ", ")
}

func outline(course string, skills []content.Skill, resources ...OutlineResource) Outline {
	return Outline{Course: content.CourseID(course), Skills: skills, Resources: resources}
}

func resource(id, skill string, begun, complete bool) OutlineResource {
	return OutlineResource{Resource: content.ResourceID(id), Skill: skill, Begun: begun, Complete: complete}
}

func TestHomeListsWhatIsMostUseful(t *testing.T) {
	needs := []content.Skill{{ID: "add"}, {ID: "times", Needs: []string{"add"}}}
	maths := outline("maths", needs, resource("m1", "add", true, false), resource("m2", "times", true, false), resource("m3", "", false, false))
	water := outline("water", nil, resource("w1", "", false, false))
	for _, c := range []struct {
		name string
		k    Known
		want string
	}{
		{"nothing known", Known{}, ""},
		{"somebody new", Known{Courses: []Outline{outline("empty", nil), water}}, "new:w1 new"},
		{"two new courses at most", Known{Courses: []Outline{water, outline("b", nil, resource("b1", "", false, false)), outline("c", nil, resource("c1", "", false, false))}}, "new:w1 new, new:b1 new"},
		{
			"something begun whose need is not met",
			Known{Recent: []Progress{{Resource: "m2", Course: "maths"}}, Courses: []Outline{maths, water}},
			"continue:m2 continue, first:m1 learn-first, next:m3 next, new:w1 new",
		},
		{
			"a quiz that was begun comes before all",
			Known{Recent: []Progress{{Resource: "m2", Course: "maths"}}, Set: []SetWork{{Quiz: "q", Begun: true}}},
			"continue:q quiz-open",
		},
		{
			"what ends soonest is set first, and two things at most",
			Known{Set: []SetWork{{Lesson: "l1"}, {Lesson: "l2", Until: "2026-12-02"}, {Quiz: "q2", Until: "2026-12-01"}, {Quiz: "done", Done: true, Until: "2026-01-01"}}},
			"set:q2 set-until, set:l2 set-until",
		},
		{
			"what is complete is not gone on with",
			Known{Recent: []Progress{{Resource: "m1", Course: "maths", Complete: true}}, Courses: []Outline{maths}},
			"next:m3 next",
		},
		{
			"reviews and mistakes",
			Known{Practice: reviewer(), Today: at(3)},
			"due: review, mistake: mend",
		},
		{
			"five at most",
			Known{
				Practice: reviewer(), Today: at(3), Recent: []Progress{{Resource: "m2", Course: "maths"}}, Courses: []Outline{maths, water},
				Set: []SetWork{{Lesson: "l1"}, {Lesson: "l2"}},
			},
			"continue:m2 continue, set:l1 set, set:l2 set, due: review, mistake: mend",
		},
		{
			"a lesson that leads where the learner goes on is not said twice",
			Known{Recent: []Progress{{Resource: "m3", Course: "maths"}}, Set: []SetWork{{Lesson: "l1", Next: Ref{"maths", "m3"}}}},
			"continue:m3 continue",
		},
	} {
		got := Suggest(c.k)
		if brief(got) != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, brief(got), c.want)
		}
		if again := Suggest(c.k); !reflect.DeepEqual(got, again) {
			t.Errorf("%s: asked again it says %s", c.name, brief(again))
		}
	}
}

// reviewer has on day 3 one mistake to check, one to look at.
func reviewer() *Practice {
	p := history("i", "0wr")
	also(p, "j", "1w")
	return p
}

func TestLearnFirstNamesBothSkills(t *testing.T) {
	needs := []content.Skill{{ID: "add"}, {ID: "times", Needs: []string{"add"}}}
	k := Known{
		Recent:  []Progress{{Resource: "m2", Course: "maths"}},
		Courses: []Outline{outline("maths", needs, resource("m1", "add", false, false), resource("m2", "times", true, false))},
	}
	l := Suggest(k)
	if len(l) != 2 || !reflect.DeepEqual(l[1].Why, because("learn-first", "skill", "add", "for", "times")) || l[1].Course != "maths" {
		t.Errorf("%+v", l)
	}
	k.Courses[0].Resources[0].Complete = true // all that teaches it is done
	if l = Suggest(k); strings.Contains(brief(l), "first:") {
		t.Errorf("what was learnt is to be learnt first: %s", brief(l))
	}
	k.Recent[0].Resource = "m3"
	k.Courses[0].Skills = append(needs, content.Skill{ID: "powers", Needs: []string{"times"}})
	k.Courses[0].Resources = append(k.Courses[0].Resources, resource("m3", "powers", true, false))
	if l = Suggest(k); !strings.Contains(brief(l), "first:m2 learn-first") {
		t.Errorf("what rests on something complete is not offered: %s", brief(l))
	}
}

func TestCompletionByEveryMeans(t *testing.T) {
	ex := func(tries, right int, mastered bool) Progress {
		return Progress{Exercise: &ExerciseState{FirstTries: tries, Right: right, Mastered: mastered}}
	}
	for _, c := range []struct {
		c    content.Completion
		p    Progress
		n    int
		want bool
	}{
		{content.Completion{By: content.ByTime, Amount: 2}, Progress{Seconds: 119}, 0, false},
		{content.Completion{By: content.ByTime, Amount: 2}, Progress{Seconds: 120}, 0, true},
		{content.Completion{By: content.ByPages, Amount: 80}, Progress{Percent: 7999}, 0, false},
		{content.Completion{By: content.ByPages, Amount: 80}, Progress{Percent: 8000}, 0, true},
		{content.Completion{By: content.ByPercent, Amount: 100}, Progress{Percent: WholePercent}, 0, true},
		{content.Completion{By: content.ByMastery}, ex(9, 9, false), 5, false},
		{content.Completion{By: content.ByMastery}, ex(9, 9, true), 5, true},
		{content.Completion{By: content.ByMastery}, Progress{Percent: 9000}, 5, false},
		{content.Completion{By: content.ByScore, Amount: 60}, ex(4, 4, false), 5, false}, // not all tried
		{content.Completion{By: content.ByScore, Amount: 60}, ex(5, 2, false), 5, false},
		{content.Completion{By: content.ByScore, Amount: 60}, ex(5, 3, false), 5, true},
		{content.Completion{By: content.ByScore, Amount: 60}, Progress{}, 0, false},
		{content.Completion{By: content.ByLearner}, Progress{Percent: 9000, Seconds: 9999}, 0, false},
		{content.Completion{By: content.ByLearner}, Progress{Complete: true}, 0, true},
		{content.Completion{By: content.ByTime, Amount: 600}, Progress{Complete: true}, 0, true}, // said so, or once was
		{content.Completion{}, Progress{Seconds: 1}, 0, false},
	} {
		if got := Completed(c.c, c.p, c.n); got != c.want {
			t.Errorf("%+v with %+v: %v, want %v", c.c, c.p, got, c.want)
		}
	}
}
