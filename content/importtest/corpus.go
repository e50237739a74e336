package importtest

import (
	"bufio"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// An Entry is one line of the corpus's MANIFEST.tsv.
type Entry struct {
	Path     string // inside the corpus, slashes
	File     string // on this disk
	Bytes    int64
	SHA256   string
	Format   string // "zim", "epub", "video/mp4", "bad/zim" …
	Language string
	Title    string
	Licence  string
	Source   string
	Expect   string // what must be found, in words
}

// Corpus is the folder of third-party sample files: LAMPLIGHT_CORPUS, else shared/corpus beside the repository. Where
// there is none the test is skipped, or fails if LAMPLIGHT_REQUIRE_CORPUS is 1, so that CI cannot pass by missing it.
func Corpus(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("LAMPLIGHT_CORPUS")
	if dir == "" {
		dir = filepath.Join(repository(t), "..", "shared", "corpus")
	}
	if _, err := os.Stat(filepath.Join(dir, "MANIFEST.tsv")); err != nil {
		const word = "no sample files at %s: set LAMPLIGHT_CORPUS to the folder that holds MANIFEST.tsv"
		if os.Getenv("LAMPLIGHT_REQUIRE_CORPUS") == "1" {
			t.Fatalf(word, dir)
		}
		t.Skipf(word, dir)
	}
	return dir
}

// repository walks up from the working directory, a package's own in tests, to the folder of go.mod.
func repository(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the working directory")
		}
		dir = up
	}
}

// Manifest reads the corpus's MANIFEST.tsv: tab-separated, one head line.
func Manifest(t testing.TB) []Entry {
	t.Helper()
	dir := Corpus(t)
	f, err := os.Open(filepath.Join(dir, "MANIFEST.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var entries []Entry
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		c := strings.Split(lines.Text(), "\t")
		if len(c) < 9 || c[0] == "path" {
			continue
		}
		size, err := strconv.ParseInt(c[1], 10, 64)
		if err != nil {
			t.Fatalf("MANIFEST.tsv: %s: bytes %q", c[0], c[1])
		}
		entries = append(entries, Entry{
			Path: c[0], File: filepath.Join(dir, filepath.FromSlash(c[0])), Bytes: size, SHA256: c[2],
			Format: c[3], Language: c[4], Title: c[5], Licence: c[6], Source: c[7], Expect: c[8],
		})
	}
	if err := lines.Err(); err != nil || len(entries) == 0 {
		t.Fatalf("MANIFEST.tsv: %d entries, %v", len(entries), err)
	}
	return entries
}

// OfFormat keeps the manifest's entries of the named formats; a name ending in "/" takes all below it ("video/").
func OfFormat(entries []Entry, formats ...string) []Entry {
	var kept []Entry
	for _, e := range entries {
		for _, f := range formats {
			if e.Format == f || strings.HasSuffix(f, "/") && strings.HasPrefix(e.Format, f) {
				kept = append(kept, e)
				break
			}
		}
	}
	return kept
}
