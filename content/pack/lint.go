package pack

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
)

// A Problem is something Lint found.
type Problem struct {
	File    string // relative to the course folder
	Line    int    // from 1; 0 for the whole file
	Reason  string // in plain English
	Warning bool   // the course can be built nevertheless
}

func (p Problem) String() string {
	kind := "error"
	if p.Warning {
		kind = "warning"
	}
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s: %s", p.File, kind, p.Reason)
	}
	return fmt.Sprintf("%s:%d: %s: %s", p.File, p.Line, kind, p.Reason)
}

// lintDraws is how many variants of each item Lint draws.
const lintDraws = 200

// Lint says what is wrong with the course folder dir: errors first, then by file and line. An error return means that
// it could not be read at all.
func Lint(ctx context.Context, dir string) ([]Problem, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	defer root.Close()
	return LintFS(ctx, root.FS())
}

// LintFS is Lint for a course folder in a file system.
func LintFS(ctx context.Context, fsys fs.FS) ([]Problem, error) {
	c, err := read(ctx, fsys, content.ImportOptions{})
	if err != nil {
		return nil, err
	}
	if _, err := c.compile(ctx); err != nil {
		return nil, err
	}
	for _, d := range c.nodes {
		if d.text != nil && d.Kind == content.Practice {
			c.lintExercise(d)
		}
	}
	c.lintSkills()
	c.lintFiles()
	slices.SortStableFunc(c.problems, func(a, b Problem) int {
		if a.Warning != b.Warning {
			return map[bool]int{false: -1, true: 1}[a.Warning]
		}
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Reason, b.Reason))
	})
	return slices.Compact(c.problems), nil
}

// lintFiles warns of files that go nowhere.
func (c *course) lintFiles() {
	for _, p := range sortedKeys(c.sizes) {
		ext := strings.ToLower(path.Ext(p))
		if _, known := mediaKinds[ext]; known && !c.used[p] {
			c.warn(p, 0, "no page or question shows it, so it is left out")
		} else if !known && ext != ".md" && ext != ".srt" {
			c.warn(p, 0, "files of this kind are left out")
		}
	}
}

func (c *course) lintExercise(d *draft) {
	varied := false
	for _, p := range d.items {
		if p.item.Worked == "" {
			c.warn(d.Path, p.line, "%s has no worked answer (a line \"worked: …\")", p.item.ID)
		}
		if len(p.item.Lets) > 0 {
			varied = true
		} else if p.item.Type == content.Number {
			c.warn(d.Path, p.line, "%s has no variants: with \"let\" its numbers change each time", p.item.ID)
		}
		if p.item.Type == content.Number && len(p.item.Mistakes) == 0 {
			c.warn(d.Path, p.line, "%s knows no mistake (a line \"! ANSWER : error-code : feedback\")", p.item.ID)
		}
		if marking.Check(p.item) == nil {
			c.lintDraws(d, p)
		}
	}
	if !varied && len(d.items) > 0 && d.Criterion.N > len(d.items) {
		c.warn(d.Path, 0, "%d questions without variants are fewer than the %d that mastery counts", len(d.items), d.Criterion.N)
	}
}

// lintDraws draws many variants of an item and looks for what only some draws show.
func (c *course) lintDraws(d *draft, p placed) {
	said := map[string]bool{}
	say := func(warning bool, format string, args ...any) {
		reason := fmt.Sprintf(format, args...)
		if kind := strings.SplitN(format, "%", 3); !said[kind[0]+kind[1]] {
			said[kind[0]+kind[1]] = true
			c.problems = append(c.problems, Problem{File: d.Path, Line: p.line, Reason: fmt.Sprintf("%s: %s", p.item.ID, reason), Warning: warning})
		}
	}
	different := map[string]bool{}
	for seed := range uint64(lintDraws) {
		v, err := marking.Draw(p.item, seed)
		if err != nil {
			say(false, "seed %d cannot be drawn: %v", seed, strings.TrimSuffix(err.Error(), ": invalid argument"))
			return
		}
		different[drawnValues(v)] = true
		for _, m := range v.Item.Mistakes {
			if right, who := isRight(v, m.Answer); right {
				say(false, "mistake %s is the right answer %s when %s", m.Error, who, drawnValues(v))
			}
		}
		if codes := alike(v.Item.Mistakes); codes != "" {
			say(true, "mistakes %s are the same answer when %s: the first is told", codes, drawnValues(v))
		}
	}
	if len(p.item.Lets) > 0 && len(different) < 3 {
		say(true, "it has only %d variants", len(different))
	}
}

// isRight says whether the item's own marking takes answer as right.
func isRight(v marking.Variant, answer string) (bool, string) {
	switch v.Item.Type {
	case content.Number, content.Text, content.TrueFalse:
		r, err := marking.Mark(v, url.Values{"r": {answer}})
		return err == nil && r.Correct, answer
	}
	return false, ""
}

// alike names two mistakes with one answer.
func alike(mistakes []content.Mistake) string {
	seen := map[string]string{}
	for _, m := range mistakes {
		if other, twice := seen[m.Answer]; twice && other != m.Error {
			return other + " and " + m.Error
		}
		seen[m.Answer] = m.Error
	}
	return ""
}

func drawnValues(v marking.Variant) string {
	var out []string
	for _, name := range sortedKeys(v.Values) {
		out = append(out, name+" is "+v.Values[name])
	}
	return strings.Join(out, ", ")
}
