package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheSideBySideRunsThrough builds the binary and makes a handful of requests of each kind: that every line comes
// out with figures, not what they are.
func TestTheSideBySideRunsThrough(t *testing.T) {
	if testing.Short() {
		t.Skip("starts three servers: not with -short")
	}
	for _, peer := range []string{"nginx", "kiwix-serve", "zimwriterfs"} {
		if _, err := exec.LookPath(peer); err != nil {
			t.Skipf("%s is not installed; .ci/setup installs it", peer)
		}
	}
	corpus := testCorpus(t)
	binary := filepath.Join(t.TempDir(), "lamplight")
	if out, err := exec.Command("go", "build", "-o", binary, "lamplight").CombinedOutput(); err != nil {
		t.Fatalf("building: %v: %s", err, out)
	}
	t.Setenv("TMPDIR", t.TempDir()) // where the searched ZIM is kept
	b := &bench{lamplight: binary, corpus: corpus, short: true, tiny: true}
	if err := b.run(t.Context(), "pages,zim,ranges,start,memory,answers,quiz,hundred,search", false); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + b.table.String())
	want := []string{"course pages", "cluster cold", "cluster held", "warm", "ranges", "first complete page", "VmHWM", "answering every 2 s", "in a quiz", "lost by kill -9", "ZIMs installed", "search of everything", "memory that searching adds", "while 16 search"}
	for _, w := range want {
		if !strings.Contains(b.table.String(), w) {
			t.Errorf("the table has no line about %q", w)
		}
	}
	for _, r := range b.table.rows {
		if r.word == "not measured" && b.loop != nil {
			t.Errorf("%s was not measured: %v", r.work, b.table.notes)
		}
	}
}

// testCorpus is the folder of third-party files, as LAMPLIGHT_CORPUS says or beside the repository.
func testCorpus(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("LAMPLIGHT_CORPUS")
	if dir == "" {
		root, err := filepath.Abs("../../..")
		if err != nil {
			t.Fatal(err)
		}
		dir = filepath.Join(root, "../shared/corpus")
	}
	if _, err := os.Stat(filepath.Join(dir, sampler)); err != nil {
		if os.Getenv("LAMPLIGHT_REQUIRE_CORPUS") == "1" {
			t.Fatalf("the corpus is required and not there: %v", err)
		}
		t.Skipf("no corpus: %v", err)
	}
	return dir
}

func TestRatiosAreWrittenAsPeopleReadThem(t *testing.T) {
	for _, c := range []struct {
		a, b float64
		want string
	}{{5, 2, "2.50×"}, {1, 4, "0.25×"}, {1, 25, "1/25×"}, {1, 0, "no figure"}} {
		if got := times(c.a, c.b); got != c.want {
			t.Errorf("%v to %v: got %s, want %s", c.a, c.b, got, c.want)
		}
	}
	if got := median([]int{9, 1, 5}); got != 5 {
		t.Errorf("the median of 9, 1, 5: got %d, want 5", got)
	}
}
