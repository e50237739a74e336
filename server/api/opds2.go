package api

import (
	"fmt"
	"io/fs"
	"net/http"
	"time"

	"lamplight/content"
)

// The objects of OPDS 2.0 and of the Readium web publication manifest that it takes its metadata from.
type (
	opdsDocument struct {
		Metadata     opdsMetadata   `json:"metadata"`
		Links        []opdsLink     `json:"links"`
		Navigation   []opdsLink     `json:"navigation,omitempty"`
		Groups       []opdsDocument `json:"groups,omitempty"`
		Facets       []opdsDocument `json:"facets,omitempty"`
		Publications []opdsBook     `json:"publications,omitzero"`
	}
	opdsMetadata struct {
		Title    string `json:"title"`
		Total    *int   `json:"numberOfItems,omitempty"`
		PageSize int    `json:"itemsPerPage,omitempty"`
		Page     int    `json:"currentPage,omitempty"`
	}
	opdsLink struct {
		Href       string         `json:"href"`
		Rel        string         `json:"rel,omitempty"`
		Type       string         `json:"type,omitempty"`
		Title      string         `json:"title,omitempty"`
		Templated  bool           `json:"templated,omitempty"`
		Size       int64          `json:"size,omitempty"`
		Properties map[string]any `json:"properties,omitempty"`
	}
	opdsBook struct {
		Metadata bookMetadata `json:"metadata"`
		Links    []opdsLink   `json:"links"`
		Images   []opdsLink   `json:"images"`
	}
	bookMetadata struct {
		Type        string        `json:"@type"`
		Identifier  string        `json:"identifier"`
		Title       string        `json:"title"`
		Modified    string        `json:"modified,omitempty"`
		Language    []string      `json:"language,omitempty"`
		Author      string        `json:"author,omitempty"`
		Publisher   string        `json:"publisher,omitempty"`
		Description string        `json:"description,omitempty"`
		Subject     []bookSubject `json:"subject,omitempty"`
		Licence     string        `json:"license,omitempty"` // schema.org's name for it; an SPDX identifier
	}
	bookSubject struct {
		Name   string     `json:"name"`
		Code   string     `json:"code,omitempty"`
		Scheme string     `json:"scheme,omitempty"`
		Links  []opdsLink `json:"links,omitempty"`
	}
)

const (
	feedPath      = "/opds/publications"
	subjectScheme = "https://github.com/learningequality/le-utils" // whose codes the labels are: a name, not fetched
)

// searchLink is RFC 6570's form of an address.
var searchLink = opdsLink{Href: feedPath + "{?q,lang,subject,level}", Rel: "search", Type: opds2Type, Templated: true}

// opdsRoot is where a reader begins: what there is, by language, and the ways into it.
func (s *Server) opdsRoot(w http.ResponseWriter, _ *http.Request, x *shelf) {
	total := len(x.courses)
	d := opdsDocument{
		Metadata: opdsMetadata{Title: s.title(), Total: &total},
		Links: []opdsLink{
			{Href: "/opds/", Rel: "self", Type: opds2Type},
			{Href: "/opds/", Rel: "start", Type: opds2Type},
			searchLink,
			{Href: "/opds/v1.2/", Rel: "alternate", Type: atomFeed + "navigation"},
		},
		Navigation: []opdsLink{{Href: feedPath, Rel: "subsection", Type: opds2Type, Title: "All courses", Properties: map[string]any{"numberOfItems": total}}},
	}
	q := query{count: opdsPage}
	d.Facets = q.facets(x.courses)
	for i, lang := range tally(x.courses, content.LanguageFacet) {
		href := feedPath + "?lang=" + lang.Value
		if d.Navigation = append(d.Navigation, opdsLink{Href: href, Rel: "subsection", Type: opds2Type, Title: languageTitle(lang.Value), Properties: map[string]any{"numberOfItems": lang.Resources}}); i >= 4 {
			continue
		}
		of := query{lang: []string{base(lang.Value)}, count: groupOf}
		page, n := of.pick(x.courses)
		g := opdsDocument{Metadata: opdsMetadata{Title: languageTitle(lang.Value), Total: &n}, Links: []opdsLink{{Href: href, Rel: "self", Type: opds2Type}}}
		for _, c := range page {
			g.Publications = append(g.Publications, s.book(x, c))
		}
		d.Groups = append(d.Groups, g)
	}
	sendJSON(w, opds2Type, d)
}

// opdsFeed is one page of courses.
func (s *Server) opdsFeed(w http.ResponseWriter, r *http.Request, x *shelf) {
	q := readQuery(r)
	q.count = max(1, q.count)
	page, total := q.pick(x.courses)
	d := opdsDocument{
		Metadata:     opdsMetadata{Title: s.title(), Total: &total, PageSize: q.count, Page: q.start/q.count + 1},
		Links:        []opdsLink{{Href: q.address(feedPath, q.start), Rel: "self", Type: opds2Type}, {Href: "/opds/", Rel: "start", Type: opds2Type}, searchLink},
		Publications: []opdsBook{}, Facets: q.facets(x.courses),
	}
	for _, p := range q.around(total) {
		d.Links = append(d.Links, opdsLink{Href: q.address(feedPath, p.start), Rel: p.rel, Type: opds2Type})
	}
	for _, c := range page {
		d.Publications = append(d.Publications, s.book(x, c))
	}
	sendJSON(w, opds2Type, d)
}

// A pageLink is another page of a list and where it begins.
type pageLink struct {
	rel   string
	start int
}

// around are the first and last page, and those before and after, where there are others.
func (q *query) around(total int) (out []pageLink) {
	if total <= q.count || q.count < 1 {
		return nil
	}
	out = append(out, pageLink{"first", 0})
	if q.start > 0 {
		out = append(out, pageLink{"previous", max(0, q.start-q.count)})
	}
	if q.start+q.count < total {
		out = append(out, pageLink{"next", q.start + q.count})
	}
	return append(out, pageLink{"last", (total - 1) / q.count * q.count})
}

// facets are the ways to see fewer courses, each with how many it leaves.
func (q *query) facets(courses []content.Course) (out []opdsDocument) {
	for _, f := range []struct {
		facet      content.Facet
		key, title string
	}{
		{content.LanguageFacet, "lang", "Language"},
		{content.SubjectFacet, "subject", "Subject"},
		{content.LevelFacet, "level", "Level"},
		{content.LicenceFacet, "licence", "Licence"},
	} {
		d := opdsDocument{Metadata: opdsMetadata{Title: f.title}, Links: []opdsLink{}}
		for _, v := range tally(courses, f.facet) {
			chosen := query{asWanted: map[string][]string{}}
			for k, all := range q.asWanted {
				chosen.asWanted[k] = all
			}
			chosen.asWanted.Set(f.key, v.Value)
			link := opdsLink{Href: chosen.address(feedPath, 0), Type: opds2Type, Title: facetTitle(f.facet, v.Value), Properties: map[string]any{"numberOfItems": v.Resources}}
			if q.asWanted.Get(f.key) == v.Value {
				link.Rel = "self"
			}
			d.Links = append(d.Links, link)
		}
		if len(d.Links) > 1 {
			out = append(out, d)
		}
	}
	return out
}

// opdsPublication is one course.
func (s *Server) opdsPublication(w http.ResponseWriter, r *http.Request, x *shelf) {
	c, ok := x.course(r.PathValue("id"))
	if !ok {
		answer(w, nil, fmt.Errorf("no such course: %w", fs.ErrNotExist))
		return
	}
	sendJSON(w, opdsPubType, s.book(x, c))
}

// book is a course as a publication. One that cannot be fetched is read on the box's own pages.
func (s *Server) book(x *shelf, c content.Course) opdsBook {
	b := opdsBook{
		Metadata: bookMetadata{
			Type: schemaType(c), Identifier: "urn:uuid:" + uuid(c.ID), Title: c.Title, Language: languageTags(c.Languages), Author: c.Licence.Author,
			Publisher: c.Licence.Owner, Description: c.Description, Licence: c.Licence.ID,
		},
		Links:  []opdsLink{{Href: "/opds/publication/" + string(c.ID), Rel: "self", Type: opdsPubType}},
		Images: []opdsLink{{Href: coverURL(c), Type: "image/jpeg"}},
	}
	if t := s.since(c); !t.IsZero() {
		b.Metadata.Modified = t.UTC().Format(time.RFC3339)
	}
	for _, code := range c.Labels.Subjects {
		if name := content.LabelName(content.SubjectFacet, code); name != "" {
			b.Metadata.Subject = append(b.Metadata.Subject, bookSubject{Name: words(name), Code: code, Scheme: subjectScheme, Links: []opdsLink{{Href: feedPath + "?subject=" + name, Type: opds2Type}}})
		}
	}
	if href, f, ok := s.fetch(x, c); ok {
		b.Links = append(b.Links, opdsLink{Href: href, Rel: openAccess, Type: f.MIME, Size: f.Size}, opdsLink{Href: "/course/" + string(c.ID), Rel: "alternate", Type: "text/html"})
	} else {
		b.Links = append(b.Links, opdsLink{Href: "/course/" + string(c.ID), Rel: openAccess, Type: "text/html"})
	}
	if c.Licence.ID != "" {
		b.Links = append(b.Links, opdsLink{Href: licenceURL(c), Rel: "license", Type: "text/html"})
	}
	return b
}
