package api

import (
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zeebo/blake3"

	"lamplight/content"
)

// An atom is an Atom document (RFC 4287) being written. Text is escaped, and what XML cannot hold is left out.
type atom struct{ strings.Builder }

func (a *atom) text(tag, s string) {
	if s != "" {
		fmt.Fprintf(&a.Builder, "<%s>%s</%s>\n", tag, xmlText(s), tag)
	}
}

// link writes a link: rel, href and type, then names and values of what else it has.
func (a *atom) link(rel, href, kind string, more ...string) {
	fmt.Fprintf(&a.Builder, `<link rel="%s" href="%s" type="%s"`, xmlText(rel), xmlText(href), xmlText(kind))
	for i := 0; i+1 < len(more); i += 2 {
		fmt.Fprintf(&a.Builder, ` %s="%s"`, more[i], xmlText(more[i+1]))
	}
	a.WriteString("/>\n")
}

// xmlText escapes, and drops what XML 1.0 has no place for (§2.2).
func xmlText(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd")))
}

// paths of the catalogue as it was asked for.
func (x *shelf) path(what string) string {
	if !x.kiwix {
		return "/opds/v1.2/" + what
	}
	if what == "search.xml" {
		what = "searchdescription.xml"
	}
	return "/catalog/v2/" + what
}

func (s *Server) newAtom(x *shelf, id, title, self, kind string) *atom {
	a := &atom{}
	a.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/terms/" xmlns:opds="https://specs.opds.io/opds-1.2" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:thr="http://purl.org/syndication/thread/1.0">
`)
	a.text("id", "urn:uuid:"+madeUUID(id))
	a.text("title", title)
	a.text("updated", s.updated(x).Format(time.RFC3339))
	a.WriteString("<author>")
	a.text("name", s.title())
	a.WriteString("</author>\n")
	a.link("self", self, atomFeed+kind)
	a.link("start", x.path("root.xml"), atomFeed+"navigation")
	a.link("search", x.path("search.xml"), "application/opensearchdescription+xml")
	return a
}

// madeUUID is the same for the same words.
func madeUUID(words string) string {
	h := blake3.Sum256([]byte("opds\x00" + words))
	return uuid(content.CourseID(fmt.Sprintf("%x", h[:16])))
}

// updated is when the newest of the courses came.
func (s *Server) updated(x *shelf) time.Time {
	newest := time.Unix(0, 0).UTC()
	for _, c := range x.courses {
		if t := s.Library.Since(c.ID); t.After(newest) {
			newest = t
		}
	}
	return newest
}

func (a *atom) send(w http.ResponseWriter, kind string) {
	a.WriteString("</feed>\n")
	sendCatalogue(w, atomFeed+kind, []byte(a.String()))
}

// section is an entry of a navigation feed.
func (s *Server) section(a *atom, x *shelf, title, href, kind, about string, more func()) {
	a.WriteString("<entry>\n")
	a.text("title", title)
	a.link("subsection", href, atomFeed+kind)
	a.text("updated", s.updated(x).Format(time.RFC3339))
	a.text("id", "urn:uuid:"+madeUUID(href))
	if about != "" {
		fmt.Fprintf(&a.Builder, "<content type=\"text\">%s</content>\n", xmlText(about))
	}
	if more != nil {
		more()
	}
	a.WriteString("</entry>\n")
}

func (s *Server) atomRoot(w http.ResponseWriter, _ *http.Request, x *shelf) {
	a := s.newAtom(x, "root", s.title(), x.path("root.xml"), "navigation")
	s.section(a, x, "All courses", x.path("entries"), "acquisition", "Every course of this library.", nil)
	s.section(a, x, "By subject", x.path("categories"), "navigation", "The subjects of this library.", nil)
	s.section(a, x, "By language", x.path("languages"), "navigation", "The languages of this library.", nil)
	a.send(w, "navigation")
}

func (s *Server) atomLanguages(w http.ResponseWriter, _ *http.Request, x *shelf) {
	a := s.newAtom(x, "languages", "By language", x.path("languages"), "navigation")
	for _, v := range tally(x.courses, content.LanguageFacet) {
		s.section(a, x, languageTitle(v.Value), x.path("entries")+"?lang="+url.QueryEscape(iso3(v.Value)), "acquisition", "", func() {
			a.text("dc:language", iso3(v.Value))
			a.text("thr:count", strconv.Itoa(v.Resources))
		})
	}
	a.send(w, "navigation")
}

func (s *Server) atomCategories(w http.ResponseWriter, _ *http.Request, x *shelf) {
	a := s.newAtom(x, "categories", "By subject", x.path("categories"), "navigation")
	for _, v := range tally(x.courses, content.SubjectFacet) {
		title := v.Value // Kiwix shows a category by its name and asks for it by that
		if !x.kiwix {
			title = facetTitle(content.SubjectFacet, v.Value)
		}
		s.section(a, x, title, x.path("entries")+"?category="+url.QueryEscape(v.Value), "acquisition", strconv.Itoa(v.Resources)+" courses", nil)
	}
	a.send(w, "navigation")
}

func (s *Server) atomEntries(w http.ResponseWriter, r *http.Request, x *shelf) {
	q := readQuery(r)
	page, total := q.pick(x.courses)
	a := s.newAtom(x, "entries?"+q.asWanted.Encode(), s.title(), q.address(x.path("entries"), q.start), "acquisition")
	for _, p := range q.around(total) {
		a.link(p.rel, q.address(x.path("entries"), p.start), atomFeed+"acquisition")
	}
	a.link("up", x.path("root.xml"), atomFeed+"navigation")
	prefix := "opensearch:"
	if x.kiwix {
		prefix = "" // as kiwix-serve writes them
	}
	a.text(prefix+"totalResults", strconv.Itoa(total))
	a.text(prefix+"startIndex", strconv.Itoa(q.start))
	a.text(prefix+"itemsPerPage", strconv.Itoa(len(page)))
	s.atomFacets(a, x, &q)
	for _, c := range page {
		a.WriteString("<entry>\n")
		s.entry(a, x, c)
		a.WriteString("</entry>\n")
	}
	a.send(w, "acquisition")
}

// atomFacets are OPDS 1.2's facets (§4): links with a group and a count.
func (s *Server) atomFacets(a *atom, x *shelf, q *query) {
	if x.kiwix {
		return
	}
	for _, d := range q.facets(x.courses) {
		for _, l := range d.Links {
			_, args, _ := strings.Cut(l.Href, "?")
			more := []string{"title", l.Title, "opds:facetGroup", d.Metadata.Title, "thr:count", fmt.Sprint(l.Properties["numberOfItems"])}
			if l.Rel == "self" {
				more = append(more, "opds:activeFacet", "true")
			}
			a.link("http://opds-spec.org/facet", x.path("entries")+"?"+args, atomFeed+"acquisition", more...)
		}
	}
}

func (s *Server) atomEntry(w http.ResponseWriter, r *http.Request, x *shelf) {
	c, ok := x.course(r.PathValue("id"))
	if !ok {
		if c, ok = s.byZIM(x, r.PathValue("id")); !ok {
			answer(w, nil, fmt.Errorf("no such course: %w", fs.ErrNotExist))
			return
		}
	}
	a := &atom{}
	a.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<entry xmlns="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/terms/" xmlns:opds="https://specs.opds.io/opds-1.2">
`)
	s.entry(a, x, c)
	a.WriteString("</entry>\n")
	sendCatalogue(w, "application/atom+xml;type=entry;profile=opds-catalog", []byte(a.String()))
}

// entry is a course. Besides what OPDS asks for it has the elements that Kiwix' readers look for.
func (s *Server) entry(a *atom, x *shelf, c content.Course) {
	since := s.since(c)
	if since.IsZero() {
		since = time.Unix(0, 0).UTC()
	}
	a.text("id", "urn:uuid:"+s.entryID(c))
	a.text("title", c.Title)
	a.text("updated", since.UTC().Format(time.RFC3339))
	a.text("summary", c.Description)
	tongue := make([]string, 0, len(c.Languages))
	for _, l := range c.Languages {
		if l = iso3(l); !slices.Contains(tongue, l) {
			tongue = append(tongue, l)
		}
	}
	if x.kiwix {
		a.text("language", strings.Join(tongue, ","))
	} else {
		for _, l := range c.Languages {
			a.text("dc:language", l)
		}
	}
	a.text("name", string(c.ID))
	subjects := content.LabelNames(content.SubjectFacet, c.Labels.Subjects)
	if len(subjects) > 0 && x.kiwix {
		a.text("category", subjects[0])
	}
	for _, name := range subjects {
		if !x.kiwix {
			fmt.Fprintf(&a.Builder, "<category scheme=\"%s\" term=\"%s\" label=\"%s\"/>\n", subjectScheme, xmlText(content.LabelCode(content.SubjectFacet, name)), xmlText(words(name)))
		}
	}
	if x.kiwix {
		tags := slices.Clone(c.Labels.Tags)
		if len(subjects) > 0 {
			tags = append(tags, "_category:"+subjects[0])
		}
		a.text("tags", strings.Join(tags, ";"))
		a.text("articleCount", strconv.Itoa(c.Resources))
		a.text("mediaCount", strconv.Itoa(max(0, c.Entries-c.Resources)))
	}
	s.entryLinks(a, x, c)
	if c.Licence.Author != "" {
		fmt.Fprintf(&a.Builder, "<author><name>%s</name></author>\n", xmlText(c.Licence.Author))
	}
	if x.kiwix && c.Licence.Owner != "" {
		fmt.Fprintf(&a.Builder, "<publisher><name>%s</name></publisher>\n", xmlText(c.Licence.Owner))
	} else {
		a.text("dc:publisher", c.Licence.Owner)
	}
	a.text("rights", c.Licence.ID)
	a.text("dc:issued", since.UTC().Format(time.RFC3339))
}

func (s *Server) entryLinks(a *atom, x *shelf, c content.Course) {
	if x.kiwix {
		a.link("http://opds-spec.org/image/thumbnail", "/catalog/v2/illustration/"+string(c.ID)+"/?size=48", "image/png;width=48;height=48;scale=1")
	} else {
		a.link("http://opds-spec.org/image", coverURL(c), "image/jpeg")
		a.link("http://opds-spec.org/image/thumbnail", coverURL(c), "image/jpeg")
	}
	href, f, ok := s.fetch(x, c)
	if ok {
		a.link(openAccess, href, f.MIME, "length", strconv.FormatInt(f.Size, 10))
		a.link("alternate", "/course/"+string(c.ID), "text/html")
	} else {
		a.link(openAccess, "/course/"+string(c.ID), "text/html")
	}
	if c.Licence.ID != "" {
		a.link("license", licenceURL(c), "text/html")
	}
}

// entryID is what a reader knows a course by: of a ZIM the UUID in its header, so that a copy fetched is known again.
func (s *Server) entryID(c content.Course) string {
	if c.Format == "zim" {
		if f, err := s.Library.Stored(c.ID); err == nil {
			if id := zimUUID(f.Source.Path); id != "" {
				return id
			}
		}
	}
	return uuid(c.ID)
}

// zimUUID reads bytes 8 to 24 of a ZIM's header, "" when they cannot be read.
func zimUUID(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	b := make([]byte, 16)
	if _, err := f.ReadAt(b, 8); err != nil {
		return ""
	}
	return uuid(content.CourseID(fmt.Sprintf("%x", b)))
}

// byZIM finds a ZIM by the UUID in its header.
func (s *Server) byZIM(x *shelf, id string) (content.Course, bool) {
	id = strings.TrimPrefix(id, "urn:uuid:")
	for _, c := range x.courses {
		if c.Format == "zim" && s.entryID(c) == id {
			return c, true
		}
	}
	return content.Course{}, false
}

// openSearch describes the search (OpenSearch 1.1).
func (s *Server) openSearch(w http.ResponseWriter, _ *http.Request, x *shelf) {
	a := &atom{}
	a.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
`)
	a.text("ShortName", "Lamplight")
	a.text("Description", s.title())
	fmt.Fprintf(&a.Builder, "<Url type=\"%sacquisition\" xmlns:k=\"http://kiwix.org/opensearchextension/1.0\" indexOffset=\"0\" template=\"%s\"/>\n</OpenSearchDescription>\n",
		atomFeed, xmlText(x.path("entries")+"?q={searchTerms?}&lang={language?}&name={k:name?}&tag={k:tag?}&maxsize={k:maxsize?}&count={count?}&start={startIndex?}"))
	sendCatalogue(w, "application/opensearchdescription+xml", []byte(a.String()))
}
