package marking_test

import (
	"errors"
	"html"
	"regexp"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/pack"
)

// shown is what a learner reads of an item's text, drawn: tags gone.
func shown(t *testing.T, text string) string {
	t.Helper()
	it := content.Item{ID: "x", Type: content.TrueFalse, Stem: text, Answers: []string{"true"}}
	if err := marking.Check(it); text != "" && err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	v, err := marking.Draw(it, 1)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	out := regexp.MustCompile(`<br ?/?>|</p>\s*<p>`).ReplaceAllString(pack.Inline(v.Item.Stem), "\n")
	out = html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(out, ""))
	return strings.Join(regexp.MustCompile(`[ \x{200b}]*\n+[ ]*`).Split(strings.TrimSpace(out), -1), "\n")
}

func TestPlainTextMeansNothing(t *testing.T) {
	for _, s := range []string{
		"a", "a*b*c and _d_", "{a} {{1}} {{12}} }} {", `\ \\ \{ a\`, "$x$ $$y$$ $5 and $6", "`code`", "[a](b) ![c](d)", "<b>x</b> <script>",
		"# no heading", "- no list\n- none", "1. a\n2) b", "> none", "===\n---", "a\n===", "&amp; & &lt; &#65; AT&T", "a | b\n--- | ---", "~~a~~ ```",
		"    four spaces", "+ a", "12. b", "a\n\nb", "http://example.org/?a=1&b=2", "<http://a.b>", "x^2_1", `"quoted" 'text'`, "a!b![", "٣. ب", "-5", "=1+2",
		"{1:MC:x}", "{{{1}}}", "\\(x\\)", "a\\\nb", "1\\. x", "!", "![", "\\$x$",
	} {
		got, want := shown(t, marking.Plain(s)), strings.Join(regexp.MustCompile(`\s*\n\s*`).Split(strings.TrimSpace(s), -1), "\n")
		if got != want {
			t.Errorf("%q became %q, shown %q", s, marking.Plain(s), got)
		}
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("a *b* {c} $d$ \\")
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		if len(s) > 300 || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f }) || strings.TrimSpace(s) == "" {
			return
		}
		want := strings.Join(strings.Fields(s), " ")
		if got := strings.Join(strings.Fields(shown(t, marking.Plain(s))), " "); got != want {
			t.Errorf("%q became %q, shown %q", s, marking.Plain(s), got)
		}
	})
}

func FuzzLiteral(f *testing.F) {
	f.Add("{a} $x{b}$ }")
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		it := content.Item{ID: "x", Type: content.Text, Stem: "?", Answers: []string{marking.Literal(s)}}
		v, err := marking.Draw(it, 1)
		if err != nil || v.Item.Answers[0] != s {
			t.Errorf("%q became %q: %v", s, it.Answers[0], err)
		}
	})
}

func TestHTMLSaysWhatItSaid(t *testing.T) {
	picture := func(src string) string { return "pics/" + strings.TrimPrefix(src, "@@PLUGINFILE@@/") }
	for _, c := range []struct{ html, text, shown string }{
		{"plain {words} & *stars*", `plain \{words\} & \*stars\*`, "plain {words} & *stars*"},
		{"<p>One.</p><p>Two.</p>", "One.\n\nTwo.", "One.\nTwo."},
		{"a<br>b<br/>c<br>", "a\\\nb\\\nc", "a\nb\nc"},
		{"H<sub>2</sub>O <strong>is:</strong>water", "H<sub>2</sub>O <b>is:</b>water", "H2O is:water"},
		{"<p><b></b></p><p>x</p><p>&nbsp;</p>", "x", "x"},
		{`Area \(\pi r^2\), \[x=1\] and $$y$$.`, `Area $\pi r^2$, $x=1$ and $y$.`, ""},
		{`f\(x\)g`, "f\u200b$x$\u200bg", ""},
		{`<p>$$\frac{1}{2}$$</p>`, `$$\frac{1}{2}$$`, ""},
		{`<img src="@@PLUGINFILE@@/a b(1).png" alt="A [cat]">`, `![A \[cat\]](pics/a%20b%281%29.png)`, ""},
		{"<ul><li>a<li>b <i>c</i></ul>", "- a\n- b <i>c</i>", ""},
		{"<ol><li>a</li><li>1. b</li></ol>", "1. a\n2. 1\\. b", ""},
		{"<table><tr><th>n<th>|n|<tr><td>1<td>2</table>", "| n | \\|n\\| |\n| --- | --- |\n| 1 | 2 |", ""},
		{"<table><tr><th>a<td>1<tr><th>b<td>2</table>", "|  |  |\n| --- | --- |\n| a | 1 |\n| b | 2 |", ""},
		{"<pre>if {x}:\n  y</pre>", "<code>if \\{x\\}:\\\n\u00a0\u00a0y</code>", ""},
		{"<script>alert(1)</script><style>p{}</style>x<!-- no -->", "x", "x"},
		{"<math><mfrac><mi>a</mi><mn>2</mn></mfrac></math>", `$\frac{a}{2}$`, ""},
		{"<math><msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt></math> is", `$\sqrt{x + 1}$ is`, ""},
		{"<math><mi>x</mi></math><br>y", "$x$\u200b\\\ny", ""},
		{"<math><mover><mi>x</mi><mo>¯</mo></mover></math>", `$\overline{x}$`, ""},
		{"1 &lt; 2 &amp;&amp; &quot;a&quot;", `1 \< 2 && "a"`, `1 < 2 && "a"`},
		{"<div>- a</div><div># b</div>", "\\- a\n\n\\# b", "- a\n# b"},
		{"{{1}} <b>{</b>{1}}", `\{&#123;1\}\} <b>\{</b>\{1\}\}`, ""},
	} {
		got, _, err := marking.FromHTML(c.html, marking.HTML{Blocks: true, Picture: picture})
		if err != nil || got != c.text {
			t.Errorf("%q became\n%q, want\n%q: %v", c.html, got, c.text, err)
		}
		if s := shown(t, got); c.shown != "" && s != c.shown {
			t.Errorf("%q is shown as %q, want %q", c.html, s, c.shown)
		}
	}
}

func TestMathematicsThatTextCannotSayAndNamelessPicturesAreRefused(t *testing.T) {
	for _, source := range []string{
		"<math><mtable><mtr><mtd><mn>1</mn></mtd></mtr></mtable></math>",
		"<math><mmultiscripts><mi>C</mi><mn>6</mn><none/></mmultiscripts></math>",
		`see <img src="gone.png" alt="Image 1.PNG.png"> <img src="gone.png" alt="image.png">`,
	} {
		if text, _, err := marking.FromHTML(source, marking.HTML{Picture: func(string) string { return "" }}); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s became %q, %v", source, text, err)
		}
	}
}

func FuzzFromHTML(f *testing.F) {
	f.Add(`<p>a{b}</p><ul><li>1. x<li><b>y</ul><table><tr><td>|<td>$</table>\(x\)<img src=a alt="]"><math><mi>x</mi></math>`)
	f.Add("- a<br>1. b<br># c<br>===<br>:--<br><pre>  x\n\n| y |\n|---|</pre>&lt;b&gt;")
	f.Fuzz(func(t *testing.T, s string) {
		for _, blocks := range []bool{true, false} {
			text, _, _ := marking.FromHTML(s, marking.HTML{Blocks: blocks, Picture: func(src string) string { return src }})
			if strings.TrimSpace(text) == "" {
				continue
			}
			it := content.Item{ID: "x", Type: content.TrueFalse, Stem: text, Answers: []string{"true"}}
			if err := marking.Check(it); err != nil {
				t.Fatalf("%q became %q: %v", s, text, err)
			}
			v, err := marking.Draw(it, 1)
			if err != nil {
				t.Fatalf("%q became %q: %v", s, text, err)
			}
			out := pack.Inline(v.Item.Stem)
			if inBlocks := regexp.MustCompile(`<(?:p|ul|ol|table|blockquote|pre|h[1-6]|hr)[ >/]`).FindString(out); !blocks && inBlocks != "" {
				t.Fatalf("%q became %q, which is shown as %q", s, text, out)
			}
		}
	})
}
