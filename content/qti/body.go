package qti

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"lamplight/content/marking"
	"lamplight/content/xmltree"
)

// marks begin the private-use runes that stand in HTML for what is put into the text afterwards: gaps, template variables.
// Such runes of the source are left out.
const (
	firstMark = '\uE000'
	lastMark  = '\uF8FF'
)

// A page turns elements of one file into texts of items. It knows where the file lies, so that pictures are found.
type page struct {
	src  *source
	file string // path of the file in its package
	m    *machine
	// shown answers what stands for a variable of the template in the text; "" is nothing.
	shown func(id, format string) string
	// put is what stands at an element instead of what it holds: a gap.
	put map[*xmltree.Node]string

	pictures []string
	sounds   []string
	marks    []string // what each private-use rune stands for, from firstMark
}

// text makes a text of what elements hold. blocks keeps paragraphs and tables as such.
func (p *page) text(blocks bool, nodes ...*xmltree.Node) (string, error) {
	var b strings.Builder
	for _, n := range nodes {
		p.write(&b, n, 0)
	}
	return p.fromHTML(b.String(), blocks, true)
}

func (p *page) fromHTML(source string, blocks, xml bool) (string, error) {
	text, pictures, err := marking.FromHTML(source, marking.HTML{
		Picture: func(src string) string { return p.src.picture(p.file, src) },
		Sound: func(src string) {
			if path := p.src.picture(p.file, src); path != "" {
				p.sounds = append(p.sounds, path)
			} else {
				p.sounds = append(p.sounds, "missing:"+src)
			}
		},
		Blocks: blocks, XML: xml,
	})
	p.pictures = append(p.pictures, pictures...)
	for i, s := range p.marks {
		text = strings.ReplaceAll(text, string(firstMark+rune(i)), s)
	}
	return text, err
}

// mark gives a private-use rune that becomes s in the finished text.
func (p *page) mark(s string) string {
	for i, m := range p.marks {
		if m == s {
			return string(firstMark + rune(i))
		}
	}
	if len(p.marks) > int(lastMark-firstMark) {
		return ""
	}
	p.marks = append(p.marks, s)
	return string(firstMark + rune(len(p.marks)-1))
}

// plain escapes a run of text for HTML.
func plain(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r >= firstMark && r <= lastMark {
			return -1
		}
		return r
	}, s))
}

// silent are elements that a learner does not see, or sees elsewhere.
var silent = map[string]bool{
	"feedbackInline": true, "feedbackBlock": true, "modalFeedback": true, "stylesheet": true, "catalogInfo": true, "companionMaterialsInfo": true,
	"infoControl": true, "endAttemptInteraction": true, "gapText": true, "gapImg": true, "simpleMatchSet": true, "simpleAssociableChoice": true,
	"simpleChoice": true, "inlineChoice": true, "interactionMarkup": true, "portableCustomInteraction": true, "templateProcessing": true,
}

// write writes an element as HTML.
func (p *page) write(b *strings.Builder, n *xmltree.Node, depth int) {
	if n.Name == "" {
		b.WriteString(plain(n.Text))
		return
	}
	if s, ok := p.put[n]; ok {
		b.WriteString(p.mark(s))
		return
	}
	switch {
	case silent[n.Name] && depth > 0, silent[n.Name] && strings.HasPrefix(n.Name, "endAttempt"):
	case n.Name == "rubricBlock" && !forLearners(n):
	case n.Name == "printedVariable":
		b.WriteString(p.mark(p.shown(trim(n.Attr("identifier")), trim(n.Attr("format")))))
	case (n.Name == "templateInline" || n.Name == "templateBlock") && !p.m.visible(n):
	case n.Name == "object":
		p.object(b, n, depth)
	case n.Name == "math":
		p.formulas(b, n)
	case n.Name == "table" && rows(n) < 2:
		p.element(b, n, "div", depth)
	case n.Name == "tr":
		p.row(b, n, depth)
	case strings.HasSuffix(n.Name, "Interaction"), n.Name == "prompt", n.Name == "templateBlock":
		p.element(b, n, "div", depth)
	case wrapper[n.Name]:
		p.children(b, n, depth)
	default:
		p.element(b, n, n.Name, depth)
	}
}

// wrapper are elements of QTI that are nothing but what they hold.
var wrapper = map[string]bool{
	"itemBody": true, "contentBody": true, "stimulusBody": true, "templateInline": true, "hottext": true, "simpleChoice": true, "inlineChoice": true,
	"gapText": true, "gapImg": true, "simpleAssociableChoice": true, "feedbackInline": true, "feedbackBlock": true, "modalFeedback": true, "hottextWrapper": true,
	"speak": true, "include": true, "infoControl": true, "assessmentStimulus": true,
}

func (p *page) children(b *strings.Builder, n *xmltree.Node, depth int) {
	for _, c := range n.Children {
		p.write(b, c, depth+1)
	}
}

// kept are the attributes that say something to the reader of HTML.
var kept = map[string]bool{"src": true, "alt": true, "open": true, "close": true, "separators": true, "start": true, "type": true, "colspan": true, "rowspan": true}

func (p *page) element(b *strings.Builder, n *xmltree.Node, name string, depth int) {
	b.WriteString("<" + name)
	for _, a := range n.Attrs {
		if kept[a.Name] {
			fmt.Fprintf(b, ` %s="%s"`, a.Name, html.EscapeString(a.Value))
		}
	}
	if len(n.Children) == 0 && (name == "br" || name == "img" || name == "hr" || name == "source") {
		b.WriteString("/>")
		return
	}
	b.WriteString(">")
	p.children(b, n, depth)
	b.WriteString("</" + name + ">")
}

// object writes the object of HTML as the picture or sound it is.
func (p *page) object(b *strings.Builder, n *xmltree.Node, depth int) {
	kind, data := strings.ToLower(n.Attr("type")), n.Attr("data")
	switch {
	case strings.HasPrefix(kind, "image/"), kind == "" && pictureName(data):
		alt := n.Content()
		if alt == "" {
			alt = n.Attr("alt") + n.Attr("label")
		}
		fmt.Fprintf(b, `<img src="%s" alt="%s"/>`, html.EscapeString(data), plain(alt))
	case strings.HasPrefix(kind, "audio/"):
		fmt.Fprintf(b, `<audio src="%s"></audio>`, html.EscapeString(data))
	case data == "":
		p.children(b, n, depth)
	default:
		b.WriteString("<object></object>") // refused by name
	}
}

func pictureName(s string) bool {
	for _, ext := range []string{".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp"} {
		if strings.HasSuffix(strings.ToLower(s), ext) {
			return true
		}
	}
	return false
}

// rows counts a table's rows: one of a single row only sets things beside each other.
func rows(n *xmltree.Node) int {
	count := 0
	for range n.All("tr") {
		count++
	}
	return count
}

// row writes a table's row without the empty cells at its end, which tables that only place a field have.
func (p *page) row(b *strings.Builder, n *xmltree.Node, depth int) {
	var cells []string
	for _, c := range n.Elements("td", "th") {
		var one strings.Builder
		p.write(&one, c, depth+1)
		cells = append(cells, one.String())
	}
	for len(cells) > 0 && emptyCell.MatchString(cells[len(cells)-1]) {
		cells = cells[:len(cells)-1]
	}
	b.WriteString("<tr>" + strings.Join(cells, " ") + "</tr>")
}

var emptyCell = regexp.MustCompile(`^(?:<[^>]*>|\s|&#160;|\x{a0})*$`)

// forLearners says whether a rubric is shown to who answers.
func forLearners(n *xmltree.Node) bool {
	view := strings.Fields(n.Attr("view"))
	return len(view) == 0 || slices.Contains(view, "candidate")
}

// visible says whether a template element is shown in what was drawn.
func (m *machine) visible(n *xmltree.Node) bool {
	v, _ := (&run{machine: m}).variable(trim(n.Attr("templateIdentifier")))
	return holds(v, "identifier", trim(n.Attr("identifier"))) == (trim(n.Attr("showHide")) != "hide")
}
