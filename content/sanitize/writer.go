package sanitize

import (
	"slices"
	"strings"
)

// A writer turns tokens into the sanitised text. It holds the open elements of the result, never more than MaxDepth.
type writer struct {
	o       Options
	out     strings.Builder
	open    []element
	ignored map[string]int // start tags left out whose end tags must be left out too
	skip    string         // the dropped element we are inside of, "" none
	nested  int            // how many of its name are open inside it
	uses    uses
	classes map[string]string // properties by class, of the drawings' style sheets
	svgOnly bool              // the result is a drawing of its own: nothing outside its <svg> is written

	cuts       *cuts // nil: the result is one piece
	before, at int   // where in the source the token that is written begins and ends
}

// An element is open in the result. Its space is "", "svg" or "math".
type element struct{ name, space, id, attrs string }

func newWriter(o Options) *writer {
	return &writer{o: o, ignored: map[string]int{}}
}

func (w *writer) write(source string) {
	s := scanner{src: source, xml: w.o.XML}
	for w.cuts == nil || !w.cuts.stopped {
		w.before = s.pos
		t := s.next(w.space() != "")
		w.at = s.pos
		switch t.kind {
		case endOfSource:
			return
		case textToken:
			w.text(t.text)
		case startToken:
			w.start(t)
		case endToken:
			w.end(t.name)
		}
	}
}

// finish closes what is open.
func (w *writer) finish() string {
	w.closeTo(0)
	return w.out.String()
}

func (w *writer) space() string {
	if len(w.open) == 0 {
		return ""
	}
	return w.open[len(w.open)-1].space
}

func (w *writer) text(s string) {
	if w.skip == "" && !(w.svgOnly && w.space() == "") {
		w.longText(s)
	}
}

func (w *writer) start(t token) {
	if w.skip != "" {
		if t.name == w.skip && !t.closed {
			w.nested++
		}
		return
	}
	space := w.space()
	switch {
	case space == "svg":
		w.startSVG(t)
	case space == "math":
		w.startMath(t)
	case t.name == "svg":
		w.startSVG(t)
	case w.svgOnly:
	case t.name == "math":
		w.startMath(t)
	default:
		w.startHTML(t)
	}
}

// leaveOut drops an element, with its content when all is set.
func (w *writer) leaveOut(t token, all bool) {
	if t.closed && (w.o.XML || rawText[t.name] || w.space() != "") || void[t.name] && w.space() == "" {
		return
	}
	if all {
		w.skip, w.nested = t.name, 0
		return
	}
	w.ignored[t.name]++
}

func (w *writer) startHTML(t token) {
	if name, ok := renamed[t.name]; ok {
		if carriers[t.name] && !has(t.attrs, "lang") && !has(t.attrs, "xml:lang") && !has(t.attrs, "dir") && !has(t.attrs, "id") {
			w.leaveOut(t, false)
			return
		}
		w.push(t, name, "", w.htmlAttrs(name, t))
		return
	}
	if t.name == "object" {
		w.object(t)
		return
	}
	if dropped[t.name] || t.name == "default" && w.o.XML {
		w.leaveOut(t, true)
		return
	}
	if !kept[t.name] || t.name == "a" && w.within("a") {
		w.leaveOut(t, false)
		return
	}
	w.imply(t.name)
	w.part(t.name)
	switch t.name {
	case "img":
		w.image(t, "src")
	case "audio", "video", "source", "track":
		w.media(t)
	default:
		w.push(t, t.name, "", w.htmlAttrs(t.name, t))
	}
}

// push opens an element of the result, or leaves its tag out where the stack is full.
func (w *writer) push(t token, name, space string, attributes string) {
	if len(w.open) >= MaxDepth {
		w.leaveOut(t, false)
		return
	}
	w.out.WriteByte('<')
	w.out.WriteString(name)
	w.out.WriteString(attributes)
	w.out.WriteByte('>')
	if space == "" && void[name] {
		return
	}
	id, _ := find(t.attrs, "id")
	if name == "svg" {
		id = ""
	}
	w.open = append(w.open, element{name, space, ID(id), attributes})
	if t.closed && (w.o.XML || space != "") {
		w.closeTo(len(w.open) - 1)
	}
}

func (w *writer) end(name string) {
	if w.skip != "" {
		if name == w.skip {
			if w.nested--; w.nested < 0 {
				w.skip = ""
			}
		}
		return
	}
	if w.ignored[name] > 0 {
		w.ignored[name]--
		return
	}
	if to, ok := renamed[name]; ok {
		name = to
	}
	if canonical, ok := svg[name]; ok && w.space() == "svg" {
		name = canonical
	}
	for i := len(w.open) - 1; i >= 0; i-- {
		if w.open[i].name == name {
			w.closeTo(i)
			return
		}
		if cells[w.open[i].name] && !tableParts[name] {
			return // an end tag does not reach out of a cell
		}
	}
}

// closeTo closes the open elements from the i'th on, innermost first.
func (w *writer) closeTo(i int) {
	for len(w.open) > i {
		last := w.open[len(w.open)-1]
		w.open = w.open[:len(w.open)-1]
		w.out.WriteString("</" + last.name + ">")
		w.uses.closed(last)
	}
}

func (w *writer) within(name string) bool {
	return slices.ContainsFunc(w.open, func(e element) bool { return e.name == name })
}

var cells, tableParts = set("td th caption"), set("table tbody thead tfoot tr td th caption")

// scopes stop the search for an element that a new one would end.
var scopes = set("table td th caption li dd dt svg math button object ruby details")

// ends says which open elements a new one ends, and which containers hide them.
var ends = map[string]struct{ closes, within map[string]bool }{
	"li": {set("li"), set("ul ol table")},
	"dt": {set("dt dd"), set("dl table")}, "dd": {set("dt dd"), set("dl table")},
	"td": {set("td th"), set("table tr")}, "th": {set("td th"), set("table tr")},
	"tr":    {set("tr"), set("table tbody thead tfoot")},
	"tbody": {set("tbody thead tfoot"), set("table")}, "thead": {set("tbody thead tfoot"), set("table")},
	"tfoot": {set("tbody thead tfoot"), set("table")},
	"rt":    {set("rt rp"), set("ruby rtc")}, "rp": {set("rt rp"), set("ruby rtc")},
}

// imply closes what HTML lets authors leave open: a paragraph before a block, an item before the next one.
func (w *writer) imply(name string) {
	if closesP[name] {
		w.closeNearest(set1p, scopes)
	}
	if e, ok := ends[name]; ok {
		w.closeNearest(e.closes, e.within)
	}
}

var set1p = set("p")

func (w *writer) closeNearest(closes, within map[string]bool) {
	for i := len(w.open) - 1; i >= 0; i-- {
		switch name := w.open[i].name; {
		case closes[name]:
			w.closeTo(i)
			return
		case within[name]:
			return
		}
	}
}

var (
	textEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	attrEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "\n", " ", "\t", " ")
)

// escapeText also takes out the characters that neither HTML nor XML allows.
func escapeText(s string) string { return textEscaper.Replace(printable(s)) }

func printable(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r < ' ' && r != '\n' && r != '\t', r >= 0x7f && r < 0xa0 && r != 0x85, r == 0xfffe, r == 0xffff:
			return -1
		}
		return r
	}, s)
}

// pair writes one attribute.
func pair(b *strings.Builder, name, value string) {
	b.WriteString(" " + name + `="` + attrEscaper.Replace(printable(value)) + `"`)
}
