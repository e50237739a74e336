//go:build browser

package nodetest

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/zim/zimtest"
	"lamplight/server"
)

// hostileZIM makes a package whose first page tries to get out: testdata/browser/hostile.html, with the addresses of
// the pages, the player, an exercise, another course and a place outside filled in. Beside it stands the corpus's own.
func hostileZIM(t testing.TB, at server.Listening, outside string, exercise content.ResourceID, victim content.CourseID) string {
	t.Helper()
	files := hostileFiles(t, at, outside, exercise, victim)
	meta := func(name, text string) zimtest.Entry {
		return zimtest.Entry{NS: 'M', Path: name, MIME: "text/plain", Data: text}
	}
	r := zimtest.Recipe{Major: 6, Minor: 1, Packs: []byte{zimtest.PackZstd}, Entries: []zimtest.Entry{
		meta("Title", "Trouble"), meta("Language", "eng"), meta("Name", "trouble_en"), meta("Date", "2026-01-02"),
		{NS: 'C', Path: "index.html", Title: "Trouble", MIME: "text/html", Data: files["index.html"]},
		{NS: 'C', Path: "escape.html", Title: "Escape", MIME: "text/html", Data: corpusEscape(t)},
		{NS: 'C', Path: "sw.js", MIME: "text/javascript", Data: files["sw.js"]},
		{NS: 'C', Path: "worker.js", MIME: "text/javascript", Data: files["worker.js"]},
		{NS: 'C', Path: "own.txt", MIME: "text/plain", Data: files["own.txt"]},
		{NS: 'W', Path: "mainPage", Redirect: "C/index.html"},
	}}
	list := zimtest.Entry{NS: 'X', Path: "listing/titleOrdered/v1", MIME: "application/octet-stream+zimlisting"}
	r.Entries = append(r.Entries, list)
	r.Entries[len(r.Entries)-1].Data = r.ListOf("C/escape.html", "C/index.html")
	path := filepath.Join(t.TempDir(), "trouble.zim")
	if err := os.WriteFile(path, r.Make(t), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// hostileFiles is the package by the names of its files: in a ZIM, or as an app in a zip.
func hostileFiles(t testing.TB, at server.Listening, outside string, exercise content.ResourceID, victim content.CourseID) map[string]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "browser", "hostile.html"))
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("MAIN_ORIGIN", at.HTTP, "PLAYER_ORIGIN", at.Player, "OUTSIDE_ORIGIN", outside, "EXERCISE", string(exercise), "VICTIM", string(victim))
	return map[string]string{
		"index.html": fill.Replace(string(b)),
		"sw.js":      `self.addEventListener("fetch",e=>e.respondWith(new Response("owned")))`,
		"worker.js":  fill.Replace(`fetch("MAIN_ORIGIN/api/progress",{credentials:"include"}).then(r=>r.text()).then(t=>postMessage("got "+t),e=>postMessage("no"))`),
		"own.txt":    "my own file",
	}
}

// corpusEscape is index.html of bad/html5_escape.zip.
func corpusEscape(t testing.TB) string {
	z, err := zip.OpenReader(corpusFile(t, "bad/html5_escape.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	f, err := z.Open("index.html")
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
