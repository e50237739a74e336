package questions

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
)

// installed opens a bank as a box would, and gives the items by their place among all, and what is left out.
func installed(t *testing.T, format, path string) (items []content.Item, left []content.LeftOut, r content.Reader) {
	t.Helper()
	ctx := context.Background()
	f := byName(t, format)
	head, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range Formats() {
		if got := other.Claims(path, head[:min(512, len(head))]); got != (other.Name() == format) && (got || other.Name() == format) {
			t.Errorf("%s: claimed by %s: %v", path, other.Name(), got)
		}
	}
	plan, err := f.Plan(ctx, path, content.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(t.TempDir(), "pack")
	if err := plan.Files[0].Make(ctx, at); err != nil {
		t.Fatal(err)
	}
	if r, err = f.Open(plan.Course, packAt(at), nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	var walk func(parent content.ResourceID)
	walk = func(parent content.ResourceID) {
		nodes, _, err := r.Children(parent, 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range nodes {
			if n.Kind == content.Topic {
				walk(n.ID)
			}
			if n.Kind == content.Practice {
				x, err := r.(content.ExerciseReader).Exercise(n.ID)
				if err != nil {
					t.Fatal(err)
				}
				items, left = append(items, x.Items...), append(left, x.LeftOut...)
			}
		}
	}
	walk("")
	return items, left, r
}

func byName(t *testing.T, name string) content.Format {
	t.Helper()
	for _, f := range Formats() {
		if f.Name() == name {
			return f
		}
	}
	t.Fatalf("no format %s", name)
	return nil
}

type packAt string

func (p packAt) Path(string) (string, int64, error) {
	fi, err := os.Stat(string(p))
	return string(p), fi.Size(), err
}
func (packAt) Hash(string) string { return "" }

// answer marks what a learner does: for choices the texts chosen, for a match "left=right", for gaps the texts in order.
func mark(t *testing.T, it content.Item, said ...string) marking.Result {
	t.Helper()
	v, err := marking.Draw(it, 3)
	if err != nil {
		t.Fatal(err)
	}
	r := url.Values{}
	key := func(options []content.Option, text string) string {
		i := slices.IndexFunc(options, func(o content.Option) bool { return o.Text == text })
		if i < 0 {
			t.Fatalf("%q: there is no option %q among %+v", it.Stem, text, options)
		}
		return options[i].Key
	}
	for i, s := range said {
		switch it.Type {
		case content.Choice, content.Many:
			r.Add("r", key(v.Item.Options, s))
		case content.Order:
			r.Set("r."+key(v.Item.Options, s), fmt.Sprint(i+1))
		case content.Match:
			left, right, _ := strings.Cut(s, "=")
			at := slices.IndexFunc(v.Item.Pairs, func(p content.Pair) bool { return p.Left == left })
			r.Set(fmt.Sprintf("r.%d", at), key(v.Item.Options, right))
		case content.Cloze, content.InlineChoice:
			if options := v.Item.Gaps[i].Options; len(options) > 0 && s != "" {
				s = key(options, s)
			}
			r.Set(fmt.Sprintf("r%d", i+1), s)
		default:
			r.Add("r", s)
		}
	}
	out, err := marking.Mark(v, r)
	if err != nil {
		t.Errorf("%q with %q: %v", it.Stem, said, err)
	}
	return out
}

// A trial is a question, found by part of its text, and what answers to it are worth.
type trial struct {
	stem  string
	kind  content.ItemType
	worth map[string]content.Score // answers with | between
}

func try(t *testing.T, items []content.Item, trials []trial) {
	t.Helper()
	for _, c := range trials {
		i := slices.IndexFunc(items, func(it content.Item) bool { return strings.Contains(it.Stem, c.stem) })
		if i < 0 {
			t.Errorf("no question holds %q", c.stem)
			continue
		}
		if items[i].Type != c.kind {
			t.Errorf("%q is of type %s, want %s", c.stem, items[i].Type, c.kind)
			continue
		}
		for said, want := range c.worth {
			if got := mark(t, items[i], strings.Split(said, "|")...); got.Score != want {
				t.Errorf("%q with %q: %d, want %d", c.stem, said, got.Score, want)
			}
		}
	}
}

type worth = map[string]content.Score

func TestEveryTypeOfGIFTIsAskedAndMarked(t *testing.T) {
	items, left, r := installed(t, "gift", "testdata/every.gift")
	try(t, items, []trial{
		{"water boils", content.TrueFalse, worth{"true": 10000, "false": 0}},
		{"Ice melts", content.Choice, worth{"0 °C": 10000, "100 °C": 0, "32 °F": 5000}},
		{"are gases", content.Many, worth{"Oxygen|Carbon dioxide": 10000, "Oxygen": 5000, "Oxygen|Salt": 0, "Oxygen|Carbon dioxide|Salt": 5000}},
		{"longest river", content.Text, worth{"nile": 10000, "White Nile": 5000, "Congo": 0}},
		{"falls from clouds is called {{1}} in", content.InlineChoice, worth{"rain": 10000, "dew": 0}},
		{"H{{1}}O", content.Cloze, worth{"2": 10000, "3": 0}},
		{"two places", content.Number, worth{"3.14": 10000, "3,145": 10000, "3.2": 0}},
		{"one to five", content.Number, worth{"1": 10000, "5": 10000, "2.5": 10000, "5.1": 0}},
		{"spider", content.Number, worth{"8": 10000, "7": 5000, "9": 0}},
		{"capitals", content.Match, worth{"Kenya=Nairobi|Uganda=Kampala|Tanzania=Dodoma": 10000, "Kenya=Lagos|Uganda=Kampala": 3333}},
		{`\{blue\}`, content.Choice, worth{"<b>Sky</b>": 10000, "Grass = green": 0, "2 \\~ 3": 0}},
		{`= 2 # \{ \}`, content.Choice, worth{"right=yes": 10000}},
		{"<b>Which</b> is <i>round</i>", content.Choice, worth{"Ball": 10000}},
		{"begins with", content.Text, worth{"Mango": 10000, "man": 10000, "plum": 0}},
		{"goes round the earth", content.TrueFalse, worth{"false": 10000}},
	})
	if items[14].Stem != "The sun goes round the earth." {
		t.Errorf("a text after the braces became %q", items[14].Stem)
	}
	if len(left) != 1 || left[0].Type != "essay" || !strings.Contains(left[0].Reason, "line 43") {
		t.Errorf("left out: %+v", left)
	}
	if got := mark(t, items[1], "100 °C"); got.Feedback != "That is where it boils." || got.Error == "" {
		t.Errorf("a wrong choice says %+v", got)
	}
	if items[1].ID != "melt-1" || items[1].Worked != "Ice and water are both there at 0 °C." {
		t.Errorf("%+v", items[1])
	}
	nodes, _, _ := r.Children("", 0, 9)
	if len(nodes) != 1 || nodes[0].Title != "Science" {
		t.Errorf("top: %+v", nodes)
	}
}

func TestWhatTeachersTypeAsAikenIsRead(t *testing.T) {
	items, left, _ := installed(t, "aiken", "testdata/sloppy.txt")
	try(t, items, []trial{
		{"capital of Kenya", content.Choice, worth{"Nairobi": 10000, "Mombasa": 0}},
		{"planet?", content.Choice, worth{"Mars": 10000, "The sun (a star)": 0}},
		{"vowels", content.Many, worth{"a|e": 10000, "a|b": 0, "a": 5000}},
		{`\{Braces\} & \*stars\* cost \$5`, content.Choice, worth{`\$y\$`: 10000, `{x}`: 0}},
		{"Is it last?", content.Choice, worth{"No": 10000}},
	})
	if len(items) != 5 || len(left) != 2 || !strings.HasPrefix(left[0].Reason, "line 22: no line ANSWER") || !strings.Contains(left[1].Reason, "line 29 names answer F") {
		t.Errorf("%d items, left out: %+v", len(items), left)
	}
	items, _, r := installed(t, "aiken", "testdata/arabic.txt")
	try(t, items, []trial{{"عاصمة", content.Choice, worth{"الخرطوم": 10000, "جوبا": 0}}})
	if l := r.Course().Languages; !slices.Equal(l, []string{"ar"}) {
		t.Errorf("language %v", l)
	}
}

func TestEveryTypeOfMoodleXMLIsAskedAndMarked(t *testing.T) {
	items, left, r := installed(t, "moodlexml", "testdata/every.xml")
	try(t, items, []trial{
		{"Which is half?", content.Choice, worth{`$\frac{1}{2}$`: 10000, "2/5": 5000, "2": 0}},
		{"Which are even?", content.Many, worth{"2|4": 10000, "2|3": 0}},
		{`1 \< 2`, content.TrueFalse, worth{"true": 10000, "false": 0}},
		{"Who wrote it?", content.Text, worth{"Chinua Achebe": 10000, "Chinua A.": 4000, "chinua": 0, "Soyinka": 0}},
		{"How long", content.Number, worth{"2.6 m": 10000, "2.9": 5000, "4": 0}},
		{"Match them", content.Match, worth{"1/2=0.5|1/4=0.25": 10000, "1/2=0.75": 0}},
		{"Half of 10", content.Cloze, worth{"5|blue|big|b|d": 10000, "4|blue|big|b|d": 9166, "5|black|big|b|d": 8333, "5|blue|odd } #1|b|d": 8750, "5|red|small & red|x|y": 1666}},
		{"{v1} times", content.Number, worth{}},
		{"The {{1}} sat", content.InlineChoice, worth{"cat|mat": 10000, "cat|hat": 5000}},
		{"Small to large", content.Order, worth{"one|two|three": 10000, "two|one|three": 3333}},
		{"Old", content.Text, worth{"OK": 10000}},
	})
	var reasons []string
	for _, l := range left {
		reasons = append(reasons, l.Type+": "+l.Reason)
	}
	said := strings.Join(reasons, "\n")
	for _, want := range []string{"cloze: line 34: gap 1: several answers", "essay: line 35", "ddmarker:", `its picture "http://example.org/x.png" is not there`} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing left out says %q:\n%s", want, said)
		}
	}
	if len(left) != 4 {
		t.Errorf("%d are left out:\n%s", len(left), said)
	}
	half := items[0]
	if half.ID != "half-1" || half.Worked != "Two halves are one." || half.Right != "" || len(half.Hints) != 1 || !strings.Contains(half.Stem, "![a dot](/file/") {
		t.Errorf("%+v", half)
	}
	if f, err := r.File("q2/a dot.png"); err != nil || f.Size != 70 {
		t.Errorf("the picture: %+v, %v", f, err)
	}
	for _, it := range items {
		if !strings.Contains(it.Stem, "{v1}") {
			continue
		}
		for seed := range uint64(9) {
			v, err := marking.Draw(it, seed)
			if err != nil {
				t.Fatal(err)
			}
			var a, b, c float64
			if _, err := fmt.Sscanf(v.Item.Stem, "%f times ${%f}$, doubled, is %f", &a, &b, &c); err != nil || c != a*b*2-1 || v.Item.Answers[0] != fmt.Sprint(2*a*b) {
				t.Errorf("row: %s = %s, %v", v.Item.Stem, v.Item.Answers[0], err)
			}
		}
	}
}
