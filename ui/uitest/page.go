// Package uitest has HTML and browser checks: labels, headings, lang, dir, no remote URL, bytes a page may weigh.
//
// Page checks one finished document and can be called by anybody who serves one; the browser's checks are in browser/.
package uitest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Options say what is special about a page. The zero value is the usual one.
type Options struct {
	Guest  bool   // nobody is signed in, so forms carry no token
	Player string // the one foreign origin a frame may come from
	Budget int    // bytes the page may weigh as gzip; 0 takes LaterBudget
}

// LaterBudget is what a page may weigh as gzip when the sheet, script and signs are held, and FirstBudget
// all four together.
const (
	LaterBudget = 8 << 10
	FirstBudget = 30 << 10
)

// Page fails t with every rule that the document breaks.
func Page(t testing.TB, document []byte, o Options) {
	t.Helper()
	for _, p := range Problems(document, o) {
		t.Error(p)
	}
}

// Problems are the rules that the document breaks, in words that say what to do; nil when it breaks none.
func Problems(document []byte, o Options) []string {
	root, err := html.Parse(bytes.NewReader(document))
	if err != nil {
		return []string{"the document cannot be parsed: " + err.Error()}
	}
	c := &check{options: o, ids: map[string]int{}, labels: map[string]bool{}}
	c.gather(root)
	c.walk(root)
	c.whole(document)
	return c.problems
}

// Weight is a document's size as gzip, as it travels.
func Weight(document []byte) int {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.DefaultCompression) // the level is right
	w.Write(document)
	w.Close()
	return b.Len()
}

type check struct {
	options  Options
	problems []string
	ids      map[string]int
	labels   map[string]bool // ids that a <label for> names
	refs     []string        // ids that others point at
	headings []int
}

func (c *check) say(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// gather finds ids and labels before anything is judged by them.
func (c *check) gather(n *html.Node) {
	if n.Type == html.ElementNode {
		if id, ok := attr(n, "id"); ok {
			c.ids[id]++
		}
		if n.Data == "label" {
			if id, ok := attr(n, "for"); ok {
				c.labels[id] = true
				c.refs = append(c.refs, id)
			}
		}
		for _, name := range []string{"aria-describedby", "aria-labelledby"} {
			if ids, ok := attr(n, name); ok {
				c.refs = append(c.refs, strings.Fields(ids)...)
			}
		}
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		c.gather(child)
	}
}

func (c *check) walk(n *html.Node) {
	if n.Type == html.ElementNode {
		c.element(n)
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		c.walk(child)
	}
}

func (c *check) element(n *html.Node) {
	for _, a := range n.Attr {
		if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
			c.say("<%s> has an inline %s, which the content security policy refuses", n.Data, a.Key)
		}
		if isAddress(a.Key) {
			c.address(n, a.Val)
		}
	}
	switch n.Data {
	case "html":
		c.language(n)
	case "style":
		c.say("a <style> in the page: move it to the sheet")
	case "script":
		if _, ok := attr(n, "src"); !ok {
			c.say("an inline script: move it to lamplight.js")
		}
	case "img":
		if _, ok := attr(n, "alt"); !ok {
			c.say("an image without alt: %s", attrOr(n, "src", ""))
		}
	case "iframe":
		c.frame(n)
	case "form":
		c.form(n)
	case "input", "select", "textarea":
		c.control(n)
	case "a", "button":
		if name(n) == "" {
			c.say("<%s %s> has no name to be read aloud", n.Data, attrOr(n, "href", attrOr(n, "value", "")))
		}
	case "h1", "h2", "h3", "h4", "h5", "h6":
		c.headings = append(c.headings, int(n.Data[1]-'0'))
		if name(n) == "" {
			c.say("an empty <%s>", n.Data)
		}
	}
}

func (c *check) language(n *html.Node) {
	if lang, _ := attr(n, "lang"); lang == "" {
		c.say("<html> has no lang")
	}
	if dir, _ := attr(n, "dir"); dir != "ltr" && dir != "rtl" {
		c.say("<html> has no dir")
	}
}

func isAddress(key string) bool {
	switch key {
	case "href", "src", "action", "poster", "srcset", "formaction", "data":
		return true
	}
	return false
}

// address refuses every place but this box: no scheme and no host, but for the player's frame.
func (c *check) address(n *html.Node, value string) {
	v := strings.ToLower(strings.TrimSpace(value))
	if strings.HasPrefix(v, "data:image/") && n.Data == "img" {
		return
	}
	if p := c.options.Player; p != "" && (v == p || strings.HasPrefix(v, p+"/")) {
		return
	}
	before, _, _ := strings.Cut(v, "/")
	if strings.HasPrefix(v, "//") || strings.Contains(before, ":") {
		c.say("<%s> leads away from the box: %s", n.Data, value)
	}
}

func (c *check) frame(n *html.Node) {
	if s, ok := attr(n, "sandbox"); !ok || strings.Contains(s, "allow-same-origin") {
		c.say("an <iframe> must be sandboxed without allow-same-origin")
	}
	if title, _ := attr(n, "title"); title == "" {
		c.say("an <iframe> without a title")
	}
}

func (c *check) form(n *html.Node) {
	action, method := attrOr(n, "action", ""), strings.ToLower(attrOr(n, "method", "get"))
	if method != "post" || action == "/login" || c.options.Guest {
		return
	}
	if !hasToken(n) {
		c.say("the form to %q posts without the session's token", action)
	}
}

func hasToken(n *html.Node) bool {
	if n.Type == html.ElementNode && n.Data == "input" && attrOr(n, "name", "") == "token" {
		return attrOr(n, "value", "") != ""
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if hasToken(child) {
			return true
		}
	}
	return false
}

// control wants a label: one that names its id, one round it, an aria-label, or what
// aria-labelledby names, which is looked at elsewhere.
func (c *check) control(n *html.Node) {
	if t := attrOr(n, "type", ""); t == "hidden" || t == "submit" {
		return
	}
	if attrOr(n, "aria-label", "") != "" || attrOr(n, "aria-labelledby", "") != "" || c.labels[attrOr(n, "id", "")] {
		return
	}
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == "label" && name(p) != "" {
			return
		}
	}
	c.say("<%s name=%q> has no label", n.Data, attrOr(n, "name", ""))
}

// whole judges what only the whole page shows.
func (c *check) whole(document []byte) {
	first := 0
	for i, level := range c.headings {
		if level == 1 {
			first++
		}
		if i > 0 && level > c.headings[i-1]+1 {
			c.say("headings jump from h%d to h%d", c.headings[i-1], level)
		}
	}
	if first != 1 {
		c.say("the page has %d <h1>, want one", first)
	}
	for id, n := range c.ids {
		if n > 1 {
			c.say("the id %q stands %d times", id, n)
		}
	}
	for _, id := range c.refs {
		if c.ids[id] == 0 {
			c.say("something points at the id %q, which is not there", id)
		}
	}
	if bytes.Contains(document, []byte("[")) {
		c.missing(document)
	}
	budget := c.options.Budget
	if budget == 0 {
		budget = LaterBudget
	}
	if w := Weight(document); w > budget {
		c.say("the page weighs %d bytes as gzip, its budget is %d", w, budget)
	}
}

// missing finds messages that no language had: locale writes their key in brackets.
func (c *check) missing(document []byte) {
	for rest := document; ; {
		start := bytes.IndexByte(rest, '[')
		if start < 0 {
			return
		}
		rest = rest[start+1:]
		end := bytes.IndexByte(rest, ']')
		if end > 2 && end < 60 && bytes.ContainsRune(rest[:end], '.') && !bytes.ContainsAny(rest[:end], " <>\"'=") {
			c.say("the message %s is missing", rest[:end])
		}
	}
}

// name is what a screen reader would say of an element, roughly: its label, else its text and the alt of its images.
func name(n *html.Node) string {
	if label := attrOr(n, "aria-label", ""); label != "" {
		return label
	}
	if n.Type == html.TextNode {
		return strings.TrimSpace(n.Data)
	}
	if n.Type == html.ElementNode && (n.Data == "img" && attrOr(n, "alt", "") != "") {
		return attrOr(n, "alt", "")
	}
	if attrOr(n, "aria-hidden", "") == "true" {
		return ""
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if s := name(child); s != "" {
			return s
		}
	}
	return ""
}

func attr(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func attrOr(n *html.Node, key, otherwise string) string {
	if v, ok := attr(n, key); ok {
		return v
	}
	return otherwise
}
