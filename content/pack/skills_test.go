package pack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"lamplight/content"
)

func TestSkillsReachTheCourseInOrder(t *testing.T) {
	r := opened(t, changed(t, map[string]string{"skills.md": "A remark.\n\n## reading Reading aloud\n## add Adding\nneeds: reading\n<!-- later: more -->\n## add-10 Adding to ten  \nneeds: add, reading\nneeds: add\n"}))
	want := []content.Skill{{ID: "reading", Title: "Reading aloud"}, {ID: "add", Title: "Adding", Needs: []string{"reading"}}, {ID: "add-10", Title: "Adding to ten", Needs: []string{"add", "reading"}}}
	if got := r.index.Course.Skills; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	if got := r.Course().Skills; !reflect.DeepEqual(got, want) {
		t.Errorf("the plan's course has %+v", got)
	}
	for _, n := range r.index.Nodes {
		if strings.Contains(n.Path, "skills") {
			t.Errorf("skills.md is a page, %q", n.Title)
		}
	}
}

// TestAPackWithAHostileSkillGraphIsRefused writes the index as no compiler of ours would.
func TestAPackWithAHostileSkillGraphIsRefused(t *testing.T) {
	chain := make([]content.Skill, maxSkills)
	for i := range chain {
		chain[i] = content.Skill{ID: fmt.Sprint("s", i), Title: "S", Needs: []string{fmt.Sprint("s", (i+1)%maxSkills)}}
	}
	for want, skills := range map[string][]content.Skill{
		"in a ring: a → b → a": {{ID: "a", Title: "A", Needs: []string{"b"}}, {ID: "b", Title: "B", Needs: []string{"a"}}},
		"no skill has that id": {{ID: "a", Title: "A", Needs: []string{"z"}}},
		"there twice":          {{ID: "a", Title: "A"}, {ID: "a", Title: "A"}},
		"cannot be":            {{ID: "a b", Title: "A"}},
		"in a ring: s0 → s1 →": chain,
		"more than 1000":       make([]content.Skill, maxSkills+1),
	} {
		built, _, err := build(context.Background(), fsysOf(fixture()), content.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		built.index.Course.Skills = skills
		path := filepath.Join(t.TempDir(), "a.lamp")
		if err := built.write(context.Background(), path); err != nil {
			t.Fatal(err)
		}
		if _, err := openPack(path); !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %.200v", want, err)
		}
	}
}

func TestCompletionIsTheAuthorsElseWhatSuitsTheKind(t *testing.T) {
	r := opened(t, changed(t, map[string]string{
		"01-one/10-last.md":   "---\ncomplete: time 7\n---\n# T\n",
		"01-one/05-quiet.md":  "---\ncomplete: learner\nminutes: 5\n---\n# T\n",
		"01-one/06-score.md":  "---\nkind: exercise\ncomplete: score 80\n---\n## number r\n? x\n= 1\n",
		"01-one/topic.md":     "---\ncomplete: pages 100%, percent 75\n---\n",
		"02-without/film.mp4": "film", "02-without/a.pdf": "pdf",
	}))
	for id, want := range map[string]content.Completion{
		"one/last": {By: content.ByTime, Amount: 7}, "one/quiet": {By: content.ByLearner}, "second": {By: content.ByTime, Amount: 2},
		"one/score": {By: content.ByScore, Amount: 80}, "practice": {By: content.ByMastery}, "one/boat.mp4": {By: content.ByPercent, Amount: 75},
		"without/film.mp4": {By: content.ByPercent, Amount: 90}, "without/a.pdf": {By: content.ByPages, Amount: 80}, "one/first": {By: content.ByLearner},
	} {
		n, err := r.Node(content.NewResourceID(r.course.ID, id))
		if err != nil || n.CompletedBy() != want {
			t.Errorf("%s: %+v, %v; want %+v", id, n.CompletedBy(), err, want)
		}
	}
}

func TestAnExercisesRatingIsThatOfItsQuestionsThatSayNone(t *testing.T) {
	r := opened(t, changed(t, map[string]string{"01-one/05-f.md": "---\nkind: exercise\nid: f\nrating: 880\n---\n## number r\n? x\n= 1\n## number s\n? x\n= 1\nrating: 1200\n"}))
	x, err := r.Exercise(content.NewResourceID(r.course.ID, "f"))
	if err != nil || x.Items[0].Rating != 880 || x.Items[1].Rating != 1200 {
		t.Errorf("%+v, %v", x.Items, err)
	}
}

// TestAPackOfTheFirstReleaseStillReads opens one that was compiled before skills, completion and mathematics.
func TestAPackOfTheFirstReleaseStillReads(t *testing.T) {
	path := filepath.Join("testdata", "v1.lamp")
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	plan, err := Format{}.Plan(context.Background(), path, content.ImportOptions{})
	if err != nil || plan.Course.Items != 11 || plan.Course.Skills != nil {
		t.Errorf("%+v, %v", plan, err)
	}
}
