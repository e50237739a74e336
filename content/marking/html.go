package marking

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"lamplight/content/sanitize"
)

// HTML says how FromHTML reads a text.
type HTML struct {
	// Picture answers the path for Reader.File of a picture, given its address as written ("@@PLUGINFILE@@/a.png",
	// "data:…" and addresses of other hosts too). "" says that there is none: the text is refused when nothing else says
	// what it shows. Nil refuses every picture.
	Picture func(src string) string
	// Sound is told of a sound to be played with the text. Nil refuses a text that has one.
	Sound func(src string)
	// Blocks keeps paragraphs, lists and tables as such, for a question's own text; otherwise they become lines of one
	// paragraph, which can stand in a button or a list of choices.
	Blocks bool
	XML    bool // the source is XHTML: "<a/>" is a whole element, CDATA is text
}

// FromHTML makes an item's text of HTML that is not ours: what is said there is said, and nothing in it means anything to
// us that it did not mean there. Bold, italic, underlined, raised and lowered words, code, pictures and line ends stay;
// TeX that the source marks as such by \( \), \[ \] or $$ is mathematics, and so is MathML where package tex can write it;
// scripts, styles, links' addresses and colours are lost. pictures are the paths that the text shows, in its order, some
// perhaps twice.
//
// The error wraps errors.ErrUnsupported for what cannot be shown faithfully (a film, a form's field, a drawing in the text,
// a picture that is not there and has no words) and fs.ErrInvalid for a text longer than 32 KiB; text is then what could be
// made of it.
func FromHTML(source string, o HTML) (text string, pictures []string, err error) {
	if !strings.ContainsAny(source, "<&\\$") {
		if !o.Blocks {
			source = strings.Join(strings.Fields(source), " ")
		}
		text = plainLine(strings.Join(strings.Fields(source), " "))
	} else {
		w := htmlWriter{o: o}
		w.children(tree(source, o.XML))
		w.paragraph()
		text, pictures = w.finish(), w.pictures
		err = w.err
	}
	if len(text) > maxTextItem {
		return clip(text, maxTextItem), pictures, fmt.Errorf("a text of %d bytes is longer than %d: %w", len(text), maxTextItem, fs.ErrInvalid)
	}
	return text, pictures, err
}

// plainLine is Plain of one line.
func plainLine(s string) string {
	return Plain(strings.ReplaceAll(s, "\n", " "))
}

// An element is a node of what was parsed: a text when name is "".
type element struct {
	name  string
	text  string
	token sanitize.Token
	kids  []*element
}

// maxHTMLDepth is how deep elements nest; deeper ones lose their tags.
const maxHTMLDepth = 60

// closes says which open elements the start of one ends, as HTML lets authors leave out end tags.
var closes = map[string][]string{
	"li": {"li"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}, "tr": {"tr", "td", "th"}, "td": {"td", "th"}, "th": {"td", "th"},
	"tbody": {"tr", "td", "th", "thead"}, "tfoot": {"tr", "td", "th", "tbody"}, "option": {"option"},
}

// barrier are elements beyond which an end that is left out is not looked for.
var barrier = map[string]bool{"table": true, "ul": true, "ol": true, "dl": true, "select": true}

// tree parses HTML, however broken.
func tree(source string, xml bool) *element {
	root := &element{}
	open := []*element{root}
	for t := range sanitize.Tokens(source, xml) {
		top := open[len(open)-1]
		switch {
		case t.Name == "":
			top.kids = append(top.kids, &element{text: t.Text})
		case t.End:
			for i := len(open) - 1; i > 0; i-- {
				if open[i].name == t.Name {
					open = open[:i]
					break
				}
			}
		default:
			open = impliedEnds(open, t.Name)
			e := &element{name: t.Name, token: t}
			top = open[len(open)-1]
			top.kids = append(top.kids, e)
			if !t.Closed && !sanitize.Void(t.Name) && len(open) < maxHTMLDepth {
				open = append(open, e)
			}
		}
	}
	return root
}

// impliedEnds closes what the start of an element ends.
func impliedEnds(open []*element, name string) []*element {
	if block[name] && len(open) > 1 && open[len(open)-1].name == "p" {
		return open[:len(open)-1]
	}
	for i := len(open) - 1; i > 0 && !barrier[open[i].name]; i-- {
		if slices.Contains(closes[name], open[i].name) {
			for i > 1 && slices.Contains(closes[name], open[i-1].name) {
				i--
			}
			return open[:i]
		}
	}
	return open
}

func setOf(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

var (
	block = setOf(`p div section article header footer main nav aside figure figcaption address center fieldset form
		h1 h2 h3 h4 h5 h6 blockquote ul ol li dl dt dd table hr pre details summary caption body html`)
	// unseen are left out with all they hold.
	unseen = setOf("script style head title template noscript meta link base annotation annotation-xml colgroup col rt rp source track param")
	// unheld cannot be shown in a question.
	unheld = map[string]string{
		"iframe": "a frame", "object": "an embedded object", "embed": "an embedded object", "applet": "a Java applet",
		"video": "a film", "canvas": "a drawing made by a script", "svg": "a drawing in the text", "input": "a field to fill in",
		"select": "a list to choose from", "textarea": "a field to fill in", "jsxgraph": "an interactive graph", "map": "a picture map",
	}
	// marks are the tags that stay.
	marks = map[string]string{
		"b": "b", "strong": "b", "i": "i", "em": "i", "cite": "i", "dfn": "i", "var": "i", "u": "u", "ins": "u",
		"sub": "sub", "sup": "sup", "code": "code", "tt": "code", "kbd": "code", "samp": "code",
	}
)

// An htmlWriter writes elements as an item's text.
type htmlWriter struct {
	o        HTML
	blocks   []string
	line     strings.Builder // the paragraph being written
	inside   []string        // marks that are open in it
	pre      bool
	mathsEnd int // length of line where mathematics ended
	tight    int // in table cells, list items: no blocks
	pictures []string
	err      error
}

func (w *htmlWriter) unsupported(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format+": %w", append(args, errors.ErrUnsupported)...)
	}
}

func (w *htmlWriter) children(e *element) {
	for _, k := range e.kids {
		w.node(k)
	}
}

func (w *htmlWriter) node(e *element) {
	switch what := unheld[e.name]; {
	case e.name == "":
		w.text(e.text)
	case unseen[e.name]:
	case what != "":
		if e.name == "input" && e.token.Attr("type") == "hidden" {
			return
		}
		w.unsupported("it holds %s (<%s>)", what, e.name)
	case e.name == "br":
		w.lineEnd()
	case e.name == "img":
		w.image(e.token)
	case e.name == "audio":
		w.audio(e)
	case e.name == "math":
		w.math(e)
	case e.name == "table":
		w.table(e)
	case e.name == "ul" || e.name == "ol" || e.name == "menu":
		w.list(e, 0)
	case marks[e.name] != "":
		w.marked(e, marks[e.name])
	case e.name == "q":
		w.line.WriteString("“")
		w.children(e)
		w.line.WriteString("”")
	case block[e.name]:
		w.block(e)
	default:
		w.children(e)
	}
}

func (w *htmlWriter) block(e *element) {
	w.paragraph()
	heading := len(e.name) == 2 && e.name[0] == 'h' && e.name[1] != 'r'
	switch {
	case heading:
		w.marked(e, "b")
	case e.name == "pre":
		before := w.pre
		w.pre = true
		w.marked(e, "code")
		w.pre = before
	default:
		w.children(e)
	}
	w.paragraph()
}

// marked writes an element that keeps its tag. A mark does not go on beyond its paragraph, so a block inside ends it
// and begins it anew.
func (w *htmlWriter) marked(e *element, tag string) {
	if slices.Contains(w.inside, tag) && tag != "sub" && tag != "sup" {
		w.children(e)
		return
	}
	w.inside = append(w.inside, tag)
	w.line.WriteString("<" + tag + ">")
	w.children(e)
	w.line.WriteString("</" + tag + ">")
	w.inside = w.inside[:len(w.inside)-1]
}

// paragraph ends the paragraph being written.
func (w *htmlWriter) paragraph() {
	for _, tag := range slices.Backward(w.inside) {
		w.line.WriteString("</" + tag + ">")
	}
	text := tidy(w.line.String())
	w.line.Reset()
	w.mathsEnd = 0
	if text != "" {
		w.blocks = append(w.blocks, text)
	}
	for _, tag := range w.inside {
		w.line.WriteString("<" + tag + ">")
	}
}

// tidy takes empty marks and line ends at the ends out of a paragraph.
func tidy(s string) string {
	for {
		before := s
		for _, tag := range []string{"b", "i", "u", "sub", "sup", "code"} {
			s = strings.ReplaceAll(s, "<"+tag+"></"+tag+">", "")
			s = strings.ReplaceAll(s, "<"+tag+"> </"+tag+">", " ")
		}
		s = strings.TrimSpace(s)
		s = strings.TrimPrefix(s, "\\\n")
		if cut, ok := strings.CutSuffix(s+"\n", "\\\n"); ok && !strings.HasSuffix(s, `\\`) {
			s = cut
		}
		if s == before {
			break
		}
	}
	return beginLine(s)
}

// finish joins the blocks.
func (w *htmlWriter) finish() string {
	if w.o.Blocks {
		return strings.Join(w.blocks, "\n\n")
	}
	var b strings.Builder
	for i, block := range w.blocks {
		if i > 0 {
			b.WriteString(broken(b.String()) + "\\\n")
		}
		b.WriteString(block)
	}
	return b.String()
}

// broken is what a line needs before the sign that ends it: after mathematics that sign would take the last dollar's meaning.
func broken(line string) string {
	if strings.HasSuffix(line, "$") && !strings.HasSuffix(line, `\$`) {
		return apart
	}
	return ""
}

// lineEnd writes a <br>.
func (w *htmlWriter) lineEnd() {
	if w.tight > 0 {
		w.line.WriteString("<br>")
		return
	}
	s := strings.TrimRight(w.line.String(), " ")
	w.line.Reset()
	w.line.WriteString(s + broken(s) + "\\\n")
}

func (w *htmlWriter) image(t sanitize.Token) {
	src := strings.TrimSpace(t.Attr("src"))
	alt := strings.Join(strings.Fields(t.Attr("alt")), " ")
	path := ""
	if w.o.Picture != nil && src != "" {
		path = w.o.Picture(src)
	}
	if path == "" {
		if alt == "" || fileName.MatchString(alt) {
			w.unsupported("its picture %q is not there", clip(src, 120))
		}
		w.line.WriteString(plainRun(alt))
		return
	}
	w.line.WriteString("![" + plainRun(alt) + "](" + PictureAddress(path) + ")")
	w.pictures = append(w.pictures, path)
}

// fileName is what tools write where nobody said what a picture shows.
var fileName = regexp.MustCompile(`(?i)^\S+\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?)$`)

// PictureAddress is a path for Reader.File as it stands in an item's text, in ![words](address).
func PictureAddress(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = strings.NewReplacer("(", "%28", ")", "%29", "*", "%2A", "$", "%24", "!", "%21", "'", "%27").Replace(url.PathEscape(p))
	}
	return strings.Join(parts, "/")
}

func (w *htmlWriter) audio(e *element) {
	src := e.token.Attr("src")
	for _, k := range e.kids {
		if src == "" && k.name == "source" {
			src = k.token.Attr("src")
		}
	}
	if w.o.Sound == nil {
		w.unsupported("it holds a sound")
	} else if src != "" {
		w.o.Sound(src)
	}
}
