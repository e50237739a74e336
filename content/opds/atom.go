package opds

import (
	"fmt"
	"html"
	"io/fs"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"lamplight/content/xmltree"
)

// readAtom reads a feed, or a lone entry.
func (f *Feed) readAtom(b []byte) error {
	doc, err := xmltree.Parse(b)
	if err != nil {
		return err
	}
	switch doc.Name {
	case "feed":
	case "entry":
		f.Entries = append(f.Entries, f.atomEntry(doc.Node))
		f.Title = f.Entries[0].Title
		return nil
	default:
		return fmt.Errorf("no feed, but <%.40s>: %w", doc.Name, fs.ErrInvalid)
	}
	f.Title = textOf(doc.Child("title"), maxTitle)
	if n := doc.Child("totalResults"); n != nil {
		f.Total, _ = strconv.Atoi(n.Content())
	}
	for _, n := range doc.Elements("link") {
		f.leads(atomLink(n))
	}
	for _, n := range doc.Elements("entry") {
		if len(f.Entries) < maxEntries {
			f.Entries = append(f.Entries, f.atomEntry(n))
		}
	}
	f.countOn(doc.Child("startIndex"))
	return nil
}

// countOn finds the next page where a server counts entries and names no next page, as kiwix-serve does: it is asked for by
// start.
func (f *Feed) countOn(start *xmltree.Node) {
	u, err := url.Parse(f.At)
	if start == nil || f.Next != "" || !IsAddress(f.At) || err != nil || len(f.Entries) == 0 {
		return
	}
	from, err := strconv.Atoi(start.Content())
	q := u.Query()
	if asked, _ := strconv.Atoi(q.Get("start")); err != nil || from < 0 || asked != from || from+len(f.Entries) >= f.Total {
		return // a server that does not go where it is asked to would give the same page for ever
	}
	q.Set("start", strconv.Itoa(from+len(f.Entries)))
	u.RawQuery = q.Encode()
	f.Next = u.String()
}

func atomLink(n *xmltree.Node) link {
	l := link{rel: n.Attr("rel"), href: n.Attr("href"), kind: n.Attr("type"), title: n.Attr("title")}
	l.bytes, _ = strconv.ParseInt(n.Attr("length"), 10, 64)
	return l
}

func (f *Feed) atomEntry(n *xmltree.Node) (e Entry) {
	e.ID, e.Title = textOf(n.Child("id"), maxTitle), textOf(n.Child("title"), maxTitle)
	for _, name := range []string{"summary", "content"} {
		if e.About == "" {
			e.About = textOf(n.Child(name), maxText)
		}
	}
	for _, x := range n.Elements("language") {
		e.sayLanguage(x.Content())
	}
	for _, x := range n.Elements("author") {
		if name := textOf(x.Child("name"), maxTitle); name != "" && len(e.Authors) < 10 {
			e.Authors = append(e.Authors, name)
		}
	}
	if x := n.Child("publisher"); x != nil {
		e.Publisher = plain(x.Content(), maxTitle)
	}
	for _, x := range n.Elements("rights", "license") {
		e.sayLicence(x.Content())
	}
	for _, x := range n.Elements("link") {
		f.atomEntryLink(&e, atomLink(x))
	}
	return e
}

func (f *Feed) atomEntryLink(e *Entry, l link) {
	switch kind := strings.ReplaceAll(strings.ToLower(l.kind), " ", ""); {
	case given(l.rel):
		f.addFile(e, l)
	case l.rel == "license":
		e.sayLicence(l.href)
	case strings.HasPrefix(l.rel, "http://opds-spec.org/image"), l.rel == "self", l.rel == "alternate", l.rel == "related":
	case strings.Contains(kind, "profile=opds-catalog") && !strings.Contains(kind, "type=entry"), l.rel == "subsection":
		if e.Open == "" {
			e.Open, _ = f.resolve(l.href)
		}
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

// textOf is an element's text, without the markup that a text of type html holds (RFC 4287 §3.1).
func textOf(n *xmltree.Node, most int) string {
	if n == nil {
		return ""
	}
	s := n.Content()
	if n.Attr("type") == "html" || n.Attr("type") == "text/html" {
		s = html.UnescapeString(tags.ReplaceAllString(s, " "))
	}
	return plain(s, most)
}
