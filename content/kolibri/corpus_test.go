package kolibri_test

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
	"lamplight/content/kolibri"
)

func TestTheCorpus(t *testing.T) {
	dir := importtest.Corpus(t)
	drive := filepath.Join(dir, "kolibri", "lamplight-export", "content", "databases")
	bad := func(name string) string { return filepath.Join(dir, "bad", "kolibri", name) }
	importtest.Run(t, kolibri.Format{}, []importtest.Sample{
		{Path: filepath.Join(drive, "ecce1c20d0f35cdba4cee40e22b1c531.sqlite3"), Title: "Hadithi – Lamplight Storybooks", Licence: "CC-BY-4.0", Resources: 15},
		{Path: filepath.Join(drive, "6cf8e440ab1556be86f817f0c17a5e78.sqlite3"), Title: "STEM Shelf", Resources: 6, Silent: true},
	}, []importtest.Bad{
		{Path: bad("missing_tables"), Is: fs.ErrInvalid, Says: "content_contentnode"},
		{Path: bad("not_sqlite"), Is: fs.ErrInvalid, Says: "not an SQLite file"},
		{Path: bad("checksum_mismatch"), Survive: true, Faulty: true},
		{Path: bad("hostile_strings"), Survive: true, Faulty: true},
		{Path: bad("parent_loop"), Survive: true},
		{Path: bad("traversal_extension"), Survive: true, Faulty: true},
	})
}

// TestEveryKindOfTheCorpusOpens opens each resource of both channels by its kind.
func TestEveryKindOfTheCorpusOpens(t *testing.T) {
	dir := filepath.Join(importtest.Corpus(t), "kolibri", "lamplight-export", "content", "databases")
	for _, id := range []string{"ecce1c20d0f35cdba4cee40e22b1c531", "6cf8e440ab1556be86f817f0c17a5e78"} {
		_, r := opened(t, filepath.Join(dir, id+".sqlite3"), content.ImportOptions{})
		for _, n := range resources(t, r, "") {
			if n.Broken != "" {
				t.Logf("%-10s %-50.50s %s", n.Kind, n.Title, n.Broken)
				continue
			}
			what := openKind(t, r, n)
			words := 0
			if err := r.(content.TextReader).Text(n.ID, func(p content.Passage) bool { words += len(p.Text); return true }); err != nil {
				t.Errorf("%s: text: %v", n.Title, err)
			}
			t.Logf("%-10s %-50.50s %s, %d bytes of text", n.Kind, n.Title, what, words)
		}
	}
}

func resources(t *testing.T, r content.Reader, parent content.ResourceID) (out []content.Node) {
	t.Helper()
	nodes, _, err := r.Children(parent, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		if n.Kind == content.Topic {
			out = append(out, resources(t, r, n.ID)...)
		} else {
			out = append(out, n)
		}
	}
	return out
}

func openKind(t *testing.T, r content.Reader, n content.Node) string {
	t.Helper()
	switch n.Kind {
	case content.Book:
		b, err := r.(content.BookReader).Book(n.ID)
		if err != nil || b.Chapters == 0 {
			t.Errorf("%s: %+v, %v", n.Title, b, err)
		}
		c, err := r.(content.BookReader).Chapter(n.ID, b.Chapters-1, func(path string) string {
			if _, err := r.File(path); err != nil {
				t.Errorf("%s: a picture: %v", n.Title, err)
			}
			return path
		})
		if err != nil || c.HTML == "" {
			t.Errorf("%s: its last chapter: %v", n.Title, err)
		}
		return fmt.Sprint(b.Chapters, " chapters")
	case content.Practice:
		x, err := r.(content.ExerciseReader).Exercise(n.ID)
		if err != nil || len(x.Items)+len(x.LeftOut) == 0 {
			t.Errorf("%s: %d items, %v, left out %+v", n.Title, len(x.Items), err, x.LeftOut)
		}
		for _, l := range x.LeftOut {
			t.Logf("   left out %s: %s %s", l.Item, l.Type, l.Reason)
		}
		return fmt.Sprintf("%d questions, %d left out, %+v", len(x.Items), len(x.LeftOut), x.Criterion)
	case content.Slideshow:
		s, err := r.(content.SlideReader).Slides(n.ID)
		if err != nil || len(s) == 0 {
			t.Errorf("%s: %d slides, %v", n.Title, len(s), err)
		}
		return fmt.Sprint(len(s), " slides")
	}
	f, err := r.File(n.Path)
	if err != nil || f.Size == 0 {
		t.Errorf("%s: %+v, %v", n.Title, f, err)
	}
	return fmt.Sprint(f.MIME, ", ", f.Size, " bytes")
}
