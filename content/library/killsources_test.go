package library_test

import (
	"archive/zip"
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lamplight/content/kolibri/sqlite"
	"lamplight/content/zim/zimtest"
)

// noise is so many bytes that no other seed gives.
func noise(seed, n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)}).Read(b)
	return b
}

func written(t *testing.T, path string, b []byte) string {
	t.Helper()
	os.MkdirAll(filepath.Dir(path), 0o755)
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// aZIM is so large that a copy of it which was cut goes on where it was.
func aZIM(t *testing.T, dir string) string {
	r := zimtest.Recipe{Major: 6, Minor: 1, Packs: []byte{zimtest.PackNone, zimtest.PackNone}, MainPage: "C/a.html", Entries: []zimtest.Entry{
		{NS: 'C', Path: "a.html", Title: "A", MIME: "text/html", Data: "<html><body><p>Water boils.</p></body></html>"},
		{NS: 'C', Path: "film.webm", Title: "Film", MIME: "video/webm", Data: string(noise(1, 40<<20)), Cluster: 1},
		{NS: 'M', Path: "Title", MIME: "text/plain", Data: "Killed"},
		{NS: 'M', Path: "Language", MIME: "text/plain", Data: "eng"},
	}}
	return written(t, filepath.Join(dir, "killed.zim"), r.Make(t))
}

func zipped(t *testing.T, path string, names []string, file func(name string) []byte) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		w.Write(file(name))
	}
	z.Close()
	return written(t, path, b.Bytes())
}

func aBook(t *testing.T, dir string) string {
	files := map[string]string{
		"mimetype":               "application/epub+zip",
		"META-INF/container.xml": `<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="b.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`,
		"b.opf": `<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">killed</dc:identifier><dc:title>Killed</dc:title><dc:language>en</dc:language></metadata>` +
			`<manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/><item id="n" href="n.xhtml" media-type="application/xhtml+xml" properties="nav"/><item id="p" href="p.jpg" media-type="image/jpeg"/></manifest><spine><itemref idref="a"/></spine></package>`,
		"a.xhtml": `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>A</title></head><body><p>Water boils.</p></body></html>`,
		"n.xhtml": `<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>N</title></head><body><nav epub:type="toc"><ol><li><a href="a.xhtml">A</a></li></ol></nav></body></html>`,
		"p.jpg":   "\xff\xd8\xff" + string(noise(2, 36<<20)),
	}
	names := []string{"mimetype", "META-INF/container.xml", "b.opf", "a.xhtml", "n.xhtml", "p.jpg"}
	return zipped(t, filepath.Join(dir, "killed.epub"), names, func(name string) []byte { return []byte(files[name]) })
}

func anApp(t *testing.T, dir string) string {
	names := []string{"index.html"}
	for i := range 900 {
		names = append(names, fmt.Sprintf("part/%d.dat", i))
	}
	return zipped(t, filepath.Join(dir, "killed.zip"), names, func(name string) []byte {
		if name == "index.html" {
			return []byte("<!DOCTYPE html><title>Killed</title><p>Water boils.</p>")
		}
		return noise(slices.Index(names, name), 40_000)
	})
}

func aBank(t *testing.T, dir string) string {
	var b strings.Builder
	for i := range 4000 {
		fmt.Fprintf(&b, "::Question %d:: What is %d and one? {=%d ~%d ~none of these, for there is no such number}\n\n", i, i, i+1, i+2)
	}
	return written(t, filepath.Join(dir, "killed.gift"), []byte(b.String()))
}

// aPDF is the least that is a PDF, made longer by what no other seed gives.
func aPDF(seed int) []byte {
	return []byte("%PDF-1.4\n% " + hex.EncodeToString(noise(seed, 10_000)) + "\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
}

func aFolder(t *testing.T, dir string) string {
	for i := range 700 { // so many that they are settled in several goes
		written(t, fileOf(filepath.Join(dir, "killed"), i), aPDF(i))
	}
	return filepath.Join(dir, "killed")
}

// fileOf is file n of the folder, which the order of the names puts n'th.
func fileOf(folder string, n int) string {
	return filepath.Join(folder, fmt.Sprintf("%d topic", n/140), fmt.Sprintf("%04d.pdf", n))
}

func aDrive(t *testing.T, dir string) string {
	const channel = "0123456789abcdef0123456789abcdef"
	type row = map[string]any
	path := filepath.Join(dir, "content", "databases", channel+".sqlite3")
	os.MkdirAll(filepath.Dir(path), 0o755)
	db, err := sqlite.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	db.Table("CREATE TABLE content_channelmetadata (id, name, version, root_id)")
	db.Table("CREATE TABLE content_contentnode (id, parent_id, content_id, kind, title, lft, lang_id)")
	db.Table("CREATE TABLE content_file (id, contentnode_id, local_file_id, preset, priority)")
	db.Table("CREATE TABLE content_localfile (id, extension, file_size)")
	db.Insert("content_channelmetadata", row{"id": channel, "name": "Killed", "version": 1, "root_id": channel})
	db.Insert("content_contentnode", row{"id": channel, "content_id": channel, "kind": "topic", "title": "Killed", "lft": 1, "lang_id": "en"})
	for i := range 700 {
		b := aPDF(1000 + i)
		sum := md5.Sum(b)
		hash, node := hex.EncodeToString(sum[:]), fmt.Sprintf("%032x", i+1)
		db.Insert("content_contentnode", row{"id": node, "parent_id": channel, "content_id": node, "kind": "document", "title": fmt.Sprint(i), "lft": i + 2, "lang_id": "en"})
		db.Insert("content_localfile", row{"id": hash, "extension": "pdf", "file_size": len(b)})
		db.Insert("content_file", row{"id": node, "contentnode_id": node, "local_file_id": hash, "preset": "document", "priority": 1})
		written(t, filepath.Join(dir, "content", "storage", hash[:1], hash[1:2], hash+".pdf"), b)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}
