//go:build browser

package nodetest

import (
	"context"
	"testing"

	"lamplight/content"
	"lamplight/content/library"
)

// Every kind of thing to read, look at or listen to: a Kolibri drive's, a book of one long chapter, a scan, a film.
func TestBrowserWalksReaders(t *testing.T) {
	s := openSite(t, nil)
	s.told["apps"] = s.importReaders(t)
	s.walk(t, "readers")
}

// importReaders installs them and returns the resource of each.
func (s *site) importReaders(t *testing.T) map[string]content.ResourceID {
	t.Helper()
	found := map[string]content.ResourceID{}
	for _, from := range []struct {
		path string
		take map[content.Kind]string
	}{
		{"kolibri/lamplight-export", map[content.Kind]string{content.Slideshow: "slides", content.Video: "film"}},
		{"epub/linear-algebra.epub", map[content.Kind]string{content.Book: "long"}},
		{"epub/sous-le-vent_svg-in-spine.epub", map[content.Kind]string{content.Book: "fixed"}},
		{"pdf/scanned_images_only_0087.pdf", map[content.Kind]string{content.Document: "scan"}},
		{"audio/story_0156_en.opus", map[content.Kind]string{content.Audio: "sound"}},
		{"pdf/storybook_0141_ar.pdf", map[content.Kind]string{content.Document: "arabic"}},
	} {
		report, err := s.Library.Import(context.Background(), []string{corpusFile(t, from.path)}, library.ImportOptions{})
		if err != nil || len(report.Courses) == 0 {
			t.Fatalf("importing %s: %v, refused %v", from.path, err, report.Refused)
		}
		for _, c := range report.Courses {
			r, release, err := s.Library.Reader(c.ID)
			if err != nil {
				t.Fatal(err)
			}
			takeReaders(t, r, "", from.take, found)
			release()
		}
	}
	return found
}

// takeReaders finds the first resource of each kind; of films one with captions in many languages.
func takeReaders(t *testing.T, r content.Reader, parent content.ResourceID, take map[content.Kind]string, found map[string]content.ResourceID) {
	t.Helper()
	nodes, _, err := r.Children(parent, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		word := take[n.Kind]
		switch {
		case n.Kind == content.Topic:
			takeReaders(t, r, n.ID, take, found)
		case word == "" || found[word] != "" || n.Broken != "" || n.Kind == content.Video && len(n.Captions) < 6:
		default:
			found[word] = n.ID
		}
	}
}
