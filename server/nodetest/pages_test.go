package nodetest

import (
	"net/http"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/server/config"
)

// TestPagesOnOneConnectionGoToWhomTheyAreFor asks as several people in turn over connections that are kept, as a proxy
// does: answers that are made beneath net/http obey the same rules, and none shows another's name.
func TestPagesOnOneConnectionGoToWhomTheyAreFor(t *testing.T) {
	n := Start(t, Options{Config: func(c *config.Config) { c.Web.Guests = false }})
	learner := school(t, n)
	var path string
	for _, h := range n.Find(t, "count", 50) {
		if h.Kind == content.Page {
			path = "/resource/" + string(h.Resource)
		}
	}
	if path == "" {
		t.Fatal("no starter course has a page about counting")
	}
	amina, okello, nobody := n.Browser(), n.Browser(), n.Browser()
	amina.SignIn("Amina", "4711")
	okello.SignIn("Okello", "lamp-light")
	amina.http.CloseIdleConnections() // those have carried forms: net/http answers on them alone
	for range 3 {
		a, o := amina.Get(path), okello.Get(path)
		if a.Status != http.StatusOK || !strings.Contains(a.Body, "Amina") || strings.Contains(a.Body, "Okello") {
			t.Errorf("Amina's page: %d, %.300s", a.Status, a.Body)
		}
		if o.Status != http.StatusOK || !strings.Contains(o.Body, "Okello") || strings.Contains(o.Body, "Amina") {
			t.Errorf("Okello's page: %d, %.300s", o.Status, o.Body)
		}
		if p := nobody.Get(path); p.URL.Path != "/login" {
			t.Errorf("nobody's page: %d at %s, want /login", p.Status, p.URL)
		}
		if p := amina.Do(http.MethodGet, path, nil, "If-None-Match", a.Header.Get("ETag")); p.Status != http.StatusNotModified || p.Body != "" {
			t.Errorf("the page she has: %d, %d bytes", p.Status, len(p.Body))
		}
		if p := okello.Do(http.MethodGet, path, nil, "If-None-Match", a.Header.Get("ETag")); p.Status != http.StatusOK {
			t.Errorf("her page, asked for by him: %d", p.Status)
		}
		for _, k := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cache-Control", "Vary"} {
			if a.Header.Get(k) == "" {
				t.Errorf("the page has no %s", k)
			}
		}
	}
	if err := n.Auth.SignOutPerson(learner, ""); err != nil {
		t.Fatal(err)
	}
	if p := amina.Get(path); p.URL.Path != "/login" {
		t.Errorf("after the session ended: %d at %s, want /login", p.Status, p.URL)
	}
}
