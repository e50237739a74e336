package sanitize

import (
	"fmt"
	"strings"
	"testing"
)

func sections(source string, xml bool) string {
	var out []string
	Sections(source, xml, func(s Section) bool { out = append(out, fmt.Sprintf("%s|%s|%s", s.ID, s.Title, s.Text)); return true })
	return strings.Join(out, "¶")
}

func TestSectionsAreTheWordsBetweenHeadings(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"a page", "<p>Before.<h1 id=a>One</h1><p>First  \n line<p>second<h2>Two <i>b</i></h2>text", "||Before.¶a|One|First line\nsecond¶|Two b|text"},
		{"what is inside a word does not part it", "<p>H<sub>2</sub>O is <b>wet</b>er", "||H2O is weter"},
		{"a section's own id", "<section id=s><h2>T</h2><p>x</section>", "s|T|x"},
		{"navigation, scripts and what is hidden", "<nav>menu</nav><script>s</script><style>p{}</style><div hidden>h</div><p style='display: none'>n</p><div role=navigation>r</div><p>seen<footer>f</footer>", "||seen"},
		{"something hidden in its like", "<div hidden><div>a</div>b</div>c", "||c"},
		{"cells and items", "<table><tr><td>a<td>b<tr><td>c</table><ul><li>x<li>y</ul>", "||a b\nc\nx\ny"},
		{"references", "<p>a&amp;b &lt;c&gt; &eacute;", "||a&b <c> é"},
		{"a heading never closed", "<h1>Open<p>text", "|Open text|"},
		{"nothing", "<p> <br> </p>", ""},
	} {
		if got := sections(c.in, false); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if got := sections(`<html><body><h1 id="a"/><p>x<script src="y"/>z</p></body></html>`, true); got != "a||xz" {
		t.Errorf("XHTML: %q", got)
	}
}

func TestALongSectionGoesOnUnderItsHeading(t *testing.T) {
	n, words := 0, 0
	Sections("<h1>T</h1>"+strings.Repeat("<p>word ", 50_000), false, func(s Section) bool {
		if n++; len(s.Text) > 64<<10 || s.Title != "T" {
			t.Fatalf("section %d of %d bytes under %q", n, len(s.Text), s.Title)
		}
		words += len(strings.Fields(s.Text))
		return true
	})
	if n < 3 || words != 50_000 {
		t.Errorf("%d sections with %d words", n, words)
	}
}
