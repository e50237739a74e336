package library_test

import (
	"context"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/blob"
	"lamplight/content/epub"
	"lamplight/content/importtest"
	"lamplight/content/library"
	"lamplight/content/media"
	"lamplight/content/pack"
	"lamplight/content/zim"
)

// TestAWholeFolderOfOtherPeoplesFilesIsImportedOrRefusedWithReasons imports the corpus, the good and the hostile, as a
// person would who puts a stick in.
func TestAWholeFolderOfOtherPeoplesFilesIsImportedOrRefusedWithReasons(t *testing.T) {
	if testing.Short() {
		t.Skip("reads the whole corpus")
	}
	corpus := importtest.Corpus(t)
	dir := t.TempDir()
	s, err := blob.Open(dir+"/blobs", blob.Options{Floor: -1})
	if err != nil {
		t.Fatal(err)
	}
	l, err := library.Open(dir, s, zim.Format{}, epub.Format{}, media.Format{}, pack.Format{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var first library.Report
	for round := range 2 {
		r, err := l.Import(context.Background(), []string{corpus}, library.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range r.Refused {
			if len(x.Reason) < 10 || strings.Contains(x.Reason, "the reader failed") || strings.Contains(x.Reason, "goroutine") {
				t.Errorf("%s is refused without a good reason: %s", x.Path, x.Reason)
			}
		}
		if len(r.Courses) != len(l.Courses()) {
			t.Errorf("%d courses reported, %d installed", len(r.Courses), len(l.Courses()))
		}
		if round == 0 {
			first = r
		} else if len(r.Courses) != len(first.Courses) || len(r.Refused) != len(first.Refused) {
			t.Errorf("the second import lists %d and refuses %d, the first %d and %d", len(r.Courses), len(r.Refused), len(first.Courses), len(first.Refused))
		}
	}
	if len(first.Courses) < 20 {
		t.Errorf("only %d courses", len(first.Courses))
	}
	used := map[string]bool{}
	for _, c := range l.Courses() {
		hash, _, err := l.Manifest(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		refs, err := l.ManifestBlobs(hash)
		if err != nil {
			t.Fatal(err)
		}
		used[hash] = true
		for _, u := range l.Updates(c.ID) {
			used[u.Hash] = true
		}
		for _, r := range refs {
			used[r.Hash] = true
		}
		opens(t, l, c)
	}
	s.List(func(hash string, size int64) error {
		if !used[hash] {
			t.Errorf("blob %s of %d bytes is nobody's", hash, size)
		}
		return nil
	})
	t.Logf("%d courses, %d refused, %d warnings", len(first.Courses), len(first.Refused), len(first.Warnings))
}

func opens(t *testing.T, l *library.Library, c content.Course) {
	t.Helper()
	r, release, err := l.Reader(c.ID)
	if err != nil {
		t.Errorf("%s: %v", c.Title, err)
		return
	}
	defer release()
	if _, total, err := r.Children("", 0, 5); err != nil || total == 0 {
		t.Errorf("%s: %d nodes at the top, %v", c.Title, total, err)
	}
}
