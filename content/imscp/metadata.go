package imscp

import (
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/content/xmltree"
)

// Metadata is what is used of learning object metadata (IEEE LOM, in any of its bindings), and of Dublin Core where a
// package has that.
type Metadata struct {
	Title       string
	Description string
	Languages   []string // of what is taught, as written
	Keywords    []string
	Rights      string // what is said of copyright, as written
	Authors     []string
	Identifier  string // of the catalogue, "" none
}

const (
	maxList = 50
	maxText = 4000
)

// readMetadata reads a <metadata> element: whatever lies below it, by the local names of LOM's elements.
func readMetadata(meta *xmltree.Node) Metadata {
	var out Metadata
	for g := range meta.All("general") {
		out.general(g)
	}
	for r := range meta.All("rights") {
		out.rights(r)
	}
	for c := range meta.All("contribute", "creator", "author") {
		out.contributed(c)
	}
	if out.Title == "" {
		out.Title = cut(text(meta.Child("title")), 500)
	}
	return out
}

func (m *Metadata) general(g *xmltree.Node) {
	if m.Title == "" {
		m.Title = cut(text(g.Child("title")), 500)
	}
	if m.Description == "" {
		m.Description = cut(text(g.Child("description")), maxText)
	}
	for _, l := range g.Elements("language") {
		if v := cut(l.Content(), 40); v != "" && len(m.Languages) < maxList && !slices.Contains(m.Languages, v) {
			m.Languages = append(m.Languages, v)
		}
	}
	for _, k := range g.Elements("keyword") {
		if v := cut(text(k), 200); v != "" && len(m.Keywords) < maxList {
			m.Keywords = append(m.Keywords, v)
		}
	}
	if id := g.Child("identifier"); id != nil && m.Identifier == "" {
		if e := id.Child("entry"); e != nil {
			id = e
		}
		m.Identifier = cut(text(id), 500)
	}
}

// rights joins what LOM says in several elements. A bare yes or no to "copyright?" says nothing that can be shown.
func (m *Metadata) rights(r *xmltree.Node) {
	if m.Rights != "" {
		return
	}
	if d := r.Child("description"); d != nil {
		m.Rights = cut(text(d), maxText)
	} else if len(r.Elements()) == 0 {
		m.Rights = cut(r.Content(), maxText)
	}
}

// contributed takes the names of authors out of LOM's contribute (a vCard, where it is one) or Dublin Core's creator.
func (m *Metadata) contributed(c *xmltree.Node) {
	names := []*xmltree.Node{c}
	if c.Name == "contribute" {
		if role := strings.ToLower(text(c.Child("role"))); role != "" && !strings.Contains(role, "author") && !strings.Contains(role, "creator") {
			return
		}
		names = c.Elements("entity", "centity")
	}
	for _, n := range names {
		name := cut(vCardName(n.Raw()), 200)
		if name != "" && len(m.Authors) < maxList && !slices.Contains(m.Authors, name) {
			m.Authors = append(m.Authors, name)
		}
	}
}

// vCardName is the formatted name in a vCard (RFC 2426), or the text itself where it is none.
func vCardName(s string) string {
	if !strings.Contains(strings.ToUpper(s), "BEGIN:VCARD") {
		return trim(s)
	}
	for line := range strings.SplitSeq(s, "\n") {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok && strings.HasPrefix(strings.ToUpper(key), "FN") {
			return trim(value)
		}
	}
	return ""
}

// text is a LOM value: of several languages (langstring, string) the first.
func text(n *xmltree.Node) string {
	if n == nil {
		return ""
	}
	for s := range n.All("langstring", "string", "value") {
		if v := s.Content(); v != "" && v != "LOMv1.0" {
			return v
		}
	}
	return n.Content()
}

// Licence is what the metadata says of the terms: a known licence by its identifier, other words as Terms.
func (m Metadata) Licence() content.Licence {
	l := content.Licence{ID: content.LicenceOf(m.Rights), Author: strings.Join(m.Authors, ", ")}
	if l.ID == "" && m.Rights != "" && !strings.EqualFold(m.Rights, "yes") && !strings.EqualFold(m.Rights, "no") {
		l.Terms = cut(m.Rights, 1000)
	}
	return l
}
