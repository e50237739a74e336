package nodetest

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lamplight/content/library"
	"lamplight/content/zim/zimtest"
	"lamplight/server/config"
	"lamplight/server/learning"
)

// shelfZIM makes a ZIM whose makers called it what no feed may trip over.
func shelfZIM(t testing.TB, licence string) string {
	t.Helper()
	meta := func(name, text string) zimtest.Entry {
		return zimtest.Entry{NS: 'M', Path: name, MIME: "text/plain", Data: text}
	}
	r := zimtest.Recipe{Major: 6, Minor: 1, Packs: []byte{zimtest.PackZstd}, Entries: []zimtest.Entry{
		meta("Title", "Water & <b>\x01\"wells\"</b> ]]>"), meta("Language", "swa"), meta("Name", "water_sw"), meta("Date", "2026-01-02"),
		meta("Creator", "N. <Achieng>"), meta("License", licence),
		{NS: 'C', Path: "index.html", Title: "Wells", MIME: "text/html", Data: "<html><title>Wells</title><p>Dig.</html>"},
		{NS: 'W', Path: "mainPage", Redirect: "C/index.html"},
	}}
	r.Entries = append(r.Entries, zimtest.Entry{NS: 'X', Path: "listing/titleOrdered/v1", MIME: "application/octet-stream+zimlisting"})
	r.Entries[len(r.Entries)-1].Data = r.ListOf("C/index.html")
	path := filepath.Join(t.TempDir(), "water.zim")
	if err := os.WriteFile(path, r.Make(t), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// shelved is a claimed node with our own courses and a ZIM.
func shelved(t testing.TB, guests bool, licence string) (n *Node, file []byte) {
	t.Helper()
	n = Start(t, Options{Config: func(c *config.Config) { c.Web.Guests = guests }})
	if tt, ok := t.(*testing.T); ok {
		oneLearner(tt, n, n.Browser())
	}
	path := shelfZIM(t, licence)
	report, err := n.Library.Import(context.Background(), []string{path}, library.ImportOptions{})
	if err != nil || len(report.Refused) > 0 {
		t.Fatal(err, report.Refused)
	}
	if file, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	return n, file
}

// A catalogue is what OPDS 2.0 readers read.
type catalogue struct {
	Metadata struct {
		Title         string
		NumberOfItems int
	}
	Links        []catalogueLink
	Facets       []struct{ Links []catalogueLink }
	Groups       []struct{ Publications []book }
	Publications []book
}

type catalogueLink struct {
	Href, Rel, Type, Title string
	Size                   int64
}

type book struct {
	Metadata struct {
		Title, Identifier, Author string
		Language                  []string
	}
	Links, Images []catalogueLink
}

func linkOf(links []catalogueLink, rel string) (l catalogueLink) {
	i := slices.IndexFunc(links, func(l catalogueLink) bool { return l.Rel == rel })
	if i >= 0 {
		l = links[i]
	}
	return l
}

const openAccess = "http://opds-spec.org/acquisition/open-access"

func TestReadersListTheLibraryAndFetchFromIt(t *testing.T) {
	n, file := shelved(t, true, "CC BY-SA 4.0")
	b := n.Browser()
	var root, page catalogue
	if err := b.Get("/opds/").JSON(&root); err != nil {
		t.Fatal(err)
	}
	total := len(n.Library.Courses())
	if root.Metadata.Title != "Lakeside" || root.Metadata.NumberOfItems != total || linkOf(root.Links, "search").Href == "" || len(root.Groups) == 0 || len(root.Facets) == 0 {
		t.Errorf("the catalogue begins with %+v", root)
	}
	seen := map[string]book{}
	for next := "/opds/publications?count=4"; next != ""; next = linkOf(page.Links, "next").Href {
		page = catalogue{}
		if err := b.Get(next).JSON(&page); err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Publications {
			seen[p.Metadata.Identifier] = p
			if img := b.Get(p.Images[0].Href); img.Status != http.StatusOK || img.Header.Get("Content-Type") != "image/jpeg" {
				t.Errorf("%s: its picture is %d %s", p.Metadata.Title, img.Status, img.Header.Get("Content-Type"))
			}
		}
	}
	if len(seen) != total {
		t.Errorf("its pages list %d courses of %d", len(seen), total)
	}
	page = catalogue{}
	if err := b.Get("/opds/publications?q=WATER&lang=swa").JSON(&page); err != nil || len(page.Publications) != 1 {
		t.Fatalf("a search finds %+v, %v", page, err)
	}
	zim := linkOf(page.Publications[0].Links, openAccess)
	got := b.Do(http.MethodGet, strings.TrimPrefix(zim.Href, n.HTTP), nil, "Range", "bytes=8-23")
	if got.Status != http.StatusPartialContent || got.Body != string(file[8:24]) || zim.Size != int64(len(file)) || got.Header.Get("Content-Type") != zim.Type || zim.Type != "application/x-zim" {
		t.Errorf("%d %q of %+v, want 16 bytes of the ZIM", got.Status, got.Header.Get("Content-Type"), zim)
	}
	if !strings.Contains(got.Header.Get("Content-Disposition"), ".zim") {
		t.Errorf("it is saved as %q", got.Header.Get("Content-Disposition"))
	}
}

// entryElements are the elements and links of an Atom feed's entries as an XML parser of its own reads them.
func entryElements(t *testing.T, body string) (entries []map[string]string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(body))
	var at string
	for {
		token, err := d.Token()
		if err == io.EOF {
			return entries
		}
		if err != nil {
			t.Fatalf("no XML: %v in\n%.2000s", err, body)
		}
		switch x := token.(type) {
		case xml.StartElement:
			if at = x.Name.Local; at == "entry" {
				entries = append(entries, map[string]string{})
			}
			if at == "link" && len(entries) > 0 {
				a := map[string]string{}
				for _, attr := range x.Attr {
					a[attr.Name.Local] = attr.Value
				}
				entries[len(entries)-1][a["rel"]] = a["href"] + " " + a["type"] + " " + a["length"]
			}
		case xml.CharData:
			if len(entries) > 0 && strings.TrimSpace(string(x)) != "" {
				entries[len(entries)-1][at] += string(x)
			}
		}
	}
}

func TestKiwixReadersFindTheZIMsAsAtKiwixServe(t *testing.T) {
	n, file := shelved(t, true, "")
	b := n.Browser()
	for path, want := range map[string]int{
		"/catalog/v2/root.xml": 3, "/catalog/v2/entries": 1, "/catalog/v2/entries?lang=swa": 1, "/catalog/v2/entries?lang=eng": 0, "/catalog/v2/entries?count=-1&q=wells": 1,
		"/catalog/v2/entries?start=1": 0, "/catalog/v2/entries?maxsize=10": 0, "/catalog/v2/languages": 1, "/catalog/search?count=10": 1,
		"/opds/v1.2/": 3, "/opds/v1.2/entries?count=200": len(n.Library.Courses()),
	} {
		p := b.Get(path)
		if got := entryElements(t, p.Body); len(got) != want || !strings.HasPrefix(p.Header.Get("Content-Type"), "application/atom+xml;profile=opds-catalog;kind=") {
			t.Errorf("%s: %d entries of %d, %s", path, len(got), want, p.Header.Get("Content-Type"))
		}
	}
	e := entryElements(t, b.Get("/catalog/v2/entries").Body)[0]
	id := strings.ReplaceAll(strings.TrimPrefix(e["id"], "urn:uuid:"), "-", "")
	if !strings.HasPrefix(e["title"], "Water & <b>") || !strings.HasSuffix(e["title"], `"wells"</b> ]]>`) || e["language"] != "swa" || e["name"] == "" || len(id) != 32 || e["articleCount"] != "1" {
		t.Errorf("the entry says %q", e)
	}
	if want := []byte(file[8:24]); id != hexOf(want) {
		t.Errorf("its id is %s, want the one in the file's header, %x", id, want)
	}
	if !strings.HasPrefix(e[openAccess], n.HTTP) || !strings.Contains(e[openAccess], ".zim application/x-zim ") {
		t.Errorf("it is fetched from %q: a whole address is wanted", e[openAccess])
	}
	if one := b.Get("/catalog/v2/entry/" + strings.TrimPrefix(e["id"], "urn:uuid:")); !strings.Contains(one.Body, e["id"]) {
		t.Errorf("the entry by itself: %d", one.Status)
	}
	if search := b.Get("/catalog/v2/searchdescription.xml"); xml.Unmarshal([]byte(search.Body), new(struct{})) != nil || !strings.Contains(search.Body, "{searchTerms?}") {
		t.Errorf("the search is described by %s", search.Body)
	}
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	var out strings.Builder
	for _, c := range b {
		out.WriteByte(digits[c>>4])
		out.WriteByte(digits[c&15])
	}
	return out.String()
}

func TestTheCatalogueGivesNothingThatTheSchoolKeeps(t *testing.T) {
	closed, _ := shelved(t, false, "CC BY 4.0")
	for _, path := range []string{"/opds/", "/opds/publications", "/opds/v1.2/entries", "/catalog/v2/entries", "/catalog/v2/root.xml"} {
		if p := closed.Browser().Get(path); p.Status != http.StatusUnauthorized || strings.Contains(p.Body, "Water") {
			t.Errorf("%s: %d for a guest who must sign in", path, p.Status)
		}
	}
	amina := closed.Browser()
	amina.SignIn("Amina", "4711")
	var all catalogue
	if err := amina.Get("/opds/publications?q=water").JSON(&all); err != nil || len(all.Publications) != 1 {
		t.Fatalf("who is signed in finds %+v, %v", all, err)
	}
	address := strings.TrimPrefix(linkOf(all.Publications[0].Links, openAccess).Href, closed.HTTP)
	if p := closed.Browser().Get(address); p.Status != http.StatusUnauthorized {
		t.Errorf("a guest fetches the file: %d", p.Status)
	}
	nothing := learning.TakeNothing
	if err := closed.Store.EditSchool(context.Background(), learning.Box(), learning.SchoolEdit{Take: &nothing}); err != nil {
		t.Fatal(err)
	}
	all = catalogue{}
	if err := json.Unmarshal([]byte(amina.Get("/opds/publications?q=water").Body), &all); err != nil {
		t.Fatal(err)
	}
	if l := linkOf(all.Publications[0].Links, openAccess); l.Type != "text/html" {
		t.Errorf("nothing may be taken home, and the file is offered: %+v", l)
	}
	if p := amina.Get(address); p.Status != http.StatusNotFound {
		t.Errorf("nothing may be taken home, and the file is sent: %d", p.Status)
	}
	kept, _ := shelved(t, true, "All rights reserved")
	if p := kept.Browser().Get("/opds/publications?q=water"); strings.Contains(p.Body, "application/x-zim") != (licenceOf(kept) == "") {
		t.Errorf("a ZIM under %q is offered otherwise than it should be", licenceOf(kept))
	}
}

func licenceOf(n *Node) string {
	for _, c := range n.Library.Courses() {
		if c.Format == "zim" {
			return c.Licence.ID + c.Licence.Terms
		}
	}
	return ""
}
