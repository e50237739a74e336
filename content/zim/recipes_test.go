package zim

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// prose is text that packs about as well as an encyclopaedia.
func prose(seed uint64, n int) string {
	rnd := rand.New(rand.NewPCG(seed, 1))
	words := strings.Fields("river school the of and teacher counts seeds maize rain under tree village mango water story light read page seven children ask why moon fish market road goat")
	var b strings.Builder
	for b.Len() < n {
		fmt.Fprintf(&b, "%s%d ", words[rnd.IntN(len(words))], rnd.IntN(1000))
	}
	return b.String()[:n]
}

func meta(name, text string) made {
	return made{ns: 'M', path: name, mime: "text/plain;charset=utf-8", data: text}
}

func about(language string) []made {
	return []made{
		meta("Title", "Seeds and stars"), meta("Language", language), meta("Name", "seeds_en"), meta("Flavour", "maxi"),
		meta("Creator", "A. Author"), meta("Publisher", "A Press"), meta("Date", "2026-01-02"),
		meta("License", "Creative Commons Attribution-ShareAlike 4.0"), meta("Description", "What grows\nand what shines."),
	}
}

const pixel = "\x89PNG\r\n\x1a\n…"

// modern is a file of the new kind: articles under C, a listing of front articles, W/mainPage.
func modern() recipe {
	r := recipe{major: 6, minor: 1, packs: []byte{packZstd, packNone}, entries: about("eng,fra,swa")}
	r.entries = append(r.entries,
		made{ns: 'C', path: "index.html", title: "Welcome", mime: "text/html", data: "<h1>Welcome</h1>"},
		made{ns: 'C', path: "moon.html", title: "Moon", mime: "text/html", data: "<p>Moon é</p>"},
		made{ns: 'C', path: "luna", title: "Luna", redirect: "C/moon.html"},
		made{ns: 'C', path: "mango.html", title: "Mango", mime: "text/html", data: prose(1, 90_000)},
		made{ns: 'C', path: "/rooted.css", mime: "text/css", data: "p{}"},
		made{ns: 'C', path: "x.png", mime: "image/png", data: pixel, cluster: 1},
		made{ns: 'C', path: "film.mp4", mime: "video/mp4", data: prose(2, 200_000), cluster: 1},
		made{ns: 'M', path: "Illustration_48x48@1", mime: "image/png", data: pixel, cluster: 1},
		made{ns: 'W', path: "mainPage", redirect: "C/index.html"},
	)
	list := made{ns: 'X', path: "listing/titleOrdered/v1", mime: "application/octet-stream+zimlisting", cluster: 1}
	r.entries = append(r.entries, list)
	r.entries[len(r.entries)-1].data = r.listOf("C/luna", "C/mango.html", "C/moon.html", "C/index.html")
	return r
}

// classic is a file of the old kind: namespaces A, I and -, a title list in the header, the main page there too.
func classic() recipe {
	r := recipe{major: 5, minor: 0, packs: []byte{packZstd | wideOffsets, packNone | wideOffsets}, mainPage: "A/Moon", entries: about("sw")}
	r.entries = append(r.entries,
		made{ns: 'A', path: "Moon", mime: "text/html", data: `<img src="../I/moon.png">`},
		made{ns: 'A', path: "Luna", redirect: "A/Moon"},
		made{ns: 'A', path: "Mango tree", mime: "text/html; charset=utf-8", data: prose(3, 3000)},
		made{ns: 'A', path: "style.css", mime: "text/css", data: "p{}"},
		made{ns: 'I', path: "moon.png", mime: "image/png", data: pixel, cluster: 1},
		made{ns: '-', path: "favicon", redirect: "I/moon.png"},
	)
	return r
}

// large has one packed cluster of n pages of 8 KB in the order of their names.
func large(n int) recipe {
	r := recipe{major: 6, minor: 3, packs: []byte{packZstd}, noTitles: true}
	for i := range n {
		r.entries = append(r.entries, made{ns: 'C', path: fmt.Sprintf("p%04d.html", i), mime: "text/html", data: prose(uint64(i), 8000)})
	}
	r.entries = append(r.entries, about("en")...)
	return r
}

// write puts bytes into a file of the test's folder.
func write(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// split cuts bytes into parts of a split ZIM and gives the first.
func split(t testing.TB, b []byte, cuts ...int) string {
	t.Helper()
	dir := t.TempDir()
	slices.Sort(cuts)
	from := 0
	for i, to := range append(cuts, len(b)) {
		if err := os.WriteFile(filepath.Join(dir, "book.zima"+string(rune('a'+i))), b[from:to], 0o644); err != nil {
			t.Fatal(err)
		}
		from = to
	}
	return filepath.Join(dir, "book.zimaa")
}
