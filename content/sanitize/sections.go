package sanitize

import (
	"strings"
)

// A Section is the words of a page from one heading to the next, as a reader sees them: a line break between blocks.
type Section struct {
	ID    string // of the heading or what it stands in, as it is in the source; "" none
	Title string // the heading's words, "" before the first
	Text  string
}

// unseen are elements whose words are not part of what a page says.
var unseen = set(`script style xmp iframe noembed noframes noscript textarea head title template select datalist button nav footer
	frameset frame embed applet map annotation annotation-xml canvas metadata object audio video rp dialog menu
	desc defs symbol`)

// blocks begin and end a line.
var blocks = set(`address article aside blockquote caption center dd details div dl dt fieldset figcaption figure form h1 h2 h3
	h4 h5 h6 header hgroup hr li main ol p pre section summary table tbody tfoot thead tr ul body br option text`)

// tableCells are apart, though in one line.
var tableCells = set("td th")

var headings = set("h1 h2 h3 h4 h5 h6")

// unseenRoles are what pages call their navigation (WAI-ARIA 1.2, landmarks).
var unseenRoles = set("navigation search contentinfo menu menubar toolbar dialog alertdialog tablist")

// maxTitle is how many bytes a heading has at most before what follows is taken for text.
const maxTitle = 1 << 10

// maxSection is how many bytes of text a section has at most; a longer one goes on in another of the same heading.
const maxSection = 60 << 10

// Sections reads the words of HTML, or XHTML when xml is set, however broken, and calls yield with its sections in order
// until it answers false. Navigation, what is hidden and what scripts and styles hold is left out.
func Sections(source string, xml bool, yield func(Section) bool) {
	r := reading{yield: yield}
	for t := range Tokens(source, xml) {
		if !r.token(t) {
			return
		}
	}
	r.end()
}

// A reading is a page being read.
type reading struct {
	yield  func(Section) bool
	skip   string // the element being left out, "" none
	nested int    // how many of its name are open inside it

	now     Section
	text    strings.Builder
	title   strings.Builder
	heading string // the one being read, "" none
	id      string // met last without words after it
	before  byte   // what stands before the next word: 0, ' ' or '\n'
}

func (r *reading) token(t Token) bool {
	if r.skip != "" {
		switch {
		case t.Name != r.skip || t.Closed:
		case t.End:
			if r.nested--; r.nested < 0 {
				r.skip = ""
			}
		default:
			r.nested++
		}
		return true
	}
	switch {
	case t.Name == "":
		return r.words(t.Text)
	case t.End:
		r.endTag(t.Name)
		return true
	}
	return r.startTag(t)
}

func (r *reading) startTag(t Token) bool {
	if hidden(t) {
		if !t.Closed && !Void(t.Name) {
			r.skip, r.nested = t.Name, 0
		}
		r.space(t.Name)
		return true
	}
	if headings[t.Name] {
		if !r.end() {
			return false
		}
		r.heading = t.Name
		r.now = Section{ID: r.id}
	}
	if id := t.Attr("id"); id != "" {
		r.id = id
		if r.heading != "" && (t.Name == r.heading || r.now.ID == "") {
			r.now.ID = id
		}
	}
	r.space(t.Name)
	if t.Closed && t.Name == r.heading {
		r.endTag(t.Name)
	}
	return true
}

func hidden(t Token) bool {
	if unseen[t.Name] || unseenRoles[t.Attr("role")] || t.Attr("aria-hidden") == "true" {
		return true
	}
	for _, a := range t.attrs {
		if a.name == "hidden" && a.value != "until-found" || a.name == "style" && strings.Contains(strings.ReplaceAll(a.value, " ", ""), "display:none") {
			return true
		}
	}
	return false
}

func (r *reading) endTag(name string) {
	if name == r.heading {
		r.now.Title = strings.TrimSpace(r.title.String())
		r.title.Reset()
		r.heading = ""
		r.before = 0
		return
	}
	r.space(name)
}

// space notes what an element's edge puts between words.
func (r *reading) space(name string) {
	switch {
	case blocks[name]:
		r.before = '\n'
	case tableCells[name] && r.before == 0:
		r.before = ' '
	}
}

// words adds a text, its white space put together.
func (r *reading) words(s string) bool {
	out := &r.text
	if r.title.Len() > maxTitle { // never closed
		r.endTag(r.heading)
	}
	if r.heading != "" {
		out = &r.title
	}
	for i, field := range strings.FieldsFunc(s, isSpace) {
		before := r.before
		if before == 0 && (i > 0 || isSpace(rune(s[0]))) {
			before = ' '
		}
		if out == &r.title && before == '\n' {
			before = ' '
		}
		if out.Len() > 0 && before != 0 {
			out.WriteByte(before)
		}
		r.before = 0
		out.WriteString(field)
		r.id = ""
		if r.text.Len() > maxSection && !r.more() {
			return false
		}
	}
	if s != "" && isSpace(rune(s[len(s)-1])) && r.before == 0 {
		r.before = ' '
	}
	return true
}

func isSpace(r rune) bool {
	return r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' || r == 0xa0
}

// more yields what there is and goes on under the same heading.
func (r *reading) more() bool {
	s := r.now
	s.Text = r.text.String()
	r.text.Reset()
	return r.yield(s)
}

// end yields the section that ends here, if it holds anything.
func (r *reading) end() bool {
	if r.heading != "" { // never closed
		r.now.Title = strings.TrimSpace(r.title.String())
		r.title.Reset()
		r.heading = ""
	}
	if r.text.Len() == 0 && r.now.Title == "" {
		return true
	}
	ok := r.more()
	r.now = Section{}
	return ok
}
