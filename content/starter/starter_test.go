package starter

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"lamplight/content"
	"lamplight/content/pack"
)

// wanted is the least each course must hold.
var wanted = map[string]struct{ pages, exercises, items int }{
	"first-numbers-en":           {18, 18, 175},
	"first-numbers-fr":           {18, 18, 175},
	"first-numbers-ar":           {18, 18, 175},
	"using-lamplight-en":         {6, 1, 7},
	"using-lamplight-fr":         {6, 1, 7},
	"using-lamplight-ar":         {6, 1, 7},
	"teaching-with-lamplight-en": {8, 1, 7},
	"teaching-with-lamplight-fr": {8, 1, 7},
	"teaching-with-lamplight-ar": {8, 1, 7},
	"teachers-course-en":         {12, 0, 0},
	"teachers-course-fr":         {12, 0, 0},
	"teachers-course-ar":         {12, 0, 0},
}

func TestEveryCourseLintsClean(t *testing.T) {
	for _, c := range Courses() {
		t.Run(c.Dir, func(t *testing.T) {
			problems, err := pack.LintFS(context.Background(), c.FS)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range problems {
				t.Error(p)
			}
		})
	}
}

func TestEveryCourseHoldsWhatItPromises(t *testing.T) {
	if len(Courses()) != len(wanted) {
		t.Errorf("%d courses, want %d: add the new one to wanted", len(Courses()), len(wanted))
	}
	for _, c := range Courses() {
		want, known := wanted[c.Dir]
		if !known {
			t.Errorf("%s is not in wanted", c.Dir)
		}
		opened := open(t, c)
		pages, items, varied, coded := 0, 0, 0, 0
		for _, n := range opened.nodes {
			if n.Kind == content.Page && n.Path != "course.md" {
				pages++
			}
		}
		for _, e := range opened.exercises {
			for _, it := range e.Items {
				items++
				if len(it.Lets) > 0 {
					varied++
				}
				if len(mistakes(it)) > 0 {
					coded++
				}
			}
		}
		t.Logf("%s: %d pages, %d exercises, %d items, %d with variants, %d with error codes", c.Dir, pages, len(opened.exercises), items, varied, coded)
		if pages < want.pages || len(opened.exercises) < want.exercises || items < want.items {
			t.Errorf("%s holds %d pages, %d exercises, %d items; want at least %v", c.Dir, pages, len(opened.exercises), items, want)
		}
		got := opened.reader.Course()
		if got.ID != content.NewCourseID("lamplight", c.Dir) || got.Licence.ID != "CC-BY-SA-4.0" || got.Thumbnail == "" {
			t.Errorf("%s: id, licence or cover is missing: %+v", c.Dir, got)
		}
		if len(got.Languages) == 0 || !strings.HasSuffix(c.Dir, "-"+got.Languages[0]) {
			t.Errorf("%s is in %v", c.Dir, got.Languages)
		}
	}
}

func TestEveryItemTeaches(t *testing.T) {
	for _, c := range Courses() {
		for _, e := range open(t, c).exercises {
			for _, it := range e.Items {
				if it.Worked == "" || len(it.Hints) == 0 {
					t.Errorf("%s: %s/%s has no worked answer or no hint", c.Dir, e.Title, it.ID)
				}
				if it.Skill == "" && e.Skill == "" {
					t.Errorf("%s: %s/%s has no skill", c.Dir, e.Title, it.ID)
				}
				if it.Rating < 600 || it.Rating > 1300 {
					t.Errorf("%s: %s/%s has the rating %d: write what a beginner would find", c.Dir, e.Title, it.ID, it.Rating)
				}
				switch it.Type {
				case content.Number, content.Text, content.TrueFalse, content.Choice, content.Many:
					if len(mistakes(it)) == 0 {
						t.Errorf("%s: %s/%s knows no mistake", c.Dir, e.Title, it.ID)
					}
				}
			}
		}
	}
}

func TestALanguageChangesOnlyTheWords(t *testing.T) {
	english := map[string]map[string]content.Item{}
	for _, c := range Courses() {
		if family, isEnglish := strings.CutSuffix(c.Dir, "-en"); isEnglish {
			english[family] = itemsByID(open(t, c))
		}
	}
	for _, c := range Courses() {
		family := c.Dir[:strings.LastIndex(c.Dir, "-")]
		if strings.HasSuffix(c.Dir, "-en") {
			continue
		}
		items := itemsByID(open(t, c))
		if len(items) != len(english[family]) {
			t.Errorf("%s has %d items, the English course %d", c.Dir, len(items), len(english[family]))
		}
		for id, it := range items {
			en, ok := english[family][id]
			if !ok {
				t.Errorf("%s: %s is not in the English course", c.Dir, id)
				continue
			}
			if it.Type != en.Type || fmt.Sprint(codes(it)) != fmt.Sprint(codes(en)) || len(it.Lets) != len(en.Lets) {
				t.Errorf("%s: %s has type, codes or names other than in English: %v %v", c.Dir, id, codes(it), codes(en))
			}
			if it.Rating != en.Rating || it.Skill != en.Skill {
				t.Errorf("%s: %s is of %s, rated %d; in English of %s, rated %d", c.Dir, id, it.Skill, it.Rating, en.Skill, en.Rating)
			}
			if it.Stem == en.Stem && letters.MatchString(outsideBraces.ReplaceAllString(it.Stem, "")) {
				t.Errorf("%s: %s is still in English: %s", c.Dir, id, it.Stem)
			}
		}
	}
}

// A learner is led along these edges, so the sixteen skills must say the same in every language, each with a question and
// none harder than a skill that needs it.
func TestSkillsOfFirstNumbersGoFromEasyToHard(t *testing.T) {
	for _, c := range Courses() {
		if !strings.HasPrefix(c.Dir, "first-numbers-") {
			continue
		}
		o := open(t, c)
		sum, n := map[string]int{}, map[string]int{}
		for _, e := range o.exercises {
			for _, it := range e.Items {
				sum[it.Skill] += it.Rating
				n[it.Skill]++
			}
		}
		skills := o.reader.Course().Skills
		if len(skills) != 16 {
			t.Errorf("%s lists %d skills, want 16", c.Dir, len(skills))
		}
		for _, s := range skills {
			if n[s.ID] == 0 {
				t.Errorf("%s: no question asks for %s", c.Dir, s.ID)
				continue
			}
			for _, need := range s.Needs {
				if sum[need]*n[s.ID] > sum[s.ID]*n[need] {
					t.Errorf("%s: %s is rated easier than %s, which it needs", c.Dir, s.ID, need)
				}
			}
		}
	}
}

// The course that teachers are shown to copy must itself be right.
func TestTheExampleForTeachersIsACourse(t *testing.T) {
	for _, c := range Courses() {
		if !strings.HasPrefix(c.Dir, "teaching-") {
			continue
		}
		page, err := fs.ReadFile(c.FS, "06-courses.md")
		if err != nil {
			t.Fatal(err)
		}
		blocks := regexp.MustCompile("(?s)```\n(.*?)```").FindAllStringSubmatch(string(page), -1)
		files := fstest.MapFS{"01-water/01-clean-water.md": {Data: []byte("# A page\n\nText.\n")}}
		for _, b := range blocks {
			switch {
			case strings.Contains(b[1], "kind: exercise"):
				files["01-water/02-practice.md"] = &fstest.MapFile{Data: []byte(b[1])}
			case strings.HasPrefix(b[1], "---\nid:"):
				files["course.md"] = &fstest.MapFile{Data: []byte(b[1])}
			}
		}
		if len(files) != 3 {
			t.Fatalf("%s: the page no longer shows a course.md and an exercise", c.Dir)
		}
		problems, err := pack.LintFS(context.Background(), files)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range problems {
			t.Errorf("%s: %s", c.Dir, p)
		}
	}
}

var (
	letters       = regexp.MustCompile(`\p{L}`)
	outsideBraces = regexp.MustCompile(`\{[^{}]*\}`)
)

// opened is a course compiled and read back as a box reads it.
type opened struct {
	reader    content.Reader
	nodes     []content.Node
	exercises []content.Exercise
}

func open(t *testing.T, c Course) opened {
	t.Helper()
	ctx := context.Background()
	plan, err := pack.PlanFS(ctx, c.FS, content.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	file := oneFile(filepath.Join(t.TempDir(), "pack"))
	if err := plan.Files[0].Make(ctx, string(file)); err != nil {
		t.Fatal(err)
	}
	r, err := pack.Format{}.Open(plan.Course, file, plan.Index)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	o := opened{reader: r}
	o.walk(t, "")
	return o
}

func (o *opened) walk(t *testing.T, parent content.ResourceID) {
	t.Helper()
	nodes, _, err := o.reader.Children(parent, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		o.nodes = append(o.nodes, n)
		switch n.Kind {
		case content.Topic:
			o.walk(t, n.ID)
		case content.Practice:
			e, err := o.reader.(content.ExerciseReader).Exercise(n.ID)
			if err != nil {
				t.Fatal(err)
			}
			o.exercises = append(o.exercises, e)
		}
	}
}

// itemsByID names each item by its exercise's place and its own id.
func itemsByID(o opened) map[string]content.Item {
	items := map[string]content.Item{}
	for i, e := range o.exercises {
		for _, it := range e.Items {
			items[fmt.Sprintf("%d/%s", i, it.ID)] = it
		}
	}
	return items
}

// mistakes are the known wrong answers of an item, as options or as answers.
func mistakes(it content.Item) []content.Mistake {
	all := slices.Clone(it.Mistakes)
	for _, o := range it.Options {
		if o.Error != "" {
			all = append(all, content.Mistake{Answer: o.Key, Error: o.Error, Feedback: o.Feedback})
		}
	}
	return all
}

func codes(it content.Item) (codes []string) {
	for _, m := range mistakes(it) {
		codes = append(codes, m.Error)
	}
	return codes
}

// oneFile is the one stored file of a course.
type oneFile string

func (f oneFile) Path(string) (string, int64, error) { return string(f), 0, nil }
func (f oneFile) Hash(string) string                 { return "" }
