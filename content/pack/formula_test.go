package pack

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
)

const formulas1 = `---
kind: exercise
id: f
---
## choice half
? What is $\frac{a}{b} + x^{2}$, and not $5 or $7?
let a = 11..19
let b = 21..29
( ) $\frac{ {a}\,:\,{b} }{x}$ : turned : Look at $\sqrt{{a} = b}$: no.
(x) $a | b = {a+b}$ : yes, $\text{ {a} of } \{b\}$

## cloze gap
? $x = 1$ and [[2]]

## hottext spans
? $\sqrt[3]{8}$ is [two]* or [three]

## match pairs
? Pair
- $a = b$ = first
- $a \ne b$ = second
`

func TestMathematicsInAQuestionIsFilledAndLeftWhole(t *testing.T) {
	r := opened(t, changed(t, map[string]string{"01-one/05-f.md": formulas1}))
	x, err := r.Exercise(content.NewResourceID(r.course.ID, "f"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := marking.Draw(x.Items[0], 1)
	if err != nil {
		t.Fatal(err)
	}
	a, b := v.Values["a"], v.Values["b"]
	fill := strings.NewReplacer("A", a, "B", b)
	if want := fill.Replace(`What is $\frac{A}{B} + x^{2}$, and not $5 or $7?`); v.Item.Stem != want {
		t.Errorf("stem %q, want %q", v.Item.Stem, want)
	}
	for _, o := range v.Item.Options {
		want, said := fill.Replace(`$\frac{ {A}\,:\,{B} }{x}$`), fill.Replace(`Look at $\sqrt{{A} = b}$: no.`)
		if o.Right {
			want = "$a | b = {" + sum(t, a, b) + "}$"
			said = fill.Replace(`yes, $\text{ {A} of } \{b\}$`)
		}
		if o.Text != want || o.Feedback != said {
			t.Errorf("option %q, %q; want %q, %q", o.Text, o.Feedback, want, said)
		}
	}
	if got, want := marking.Line(v), fill.Replace(`What is A/B+x^2, and not $5 or $7?`); !strings.HasPrefix(got, want) {
		t.Errorf("a report says %q", got)
	}
	if it := x.Items[1]; it.Stem != "$x = 1$ and {{1}}" || len(it.Gaps) != 1 {
		t.Errorf("cloze: %q", it.Stem)
	}
	if it := x.Items[2]; it.Stem != `$\sqrt[3]{8}$ is {{1}} or {{2}}` || len(it.Options) != 2 {
		t.Errorf("hot text: %q, %v", it.Stem, it.Options)
	}
	if it := x.Items[3]; it.Pairs[0] != (content.Pair{Left: "$a = b$", Right: "first"}) {
		t.Errorf("pairs: %v", it.Pairs)
	}
}

func sum(t *testing.T, a, b string) string {
	v, err := marking.Draw(content.Item{Type: content.Number, Stem: "?", Answers: []string{a + "+" + b}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return v.Item.Answers[0]
}

func TestMathematicsOnAPageIsReadBeforeMarkdown(t *testing.T) {
	r := opened(t, changed(t, map[string]string{"01-one/10-last.md": "# Half $\\frac12$\n\n" +
		"A *pen* is $5, a book $7; $a_1 * b_2 * c < [d](e)$.\n\n$$\n\\frac{a+b}{c}\n= 1\n$$\n\nIn `code $x$` and \\$y\\$, a$b$ c.\n"}))
	page, err := r.ReadyPage(content.NewResourceID(r.course.ID, "one/last"))
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(page.Gzip))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(z)
	for _, want := range []string{"<h1>Half 1/2</h1>", "<em>pen</em> is $5, a book $7; <bdi", "<msub><mrow><mi>a</mi>", "<mo>∗</mo>", "<mo>&lt;</mo><mo>[</mo>", `<math display="block"><mfrac>`, "<code>code $x$</code> and $y$"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the page has no %s:\n%s", want, b)
		}
	}
	if strings.Count(string(b), "<math") != 2 {
		t.Errorf("%d formulas, want 2", strings.Count(string(b), "<math"))
	}
}

func TestInlineWritesMathematics(t *testing.T) {
	if got := Inline(`Half: $\frac{1}{2}$`); !strings.HasPrefix(got, `Half: <bdi dir="ltr"><math`) || !strings.Contains(got, "<mfrac>") || strings.Contains(got, "<p>") {
		t.Error(got)
	}
}

// TestAPackSaysVersion2OnlyWhereVersion1WouldShowItWrongly keeps older boxes in what they can read.
func TestAPackSaysVersion2OnlyWhereVersion1WouldShowItWrongly(t *testing.T) {
	exercise := func(mastery, stem string) string {
		return "---\nkind: exercise\nmastery: " + mastery + "\n---\n## number r\n? " + stem + "\n= 1\n"
	}
	for name, c := range map[string]struct {
		file string
		want byte
	}{
		"plain":       {exercise("m_of_n 4/5", "x"), 1},
		"a page":      {"# T\n\n$x$\n", 1}, // compiled to what version 1 shows as it is
		"a question":  {exercise("m_of_n 4/5", "$x$"), 2},
		"our mastery": {exercise("spaced_m_of_n 4/5", "x"), 2},
	} {
		_, path := packed(t, changed(t, map[string]string{"01-one/05-f.md": c.file}))
		b, err := os.ReadFile(path)
		if err != nil || b[8] != c.want {
			t.Errorf("%s: version %d, want %d (%v)", name, b[8], c.want, err)
		}
	}
}

func TestOurMasteryReachesTheExercise(t *testing.T) {
	r := opened(t, changed(t, map[string]string{"01-one/05-f.md": "---\nkind: exercise\nid: f\nmastery: spaced_m_of_n 3/7\n---\n## number r\n? x\n= 1\n"}))
	x, err := r.Exercise(content.NewResourceID(r.course.ID, "f"))
	if want := (content.Criterion{Type: "spaced_m_of_n", M: 3, N: 7}); err != nil || x.Criterion != want {
		t.Errorf("%+v, %v", x.Criterion, err)
	}
}
