package qti

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
	"lamplight/content/marking"
)

// found is what reading a file of the corpus must give: questions that can be asked and those left out. Counts are from the
// files themselves, looked through by hand.
var found = map[string]struct {
	items, left int
	title       string
	languages   string
}{
	"instructure_test_qti_1.2.zip": {3, 0, "1.2 Import Quiz", "und"},
	"stories_qti21_fr-ar-sw.zip":   {12, 0, "A Tiny Seed – reading check", "ar fr sw"},
	"stories_qti22_hi.zip":         {1, 0, "पढ़ना", "hi"},
	"stories_qti30_en-es.zip":      {8, 0, "Khalai talks to plants", "en es"},
	"matching.xml":                 {1, 0, "", "und"},
	"multiple_answer.xml":          {1, 0, "Quiz", "und"},
	"MAA01a.xml":                   {1, 0, "", "und"}, // adaptive: the first try counts
	"MAB01a.xml":                   {1, 0, "", "und"},
	"GU-Formulae-006-BMI.xml":      {1, 0, "Formulae: BMI", "en"}, // a template
	"qtiworks_BadMix.zip":          {9, 0, "Web Developer Website", "und"},
}

// TestCorpusQuestions reads every file of questions and prints what was found beside what MANIFEST.tsv says. What asks
// nothing that can be asked here is refused, naming why: essays, hot spots, programs of other systems, missing pictures.
func TestCorpusQuestions(t *testing.T) {
	entries := importtest.OfFormat(importtest.Manifest(t), "qti 1.2", "qti 2.1", "qti 2.2", "qti 3.0", "bad/qti")
	for _, e := range entries {
		t.Run(path.Base(e.Path), func(t *testing.T) {
			plan, err := Format{}.Plan(context.Background(), e.File, content.ImportOptions{})
			want, good := found[path.Base(e.Path)]
			if !good {
				t.Logf("refused: %v | %s", err, e.Expect)
				if err == nil || !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("got %v, %v; want a refusal", plan, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			c := plan.Course
			left := 0
			for _, w := range plan.Warnings {
				if strings.Contains(w, "is left out") {
					left++
				}
			}
			got := fmt.Sprintf("%d items, %d left out, %q, %s", c.Items, left, c.Title, strings.Join(c.Languages, " "))
			t.Logf("found: %s | %s", got, e.Expect)
			if c.Items != want.items || left != want.left || want.title != "" && c.Title != want.title || strings.Join(c.Languages, " ") != want.languages {
				t.Errorf("found %s, want %+v", got, want)
			}
			if !(Format{}).Claims(e.File, []byte("PK")) && !(Format{}).Claims(e.File, []byte("<?xml")) {
				t.Error("not claimed")
			}
		})
	}
}

// TestCorpusAnswersAreRight gives every question that is read the answer it calls right.
func TestCorpusAnswersAreRight(t *testing.T) {
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "qti 2.1", "qti 2.2", "qti 3.0", "qti 1.2") {
		plan, err := Format{}.Plan(context.Background(), e.File, content.ImportOptions{})
		if err != nil {
			continue
		}
		r, err := Format{}.Open(plan.Course, importtest.Install(t, plan), plan.Index)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		nodes, _, err := r.Children("", 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range nodes {
			x, err := r.(content.ExerciseReader).Exercise(n.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, it := range x.Items {
				for seed := range uint64(12) {
					rightAnswer(t, it, seed)
				}
			}
		}
	}
}

// rightAnswer fills in what an item calls right and wants full marks for it.
func rightAnswer(t *testing.T, it content.Item, seed uint64) {
	t.Helper()
	v, err := marking.Draw(it, seed)
	if err != nil {
		t.Errorf("%s: %v", it.ID, err)
		return
	}
	got, err := marking.Mark(v, rightOf(v.Item))
	if err != nil || !got.Correct {
		t.Errorf("%s: the right answer is worth %+v, %v", it.ID, got, err)
	}
}

func rightOf(it content.Item) url.Values {
	r := url.Values{}
	switch it.Type {
	case content.Choice, content.Many, content.HotText:
		for _, o := range it.Options {
			if o.Right {
				r.Add("r", o.Key)
			}
		}
	case content.Order:
		for _, o := range it.Options {
			r.Set("r."+o.Key, itoa(o.Category+1))
		}
	case content.Categorise:
		for _, o := range it.Options {
			r.Set("r."+o.Key, itoa(o.Category))
		}
	case content.Match:
		for i, p := range it.Pairs {
			for _, o := range it.Options {
				if o.Text == p.Right {
					r.Set("r."+itoa(i), o.Key)
				}
			}
		}
	case content.Cloze, content.InlineChoice:
		for i, g := range it.Gaps {
			field := "r" + itoa(i+1)
			if len(g.Answers) > 0 {
				r.Set(field, g.Answers[0])
			}
			for _, o := range g.Options {
				if o.Right {
					r.Set(field, o.Key)
				}
			}
		}
	default:
		r.Set("r", it.Answers[0])
	}
	return r
}
