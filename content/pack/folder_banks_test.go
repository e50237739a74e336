package pack_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/pack"
	"lamplight/content/questions"
)

type storedAt string

func (f storedAt) Path(string) (string, int64, error) {
	fi, err := os.Stat(string(f))
	return string(f), fi.Size(), err
}
func (storedAt) Hash(string) string { return "" }

// items gives all questions of a course by what they ask, in order.
func items(t *testing.T, plan *content.Plan) (out []content.Item) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.lamp")
	if err := plan.Files[0].Make(context.Background(), file); err != nil {
		t.Fatal(err)
	}
	r, err := pack.Format{}.Open(plan.Course, storedAt(file), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	var walk func(content.ResourceID)
	walk = func(parent content.ResourceID) {
		nodes, _, err := r.Children(parent, 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range nodes {
			if n.Kind == content.Topic {
				walk(n.ID)
			} else if n.Kind == content.Practice {
				x, err := r.(content.ExerciseReader).Exercise(n.ID)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, x.Items...)
			}
		}
	}
	walk("")
	return out
}

func TestEveryQuestionOfABankComesOutInItsFolder(t *testing.T) {
	ctx := context.Background()
	formatOf := map[string]content.Format{"every.gift": questions.Formats()[2], "every.xml": questions.Formats()[0]}
	for _, name := range []string{"every.gift", "every.xml"} {
		plan, err := formatOf[name].Plan(ctx, filepath.Join("..", "questions", "testdata", name), content.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "bank.lamp")
		if err := plan.Files[0].Make(ctx, file); err != nil {
			t.Fatal(err)
		}
		r, err := pack.Format{}.Open(plan.Course, storedAt(file), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		dir := filepath.Join(t.TempDir(), "folder")
		if _, err := pack.Folder(ctx, r, dir); err != nil {
			t.Fatal(err)
		}
		again, err := pack.Format{}.Plan(ctx, dir, content.ImportOptions{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want, got := items(t, plan), items(t, again)
		if len(want) == 0 || len(got) != len(want) {
			t.Fatalf("%s: %d questions came out of %d", name, len(got), len(want))
		}
		inFull := 0
		for i := range want {
			if got[i].Type != want[i].Type || len(got[i].Options) != len(want[i].Options) || len(got[i].Accepts) != len(want[i].Accepts) ||
				!strings.Contains(want[i].Stem, "![") && got[i].Stem != want[i].Stem {
				t.Errorf("%s: question %s came out otherwise:\n%+v\n%+v", name, want[i].ID, got[i], want[i])
			}
		}
		filepath.WalkDir(dir, func(p string, _ os.DirEntry, _ error) error {
			b, _ := os.ReadFile(p)
			inFull += strings.Count(string(b), "\nitem: ")
			return nil
		})
		t.Logf("%s: %d questions, %d of them as data", name, len(got), inFull)
	}
}
