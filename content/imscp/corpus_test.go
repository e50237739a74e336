package imscp

import (
	"fmt"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"lamplight/content/importtest"
	"lamplight/content/zips"
)

// counted is what MANIFEST.tsv says of a package, as far as it can be counted here.
var counted = regexp.MustCompile(`(\d+) items, (\d+) resources \((\d+) SCO\)|(\d+) items, resources`)

// TestCorpusManifests reads the manifest of every package and compares what it finds with MANIFEST.tsv.
func TestCorpusManifests(t *testing.T) {
	entries := importtest.OfFormat(importtest.Manifest(t), "scorm", "imscp", "imscc 1.1", "imscc 1.3", "imscc", "qti 1.2", "qti 2.1", "qti 2.2", "qti 3.0")
	profiles := map[string]Profile{"scorm12": SCORM12, "scorm2004": SCORM2004, "imscp": Content, "imscc": Cartridge, "qti": QTI}
	read := 0
	for _, e := range entries {
		if ext := path.Ext(e.Path); ext != ".zip" && ext != ".imscc" {
			continue
		}
		m := open(t, e.File)
		if want := profiles[strings.Split(e.Path, "/")[0]]; m.Profile != want {
			t.Errorf("%s: profile %q, want %q", e.Path, m.Profile, want)
		}
		items, scos := 0, 0
		for i := range m.Organizations[:min(1, len(m.Organizations))] {
			m.Organizations[i].Walk(func(*Item, int) bool { items++; return true })
		}
		for _, r := range m.Resources {
			if r.SCO {
				scos++
			}
		}
		found := fmt.Sprintf("%d items, %d resources (%d SCO)", items, len(m.Resources), scos)
		t.Logf("%-50s %-10s %s | %s", e.Path, m.Profile, found, e.Expect)
		if want := counted.FindString(e.Expect); strings.Contains(want, "SCO") && want != found || want != "" && !strings.HasPrefix(found, strings.Split(want, ",")[0]+",") {
			t.Errorf("%s: found %s, want %s", e.Path, found, want)
		}
		read++
	}
	if read < 12 {
		t.Errorf("%d packages read, at least 12 are there", read)
	}
}

func open(t *testing.T, file string) *Manifest {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	z, err := zips.OpenZip(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	name, ok := Locate(z.Names())
	if !ok {
		t.Fatalf("%s has no manifest", file)
	}
	doc, err := z.ReadFile(name, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(doc)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return m
}
