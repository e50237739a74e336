package pack

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lamplight/content"
)

// installed opens a pack file as a library does.
func installed(t *testing.T, c content.Course, file string) content.Reader {
	t.Helper()
	if err := (Format{}).Vet(context.Background(), c, oneFile(file)); err != nil {
		t.Fatal(err)
	}
	r, err := Format{}.Open(c, oneFile(file), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// builtFrom writes files as a folder, builds it and gives the pack's path.
func builtFrom(t *testing.T, files map[string]string, o content.ImportOptions) (content.Course, string) {
	t.Helper()
	plan, err := PlanFS(context.Background(), fsysOf(files), o)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.lamp")
	if err := plan.Files[0].Make(context.Background(), file); err != nil {
		t.Fatal(err)
	}
	return plan.Course, file
}

func TestACourseComesBackAsItsFolderAndBuildsTheSamePack(t *testing.T) {
	ctx := context.Background()
	bare := fixture()
	bare["course.md"] = "\ufeff---\r\nid: bare\r\ntitle: Bare\r\nlanguage: en\r\nowner:\r\n# a remark\r\n---\r\nText.\r\n"
	for name, c := range map[string]struct {
		files map[string]string
		o     content.ImportOptions
	}{
		"fixture":                  {files: fixture()},
		"licence said when asked":  {files: bare, o: content.ImportOptions{Licence: "CC-BY-4.0", Owner: "A school"}},
		"more text than one run":   {files: long(fixture())},
		"nothing but a first page": {files: map[string]string{"course.md": "---\nid: a\ntitle: A\nlanguage: en\n---\nText\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			course, first := builtFrom(t, c.files, c.o)
			dir := filepath.Join(t.TempDir(), "out", "folder")
			if left, err := Folder(ctx, installed(t, course, first), dir); err != nil || len(left) > 0 {
				t.Fatal(left, err)
			}
			again := filepath.Join(t.TempDir(), "b.lamp")
			if _, err := Build(ctx, dir, again); err != nil {
				t.Fatal(err)
			}
			a, _ := os.ReadFile(first)
			b, _ := os.ReadFile(again)
			if !bytes.Equal(a, b) {
				t.Errorf("the pack of the folder that was had back is another one: %d bytes, and it was %d", len(b), len(a))
			}
			if c.o.Licence == "" {
				got, err := os.ReadFile(filepath.Join(dir, "course.md"))
				if err != nil || string(got) != c.files["course.md"] {
					t.Errorf("course.md is %q", got)
				}
			}
			if _, err := Folder(ctx, installed(t, course, first), dir); !errors.Is(err, fs.ErrExist) {
				t.Errorf("over a folder that is there: %v", err)
			}
			if entries, _ := os.ReadDir(filepath.Dir(dir)); len(entries) != 1 {
				t.Errorf("beside it lies %v", entries)
			}
		})
	}
}

// long adds pages until their text takes several runs.
func long(files map[string]string) map[string]string {
	for i := range 6 {
		files["03-long/"+string(rune('a'+i))+".md"] = "# Page\n\n" + strings.Repeat("Words of a long page go on. ", 20_000)
	}
	return files
}

func TestAPackWithoutItsTextHasNoFolder(t *testing.T) {
	plan, err := Format{}.Plan(context.Background(), filepath.Join("testdata", "v1.lamp"), content.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r := installed(t, plan.Course, filepath.Join("testdata", "v1.lamp"))
	if _, err := Folder(context.Background(), r, filepath.Join(t.TempDir(), "x")); !errors.Is(err, errors.ErrUnsupported) || !strings.Contains(err.Error(), "an older release") {
		t.Errorf("got %v", err)
	}
}

func TestSourcesThatLieAreRefused(t *testing.T) {
	for name, change := range map[string]func(*sourceRun){
		"hash":   func(s *sourceRun) { s.Hash = "00" },
		"length": func(s *sourceRun) { s.Length++ },
		"large":  func(s *sourceRun) { s.Length = maxSourceRun + 1 },
		"place":  func(s *sourceRun) { s.Offset += 2 },
	} {
		c, err := read(context.Background(), fsysOf(fixture()), content.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		built, err := c.compile(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		change(&built.index.Sources[0])
		file := filepath.Join(t.TempDir(), "a.lamp")
		if err := built.write(context.Background(), file); err != nil {
			t.Fatal(err)
		}
		if _, err := (Format{}).Plan(context.Background(), file, content.ImportOptions{}); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestABankComesOutAsAFolderWithTheSameQuestions(t *testing.T) {
	ctx := context.Background()
	c := composition()
	x := c.Parts[2].Exercise
	x.Items = append(x.Items,
		content.Item{ID: "fancy id!", Type: content.Formula, Stem: "Half of $x$?", Answers: []string{"x/2"}, Worked: "One.\n\nTwo."},
		content.Item{ID: "cut", Type: content.Choice, Stem: "A : b?", Options: []content.Option{
			{Key: "a", Text: "one : two", Right: true}, {Key: "b", Text: "other", Error: "odd", Feedback: "See : here"},
		}})
	plan, err := c.Plan(ctx)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.lamp")
	if err := plan.Files[0].Make(ctx, file); err != nil {
		t.Fatal(err)
	}
	r := installed(t, plan.Course, file)
	dir := filepath.Join(t.TempDir(), "folder")
	left, err := Folder(ctx, r, dir)
	if err != nil || !slices.ContainsFunc(left, func(s string) bool { return strings.Contains(s, "essay") }) {
		t.Fatal(left, err)
	}
	again, err := Format{}.Plan(ctx, dir, content.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if again.Course.Items != plan.Course.Items || again.Course.Title != "Bank" {
		t.Errorf("%d questions of %q came out of %d", again.Course.Items, again.Course.Title, plan.Course.Items)
	}
	text, _ := os.ReadFile(filepath.Join(dir, "01-topic", "02-ask.md"))
	for _, want := range []string{"(x) one \\: two\n( ) other : odd : See \\: here\n", "## formula question-3\nitem: {", "? Is ![a dot](../pictures/1-red-dot.svg) red?"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
