package sanitize

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestFragmentKeepsWhatTeachesAndDropsWhatActs(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"script", `<p>a<script>alert(1)</script>b</p>`, `<p>ab</p>`},
		{"handler", `<p onclick="x()">a</p>`, `<p>a</p>`},
		{"remote picture", `<img src="https://a.example/x.png" alt="a hen">`, `a hen`},
		{"host without scheme", `<img src="//a.example/x.png" alt="a hen">`, `a hen`},
		{"host with backslash", `<img src="/\a.example/x.png" alt="a hen">`, `a hen`},
		{"host with a tab", "<img src=\"/\t/a.example/x.png\" alt=\"a hen\">", `a hen`},
		{"javascript link", `<a href=" java&#10;script:alert(1)">go</a>`, `<a>go</a>`},
		{"link stays", `<a href="b.html#two">go</a>`, `<a href="b.html#x-two">go</a>`},
		{"fragment", `<a href="#two">go</a><h2 id="two">2</h2>`, `<a href="#x-two">go</a><h2 id="x-two">2</h2>`},
		{"style that loads", `<p style="background:url(http://a.example); text-align: center">a</p>`, `<p style="text-align:center">a</p>`},
		{"style hides a url", `<p style="font-size:u\72l(x);color:red">a</p>`, `<p>a</p>`},
		{"ruby and language", `<p xml:lang="ja" dir="ltr"><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby></p>`, `<p lang="ja" dir="ltr"><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby></p>`},
		{"table left open", `<table><tr><td>1<td>2<tr><td>3</table>x`, `<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>x`},
		{"list left open", `<ul><li>1<li>2<ul><li>3</ul><li>4</ul>`, `<ul><li>1</li><li>2<ul><li>3</li></ul></li><li>4</li></ul>`},
		{"paragraphs left open", `<p>1<p>2<div>3</div>`, `<p>1</p><p>2</p><div>3</div>`},
		{"mathml", `<math><mfrac><mn>1</mn><mn>2</mn></mfrac><annotation>x</annotation></math>`, `<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>`},
		{"mathml link", `<math href="javascript:x"><mtext><img src=x onerror=y></mtext></math>`, `<math><mtext></mtext></math>`},
		{"drawing", `<svg viewBox="0 0 1 1"><script>x</script><path d="M0 0" onload="x"/><foreignObject><p>x</p></foreignObject></svg>`, `<svg viewBox="0 0 1 1"><path d="M0 0"></path></svg>`},
		{"drawing that loads", `<svg><use href="http://a.example/#a"/><image xlink:href="//a.example/x"/><path fill="url(http://a.example)"/></svg>`, `<svg><path></path></svg>`},
		{"form", `<form action="/teach"><input name=a><button>ok</button></form>`, `ok`},
		{"frame", `<iframe src="http://a.example"><p>x</p></iframe>y`, `y`},
		{"refresh and base", `<meta http-equiv=refresh content="0;url=http://a.example"><base href="http://a.example">z`, `z`},
		{"closing what is not ours", `</div></article></body>a`, `a`},
		{"raw text trick", `<svg><title><a title="</title><img src=x onerror=1>">t</a></title></svg>`, `<svg><title>t</title></svg>`},
		{"noscript trick", `<noscript><p title="</noscript><img src=x onerror=1>"></noscript>`, `<img src="x" alt="">&#34;&gt;`},
		{"a lone angle", `1 < 2 & 3`, `1 &lt; 2 &amp; 3`},
		{"a tag cut short", `a<p class="x`, `a`},
		{"comment", `a<!-- <b> -->c`, `ac`},
	} {
		got := Fragment(c.in, Options{})
		if got != c.want && html.UnescapeString(got) != html.UnescapeString(c.want) {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
		if !Clean(got) {
			t.Errorf("%s: Fragment(%q) is not clean: again %q", c.name, got, Fragment(got, Options{}))
		}
	}
}

func TestXHTMLIsReadAsXML(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty anchor", `<p><a id="p1"/>one</p>`, `<p><a id="x-p1"></a>one</p>`},
		{"empty script", `<p><script src="x"/>one</p>`, `<p>one</p>`},
		{"cdata", `<p><![CDATA[<b>&amp;]]></p>`, `<p>&lt;b&gt;&amp;amp;</p>`},
		{"prefix", `<h:p xmlns:h="http://www.w3.org/1999/xhtml"><m:math><m:mi>x</m:mi></m:math></h:p>`, `<p><math><mi>x</mi></math></p>`},
		{"doctype with entities", `<!DOCTYPE html [<!ENTITY x "<b>">]><p>&x;</p>`, `<p>&amp;x;</p>`},
		{"body carries", `<html xml:lang="ar" dir="rtl"><head><title>t</title></head><body id="top">x</body></html>`, `<div lang="ar" dir="rtl"><div id="x-top">x</div></div>`},
		{"object picture", `<object type="image/svg+xml" data="a.svg"><p>old</p></object>`, `<img src="a.svg" alt="">`},
		{"object other", `<object type="application/x" data="a.xml"><p>old</p></object>`, `<p>old</p>`},
	} {
		if got := Fragment(c.in, Options{XML: true}); got != c.want || !Clean(got) {
			t.Errorf("%s:\n got %s\nwant %s\nclean %v", c.name, got, c.want, Clean(got))
		}
	}
}

func TestDeepNestingIsFlattenedNotRefused(t *testing.T) {
	const n = 100_000
	got := Fragment(strings.Repeat("<div>", n)+"deep"+strings.Repeat("</div>", n)+"<p>after</p>", Options{})
	if strings.Count(got, "<div>") != MaxDepth || !strings.HasSuffix(got, "</div><p>after</p>") || !strings.Contains(got, "deep") {
		t.Fatalf("%d divs, ends %q", strings.Count(got, "<div>"), got[len(got)-40:])
	}
}

func TestHooksAreAskedAndNotBelieved(t *testing.T) {
	var asked []string
	o := Options{
		Link:  func(h string) string { asked = append(asked, h); return "?chapter=2#x-a" },
		Image: func(s string) string { asked = append(asked, s); return "https://a.example/" },
	}
	got := Fragment(`<a href="b.xhtml#a">b</a><img src="i.png" alt="hen"><a href="http://a.example">c</a>`, o)
	if want := `<a href="?chapter=2#x-a">b</a>hen<a>c</a>`; got != want || strings.Join(asked, " ") != "b.xhtml#a i.png" {
		t.Errorf("got %s asked %q", got, asked)
	}
}

func TestDrawingKeepsColoursOfItsStyleSheet(t *testing.T) {
	in := `<svg><style>/* x */ .a, .b { fill: #f00; background: url(http://a.example) } .a{stroke:rgb(1,2,3);mask:url(#m)} @import "x";</style>` +
		`<path class="a" style="opacity:.5"/><path class="b"/><path class="c"/></svg>`
	want := `<svg><path style="fill:#f00;stroke:rgb(1,2,3);mask:url(#x-m);opacity:.5"></path><path style="fill:#f00"></path><path></path></svg>`
	if got := Fragment(in, Options{}); got != want || !Clean(got) {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestUseCannotDouble(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<svg><defs><path id="a0" d="M0 0"/>`)
	for i := 1; i < 30; i++ {
		was, is := string(rune('a'+i-1))+"0", string(rune('a'+i))+"0"
		b.WriteString(`<g id="` + is + `"><use href="#` + was + `"/><use href="#` + was + `"/></g>`)
	}
	b.WriteString(`</defs><use href="#z0"/></svg>`)
	got := Fragment(b.String(), Options{})
	for i := 2; i < 30; i += 2 { // every second part would use a part that uses another
		if part := `<g id="x-` + string(rune('a'+i)) + `0"></g>`; !strings.Contains(got, part) {
			t.Errorf("%s still uses another part that uses one", part)
		}
	}
}

func TestSVGDocumentIsInert(t *testing.T) {
	got, err := SVG([]byte(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2" onload="x()"><style>@import "http://a.example"</style><a xlink:href="javascript:x"><text>&a;hen</text></a><set attributeName="href"/></svg><script>x</script>`))
	want := `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 2 2"><text>&amp;a;hen</text></svg>`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
	if _, err := SVG([]byte("<p>no</p>")); err == nil {
		t.Error("a paragraph was taken for a drawing")
	}
}

// checkInert reads a result as a browser would and finds what must not be there.
func checkInert(t *testing.T, source, got string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader("<article>" + got + "</article>"))
	if err != nil {
		t.Fatalf("%q → %q: %v", source, got, err)
	}
	for n := range root.Descendants() {
		if n.Type == html.CommentNode {
			t.Fatalf("%q → %q holds a comment", source, got)
		}
		if n.Type != html.ElementNode || n.Data == "html" || n.Data == "head" || n.Data == "body" {
			continue
		}
		if dropped[n.Data] && n.Data != "title" || n.Data == "form" || n.Data == "meta" || n.Data == "link" || n.Data == "base" {
			t.Fatalf("%q → %q holds <%s>", source, got, n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "srcdoc" || a.Key == "action" {
				t.Fatalf("%q → %q holds %s=", source, got, a.Key)
			}
			if v, ok := Local(a.Val); (a.Key == "href" || a.Key == "src" || a.Key == "poster") && (!ok || v != a.Val) && !dataImage(a.Val) {
				t.Fatalf("%q → %q refers to %q", source, got, a.Val)
			}
			if a.Key == "style" && (strings.ContainsAny(a.Val, `\@"'<`) || strings.Count(a.Val, "url(") != strings.Count(a.Val, "url(#x-")) {
				t.Fatalf("%q → %q has style %q", source, got, a.Val)
			}
		}
	}
}

func FuzzFragment(f *testing.F) {
	for _, s := range []string{
		`<p>a<script>b</script><b><i></b></i>`, `<svg><style><img src=x onerror=1></style><use href="#a"/></svg>`,
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
		`<table><tr><td></p></table><ul><li><li></ul>`, `<a href="//x"><a href=y>`, `<svg><title><title><g></svg>`,
		`<!DOCTYPE [<!ENTITY a "b">]><a/>`, "<p style='a:b;text-align:left'>", `<audio src=a><source src=b></audio>`,
		`<svg><style>.a{fill:red}.b,.a{mask:url(#x)}</style><g class="a b" style=";fill:url(#a)">`, `<object type=image/png data=a.png><object></object></object>z`,
	} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, source string, xml bool) {
		got := Fragment(source, Options{XML: xml})
		checkInert(t, source, got)
		if again := Fragment(got, Options{}); again != got {
			t.Fatalf("%q → %q → %q: not stable", source, got, again)
		}
	})
}
