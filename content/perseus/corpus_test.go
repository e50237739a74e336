package perseus_test

import (
	"bytes"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
	"lamplight/content/marking"
	"lamplight/content/perseus"
)

// expected is how many items of a corpus archive are asked and left out. Khan Academy's own are all of graphs.
var expected = map[string][2]int{
	"perseus/khan_mixed_selfcontained.perseus": {0, 15},
	"perseus/story_0001_en.perseus":            {6, 0},
	"perseus/story_0008_sw.perseus":            {3, 0},
	"perseus/story_0072_ar.perseus":            {6, 0},
	"perseus/story_0089_hi.perseus":            {6, 0},
}

func TestCorpusArchivesAreReadAsExpected(t *testing.T) {
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "perseus") {
		b, err := os.ReadFile(e.File)
		if err != nil {
			t.Fatal(err)
		}
		ex, err := perseus.Exercise(bytes.NewReader(b), int64(len(b)), perseus.Options{Title: e.Title})
		if err != nil {
			t.Errorf("%s: %v", e.Path, err)
			continue
		}
		want, known := expected[e.Path]
		if got := [2]int{len(ex.Items), len(ex.LeftOut)}; known && got != want {
			t.Errorf("%s: asked and left out %v, want %v", e.Path, got, want)
		}
		t.Logf("%-45s %s | found %d asked, %d left out, %v", e.Path, e.Expect, len(ex.Items), len(ex.LeftOut), ex.Criterion)
		for _, it := range ex.Items {
			markBoth(t, it)
		}
		for _, l := range ex.LeftOut {
			t.Logf("  %s left out: %s: %s", l.Item, l.Type, l.Reason)
		}
	}
}

func TestCorpusItemsAreAskedOrNamed(t *testing.T) {
	asked := 0
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "perseus-item") {
		b, err := os.ReadFile(e.File)
		if err != nil {
			t.Fatal(err)
		}
		it, left, err := perseus.Item("item", b, func(string) string { return "" })
		switch {
		case err != nil:
			t.Errorf("%s: %v", e.Path, err)
		case left != nil:
			t.Logf("%s left out: %s: %s | %s", e.Path, left.Type, left.Reason, e.Expect)
			if strings.Contains(e.Expect, "self-contained") && strings.Contains(left.Reason, "picture") {
				t.Errorf("%s is self-contained, and left out for a picture: %s", e.Path, left.Reason)
			}
		default:
			asked++
			t.Logf("%s is asked: %s: %.100q", e.Path, it.Type, it.Stem)
			markBoth(t, it)
		}
	}
	t.Logf("%d asked", asked)
}

func TestBrokenArchivesAreRefusedByName(t *testing.T) {
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "bad/perseus") {
		b, err := os.ReadFile(e.File)
		if err != nil {
			t.Fatal(err)
		}
		_, err = perseus.Exercise(bytes.NewReader(b), int64(len(b)), perseus.Options{})
		if !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), "exercise.json") {
			t.Errorf("%s: %v, want a refusal that is fs.ErrInvalid and names exercise.json", e.Path, err)
		}
		t.Logf("%s (%s): %.160v", e.Path, e.Expect, err)
	}
}

// markBoth answers an item wholly right, and wholly wrong where that can be told.
func markBoth(t *testing.T, it content.Item) {
	t.Helper()
	if err := marking.Check(it); err != nil {
		t.Errorf("%s: %v", it.ID, err)
	}
	for seed := range uint64(3) {
		v, err := marking.Draw(it, seed)
		if err != nil {
			t.Errorf("%s: %v", it.ID, err)
			return
		}
		right, wrong := responses(v)
		if r, err := marking.Mark(v, right); err != nil || r.Score != content.FullScore {
			t.Errorf("%s (%s): right %v is %+v, %v", it.ID, it.Type, right, r, err)
		}
		if r, err := marking.Mark(v, wrong); err != nil || r.Score != 0 {
			t.Errorf("%s (%s): wrong %v is %+v, %v", it.ID, it.Type, wrong, r, err)
		}
	}
}

// responses are one that is wholly right and one that is wholly wrong.
func responses(v marking.Variant) (right, wrong url.Values) {
	right, wrong = url.Values{}, url.Values{}
	it := v.Item
	set := func(field, yes, no string) { right.Set(field, yes); wrong.Set(field, no) }
	pick := func(field string, options []content.Option) {
		for _, o := range options {
			if o.Right {
				right.Add(field, o.Key)
			} else {
				wrong.Set(field, o.Key)
			}
		}
	}
	switch it.Type {
	case content.Choice, content.Many:
		pick("r", it.Options)
	case content.Number, content.Text, content.Formula:
		set("r", plainAnswer(it.Answers[0]), "98765")
	case content.Cloze, content.InlineChoice:
		for i, g := range it.Gaps {
			field := "r" + string(rune('1'+i))
			if len(g.Options) > 0 {
				pick(field, g.Options)
			} else {
				set(field, plainAnswer(g.Answers[0]), "98765")
			}
		}
	case content.Order:
		for _, o := range it.Options {
			n := len(it.Options)
			set("r."+o.Key, string(rune('1'+o.Category)), string(rune('1'+(o.Category+1)%n)))
		}
	case content.Match:
		for i, p := range it.Pairs {
			for _, o := range it.Options {
				if field := "r." + string(rune('0'+i)); o.Text == p.Right {
					right.Set(field, o.Key)
				} else {
					wrong.Set(field, o.Key)
				}
			}
		}
	case content.Categorise:
		for _, o := range it.Options {
			set("r."+o.Key, string(rune('0'+o.Category)), string(rune('0'+(o.Category+1)%len(it.Categories))))
		}
	}
	return right, wrong
}

func plainAnswer(s string) string { return strings.NewReplacer(`\{`, "{", `\}`, "}").Replace(s) }
