package pack

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lamplight/content"
)

var exampleFile = regexp.MustCompile("(?ms)^\\*\\*`([^`]+)`\\*\\*\n\n```(?:md|svg)\n(.*?)\n```$")

// examples are the files that README.md shows, by path.
func examples(t *testing.T) (readme string, files map[string]string) {
	t.Helper()
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	files = map[string]string{}
	for _, m := range exampleFile.FindAllStringSubmatch(string(b), -1) {
		files[m[1]] = m[2] + "\n"
	}
	return string(b), files
}

func TestEveryExampleOfTheManualBuilds(t *testing.T) {
	readme, files := examples(t)
	if fences := strings.Count(readme, "```md\n") + strings.Count(readme, "```svg\n"); len(files) < 8 || len(files) != fences {
		t.Fatalf("%d examples are named, and %d shown: write **`path`** above each", len(files), fences)
	}
	dir := t.TempDir()
	for p, text := range files {
		os.MkdirAll(filepath.Join(dir, filepath.Dir(p)), 0o755)
		if err := os.WriteFile(filepath.Join(dir, p), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	problems, err := Lint(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
	c, err := Build(context.Background(), dir, filepath.Join(t.TempDir(), "a.lamp"))
	if err != nil || c.Items != 11 || c.Resources != 5 {
		t.Errorf("%d questions in %d resources, %v", c.Items, c.Resources, err)
	}
}

func TestTheManualNamesEverything(t *testing.T) {
	readme, files := examples(t)
	all := strings.Join(slices.Collect(func(yield func(string) bool) {
		for _, text := range files {
			if !yield(text) {
				return
			}
		}
	}), "\n")
	for _, kind := range []content.ItemType{
		content.Choice, content.Many, content.TrueFalse, content.Number, content.Text, content.Cloze, content.InlineChoice, content.Order, content.Match,
		content.Categorise, content.HotText,
	} {
		if !strings.Contains(all, "\n## "+string(kind)+" ") {
			t.Errorf("no example asks a %s", kind)
		}
	}
	for _, key := range []string{"id", "title", "language", "licence", "owner", "author", "edition", "description", "level", "source", "kind", "mastery", "complete", "skill", "rating", "requires", "minutes", "staff", "subjects", "levels", "needs", "tags"} {
		if !strings.Contains(all, "\n"+key+":") && !strings.Contains(readme, "`"+key) {
			t.Errorf("nothing is said of %q", key)
		}
	}
	for _, b := range readingBudgets {
		row := regexp.MustCompile("(?m)^\\|.*`" + b.level + "`.*\\| " + strconv.Itoa(int(b.words)) + " \\| " + strconv.Itoa(int(b.lix)) + " \\|$")
		if !row.MatchString(readme) {
			t.Errorf("the table of levels does not say %v", b)
		}
	}
}
