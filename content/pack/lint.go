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
	"lamplight/content/arrange"
	"lamplight/content/marking"
)

// A Problem is something Lint found.
type Problem struct {
	File    string `json:"file"`    // relative to the course folder
	Line    int    `json:"line"`    // from 1; 0 for the whole file
	Reason  string `json:"reason"`  // in plain English
	Warning bool   `json:"warning"` // the course can be built nevertheless
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

// How many variants of each item are drawn: by lint, and whenever a course is built.
const (
	lintDraws  = 200
	buildDraws = 4
	// maxUndrawn is after how many questions that cannot be drawn no more are tried: each costs 2000 draws.
	maxUndrawn = 20
)

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
		switch {
		case d.text != nil && d.Kind == content.Practice:
			c.lintExercise(d)
		case d.text != nil && d.Kind == content.Page:
			c.lintPage(d)
		default:
			c.lintFilm(d)
		}
	}
	c.lintWeight()
	c.lintSkills()
	c.lintFiles()
	arrange.Stably(c.problems, func(a, b Problem) int {
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
		} else if dir := path.Dir(p); path.Base(p) == "topic.md" && dir != "." && !c.holdsResources(dir) {
			c.warn(p, 0, "the topic holds nothing, so it is left out: put a page beside this file")
		}
	}
}

func (c *course) lintExercise(d *draft) {
	varied := false
	for _, p := range d.items {
		c.lintItemPictures(d, p)
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
			c.tryDraws(d, p, lintDraws)
		}
	}
	if !varied && len(d.items) > 0 && d.Criterion.N > len(d.items) {
		c.warn(d.Path, 0, "%d questions without variants are fewer than the %d that mastery counts", len(d.items), d.Criterion.N)
	}
}

// tryDraws draws some variants of an item and looks for what only some draws show. Build tries a few, lint many.
func (c *course) tryDraws(d *draft, p placed, draws uint64) {
	said := map[string]bool{}
	say := func(kind, line string, warning bool, format string, args ...any) {
		if !said[kind] {
			said[kind] = true
			c.problems = append(c.problems, Problem{File: d.Path, Line: p.where(line), Reason: fmt.Sprintf("%s: ", p.item.ID) + fmt.Sprintf(format, args...), Warning: warning})
		}
	}
	if c.undrawn > maxUndrawn {
		return
	}
	different := map[string]bool{}
	for seed := range draws {
		v, err := marking.Draw(p.item, seed)
		if err != nil {
			c.undrawn++
			say("draw", p.culprit(err), false, "no variant can be drawn (seed %d): %v", seed, strings.TrimSuffix(err.Error(), ": invalid argument"))
			return
		}
		different[drawnValues(v)] = true
		for _, m := range v.Item.Mistakes {
			if !canBe(v, m.Answer) {
				say("not "+m.Error, " : "+m.Error, false, "no answer can be mistake %s, %q%s: name what a learner can choose", m.Error, clip(m.Answer, 60), when(v))
			} else if right, who := isRight(v, m.Answer); right {
				say("right "+m.Error, " : "+m.Error, false, "mistake %s is the right answer %s%s: add a \"where\" that forbids it", m.Error, who, when(v))
			}
		}
		if codes := alike(v.Item.Mistakes); codes != "" {
			say("alike "+codes, "", true, "mistakes %s are the same answer%s: the first is told", codes, when(v))
		}
	}
	if len(p.item.Lets) > 0 && len(different) < 3 && draws == lintDraws {
		say("few", "", true, "it has only %d variants", len(different))
	}
}

// culprit is the line of the item that an error of marking.Draw is about.
func (p placed) culprit(err error) string {
	for _, e := range p.texts {
		mark, rest, _ := strings.Cut(e.text, " ")
		name, _, _ := strings.Cut(rest, "=")
		if mark == "where" && strings.Contains(err.Error(), "where "+strings.TrimSpace(rest)+":") || mark == "let" && strings.Contains(err.Error(), "let "+strings.TrimSpace(name)+":") {
			return e.text
		}
	}
	return ""
}

// when says for which values something comes out, "" for an item that draws none.
func when(v marking.Variant) string {
	if len(v.Values) == 0 {
		return ""
	}
	return " when " + drawnValues(v)
}

// isRight says whether the item's own marking takes answer as right.
func isRight(v marking.Variant, answer string) (bool, string) {
	switch it := v.Item; it.Type {
	case content.Number, content.Text, content.Formula, content.TrueFalse:
		r, err := marking.Mark(v, url.Values{"r": {answer}})
		return err == nil && r.Correct, answer
	case content.Match:
		return slices.ContainsFunc(it.Pairs, func(p content.Pair) bool { return p.Left+" = "+p.Right == answer }), answer
	case content.Categorise:
		return slices.ContainsFunc(it.Options, func(o content.Option) bool { return o.Text+" = "+it.Categories[o.Category] == answer }), answer
	case content.Order:
		return slices.IsSorted(places(it, answer)), answer
	}
	return false, ""
}

// places are where the options that answer names have their right places; -1 for a text that is no option's.
func places(it content.Item, answer string) (out []int) {
	for text := range strings.SplitSeq(answer, ",") {
		at := slices.IndexFunc(it.Options, func(o content.Option) bool { return o.Text == strings.TrimSpace(text) })
		if at >= 0 {
			at = it.Options[at].Category
		}
		out = append(out, at)
	}
	return out
}

// canBe says whether a learner's response can be a known mistake at all.
func canBe(v marking.Variant, answer string) bool {
	it := v.Item
	left, right, _ := strings.Cut(answer, " = ")
	switch it.Type {
	case content.Match:
		return slices.ContainsFunc(it.Pairs, func(p content.Pair) bool { return p.Left == left }) &&
			slices.ContainsFunc(it.Pairs, func(p content.Pair) bool { return p.Right == right })
	case content.Categorise:
		return slices.ContainsFunc(it.Options, func(o content.Option) bool { return o.Text == left }) && slices.Contains(it.Categories, right)
	case content.Order:
		return len(places(it, answer)) > 1 && !slices.Contains(places(it, answer), -1)
	case content.TrueFalse:
		return answer == "true" || answer == "false"
	case content.Choice, content.Many, content.InlineChoice, content.HotText:
		return false // their options carry the codes
	}
	return true
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
