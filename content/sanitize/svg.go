package sanitize

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// SVG makes a drawing inert: a document of its own that holds no script, no style sheet, no animation, no foreign
// markup, and refers to nothing but its own parts and pictures written out in it. What is not an SVG is fs.ErrInvalid.
// Source is UTF-8.
func SVG(source []byte) ([]byte, error) {
	w := newWriter(Options{XML: true, Image: func(string) string { return "" }})
	w.svgOnly = true
	w.write(cut(string(source), DefaultMaxBytes))
	out := w.finish()
	if !strings.HasPrefix(out, "<svg") {
		return nil, fmt.Errorf("sanitize: no <svg> element: %w", fs.ErrInvalid)
	}
	return []byte(out), nil
}

func (w *writer) startSVG(t token) {
	if t.name == "style" {
		w.learn(t.text)
	}
	name, ok := svg[t.name]
	root := w.space() != "svg"
	if !root && textOnly[w.open[len(w.open)-1].name] {
		w.leaveOut(t, dropped[t.name] && t.name != "title")
		return
	}
	if !ok || name == "use" && !w.uses.allow(w.open, t) || w.svgOnly && root && w.out.Len() > 0 {
		w.leaveOut(t, dropped[t.name] || name == "use")
		return
	}
	attributes := ""
	if root && w.svgOnly {
		attributes = ` xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"`
	}
	kept, ok := w.svgAttrs(name, t)
	if !ok {
		w.leaveOut(t, true)
		return
	}
	w.push(t, name, "svg", attributes+kept)
}

// textOnly are parts of a drawing that a browser reads as HTML inside: no element is kept there.
var textOnly = set("title desc")

// servers paint other parts; what they paint with may not be such parts again, for that doubles at every step too.
var servers = set("pattern mask marker clipPath")

func (w *writer) inServer() bool {
	return slices.ContainsFunc(w.open, func(e element) bool { return servers[e.name] })
}

// svgAttrs writes the attributes kept; false when an element without its reference is of no use.
func (w *writer) svgAttrs(name string, t token) (string, bool) {
	var b strings.Builder
	linked := false
	if style := w.svgStyle(t.attrs); style != "" {
		pair(&b, "style", style)
	}
	for _, a := range t.attrs {
		canonical := svgAttrs[a.name]
		switch {
		case a.name == "id":
			if id := ID(a.value); id != "" && name != "svg" { // a whole drawing is not used in another one
				pair(&b, "id", id)
			}
		case (a.name == "href" || a.name == "xlink:href") && !linked:
			if to := w.svgRef(name, a.value); to != "" {
				linked = true
				pair(&b, "xlink:href", to)
			}
		case a.name == "lang" || a.name == "xml:lang":
			pair(&b, a.name, a.value)
		case a.name == "role" || a.name == "aria-label" || a.name == "aria-hidden":
			pair(&b, a.name, a.value)
		case canonical != "":
			if value, ok := paint(a.value); ok && !(strings.HasPrefix(value, "url") && (servers[name] || w.inServer())) {
				pair(&b, canonical, value)
			}
		}
	}
	return b.String(), linked || name != "use" && name != "image"
}

// svgRef keeps the references of a drawing: pictures by the hook, all else within the page.
func (w *writer) svgRef(name, address string) string {
	if name == "image" {
		return w.picture(address)
	}
	if name == "a" || !strings.HasPrefix(strings.TrimSpace(address), "#") {
		return ""
	}
	return rewrite(address, nil)
}

// uses keeps <use> from growing without bound: a drawing whose parts each use another part twice doubles at every
// step. Inside a named part only parts that are complete and use nothing themselves may be used, so at most the square
// of a document is drawn.
type uses struct {
	plain map[string]bool // closed parts that use nothing
	users map[string]bool // parts that hold a use
}

const maxParts = 100_000

func (u *uses) allow(open []element, t token) bool {
	href, ok := find(t.attrs, "href")
	if !ok {
		href, _ = find(t.attrs, "xlink:href")
	}
	target := ID(strings.TrimPrefix(strings.TrimSpace(href), "#"))
	id, _ := find(t.attrs, "id")
	named := []string{ID(id)}
	inside := id != ""
	for _, e := range open {
		if e.space == "svg" && (e.id != "" || e.name == "defs" || e.name == "symbol") {
			named, inside = append(named, e.id), true
		}
		if e.id == target {
			return false
		}
	}
	if inside && (!u.plain[target] || u.users[target] || len(u.users) >= maxParts) {
		return false
	}
	if u.users == nil {
		u.users = map[string]bool{}
	}
	for _, n := range named {
		u.users[n] = true
	}
	return true
}

// closed notes a part of a drawing that is complete.
func (u *uses) closed(e element) {
	if e.id == "" || e.space != "svg" || len(u.plain) >= maxParts || u.users[e.id] {
		return
	}
	if u.plain == nil {
		u.plain = map[string]bool{}
	}
	u.plain[e.id] = true
}
