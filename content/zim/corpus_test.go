package zim

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
)

// counts is what the manifest counts in a ZIM, and what we count.
type counts struct {
	entries, html, images, redirects, clusters int
	packs                                      map[string]int
	main, spaces                               string
	fulltext                                   bool
}

var expected = regexp.MustCompile(`^ZIM (\d+\.\d+): title “(.*)”, Language (\S+), (\d+) entries, (\d+) text/html items, (\d+) images, (\d+) redirects, (\d+) clusters \((.*?)\), main page (.+), (full-text|no full-text) index, namespaces (\S+)$`)

func parseExpect(t *testing.T, e importtest.Entry) (version, title string, c counts) {
	t.Helper()
	m := expected.FindStringSubmatch(e.Expect)
	if m == nil {
		t.Fatalf("%s: expect column not understood: %s", e.Path, e.Expect)
	}
	n := func(i int) int {
		v, err := strconv.Atoi(m[i])
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	c = counts{entries: n(4), html: n(5), images: n(6), redirects: n(7), clusters: n(8), packs: map[string]int{}, main: m[10], fulltext: m[11] == "full-text", spaces: m[12]}
	for _, p := range strings.Split(m[9], ", ") {
		var k int
		var name string
		if _, err := fmt.Sscanf(p, "%d %s", &k, &name); err != nil {
			t.Fatal(err)
		}
		c.packs[name] = k
	}
	return m[1], m[2], c
}

// count reads every entry of a file, each item to its last byte.
func count(t *testing.T, r *Reader) counts {
	t.Helper()
	a := r.archive
	c := counts{entries: int(a.header.entries), clusters: int(a.header.clusters), packs: map[string]int{}}
	spaces := map[byte]bool{}
	var bytes int64
	err := a.scan(context.Background(), func(i uint32, d *dirent, err error) error {
		if err != nil {
			return err
		}
		spaces[d.ns] = true
		c.fulltext = c.fulltext || d.ns == 'X' && d.path == "fulltext/xapian" || d.ns == 'Z' && strings.Contains(d.path, "fulltextIndex")
		f, err := r.File(string(rune(d.ns)) + "/" + d.path)
		if err != nil {
			return fmt.Errorf("entry %d: %w", i, err)
		}
		b, err := importtest.ReadFile(f)
		if err != nil || int64(len(b)) != f.Size {
			return fmt.Errorf("entry %d: %d of %d bytes: %w", i, len(b), f.Size, err)
		}
		bytes += f.Size
		switch {
		case d.redirect():
			c.redirects++
		case isHTML(a.mimes[d.mime]):
			c.html++
		case strings.HasPrefix(a.mimes[d.mime], "image/"):
			c.images++
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	for n := range a.header.clusters {
		h, err := a.clusterHead(n)
		if err != nil {
			t.Error(err)
		}
		c.packs[map[byte]string{packNone0: "none", packNone: "none", packXZ: "xz", packZstd: "zstd"}[h.pack]]++
	}
	if _, d, err := a.mainPage(); err == nil {
		c.main = string(rune(d.ns)) + "/" + d.path
	}
	for _, ns := range slices.Sorted(maps.Keys(spaces)) {
		c.spaces += string(rune(ns))
	}
	t.Logf("%d entries, %d bytes read", c.entries, bytes)
	return c
}

func openPath(t testing.TB, path string) (*content.Plan, *Reader) {
	t.Helper()
	p, err := Format{}.Plan(context.Background(), path, content.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Format{}.Open(p.Course, importtest.Install(t, p), p.Index)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return p, r.(*Reader)
}

func TestEveryEntryOfTheCorpusIsReadAndCounted(t *testing.T) {
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "zim") {
		t.Run(filepath.Base(e.Path), func(t *testing.T) {
			p, r := openPath(t, e.File)
			version, title, want := parseExpect(t, e)
			got := count(t, r)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("counted\n%+v, the manifest says\n%+v", got, want)
			}
			if v := fmt.Sprintf("%d.%d", r.archive.header.major, r.archive.header.minor); v != version || p.Course.Title != title {
				t.Errorf("version %s, title %q; the manifest says %s, %q", v, p.Course.Title, version, title)
			}
			problems, err := r.Verify(context.Background())
			if err != nil || len(problems) > 0 {
				t.Errorf("Verify: %d problems %.500v %v", len(problems), problems, err)
			}
			t.Logf("%q %s %v licence %+v resources %d thumb %q warnings %q", p.Course.Title, p.Course.Edition, p.Course.Languages, p.Course.Licence, p.Course.Resources, p.Course.Thumbnail, p.Warnings)
		})
	}
}
