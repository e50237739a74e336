package opds

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
)

// document is a feed of OPDS 2.0, a group in one, or a publication.
type document struct {
	Metadata struct {
		Identifier  string
		Title       names
		Description string
		Language    names
		Author      names
		Publisher   names
		License     string
		Rights      string
		Total       int `json:"numberOfItems"`
	}
	Links        []jsonLink
	Navigation   []jsonLink
	Publications []document
	Groups       []document
}

type jsonLink struct {
	Href, Type, Title string
	Rel               names
	Templated         bool
	Size              int64
	Properties        struct {
		Size int64
	}
}

// names are a text, a thing with a name, or a list of these; or texts by language.
type names []string

// UnmarshalJSON implements json.Unmarshaler. What is of another shape holds no names.
func (n *names) UnmarshalJSON(b []byte) error {
	*n = nil
	n.add(b, 0)
	return nil
}

func (n *names) add(b []byte, deep int) {
	var one string
	var list []json.RawMessage
	var thing map[string]json.RawMessage
	switch {
	case deep > 2 || len(*n) >= 10:
	case json.Unmarshal(b, &one) == nil:
		if one != "" {
			*n = append(*n, one)
		}
	case json.Unmarshal(b, &list) == nil:
		for _, x := range list {
			n.add(x, deep+1)
		}
	case json.Unmarshal(b, &thing) == nil:
		for _, key := range []string{"name", "en", "und"} {
			if x, ok := thing[key]; ok {
				n.add(x, deep+1)
				return
			}
		}
		for _, x := range thing {
			n.add(x, deep+1)
			return
		}
	}
}

func (n names) first() string {
	if len(n) == 0 {
		return ""
	}
	return n[0]
}

func (f *Feed) readJSON(b []byte) error {
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		return fmt.Errorf("no feed: %v: %w", err, fs.ErrInvalid)
	}
	if len(d.Metadata.Title) == 0 && len(d.Links) == 0 {
		return fmt.Errorf("no feed: it has neither a title nor links: %w", fs.ErrInvalid)
	}
	f.Title, f.Total = plain(d.Metadata.Title.first(), maxTitle), d.Metadata.Total
	for _, l := range d.Links {
		for _, x := range l.links() {
			f.leads(x)
		}
	}
	f.group(d)
	for _, g := range d.Groups {
		f.group(g)
	}
	return nil
}

// links are one for each relation.
func (l jsonLink) links() (out []link) {
	bytes := max(l.Size, l.Properties.Size)
	for _, rel := range l.Rel {
		out = append(out, link{rel, l.Href, l.Type, l.Title, bytes, l.Templated})
	}
	return out
}

// group adds what a feed, or a part of one, leads to and lists; each book once.
func (f *Feed) group(d document) {
	for _, l := range d.Navigation {
		if at, _ := f.resolve(l.Href); at != "" && len(f.Entries) < maxEntries {
			f.Entries = append(f.Entries, Entry{Title: plain(l.Title, maxTitle), Open: at})
		}
	}
	for _, p := range d.Publications {
		e := f.publication(p)
		twice := false
		for _, x := range f.Entries {
			twice = twice || x.Open == "" && x.ID != "" && x.ID == e.ID
		}
		if !twice && len(f.Entries) < maxEntries {
			f.Entries = append(f.Entries, e)
		}
	}
}

func (f *Feed) publication(p document) (e Entry) {
	m := p.Metadata
	e = Entry{
		ID: plain(m.Identifier, maxTitle), Title: plain(m.Title.first(), maxTitle), Publisher: plain(m.Publisher.first(), maxTitle),
		About: plain(tags.ReplaceAllString(m.Description, " "), maxText),
	}
	for _, a := range m.Author {
		e.Authors = append(e.Authors, plain(a, maxTitle))
	}
	e.sayLanguage(strings.Join(m.Language, " "))
	e.sayLicence(m.License)
	e.sayLicence(m.Rights)
	for _, l := range p.Links {
		for _, x := range l.links() {
			switch {
			case given(x.rel):
				f.addFile(&e, x)
			case x.rel == "license":
				e.sayLicence(x.href)
			}
		}
	}
	return e
}
