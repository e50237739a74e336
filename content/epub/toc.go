package epub

import (
	"html"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/content/sanitize"
)

// maxContents is how many entries of a table of contents are kept, maxContentsDepth how deep.
const (
	maxContents      = 5000
	maxContentsDepth = 16
)

func unescape(s string) string { return html.UnescapeString(s) }

// A tocBuilder collects entries in reading order. An entry without an address of its own (a heading over others) gets
// that of the next one that has.
type tocBuilder struct {
	s       *shelf
	at      string
	entries []content.ContentsEntry
	waiting []int // entries that have no address yet
}

func (t *tocBuilder) add(title, href string, depth int) {
	title = cutText(title, 300)
	if len(t.entries) >= maxContents || title == "" {
		return
	}
	e := content.ContentsEntry{Title: title, Depth: min(depth, maxContentsDepth)}
	if href == "" {
		t.waiting = append(t.waiting, len(t.entries))
		t.entries = append(t.entries, e)
		return
	}
	name, fragment, ok := resolve(t.at, href)
	if !ok {
		return
	}
	if found, err := t.s.a.Stat(name); err == nil {
		name = found.Name
	}
	if e.Chapter, ok = t.s.paths[name]; !ok {
		return // it leads to what is not among the chapters
	}
	e.Anchor = sanitize.ID(fragment)
	for _, i := range t.waiting {
		t.entries[i].Chapter, t.entries[i].Anchor = e.Chapter, e.Anchor
	}
	t.waiting = t.waiting[:0]
	t.entries = append(t.entries, e)
}

// done leaves out headings over nothing.
func (t *tocBuilder) done() []content.ContentsEntry {
	for i := len(t.waiting) - 1; i >= 0; i-- {
		t.entries = slices.Delete(t.entries, t.waiting[i], t.waiting[i]+1)
	}
	if len(t.entries) == 0 {
		return nil
	}
	return t.entries
}

// readNav reads the toc of an EPUB 3 navigation document (EPUB 3.3, 7).
func (s *shelf) readNav(doc []byte, at string) []content.ContentsEntry {
	t := tocBuilder{s: s, at: at}
	inside := false
	depth := -1
	err := walk(doc, func(e elem) {
		switch {
		case e.name == "nav":
			inside = slices.Contains(strings.Fields(e.attr("type")), "toc")
		case e.name == "ol" && inside:
			depth++
		}
	}, func(e elem, text string) {
		if !inside || depth < 0 && e.name != "nav" {
			return
		}
		switch {
		case e.name == "nav":
			inside, depth = false, -1
		case e.name == "ol":
			depth--
		case e.name == "a" && text != "":
			t.add(text, e.attr("href"), depth)
		case e.name == "span" && len(e.path) > 0 && e.path[len(e.path)-1] == "li":
			t.add(text, "", depth)
		}
	})
	if err != nil {
		s.warn("%s: %v", at, err)
	}
	return t.done()
}

// readNCX reads the navMap of an EPUB 2 NCX (OPF 2.4.1).
func (s *shelf) readNCX(doc []byte, at string) []content.ContentsEntry {
	t := tocBuilder{s: s, at: at}
	label, depth := "", -1
	inside := false
	err := walk(doc, func(e elem) {
		switch e.name {
		case "navMap":
			inside = true
		case "navPoint":
			depth++
			label = ""
		case "content":
			if inside && label != "" {
				t.add(label, e.attr("src"), depth)
				label = ""
			}
		}
	}, func(e elem, text string) {
		switch e.name {
		case "navMap":
			inside = false
		case "navPoint":
			depth--
		case "text":
			if inside && depth >= 0 {
				label = text
			}
		}
	})
	if err != nil {
		s.warn("%s: %v", at, err)
	}
	return t.done()
}
