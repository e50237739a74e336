package epub

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
)

func zipNames(t *testing.T, path string) []string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	return names
}

// A part is one file of a book made for a test.
type part struct{ name, text string }

const container = `<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OPS/p.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`

// opfOf is a package document of chapters c0.xhtml … with more in metadata and manifest.
func opfOf(chapters int, metadata, manifest, spine string) part {
	var items, refs strings.Builder
	for i := range chapters {
		fmt.Fprintf(&items, `<item id="c%d" href="c%d.xhtml" media-type="application/xhtml+xml"/>`, i, i)
		fmt.Fprintf(&refs, `<itemref idref="c%d"/>`, i)
	}
	return part{"OPS/p.opf", `<package version="3.0" unique-identifier="u"><metadata><dc:identifier id="u">urn:test:0001</dc:identifier><dc:title>Kitabu</dc:title><dc:language>sw</dc:language>` +
		metadata + `</metadata><manifest>` + items.String() + manifest + `</manifest><spine` + spine + `>` + refs.String() + `</spine></package>`}
}

func page(body string) string {
	return `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body>` + body + `</body></html>`
}

// make writes parts as an EPUB and gives its path. Names ending in "!" are stored, others deflated.
func makeBook(t *testing.T, parts ...part) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	add := func(name, text string, method uint16) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	add("mimetype", "application/epub+zip", zip.Store)
	for _, p := range append([]part{{"META-INF/container.xml", container}}, parts...) {
		method := zip.Deflate
		if name, stored := strings.CutSuffix(p.name, "!"); stored {
			p.name, method = name, zip.Store
		}
		add(p.name, p.text, method)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return write(t, b.Bytes())
}

func write(t *testing.T, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "book.epub")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// opened plans, installs and opens a book.
func opened(t *testing.T, path string) (*content.Plan, *reader) {
	t.Helper()
	p, err := Format{}.Plan(context.Background(), path, content.ImportOptions{})
	if err != nil {
		t.Fatalf("Plan: %v", err)
	}
	r, err := Format{}.Open(p.Course, importtest.Install(t, p), p.Index)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { r.Close() })
	return p, r.(*reader)
}

// manual writes a zip by hand: entries as they are given, so that they may lie.
type manual struct {
	name         string
	data         []byte
	method       uint16
	size, packed uint32 // as declared
	header       int    // −1 where it is written, else where the directory says it is
	crc          uint32
}

func stored(name, text string) manual {
	return manual{name, []byte(text), 0, uint32(len(text)), uint32(len(text)), -1, crc32.ChecksumIEEE([]byte(text))}
}

func makeZip(entries ...manual) []byte {
	var b, dir bytes.Buffer
	le := func(w *bytes.Buffer, n int, v uint32) {
		for range n {
			w.WriteByte(byte(v))
			v >>= 8
		}
	}
	common := func(w *bytes.Buffer, e manual) {
		le(w, 2, 20)
		le(w, 2, 0x800)
		le(w, 2, uint32(e.method))
		le(w, 4, 0)
		le(w, 4, e.crc)
		le(w, 4, e.packed)
		le(w, 4, e.size)
		le(w, 2, uint32(len(e.name)))
		le(w, 2, 0)
	}
	for _, e := range entries {
		at := e.header
		if at < 0 {
			at = b.Len()
			b.WriteString("PK\x03\x04")
			common(&b, e)
			b.WriteString(e.name)
			b.Write(e.data)
		}
		dir.WriteString("PK\x01\x02\x14\x00")
		common(&dir, e)
		le(&dir, 10, 0)
		le(&dir, 4, uint32(at))
		dir.WriteString(e.name)
	}
	start := b.Len()
	b.Write(dir.Bytes())
	b.WriteString("PK\x05\x06")
	le(&b, 4, 0)
	le(&b, 2, uint32(len(entries)))
	le(&b, 2, uint32(len(entries)))
	le(&b, 4, uint32(dir.Len()))
	le(&b, 4, uint32(start))
	le(&b, 2, 0)
	return b.Bytes()
}
