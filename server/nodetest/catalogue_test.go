package nodetest

import (
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var fetchForm = regexp.MustCompile(`name="at" value="([^"]+)"> *<input type="hidden" name="file" value="([^"]+)"`)

// TestABookOfAnotherBoxesCatalogueIsChosenAndFetched goes through another box's catalogue as an administrator does.
func TestABookOfAnotherBoxesCatalogueIsChosenAndFetched(t *testing.T) {
	far, _ := shelved(t, true, "CC BY-SA 4.0")
	n := Start(t, Options{})
	school(t, n)
	b := n.Browser()
	b.SignIn("Grace", "lamp-light")
	page := b.Get("/admin/content/catalogue?" + url.Values{"at": {far.Listening.HTTP}}.Encode())
	reads(t, "the first page", page, http.StatusOK, "All courses")
	link := regexp.MustCompile(`href="(/admin/content/catalogue\?at=[^"]+entries[^"]*)"[^>]*>All courses`).FindStringSubmatch(page.Body)
	if link == nil {
		t.Fatal("no way leads to all courses")
	}
	page = b.Get(html.UnescapeString(link[1]))
	reads(t, "the list", page, http.StatusOK, "Water &amp; &lt;b&gt;", "CC-BY-SA-4.0", "ZIM")
	form := fetchForm.FindStringSubmatch(page.Body)
	if form == nil {
		t.Fatal("nothing can be fetched")
	}
	fields := url.Values{"token": {page.Fields().Get("token")}, "do": {"fetch"}, "at": {html.UnescapeString(form[1])}, "file": {html.UnescapeString(form[2])}}
	if done := b.Post("/admin/content/catalogue", fields); done.URL.Path != "/admin/content" {
		t.Fatalf("asking for it ends at %s with %d", done.URL, done.Status)
	}
	want := ""
	for _, c := range far.Library.Courses() {
		if c.Format == "zim" {
			want = string(c.ID)
		}
	}
	Eventually(t, 20*time.Second, "the book is here and nothing is left over", func() bool {
		left, _ := filepath.Glob(filepath.Join(n.opts.Dir, "incoming", "*"))
		return hasCourse(n, want) && len(left) == 0
	})
	fields.Set("file", far.Listening.HTTP+"/opds/file/other/x.zim")
	reads(t, "what is not listed", b.Post("/admin/content/catalogue", fields), http.StatusConflict, "not listed there any more")
	reads(t, "nobody there", b.Get("/admin/content/catalogue?at=http%3A%2F%2F127.0.0.1%3A1"), http.StatusBadGateway, "Nobody answers")
	known := b.Get("/admin/content/catalogue")
	reads(t, "opened before", known, http.StatusOK, far.Listening.HTTP)
	learner := n.Browser()
	learner.SignIn("Amina", "4711")
	if p := learner.Get("/admin/content/catalogue"); p.Status != http.StatusNotFound {
		t.Errorf("a learner opens the page: %d", p.Status)
	}
	fields = url.Values{"token": {known.Fields().Get("token")}, "do": {"forget"}, "at": {n.Catalogues()[0].At}}
	if b.Post("/admin/content/catalogue", fields); len(n.Catalogues()) != 0 {
		t.Error("it is still known")
	}
}

func hasCourse(n *Node, id string) bool {
	for _, c := range n.Library.Courses() {
		if string(c.ID) == id {
			return true
		}
	}
	return false
}

// TestACatalogueOnAStickInstallsFromIt takes a book that a file lists.
func TestACatalogueOnAStickInstallsFromIt(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	b := n.Browser()
	b.SignIn("Grace", "lamp-light")
	stick := t.TempDir()
	zip := pageZip(t, stick, "App", 2000)
	feed := `<feed xmlns="http://www.w3.org/2005/Atom"><title>Stick</title><entry><title>An app</title><id>1</id><rights>CC BY 4.0</rights>
<link rel="http://opds-spec.org/acquisition/open-access" type="application/zip" href="` + filepath.Base(zip) + `"/></entry></feed>`
	at := filepath.Join(stick, "catalogue.xml")
	if err := os.WriteFile(at, []byte(feed), 0o644); err != nil {
		t.Fatal(err)
	}
	page := b.Get("/admin/content/catalogue?" + url.Values{"at": {at}}.Encode())
	reads(t, "the stick", page, http.StatusOK, "An app", "CC-BY-4.0")
	form := fetchForm.FindStringSubmatch(page.Body)
	if form == nil {
		t.Fatal("nothing can be taken")
	}
	before := len(n.Library.Courses())
	b.Post("/admin/content/catalogue", url.Values{"token": {page.Fields().Get("token")}, "do": {"fetch"}, "at": {at}, "file": {html.UnescapeString(form[2])}})
	Eventually(t, 20*time.Second, "it is here", func() bool { return len(n.Library.Courses()) == before+1 })
	for _, c := range n.Library.Courses() {
		if strings.HasPrefix(c.Title, "App") && c.Licence.ID != "CC-BY-4.0" {
			t.Errorf("its licence is %+v, as the catalogue says it is CC-BY-4.0", c.Licence)
		}
	}
}
