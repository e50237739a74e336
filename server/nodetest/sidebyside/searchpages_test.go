package main

import (
	"os/exec"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
	"lamplight/content/zim"
)

// What is searched must be many languages' and the same every time: figures of two runs are compared.
func TestSearchedPagesAreOfManyTonguesAndAlwaysTheSame(t *testing.T) {
	s := newSearched()
	counts := map[string]int{}
	for i := range 100 {
		counts[s.tongueOf(i).lang]++
		if s.page(i) != newestPage(i) {
			t.Fatalf("page %d differs from one run to the next", i)
		}
		if !strings.Contains(s.page(i), s.title(i)) {
			t.Errorf("page %d has not its title %q", i, s.title(i))
		}
	}
	for _, t2 := range s.tongues {
		if counts[t2.lang] != t2.share {
			t.Errorf("%s: %d of 100 pages, want %d", t2.lang, counts[t2.lang], t2.share)
		}
	}
	for i, q := range s.queries(1000, 30) {
		if strings.TrimSpace(q) == "" {
			t.Errorf("query %d is empty", i)
		}
	}
}

var again = newSearched()

func newestPage(i int) string { return again.page(i) }

// zimwriterfs makes a ZIM of them with the index that kiwix-serve searches, and we can install it.
func TestTheSearchedZIMHasAnIndex(t *testing.T) {
	if testing.Short() {
		t.Skip("runs zimwriterfs: not with -short")
	}
	if _, err := exec.LookPath("zimwriterfs"); err != nil {
		t.Skipf("zimwriterfs is not installed; .ci/setup installs it: %v", err)
	}
	t.Setenv("TMPDIR", t.TempDir())
	path, err := searchedZIM(t.Context(), 120)
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := searchedZIM(t.Context(), 120); err != nil || kept != path {
		t.Errorf("made again: %s, %v", kept, err)
	}
	p, err := zim.Format{}.Plan(t.Context(), path, content.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := zim.Format{}.Open(p.Course, importtest.Install(t, p), p.Index)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, total, err := r.Children("", 0, 10); err != nil || total < 120 {
		t.Errorf("%d front pages, %v, want 120", total, err)
	}
	title := newSearched().title(0)
	if out, err := exec.Command("zimsearch", path, title).Output(); err != nil || !strings.Contains(string(out), title) {
		t.Errorf("zimsearch finds not %q: %.300s, %v", title, out, err)
	}
}
