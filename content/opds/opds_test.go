package opds

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lamplight/content/kolibri/remote"
)

// library serves what a test says at each path.
func library(t *testing.T, pages map[string]string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := pages[r.URL.RequestURI()]
		if !ok {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, text)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func mustOpen(t *testing.T, at string) *Feed {
	t.Helper()
	f, err := Find(context.Background(), at)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const atomPage = `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/terms/"><title>Books</title>
<link rel="next" href="/opds/2"/><link rel="search" type="application/atom+xml" href="/opds/search/{searchTerms}"/>
<entry><title>By author</title><id>n1</id><link type="application/atom+xml;profile=opds-catalog;kind=navigation" href="by-author"/></entry>
<entry><title>A &amp; B</title><id>b1</id><author><name>Wanjiku</name></author><dc:language>swa</dc:language><rights>CC BY-SA 4.0</rights>
<summary type="html">&lt;p&gt;Two &lt;b&gt;letters&lt;/b&gt;&lt;/p&gt;</summary>
<link rel="http://opds-spec.org/acquisition" type="application/epub+zip" href="/get/epub/1" length="12345"/>
<link rel="http://opds-spec.org/acquisition" type="application/x-mobipocket-ebook" href="/get/mobi/1"/>
<link rel="http://opds-spec.org/acquisition/buy" type="application/epub+zip" href="/get/buy"/>
<link rel="http://opds-spec.org/acquisition/open-access" type="application/x-zim" href="http://far.example/a.zim.meta4"/>
<link rel="http://opds-spec.org/acquisition/open-access" type="application/octet-stream" href="/opds/file/x/water.lamp"/></entry></feed>`

func TestAnAtomPageSaysWhatIsThereAndWhereItGoesOn(t *testing.T) {
	at := library(t, map[string]string{"/opds": atomPage})
	f := mustOpen(t, at)
	if f.At != at+"/opds" || f.Title != "Books" || f.Next != at+"/opds/2" || len(f.Entries) != 2 || f.Entries[0].Open != at+"/by-author" {
		t.Fatalf("read as %+v", f)
	}
	e := f.Entries[1]
	if e.Title != "A & B" || e.Language != "sw" || e.About != "Two letters" || e.Licence.ID != "CC-BY-SA-4.0" || len(e.Authors) != 1 || e.Open != "" {
		t.Errorf("a book is read as %+v", e)
	}
	want := []File{
		{At: at + "/get/epub/1", Ending: ".epub", Type: "application/epub+zip", Bytes: 12345},
		{At: at + "/get/mobi/1", Type: "application/x-mobipocket-ebook"},
		{Elsewhere: "far.example", Ending: ".zim", Type: "application/x-zim"},
		{At: at + "/opds/file/x/water.lamp", Ending: ".lamp", Type: "application/octet-stream"},
	}
	if fmt.Sprint(e.Files) != fmt.Sprint(want) {
		t.Errorf("its files are %+v, want %+v", e.Files, want)
	}
	if found, err := f.Search(context.Background(), "a b&c"); err != nil || found != at+"/opds/search/a+b%26c" {
		t.Errorf("a search goes to %s, %v", found, err)
	}
}

func TestAJSONPageIsReadInAllItsShapes(t *testing.T) {
	at := library(t, map[string]string{"/": `{"metadata":{"title":{"fr":"Livres"},"numberOfItems":2},
	"links":[{"rel":["next"],"href":"?page=2"},{"rel":"search","href":"/find{?query,author}","templated":true,"type":"application/opds+json"}],
	"navigation":[{"title":"New","href":"/new"}],
	"groups":[{"publications":[{"metadata":{"title":"One","identifier":"i1","author":[{"name":"Ada"},"Bo"],"language":["pt-BR"],"license":"https://creativecommons.org/licenses/by/4.0/"},
	  "links":[{"rel":"http://opds-spec.org/acquisition/open-access","href":"/one.pdf","type":"application/pdf","properties":{"size":77}}]}]}],
	"publications":[{"metadata":{"title":"One again","identifier":"i1"}},{"metadata":{"title":"Two","rights":"Ask us"},"links":[{"rel":"self","href":"/x"}]}]}`})
	f := mustOpen(t, at)
	if f.Title != "Livres" || f.Total != 2 || f.Next != at+"?page=2" && f.Next != at+"/?page=2" || len(f.Entries) != 3 {
		t.Fatalf("read as %+v", f)
	}
	if x := f.Entries[2]; x.Title != "One" && f.Entries[1].Title != "One again" {
		t.Errorf("books are %+v", f.Entries)
	}
	if found, err := f.Search(context.Background(), "é"); err != nil || found != at+"/find?query=%C3%A9" {
		t.Errorf("a search goes to %s, %v", found, err)
	}
}

func TestKiwixIsCountedOnWhereItNamesNoNextPage(t *testing.T) {
	entry := `<entry><id>urn:uuid:1</id><title>Z</title></entry>`
	page := `<feed xmlns="http://www.w3.org/2005/Atom"><title>K</title><totalResults>3</totalResults><startIndex>%d</startIndex>` + entry + `</feed>`
	at := library(t, map[string]string{"/e": fmt.Sprintf(page, 0), "/e?start=1": fmt.Sprintf(page, 1), "/e?start=2": fmt.Sprintf(page, 2), "/bad": fmt.Sprintf(page, 0), "/bad?start=1": fmt.Sprintf(page, 0)})
	for _, start := range []struct {
		from  string
		pages int
	}{{"/e", 3}, {"/bad", 2}} {
		n := 0
		for next := at + start.from; next != "" && n < 9; n++ {
			next = mustOpen(t, next).Next
		}
		if n != start.pages {
			t.Errorf("%s has %d pages, want %d", start.from, n, start.pages)
		}
	}
}

func TestACatalogueOnAStickLeadsToNothingButWhatLiesBesideIt(t *testing.T) {
	dir := t.TempDir()
	at := filepath.Join(dir, "books.xml")
	text := strings.NewReplacer("/get/epub/1", "sub/a%20b.epub", "/opds/file/x/water.lamp", "../../etc/water.lamp").Replace(atomPage)
	if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	f := mustOpen(t, at)
	files := f.Entries[1].Files
	if len(files) != 2 || files[0].At != filepath.Join(dir, "sub", "a b.epub") || files[1].Elsewhere != "far.example" || f.Searches() {
		t.Errorf("its files are %+v", files)
	}
	for _, bad := range []string{"books.xml", dir, filepath.Join(dir, "none.xml")} {
		if _, err := Open(context.Background(), bad); err == nil {
			t.Errorf("%s is read as a catalogue", bad)
		}
	}
}

func TestHostilePagesAreRefusedOrBounded(t *testing.T) {
	many := `<feed xmlns="http://www.w3.org/2005/Atom"><title>` + strings.Repeat("t", 5000) + `</title>` + strings.Repeat(`<entry><title>x</title></entry>`, 5000) + `</feed>`
	pages := map[string]string{
		"/long": `{"x":"` + strings.Repeat("x", maxFeed+10) + `"}`, "/html": "<html><p>no</p></html>", "/none": "", "/null": "{}",
		"/bomb": `<!DOCTYPE f [<!ENTITY a "aaaa">]><feed>&a;</feed>`, "/many": many, "/deep": strings.Repeat(`{"groups":[`, 100_000),
	}
	at := library(t, pages)
	for _, p := range []string{"/long", "/html", "/none", "/null", "/bomb", "/deep"} {
		if _, err := Open(context.Background(), at+p); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s: %v, want it refused as invalid", p, err)
		}
	}
	if f := mustOpen(t, at+"/many"); len(f.Entries) != maxEntries || len(f.Title) != maxTitle {
		t.Errorf("%d entries, a title of %d letters", len(f.Entries), len(f.Title))
	}
	f := Feed{At: "http://box:8080/opds"}
	for _, href := range []string{"javascript:alert(1)", "file:///etc/passwd", "ftp://box:8080/x", "http://user@box:8080/x", strings.Repeat("x", 3000)} {
		if got, _ := f.resolve(href); got != "" {
			t.Errorf("%.40q leads to %s", href, got)
		}
	}
	if _, err := Open(context.Background(), "http://127.0.0.1:1/"); !errors.Is(err, remote.ErrAway) {
		t.Errorf("nobody answers: %v", err)
	}
}

func TestAFetchThatIsCutGoesOnAndOneThatIsLongerThanSaidIsRefused(t *testing.T) {
	book := strings.Repeat("0123456789", 50_000)
	var asked atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		if asked.Add(1) == 1 { // a part, then the line is dead
			w.Header().Set("Content-Length", fmt.Sprint(len(book)))
			fmt.Fprint(w, book[:300_000])
			panic(http.ErrAbortHandler)
		}
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(book))
	}))
	defer s.Close()
	to := filepath.Join(t.TempDir(), "in", "book.epub")
	var told int64
	if err := Fetch(context.Background(), s.URL+"/b", to, int64(len(book)), nil, func(d int64) { told += d }); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(to); err != nil || string(b) != book || told != int64(len(book)) || asked.Load() != 2 {
		t.Errorf("%d bytes came in %d answers, told %d, %v", len(b), asked.Load(), told, err)
	}
	err := Fetch(context.Background(), s.URL+"/b", to+"2", 1000, nil, func(int64) {})
	if !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("a file longer than its catalogue says: %v", err)
	}
}
