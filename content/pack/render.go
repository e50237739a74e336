package pack

import (
	"bytes"
	"fmt"
	"html"
	"net/url"
	"path"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	ghtml "github.com/yuin/goldmark/renderer/html"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"golang.org/x/text/language"

	"lamplight/content"
	"lamplight/content/sanitize"
)

// markdown reads CommonMark with tables. HTML in it comes out as the text it is, but for plainTags.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.Table),
	goldmark.WithParserOptions(parser.WithInlineParsers(util.Prioritized(formulas{}, 150))), // before links and emphasis
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(asText{}, 1), util.Prioritized(formulas{}, 1)), ghtml.WithXHTML()),
)

// plainTags are what HTML may stand in Markdown: what words need that Markdown has no sign for.
var plainTags = func() map[string]bool {
	m := map[string]bool{"<br>": true, "<br/>": true}
	for _, tag := range []string{"b", "i", "u", "sub", "sup", "code"} {
		m["<"+tag+">"], m["</"+tag+">"] = true, true
	}
	return m
}()

// asText shows other raw HTML and bare addresses as text.
type asText struct{}

func (asText) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindRawHTML, func(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if tag := string(n.(*ast.RawHTML).Segments.Value(src)); entering && plainTags[tag] {
			w.WriteString(tag)
		} else if entering {
			w.WriteString(html.EscapeString(tag))
		}
		return ast.WalkSkipChildren, nil
	})
	r.Register(ast.KindHTMLBlock, func(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			w.WriteString("<p>" + html.EscapeString(strings.TrimSpace(string(n.Lines().Value(src)))) + "</p>\n")
		}
		return ast.WalkSkipChildren, nil
	})
	r.Register(ast.KindAutoLink, func(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			w.WriteString(html.EscapeString(string(n.(*ast.AutoLink).Label(src))))
		}
		return ast.WalkSkipChildren, nil
	})
}

// An address is a reference found in Markdown, and the way to put another in its place. A link whose new address is ""
// becomes its text with the old one after it in brackets.
type rewriter func(ref string, image bool) string

// toHTML renders Markdown, references rewritten, the first heading of level 1 dropped when dropTitle, other such
// headings lowered, as the sanitiser leaves it. note, which may be nil, is told of each piece of mathematics.
func toHTML(source string, dropTitle bool, rewrite rewriter, note func(formula string)) (string, error) {
	src := []byte(source)
	doc := markdown.Parser().Parse(gtext.NewReader(src))
	var links []*ast.Link
	var title ast.Node
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *formula:
			if note != nil {
				note(n.source)
			}
		case *ast.Image:
			n.Destination = []byte(rewrite(string(n.Destination), true))
		case *ast.Link:
			if to := rewrite(string(n.Destination), false); to != "" {
				n.Destination, n.Title = []byte(to), nil
			} else {
				links = append(links, n)
			}
		case *ast.Heading:
			if n.Level == 1 && title == nil && dropTitle {
				title = n
			} else if n.Level == 1 {
				n.Level = 2
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return "", err
	}
	if title != nil {
		title.Parent().RemoveChild(title.Parent(), title)
	}
	for _, l := range links {
		unlink(l)
	}
	var b bytes.Buffer
	if err := markdown.Renderer().Render(&b, src, doc); err != nil {
		return "", err
	}
	return sanitize.Fragment(b.String(), sanitize.Options{}), nil
}

// unlink puts a link's text, and its address in brackets, in its place.
func unlink(l *ast.Link) {
	parent := l.Parent()
	for c := l.FirstChild(); c != nil; c = l.FirstChild() {
		parent.InsertBefore(parent, l, c)
	}
	address := ast.NewString([]byte(html.EscapeString(" (" + clip(string(l.Destination), 300) + ")")))
	address.SetCode(true) // written as it is: escaped above
	parent.ReplaceChild(parent, l, address)
}

// firstHeading is the text of the first "# " line.
func firstHeading(body string) string {
	for line := range strings.SplitSeq(body, "\n") {
		if h, ok := strings.CutPrefix(line, "# "); ok {
			return clip(strings.TrimSpace(h), 300)
		}
	}
	return ""
}

// article writes a page's article: heading, body, the way on and back, licence and author. It holds no words but the
// course's own; arrows are hidden from screen readers, titles are not.
func (c *course) article(d *draft, all []*draft) (string, error) {
	rewrite := func(ref string, image bool) string { return c.reference(d, ref, image) }
	body, err := toHTML(d.text.body, true, rewrite, func(formula string) { c.checkFormula(d.Path, lineOf(d.text, formula), formula) })
	if err != nil {
		return "", fmt.Errorf("%s: %w", d.Path, err)
	}
	lang := d.Language
	if lang == "" && len(c.course.Languages) > 0 {
		lang = c.course.Languages[0]
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<article lang=\"%s\" dir=\"%s\">\n<h1>%s</h1>\n%s", html.EscapeString(lang), direction(lang), html.EscapeString(d.Title), body)
	b.WriteString(c.wayOn(d, all, direction(lang)))
	b.WriteString(c.terms(d))
	b.WriteString("</article>\n")
	return sanitize.Fragment(b.String(), sanitize.Options{}), nil
}

// wayOn links the resources before and after.
func (c *course) wayOn(d *draft, all []*draft, dir string) string {
	back, on := "←", "→"
	if dir == "rtl" {
		back, on = on, back
	}
	var links []string
	if d.order > 0 {
		prev := all[d.order-1]
		links = append(links, fmt.Sprintf(`<a rel="prev" href="/resource/%s"><span aria-hidden="true">%s</span> %s</a>`, prev.ID, back, html.EscapeString(prev.Title)))
	}
	if d.order+1 < len(all) {
		next := all[d.order+1]
		links = append(links, fmt.Sprintf(`<a rel="next" href="/resource/%s">%s <span aria-hidden="true">%s</span></a>`, next.ID, html.EscapeString(next.Title), on))
	}
	if len(links) == 0 {
		return ""
	}
	return "<nav>" + strings.Join(links, " ") + "</nav>\n"
}

// terms is the line of author, owner and licence.
func (c *course) terms(d *draft) string {
	l := c.course.Licence
	if d.Licence != nil {
		l = *d.Licence
	}
	var parts []string
	for _, name := range []string{l.Author, l.Owner} {
		if name != "" && (len(parts) == 0 || parts[0] != html.EscapeString(name)) {
			parts = append(parts, html.EscapeString(name))
		}
	}
	if l.ID != "" {
		parts = append(parts, fmt.Sprintf(`<a rel="license" href="/licence/%s">%s</a>`, url.PathEscape(l.ID), html.EscapeString(l.ID)))
	}
	if len(parts) == 0 {
		return ""
	}
	return "<footer><p>" + strings.Join(parts, " · ") + "</p></footer>\n"
}

// reference gives the new address of a picture or link on a page, noting the file as used.
func (c *course) reference(d *draft, ref string, image bool) string {
	line := lineOf(d.text, ref)
	if !image && (strings.Contains(ref, ":") || strings.HasPrefix(ref, "//")) {
		return "" // outside: shown as text
	}
	target, fragment, _ := strings.Cut(ref, "#")
	if target == "" && !image {
		return "#" + fragment
	}
	if decoded, err := url.PathUnescape(target); err == nil {
		target = decoded
	}
	p, err := c.resolve(d.Path, target)
	if err != nil {
		c.fail(d.Path, line, "%v", err)
		return ""
	}
	if to := c.byPath[p]; to != nil && !image {
		return "/resource/" + string(to.ID)
	}
	kind, ok := mediaKinds[strings.ToLower(path.Ext(p))]
	if !ok || image && !strings.HasPrefix(kind.mime, "image/") {
		c.fail(d.Path, line, "%s is of a kind that cannot be shown on a page", p)
		return ""
	}
	c.used[p] = true
	if image {
		d.shown = append(d.shown, p)
	}
	return fileURL(c.course.ID, p)
}

// fileURL is where a course's file is served.
func fileURL(id content.CourseID, p string) string {
	parts := strings.Split(p, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return "/file/" + string(id) + "/" + strings.Join(parts, "/")
}

// lineOf finds the line a reference stands on, 0 when it is written otherwise.
func lineOf(t *text, ref string) int {
	i := strings.Index(t.body, ref)
	if i < 0 {
		return 0
	}
	return t.bodyLine + strings.Count(t.body[:i], "\n")
}

// direction is "rtl" for languages written from right to left.
func direction(lang string) string {
	tag, err := language.Parse(lang)
	if err != nil {
		return "ltr"
	}
	script, _ := tag.Script()
	switch script.String() {
	case "Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg", "Samr", "Mand":
		return "rtl"
	}
	return "ltr"
}

// Inline renders the Markdown of an item's text (a question, an option, feedback) as HTML that may stand inside our own
// pages. A single paragraph comes without its <p>. Pictures show files of the course, links go to its resources; others
// become text. Gap marks like {{1}} stay as they are; $…$ becomes MathML, as package tex says.
func Inline(source string) string {
	out, err := toHTML(source, false, func(ref string, image bool) string {
		if image && strings.HasPrefix(ref, "/file/") || !image && strings.HasPrefix(ref, "/resource/") {
			return ref
		}
		return ""
	}, nil)
	if err != nil {
		return html.EscapeString(source)
	}
	out = strings.TrimSpace(out)
	if inner, ok := strings.CutPrefix(out, "<p>"); ok && strings.Count(out, "<p") == 1 && strings.HasSuffix(inner, "</p>") {
		return strings.TrimSuffix(inner, "</p>")
	}
	return out
}
