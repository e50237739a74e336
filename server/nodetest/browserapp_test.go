//go:build browser

package nodetest

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/server/learning"
)

// Apps of the corpus and two of our own (testdata/browser/app): one that uses all there is, one that lies.
func TestBrowserWalksApps(t *testing.T) {
	s := openSite(t, nil)
	s.told["apps"] = s.importApps(t)
	s.walk(t, "apps")
}

// importApps installs apps and returns the resource of each.
func (s *site) importApps(t *testing.T) map[string]content.ResourceID {
	t.Helper()
	apps := map[string]content.ResourceID{}
	install := func(word, path string) {
		report, err := s.Library.Import(context.Background(), []string{path}, library.ImportOptions{})
		if err != nil || len(report.Courses) != 1 {
			t.Fatalf("importing %s: %v, refused %v", path, err, report.Refused)
		}
		apps[word] = content.NewResourceID(report.Courses[0].ID, "index.html")
	}
	for _, word := range []string{"fireflies", "parable-of-the-polygons", "phet-ohms-law"} {
		install(word, corpusFile(t, "html5/"+word+".zip"))
	}
	install("escape", corpusFile(t, "bad/html5_escape.zip"))
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join("testdata", "browser", "app", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	film, err := os.ReadFile(corpusFile(t, "video/a-tiny-seed_0110_en.mp4"))
	if err != nil {
		t.Fatal(err)
	}
	install("count", zipOf(t, map[string]string{"index.html": read("index.html"), "second.html": read("second.html"), "js/count.js": read("count.js"), "film.mp4": string(film)}))
	lies := strings.NewReplacer("MAIN_ORIGIN", s.Listening.HTTP, "APP", string(apps["count"]), "VICTIM", string(courseOf(t, s, apps["count"]))).Replace(read("hostile.html"))
	install("liar", zipOf(t, map[string]string{"index.html": lies}))
	return apps
}

func courseOf(t *testing.T, s *site, r content.ResourceID) content.CourseID {
	for _, c := range s.Library.Courses() {
		if content.NewResourceID(c.ID, "index.html") == r {
			return c.ID
		}
	}
	t.Fatalf("no course has %s", r)
	return ""
}

// zipOf writes a zip of deflated files.
func zipOf(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "app.zip")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// app tells what is recorded of a person's way with an app.
func (s *site) app(q question, a *answered) error {
	who := learning.As(learning.PersonID(q.Person))
	p, err := s.Store.ProgressIn(who, learning.PersonID(q.Person), []content.ResourceID{content.ResourceID(q.Exercise)})
	if err != nil {
		return err
	}
	got := p[content.ResourceID(q.Exercise)]
	a.App.Percent, a.App.Scored, a.App.Score, a.App.Complete = got.Percent, got.Scored, int(got.Score), got.Complete
	a.App.Position = got.Position
	a.App.State, err = s.Store.AppState(who, content.ResourceID(q.Exercise))
	return err
}

// An appAnswer is what is recorded of one app.
type appAnswer struct {
	Percent  int    `json:"percent"`
	Scored   bool   `json:"scored"`
	Score    int    `json:"score"`
	Complete bool   `json:"complete"`
	State    string `json:"state"`
	Position uint64 `json:"position"`
}
