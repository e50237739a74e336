package library_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/content/blob"
	"lamplight/content/library"
	"lamplight/content/zim"
	"lamplight/content/zim/zimtest"
)

// TestAnImportSurvivesKill kills a child that imports edition after edition, at moments drawn from a seed. Whatever the
// moment, one whole edition is installed afterwards and nothing else lies about.
func TestAnImportSurvivesKill(t *testing.T) {
	if dir := os.Getenv("LIBRARY_TEST_IMPORT"); dir != "" {
		importForEver(t, dir)
	}
	killEditions(t, "LIBRARY_TEST_IMPORT", t.TempDir(), 40*time.Millisecond, func(l *library.Library) {}, formats...)
}

// TestAZIMThatIsPackedAnewSurvivesKill does the same to a child that packs editions of a ZIM anew.
func TestAZIMThatIsPackedAnewSurvivesKill(t *testing.T) {
	const pages = 300
	if dir := os.Getenv("LIBRARY_TEST_PACK"); dir != "" {
		l := must(library.Open(dir, must(blob.Open(filepath.Join(dir, "blobs"), blob.Options{})), zim.Format{}))
		for year := 2025; ; year = 2025 + (year-2024)%3 {
			r, err := l.Import(context.Background(), []string{filepath.Join(dir, fmt.Sprintf("all-%d.zim", year))}, library.ImportOptions{})
			if err != nil || len(r.Refused) > 0 {
				t.Fatal(err, r.Refused)
			}
			os.Stdout.WriteString(".")
		}
	}
	dir := t.TempDir()
	for year := 2025; year < 2028; year++ {
		written(t, filepath.Join(dir, fmt.Sprintf("all-%d.zim", year)), zimtest.Edition(t, year, pages))
	}
	found := map[string]int{}
	killEditions(t, "LIBRARY_TEST_PACK", dir, 1200*time.Millisecond, func(l *library.Library) {
		c := l.Courses()[0]
		found[c.Edition[:4]]++
		var year int
		fmt.Sscan(c.Edition[:4], &year)
		(&box{t: t, l: l}).pages(c.ID, year, pages)
	}, zim.Format{})
	t.Logf("found by year: %v", found)
}

// killEditions kills children of this test, which are told a folder by a variable, until so long after their first import.
func killEditions(t *testing.T, variable, dir string, until time.Duration, look func(l *library.Library), formats ...content.Format) {
	rounds := 8
	if testing.Short() {
		rounds = 3
	}
	chance := rand.New(rand.NewPCG(1, 2))
	for round := range rounds {
		cmd := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), variable+"="+dir)
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		out.Read(make([]byte, 1)) // the first edition is in
		time.Sleep(time.Duration(chance.Int64N(int64(until))))
		cmd.Process.Kill()
		cmd.Wait()

		s, err := blob.Open(filepath.Join(dir, "blobs"), blob.Options{})
		if err != nil {
			t.Fatal(err)
		}
		l, err := library.Open(dir, s, formats...)
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Courses()) != 1 || len(l.Problems()) != 0 {
			t.Fatalf("round %d: %d courses, problems %v", round, len(l.Courses()), l.Problems())
		}
		if bad, err := l.Verify(context.Background(), "", nil); err != nil || len(bad) != 0 {
			t.Errorf("round %d: verify %v, %v", round, bad, err)
		}
		if _, release, err := l.Reader(l.Courses()[0].ID); err != nil {
			t.Errorf("round %d: %v", round, err)
		} else {
			release()
		}
		look(l)
		blobs := 0
		s.List(func(string, int64) error { blobs++; return nil })
		staged, _ := os.ReadDir(filepath.Join(dir, "blobs", "staging"))
		want := 2 + len(l.Updates(l.Courses()[0].ID)) // file and manifest, and what leads to them
		if blobs != want || len(staged) != 0 {
			t.Errorf("round %d: %d blobs and %d staged files, want %d and none", round, blobs, len(staged), want)
		}
		l.Close()
	}
}

// importForEver is the child.
func importForEver(t *testing.T, dir string) {
	s, err := blob.Open(filepath.Join(dir, "blobs"), blob.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := library.Open(dir, s, formats...)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "a.epub") // in the parent's folder: who is killed cleans nothing up
	for n := time.Now().UnixNano(); ; n++ {
		text := "course Lessons\nedition " + strconv.FormatInt(n, 10) + "\n" + water + " page Water\n"
		os.WriteFile(path, append([]byte(text), bytes.Repeat([]byte("x"), 300_000)...), 0o644)
		r, err := l.Import(context.Background(), []string{path}, library.ImportOptions{ImportOptions: content.ImportOptions{}})
		if err != nil || len(r.Refused) > 0 {
			t.Fatal(errors.Join(err, fmt.Errorf("%v", r.Refused)))
		}
		os.Stdout.WriteString(".")
	}
}
