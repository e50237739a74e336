package perseus

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
)

// A writer makes an Item of a document.
type writer struct {
	id    content.ItemID
	file  func(string) string
	lang  string    // of the exercise or of its script, "" unknown
	parts []part    // what is to be answered, in the order of the text
	asked []string  // types of the widgets that stand in the question, each once, to be named when it is left out
	lines []float64 // points set on number lines, which the text must not name
	depth int       // of groups
	err   error     // why the question cannot be shown: the first reason
	fault string    // type of the widget at fault, "" the text itself
}

// A part is one thing to be answered. Where several stand in a question all of them must be gaps.
type part struct {
	kind string       // type of its widget
	item content.Item // Type and what is answered; no texts round it. Type "" when it can only be a gap
	gap  *content.Gap // nil when it cannot be a gap
}

// gapOpen and gapClose stand round the number of a part in a text, until it is a gap mark or is taken out.
const (
	gapOpen  = "\uE000"
	gapClose = "\uE001"
)

var partMark = regexp.MustCompile(gapOpen + "([0-9]+)" + gapClose)

// fail keeps the first reason why the question is left out.
func (w *writer) fail(kind, format string, args ...any) {
	if w.err == nil {
		w.err, w.fault = fmt.Errorf(format, args...), kind
	}
}

// kinds are the types of the question's widgets, "text" when it has none.
func (w *writer) kinds() string {
	if len(w.asked) == 0 {
		return "text"
	}
	return strings.Join(w.asked, "+")
}

// item makes the item, or says why not.
func (w *writer) item(d document) (content.Item, *content.LeftOut) {
	source := w.html(d.Question) + w.answerArea(d.AnswerArea)
	stem := w.text(source, true)
	var it content.Item
	if w.err == nil {
		it = w.assemble(stem)
	}
	if w.err != nil {
		kind := w.fault
		if kind == "" {
			kind = w.kinds()
		}
		return content.Item{}, &content.LeftOut{Type: kind, Reason: reason(w.err)}
	}
	w.hints(&it, d.Hints)
	return it, nil
}

// html turns a text with its widgets to HTML.
func (w *writer) html(r renderer) string {
	if w.depth++; w.depth > 6 {
		w.fail("group", "groups are more than 6 deep")
		return ""
	}
	defer func() { w.depth-- }()
	if len(r.Content) > maxText {
		w.fail("", "a text of %d bytes is longer than %d", len(r.Content), maxText)
		return ""
	}
	seen := map[string]bool{}
	m := &markdown{picture: w.picture}
	m.widget = func(name string) string {
		if seen[name] {
			return "" // Perseus shows a widget once
		}
		seen[name] = true
		x, ok := r.Widgets[name]
		if !ok {
			w.fail("missing", "its text names a widget %q that is not there", name)
			return ""
		}
		if x.Type == "" {
			x.Type = strings.TrimRight(name, " 0123456789")
		}
		return w.widget(x)
	}
	return m.html(r.Content)
}

// text makes an item's text of HTML.
func (w *writer) text(source string, blocks bool) string {
	text, _, err := marking.FromHTML(source, marking.HTML{Picture: func(src string) string { return src }, Blocks: blocks})
	if err != nil {
		w.fail("", "%w", err)
	}
	return text
}

// line is a short text of a widget, a choice or an entry, in which no widget stands.
func (w *writer) line(source string) string {
	if len(source) > maxText {
		w.fail("", "a text of %d bytes is longer than %d", len(source), maxText)
		return ""
	}
	m := &markdown{picture: w.picture, short: true}
	m.widget = func(name string) string {
		w.fail("nested", "a widget %q stands inside another one", name)
		return ""
	}
	return strings.TrimSpace(w.text(m.html(source), false))
}

// picture writes a picture that the package holds. One that is not there leaves its words; without any the question is left out.
func (w *writer) picture(alt, address string) string {
	path := ""
	for _, inner := range innerPaths(address) {
		if path = w.file(inner); path != "" {
			break
		}
	}
	alt = strings.Join(strings.Fields(alt), " ")
	if path != "" {
		return `<img src="` + html.EscapeString(path) + `" alt="` + escapeAttr(alt) + `">`
	}
	if alt == "" {
		w.fail("image", "its picture %s is not in the package", clip(strings.TrimSpace(address), 150))
	}
	return escape(alt)
}

func escapeAttr(s string) string { return html.EscapeString(s) }

// graphie marks a drawing with labels: its address has no ending, or none that counts.
const graphie = "web+graphie:"

// innerPaths are where in the archive an address of Perseus may lie: "${☣ LOCALPATH}/images/a.png", "images/a.png", a
// drawing "web+graphie:${☣ LOCALPATH}/images/HASH". What lies elsewhere has none.
func innerPaths(address string) []string {
	s := strings.TrimSpace(address)
	drawing := false
	if rest, ok := strings.CutPrefix(s, graphie); ok {
		s, drawing = rest, true
	}
	local := false
	for _, prefix := range []string{"${☣ LOCALPATH}", "${☣ CONTENTSTORAGE}", "${☣ IMGPATH}", "%24%7B%E2%98%A3%20LOCALPATH%7D"} {
		if rest, ok := strings.CutPrefix(s, prefix); ok {
			s, local = rest, true
		}
	}
	if !local && (strings.Contains(s, ":") || strings.HasPrefix(s, "//")) {
		return nil
	}
	s, _, _ = strings.Cut(s, "#")
	s = strings.TrimLeft(strings.TrimPrefix(s, "./"), "/")
	if s == "" || strings.Contains(s, "..") {
		return nil
	}
	paths := []string{s}
	if plain, err := url.PathUnescape(s); err == nil && plain != s {
		paths = append(paths, plain)
	}
	for _, p := range slices.Clone(paths) {
		if !strings.Contains(p, "/") {
			paths = append(paths, "images/"+p)
		}
	}
	if drawing {
		for i, p := range paths {
			paths[i] = strings.TrimSuffix(p, ".svg") + ".svg"
		}
	}
	return paths
}

// answerArea is the part of an old item in which the answer was given: a text of its own, or one widget.
func (w *writer) answerArea(raw json.RawMessage) string {
	var area struct {
		Type    string          `json:"type"`
		Options json.RawMessage `json:"options"`
	}
	if json.Unmarshal(raw, &area) != nil || area.Type == "" {
		return ""
	}
	if area.Type == "multiple" {
		var r renderer
		if json.Unmarshal(area.Options, &r) != nil {
			return ""
		}
		return w.html(r)
	}
	if len(w.parts) > 0 {
		return "" // it was moved into the text
	}
	return "<p>" + w.widget(widget{Type: area.Type, Options: area.Options}) + "</p>"
}

// hints are the item's hints. The last is the worked answer when there are several: each hint of Perseus goes a step on, and
// the last one ends with the answer.
func (w *writer) hints(it *content.Item, from []renderer) {
	var worked []string
	for i, h := range from {
		if i == 50 {
			break
		}
		text := w.aside(func(inner *writer) string { return inner.html(h) })
		if h.Replace {
			worked = nil
		}
		worked, it.Hints = append(worked, text...), append(it.Hints, text...)
	}
	if n := len(it.Hints); n > 1 {
		it.Worked, it.Hints = strings.Join(worked, "\n\n"), it.Hints[:n-1]
	}
}

// aside is a text beside the question; nil when it cannot be shown, for a question does without it.
func (w *writer) aside(source func(*writer) string) []string {
	inner := &writer{id: w.id, file: w.file, lang: w.lang}
	text := strings.TrimSpace(inner.text(source(inner), true))
	if inner.err != nil || text == "" || len(inner.parts) > 0 {
		return nil
	}
	return []string{text}
}

// add notes a part and gives its mark in the text.
func (w *writer) add(p part) string {
	if p.gap == nil && p.item.Type == "" {
		return ""
	}
	w.parts = append(w.parts, p)
	return gapOpen + strconv.Itoa(len(w.parts)-1) + gapClose
}

// clip cuts s to at most n bytes, between runes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// errUnreadable says that options of a widget are not of its shape.
var errUnreadable = errors.New("what it holds cannot be read")
