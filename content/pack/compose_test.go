package pack

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
)

const redDot = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4" fill="red"/></svg>`

// composition has a topic with a page, an exercise that shows a picture, and one with nothing that can be asked.
func composition() Composition {
	id := content.NewCourseID("gift", "test")
	rid := func(s string) content.ResourceID { return content.NewResourceID(id, s) }
	truth := func(id, stem string) content.Item {
		return content.Item{ID: content.ItemID(id), Type: content.TrueFalse, Stem: stem, Answers: []string{"true"}}
	}
	open := func(s string) func() (io.ReadCloser, error) {
		return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(s)), nil }
	}
	return Composition{
		Course: content.Course{ID: id, Format: "gift", Title: "Bank", Languages: []string{"sw"}},
		Parts: []Part{
			{Node: content.Node{ID: rid("t"), Kind: content.Topic, Title: "Topic"}},
			{Node: content.Node{ID: rid("p"), Parent: rid("t"), Kind: content.Page, Title: "Read"}, Markdown: "See ![a dot](red%20dot.svg) and ![gone](gone.png)."},
			{Node: content.Node{ID: rid("x"), Parent: rid("t"), Kind: content.Practice, Title: "Ask"}, Exercise: &content.Exercise{
				Title: "Ask", Criterion: content.Criterion{Type: "do_all"},
				Items: []content.Item{
					truth("q", "Is ![a dot](red%20dot.svg) red?"), truth("q", "Twice?"), truth("q3", "Shows ![no](gone.png)?"),
					{ID: "q4", Type: content.Choice, Stem: "No options"},
				},
				LeftOut: []content.LeftOut{{Item: "e", Type: "essay", Reason: "a teacher must read it"}},
			}},
			{Node: content.Node{ID: rid("y"), Kind: content.Practice, Title: "Nothing"}, Exercise: &content.Exercise{
				LeftOut: []content.LeftOut{{Item: "e", Type: "essay", Reason: "a teacher must read it"}},
			}},
		},
		Files: map[string]func() (io.ReadCloser, error){"red dot.svg": open(redDot), "unused.png": open("x")},
	}
}

type oneFile string

func (f oneFile) Path(string) (string, int64, error) {
	fi, err := os.Stat(string(f))
	return string(f), fi.Size(), err
}
func (oneFile) Hash(string) string { return "" }

func TestWhatIsComposedIsReadAsACourse(t *testing.T) {
	ctx := context.Background()
	plan, err := composition().Plan(ctx)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.lamp")
	if err := plan.Files[0].Make(ctx, path); err != nil {
		t.Fatal(err)
	}
	if err := (Format{}).Vet(ctx, plan.Course, oneFile(path)); err != nil {
		t.Fatal(err)
	}
	r, err := Format{}.Open(plan.Course, oneFile(path), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if c := r.Course(); c.Format != "gift" || c.Items != 2 || c.Resources != 3 {
		t.Errorf("course %+v", c)
	}
	id := func(s string) content.ResourceID { return content.NewResourceID(plan.Course.ID, s) }
	x, err := r.(content.ExerciseReader).Exercise(id("x"))
	if err != nil || len(x.Items) != 2 || len(x.LeftOut) != 3 || x.Items[1].ID != "q-2" || x.Language != "sw" {
		t.Fatalf("exercise %+v, %v", x, err)
	}
	if want := "![a dot](/file/" + string(plan.Course.ID) + "/red%20dot.svg)"; !strings.Contains(x.Items[0].Stem, want) {
		t.Errorf("stem %q shows no %s", x.Items[0].Stem, want)
	}
	if n, err := r.Node(id("y")); err != nil || !strings.Contains(n.Broken, "a teacher must read it") {
		t.Errorf("an exercise with nothing to ask: %q, %v", n.Broken, err)
	}
	if _, err := r.File("red dot.svg"); err != nil {
		t.Error(err)
	}
	if _, err := r.File("unused.png"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that nothing shows: %v", err)
	}
	if p, err := r.(content.PageReader).ReadyPage(id("p")); err != nil || p.Length == 0 {
		t.Errorf("page: %v", err)
	}
}

func TestComposingTwiceGivesTheSameBytes(t *testing.T) {
	dir := t.TempDir()
	var packs [2][]byte
	for i, name := range []string{"a", "b"} {
		if err := Compose(context.Background(), filepath.Join(dir, name), composition()); err != nil {
			t.Fatal(err)
		}
		packs[i], _ = os.ReadFile(filepath.Join(dir, name))
	}
	if !bytes.Equal(packs[0], packs[1]) {
		t.Error("the bytes differ")
	}
}

func TestPicturesOfOtherReadersGetAnAddress(t *testing.T) {
	x := content.Exercise{Items: []content.Item{
		{Stem: "none"}, {Stem: "![a](" + marking.PictureAddress("h.zip/a (1).png") + ")", Options: []content.Option{{Text: "![](b.png)"}}}, {Stem: "![](/file/c/d.png)"},
	}}
	got := Addressed("c", x)
	if got.Items[1].Stem != "![a](/file/c/h.zip/a%20%281%29.png)" || got.Items[1].Options[0].Text != "![](/file/c/b.png)" || got.Items[2].Stem != "![](/file/c/d.png)" {
		t.Errorf("%+v", got.Items)
	}
	if x.Items[1].Stem != "![a](h.zip/a%20%281%29.png)" || x.Items[1].Options[0].Text != "![](b.png)" {
		t.Error("the reader's own items were changed")
	}
}

func TestAPackIsOfTheLowestVersionThatReadsItRightly(t *testing.T) {
	choice := func(credit int) content.Item {
		return content.Item{ID: "q", Type: content.Choice, Stem: "?", Options: []content.Option{{Key: "a", Text: "a", Right: true}, {Key: "b", Text: "b", Credit: credit}}}
	}
	tagged, formula := choice(0), choice(0)
	tagged.Stem, formula.Stem = "H<sub>2</sub>O?", "$x^2$?"
	for _, c := range []struct {
		it   content.Item
		want byte
	}{
		{choice(0), 1},
		{formula, 2},
		{choice(5000), 3},
		{tagged, 3},
		{content.Item{ID: "q", Type: content.Number, Stem: "?", Answers: []string{"1", "2"}}, 3},
		{content.Item{ID: "q", Type: content.Match, Stem: "?", Pairs: []content.Pair{{Left: "a", Right: "b"}}, Distractors: []string{"c"}}, 3},
	} {
		comp := composition()
		comp.Parts[2].Exercise = &content.Exercise{Items: []content.Item{c.it}}
		path := filepath.Join(t.TempDir(), "p")
		if err := Compose(context.Background(), path, comp); err != nil {
			t.Fatal(err)
		}
		b, _ := os.ReadFile(path)
		if b[8] != c.want {
			t.Errorf("%+v is packed as version %d, want %d", c.it, b[8], c.want)
		}
	}
}

func TestARightWithoutALeftIsWrittenWithNone(t *testing.T) {
	f := &folder{}
	items := f.parseItems(&text{path: "x.md", body: "## match m\n? Capitals\n- Kenya = Nairobi\n- = Lagos\n- Uganda = Kampala\n"})
	if len(f.problems) > 0 || len(items) != 1 || len(items[0].item.Pairs) != 2 || len(items[0].item.Distractors) != 1 || items[0].item.Distractors[0] != "Lagos" {
		t.Errorf("%+v, %v", items, f.problems)
	}
}
