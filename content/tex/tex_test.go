package tex_test

import (
	"regexp"
	"strings"
	"testing"

	"lamplight/content/sanitize"
	"lamplight/content/tex"
)

// TestAnOldBrowserReadsOneRightLine is the table of what stands where there is no MathML.
func TestAnOldBrowserReadsOneRightLine(t *testing.T) {
	for source, want := range map[string]string{
		`3 + 4 = 7`:                         `3+4=7`,
		`\frac{1}{2}`:                       `1/2`,
		`\frac12`:                           `1/2`,
		`\frac{a+b}{c}`:                     `(a+b)/c`,
		`\frac{1}{a b}`:                     `1/(ab)`,
		`2\frac{1}{2}`:                      `2 1/2`,
		`12 \dfrac{3}{4} - 1`:               `12 3/4−1`,
		`x\frac{1}{2}`:                      `x(1/2)`,
		`\frac{1}{2}x`:                      `(1/2)x`,
		`\frac{a}{b} \div \frac{c}{d}`:      `(a/b)÷(c/d)`,
		`\frac{1}{2} \times \frac{3}{4}`:    `1/2×3/4`,
		`\frac{\frac{1}{2}}{3}`:             `(1/2)/3`,
		`x^2`:                               `x^2`,
		`x^{10}`:                            `x^10`,
		`x^{-2}`:                            `x^(−2)`,
		`x_1 + x_2`:                         `x_1+x_2`,
		`x_1^2`:                             `x_1^2`,
		`(a+b)^2`:                           `(a+b)^2`,
		`{a+b}^2`:                           `(a+b)^2`,
		`2^{\frac{1}{2}}`:                   `2^(1/2)`,
		`\left(\frac{1}{2}\right)^2`:        `(1/2)^2`,
		`\sqrt{2}`:                          `√2`,
		`\sqrt{a+b}`:                        `√(a+b)`,
		`\sqrt[3]{8}`:                       `8^(1/3)`,
		`2 \times 3 \le 7 \ne 8 \geq \pi`:   `2×3≤7≠8≥π`,
		`90^\circ`:                          `90°`,
		`f'(x)`:                             `f′(x)`,
		`f'^2`:                              `f^(′2)`,
		`\sin x`:                            `sin x`,
		`\sin^2 x`:                          `sin^2 x`,
		`\cos(x)`:                           `cos(x)`,
		`\text{speed} = 5\,\text{km per h}`: `speed=5km per h`,
		`3{,}5`:                             `3,5`,
		`3.14`:                              `3.14`,
		`١٢ + ٣`:                            `١٢+٣`,
		`50\% \text{ of } 8`:                `50% of 8`,
		`\{1, 2\}`:                          `{1,2}`,
		`|-3|`:                              `|−3|`,
		`a < b & c`:                         `a<b&c`,
		`\overline{AB} \parallel \vec{c}`:   `AB‾∥c→`,
		`\sum_{i=1}^{n} i`:                  `∑_(i=1)^ni`,
		`1 + \square = 3`:                   `1+□=3`,
		`س + ٢`:                             `س+٢`,
	} {
		if got := tex.Plain(source); got != want {
			t.Errorf("%s: got %q, want %q", source, got, want)
		}
		if _, problems := tex.HTML(source, false); len(problems) > 0 {
			t.Errorf("%s: %q", source, problems)
		}
	}
}

var ghost = regexp.MustCompile(`<mpadded [^>]*><mphantom><mtext>[^<]*</mtext></mphantom></mpadded>`)

// TestABrowserWithMathMLGetsTheElementsWithTheirChildren looks at the tree without what only old browsers show.
func TestABrowserWithMathMLGetsTheElementsWithTheirChildren(t *testing.T) {
	for source, want := range map[string]string{
		`\frac{1}{2}`:   `<mfrac><mrow><mrow><mn>1</mn></mrow></mrow><mrow><mrow><mn>2</mn></mrow></mrow></mfrac>`,
		`x^2`:           `<msup><mrow><mi>x</mi></mrow><mrow><mn>2</mn></mrow></msup>`,
		`x_1^2`:         `<msubsup><mrow><mi>x</mi></mrow><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></msubsup>`,
		`\sqrt[3]{8}`:   `<mroot><mrow><mrow><mn>8</mn></mrow></mrow><mrow><mrow><mn>3</mn></mrow></mrow></mroot>`,
		`\sum_{i}`:      `<munder><mrow><mo>∑</mo></mrow><mrow><mrow><mi>i</mi></mrow></mrow></munder>`,
		`l_1`:           `<msub><mrow><mi>l</mi></mrow><mrow><mn>1</mn></mrow></msub>`,
		`-2`:            `<mo>−</mo><mn>2</mn>`,
		`<script>`:      `<mo>&lt;</mo><mi>s</mi><mi>c</mi><mi>r</mi><mi>i</mi><mi>p</mi><mi>t</mi><mo>&gt;</mo>`,
		`\text{ <b> }`:  "<mtext>\u00a0&lt;b&gt;\u00a0</mtext>",
		`\frac{a}{b}^2`: `<msup><mrow><mrow><mrow><mfrac><mrow><mrow><mi>a</mi></mrow></mrow><mrow><mrow><mi>b</mi></mrow></mrow></mfrac></mrow></mrow></mrow><mrow><mn>2</mn></mrow></msup>`,
	} {
		html, _ := tex.HTML(source, false)
		got := strings.TrimSuffix(strings.TrimPrefix(ghost.ReplaceAllString(html, ""), `<bdi dir="ltr"><math displaystyle="true">`), `</math></bdi>`)
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", source, got, want)
		}
		if !sanitize.Clean(html) {
			t.Errorf("%s: the sanitiser changes %s", source, html)
		}
	}
}

func TestWhatIsNotUnderstoodIsShownAsWrittenAndSaid(t *testing.T) {
	for source, want := range map[string][2]string{
		`\begin{matrix}`:          {`\begin is not known`, `\beginmatrix`},
		`\frac{1`:                 {`a { is not closed`, `1/`},
		`1 }`:                     {`"}" closes nothing`, `1`},
		`x^`:                      {`something is missing`, `x^`},
		`x^1^2`:                   {`two ^`, `x^1^2`},
		`\left( 1`:                {`\left has no \right`, `(1`},
		`\sqrt[3{8}`:              {`a [ is not closed`, `^(1/38)`},
		`\text{a`:                 {`a { after \text is not closed`, `a`},
		strings.Repeat("{", 60):   {`more than 30 deep`, strings.Repeat("{", 30)},
		strings.Repeat("x", 2001): {`more than 2000 bytes`, strings.Repeat("x", 2001)},
	} {
		_, problems := tex.HTML(source, false)
		if got := strings.Join(problems, "; "); !strings.Contains(got, want[0]) {
			t.Errorf("%.40s: it is said %q, want a word of %q", source, got, want[0])
		}
		if got := tex.Plain(source); got != want[1] {
			t.Errorf("%.40s: shown %q, want %q", source, got, want[1])
		}
	}
}

func TestDollarsOfMoneyAreNoMathematics(t *testing.T) {
	for text, want := range map[string]string{
		`A pen is $5 and a book $7.`:     ``,
		`Ada pays ${a} and ${b}.`:        ``,
		`Between ${a}-${b}, or $5-$7`:    ``,
		`US$5 or US$6`:                   ``,
		`5$ et 6$`:                       ``,
		`\$x\$ and $ x $`:                ``,
		`It is $7? ($x$), or $8 ($\pi$)`: `x; \pi`,
		`$x$`:                            `x`,
		`Half is $\frac{1}{2}$, a third $\frac13$.`: `\frac{1}{2}; \frac13`,
		`$$ x = 1 $$`:            `x = 1 (display)`,
		"$$\nx\n= 1\n$$ and $y$": "x\n= 1 (display); y",
		"$x\n\ny$":               ``,
		`$$$$`:                   ``,
		`$\$5$`:                  `\$5`,
		`costs \$5, then $x$`:    `x`,
		`($x$)`:                  `x`,
		`$` + strings.Repeat("x", tex.MaxSource) + `$`: ``,
	} {
		var got []string
		var whole strings.Builder
		tex.Split(text, func(s string) { whole.WriteString(s) }, func(all, source string, display bool) {
			whole.WriteString(all)
			if display {
				source += " (display)"
			}
			got = append(got, source)
		})
		if strings.Join(got, "; ") != want {
			t.Errorf("%.60q: got %q, want %q", text, got, want)
		}
		if whole.String() != text {
			t.Errorf("%.60q: the pieces make %q", text, whole.String())
		}
	}
}

func TestPlainTextKeepsTheWordsAround(t *testing.T) {
	if got := tex.PlainText(`Take $\frac{a+b}{2}$ of \$5.`); got != `Take (a+b)/2 of \$5.` {
		t.Error(got)
	}
}

func FuzzHTML(f *testing.F) {
	for _, s := range []string{`\frac{1}{2}`, `\sqrt[3]{x^2_1'}`, `\left( \text{a \$ {b}} \right.`, `{{{^^__''`, `\overline{\vec\frac`, "\x00\xff<&>\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		html, _ := tex.HTML(source, true)
		if !sanitize.Clean(html) {
			t.Fatalf("%q: the sanitiser makes\n%s\nof\n%s", source, sanitize.Fragment(html, sanitize.Options{}), html)
		}
		if again, _ := tex.HTML(source, true); again != html {
			t.Fatal("another result")
		}
		tex.PlainText("$" + source + "$")
	})
}
