package zim

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lamplight/content/zim/zimtest"
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

func meta(name, text string) zimtest.Entry {
	return zimtest.Entry{NS: 'M', Path: name, MIME: "text/plain;charset=utf-8", Data: text}
}

func about(language string) []zimtest.Entry {
	return []zimtest.Entry{
		meta("Title", "Seeds and stars"), meta("Language", language), meta("Name", "seeds_en"), meta("Flavour", "maxi"),
		meta("Creator", "A. Author"), meta("Publisher", "A Press"), meta("Date", "2026-01-02"),
		meta("License", "Creative Commons Attribution-ShareAlike 4.0"), meta("Description", "What grows\nand what shines."),
	}
}

const pixel = "\x89PNG\r\n\x1a\n…"

// modern is a file of the new kind: articles under C, a listing of front articles, W/mainPage.
func modern() zimtest.Recipe {
	r := zimtest.Recipe{Major: 6, Minor: 1, Packs: []byte{packZstd, packNone}, Entries: about("eng,fra,swa")}
	r.Entries = append(r.Entries,
		zimtest.Entry{NS: 'C', Path: "index.html", Title: "Welcome", MIME: "text/html", Data: "<h1>Welcome</h1>"},
		zimtest.Entry{NS: 'C', Path: "moon.html", Title: "Moon", MIME: "text/html", Data: "<p>Moon é</p>"},
		zimtest.Entry{NS: 'C', Path: "luna", Title: "Luna", Redirect: "C/moon.html"},
		zimtest.Entry{NS: 'C', Path: "mango.html", Title: "Mango", MIME: "text/html", Data: prose(1, 90_000)},
		zimtest.Entry{NS: 'C', Path: "/rooted.css", MIME: "text/css", Data: "p{}"},
		zimtest.Entry{NS: 'C', Path: "x.png", MIME: "image/png", Data: pixel, Cluster: 1},
		zimtest.Entry{NS: 'C', Path: "film.mp4", MIME: "video/mp4", Data: prose(2, 200_000), Cluster: 1},
		zimtest.Entry{NS: 'M', Path: "Illustration_48x48@1", MIME: "image/png", Data: pixel, Cluster: 1},
		zimtest.Entry{NS: 'W', Path: "mainPage", Redirect: "C/index.html"},
	)
	list := zimtest.Entry{NS: 'X', Path: "listing/titleOrdered/v1", MIME: "application/octet-stream+zimlisting", Cluster: 1}
	r.Entries = append(r.Entries, list)
	r.Entries[len(r.Entries)-1].Data = r.ListOf("C/luna", "C/mango.html", "C/moon.html", "C/index.html")
	return r
}

// classic is a file of the old kind: namespaces A, I and -, a title list in the header, the main page there too.
func classic() zimtest.Recipe {
	r := zimtest.Recipe{Major: 5, Minor: 0, Packs: []byte{packZstd | wideOffsets, packNone | wideOffsets}, MainPage: "A/Moon", Entries: about("sw")}
	r.Entries = append(r.Entries,
		zimtest.Entry{NS: 'A', Path: "Moon", MIME: "text/html", Data: `<img src="../I/moon.png">`},
		zimtest.Entry{NS: 'A', Path: "Luna", Redirect: "A/Moon"},
		zimtest.Entry{NS: 'A', Path: "Mango tree", MIME: "text/html; charset=utf-8", Data: prose(3, 3000)},
		zimtest.Entry{NS: 'A', Path: "style.css", MIME: "text/css", Data: "p{}"},
		zimtest.Entry{NS: 'I', Path: "moon.png", MIME: "image/png", Data: pixel, Cluster: 1},
		zimtest.Entry{NS: '-', Path: "favicon", Redirect: "I/moon.png"},
	)
	return r
}

// large has one packed cluster of n pages of 8 KB in the order of their names.
func large(n int) zimtest.Recipe {
	r := zimtest.Recipe{Major: 6, Minor: 3, Packs: []byte{packZstd}, NoTitles: true}
	for i := range n {
		r.Entries = append(r.Entries, zimtest.Entry{NS: 'C', Path: fmt.Sprintf("p%04d.html", i), MIME: "text/html", Data: prose(uint64(i), 8000)})
	}
	r.Entries = append(r.Entries, about("en")...)
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
