package epub

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
)

func TestChapterIsSanitisedAndItsLinksAreRewritten(t *testing.T) {
	path := makeBook(t, opfOf(2, "", `<item id="i" href="img/a%20b.png" media-type="image/png"/>`, ""),
		part{"OPS/c0.xhtml", page(`<h1 id="top">One</h1><script>alert(1)</script><p onclick="x()">See <a href="c1.xhtml#s2">two</a>, <a href="#top">top</a>,
			<a href="http://a.example/">away</a>, <a href="../../../etc/passwd">out</a>, <a href="img/a%20b.png">a file</a>.</p>
			<img src="img/a%20b.png" alt="hen"/><img src="gone.png" alt="gone"/><iframe src="http://a.example"/>`)},
		part{"OPS/c1.xhtml", page(`<p id="s2">Two</p>`)}, part{"OPS/img/a b.png", "\x89PNG\r\n\x1a\n"})
	_, r := opened(t, path)
	c, err := r.Chapter(r.node().ID, 0, func(p string) string { return "file?path=" + strings.ReplaceAll(p, " ", "%20") })
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<h1 id="x-top">One</h1>`, `<a href="?chapter=1#x-s2">two</a>`, `<a href="#x-top">top</a>`, `<a>away</a>`, `<a>out</a>`, `<a>a file</a>`,
		`<img src="file?path=OPS/img/a%20b.png" alt="hen">`, "gone",
	} {
		if !strings.Contains(c.HTML, want) {
			t.Errorf("no %s in\n%s", want, c.HTML)
		}
	}
	if strings.Contains(c.HTML, "script") || strings.Contains(c.HTML, "onclick") || strings.Contains(c.HTML, "iframe") || strings.Contains(c.HTML, "example") {
		t.Errorf("something active was kept:\n%s", c.HTML)
	}
	if _, err := r.Chapter(r.node().ID, 2, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("chapter 2 of 2: %v", err)
	}
}

func TestAMissingOrDamagedChapterIsNamedAndTheRestIsRead(t *testing.T) {
	good := page("<p>good</p>")
	bad := stored("OPS/c1.xhtml", page("<p>bad</p>"))
	bad.crc++
	opf := opfOf(4, "", "", "")
	p, r := opened(t, write(t, makeZip(stored("mimetype", "application/epub+zip"), stored("META-INF/container.xml", container), stored(opf.name, opf.text),
		stored("OPS/c0.xhtml", good), bad, stored("OPS/c3.xhtml", good))))
	said := strings.Join(p.Warnings, "\n")
	if !strings.Contains(said, `c1.xhtml" is damaged`) || !strings.Contains(said, "c2.xhtml is missing") {
		t.Errorf("warnings: %s", said)
	}
	for n, want := range []bool{true, false, false, true} {
		if _, err := r.Chapter(r.node().ID, n, nil); (err == nil) != want || err != nil && !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("chapter %d: %v", n, err)
		}
	}
}

func TestInnerFilesAreServedAsTheyLie(t *testing.T) {
	css := strings.Repeat("p { color: red }\n", 50)
	_, r := opened(t, makeBook(t, opfOf(1, "", "", ""), part{"OPS/c0.xhtml", page("x")}, part{"OPS/s.css", css}, part{"OPS/a.mp3!", "sound"},
		part{"OPS/d.svg", `<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>x</script><path d="M0 0"/></svg>`}))
	f, err := r.File("OPS/s.css")
	if err != nil || f.Coding != "gzip" || !strings.HasPrefix(f.MIME, "text/plain") {
		t.Fatalf("css: %+v, %v", f, err)
	}
	z, err := gzip.NewReader(bytes.NewReader(f.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || string(b) != css {
		t.Errorf("the gzip member holds %d bytes, %v", len(b), err)
	}
	if f, err := r.File("OPS/a.mp3"); err != nil || f.Source == nil || f.Coding != "" || f.MIME != "audio/mpeg" || f.Size != 5 {
		t.Errorf("mp3: %+v, %v", f, err)
	}
	if f, err := r.File("OPS/d.svg"); err != nil || f.MIME != "image/svg+xml" || bytes.Contains(f.Bytes, []byte("script")) || bytes.Contains(f.Bytes, []byte("onload")) {
		t.Errorf("svg: %s, %v", f.Bytes, err)
	}
	for _, active := range []string{"OPS/c0.xhtml", "META-INF/container.xml"} {
		if f, err := r.File(active); err != nil || !strings.HasPrefix(f.MIME, "text/plain") {
			t.Errorf("%s is served as %s, %v; a browser must not run it", active, f.MIME, err)
		}
	}
	if f, err := r.File("book.epub"); err != nil || f.MIME != "application/epub+zip" || f.Source == nil {
		t.Errorf("the book itself: %+v, %v", f, err)
	}
}

func TestHostileArchivesAreRefusedByReason(t *testing.T) {
	opf := opfOf(1, "", "", "")
	base := []manual{stored("mimetype", "application/epub+zip"), stored("META-INF/container.xml", container), stored(opf.name, opf.text), stored("OPS/c0.xhtml", page("x"))}
	with := func(more ...manual) []byte { return makeZip(append(append([]manual{}, base...), more...)...) }
	onTop := stored("OPS/again.xhtml", "x")
	onTop.header = 58 // where the container lies already
	var zeros bytes.Buffer
	w, _ := flate.NewWriter(&zeros, 9)
	_, _ = w.Write(make([]byte, maxText+1))
	_ = w.Close()
	bomb := manual{"OPS/c0.xhtml", zeros.Bytes(), 8, 10, uint32(zeros.Len()), -1, crc32.ChecksumIEEE(make([]byte, maxText+1))}
	far := stored("OPS/far.png", "x")
	far.packed = 1 << 30
	deep := opf
	deep.text = strings.Repeat("<a>", 100_000)
	for _, c := range []struct {
		name, says string
		b          []byte
		is         error
	}{
		{"entries that overlap", "overlap", with(onTop), fs.ErrInvalid},
		{"an entry that lies past the end", "past the end", with(far), fs.ErrInvalid},
		{"a chapter that unpacks to too much", "when unpacked", makeZip(base[0], base[1], base[2], bomb), fs.ErrInvalid},
		{"a package document nested too deeply", "deep", makeZip(base[0], base[1], stored(deep.name, deep.text), base[3]), fs.ErrInvalid},
		{"a zip that is no book", "container.xml", makeZip(stored("a.txt", "x")), fs.ErrNotExist},
		{"a key for the reader", "protected", with(stored("META-INF/encryption.xml", `<encryption><EncryptedKey/></encryption>`)), errors.ErrUnsupported},
	} {
		_, err := Format{}.Plan(context.Background(), write(t, c.b), content.ImportOptions{})
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v; want %v saying %q", c.name, err, c.is, c.says)
		}
	}
}

func TestContentsOfBothKinds(t *testing.T) {
	nav := part{"OPS/nav.xhtml", page(`<nav epub:type="toc"><ol><li><span>Part</span><ol><li><a href="c1.xhtml#a">B <b>two</b></a></li></ol></li><li><a href="http://a.example">x</a></li></ol></nav><nav epub:type="landmarks"><ol><li><a href="c0.xhtml">no</a></li></ol></nav>`)}
	ncx := part{"OPS/t.ncx", `<ncx><docTitle><text>no</text></docTitle><navMap><navPoint><navLabel><text>Part</text></navLabel><content src="c1.xhtml#a"/><navPoint><navLabel><text>B two</text></navLabel><content src="c1.xhtml#a"/></navPoint></navPoint></navMap></ncx>`}
	pages := []part{{"OPS/c0.xhtml", page("<p>0</p>")}, {"OPS/c1.xhtml", page(`<p id="a">1</p>`)}}
	for name, parts := range map[string][]part{
		"nav": append(pages, nav, opfOf(2, "", `<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>`, "")),
		"ncx": append(pages, ncx, opfOf(2, "", `<item id="n" href="t.ncx" media-type="application/x-dtbncx+xml"/>`, ` toc="n"`)),
	} {
		_, r := opened(t, makeBook(t, parts...))
		c, err := r.Book(r.node().ID)
		want := []content.ContentsEntry{{Title: "Part", Depth: 0, Chapter: 1, Anchor: "x-a"}, {Title: "B two", Depth: 1, Chapter: 1, Anchor: "x-a"}}
		if err != nil || len(c.Entries) != 2 || c.Entries[0] != want[0] || c.Entries[1] != want[1] || r.b.ContentsOf != name {
			t.Errorf("%s: %+v by %q, %v", name, c.Entries, r.b.ContentsOf, err)
		}
	}
}

func TestMetadataAreTakenAsStated(t *testing.T) {
	path := makeBook(t, opfOf(1, `<dc:language>pt_br</dc:language><dc:creator>Asha</dc:creator><dc:creator>Musa</dc:creator><dc:publisher>P</dc:publisher>
		<dc:rights>All rights reserved</dc:rights><link rel="cc:license" href="https://creativecommons.org/licenses/by-nc/4.0/"/><link rel="cc:license" refines="#x" href="https://creativecommons.org/licenses/by/3.0/"/>
		<meta property="dcterms:modified">2024-01-02T00:00:00Z</meta><meta property="rendition:layout">pre-paginated</meta><meta name="cover" content="cov"/>`,
		`<item id="cov" href="c.jpg" media-type="image/jpeg"/>`, ` page-progression-direction="rtl"`), part{"OPS/c0.xhtml", page("x")}, part{"OPS/c.jpg", "\xff\xd8\xff"})
	p, r := opened(t, path)
	c := p.Course
	if c.Licence.ID != "CC-BY-NC-4.0" || c.Licence.Author != "Asha, Musa" || c.Licence.Owner != "P" || c.Edition != "2024-01-02T00:00:00Z" ||
		strings.Join(c.Languages, " ") != "sw pt-BR" || c.Thumbnail != "OPS/c.jpg" || !r.b.Fixed || !r.b.RightToLeft || c.ID != content.NewCourseID("epub", "urn:test:0001") {
		t.Errorf("%+v", c)
	}
}

func TestAnIndexOfAnotherFormIsMadeAnew(t *testing.T) {
	p, _ := opened(t, makeBook(t, opfOf(1, "", "", ""), part{"OPS/c0.xhtml", page("<p>x</p>")}))
	for _, index := range [][]byte{nil, []byte("nonsense"), p.Index[:len(p.Index)/2]} {
		r, err := Format{}.Open(p.Course, importtest.Install(t, p), index)
		if err != nil {
			t.Fatalf("index of %d bytes: %v", len(index), err)
		}
		if n, _, err := r.Children("", 0, 9); err != nil || len(n) != 1 || n[0].Pages != 1 {
			t.Errorf("%+v, %v", n, err)
		}
		r.Close()
	}
}

func FuzzPackageDocuments(f *testing.F) {
	f.Add([]byte(opfOf(2, "", "", "").text))
	f.Add([]byte(`<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><package><metadata><title>&a;</title></metadata></package>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := readOPF(b)
		if err != nil {
			if !errors.Is(err, fs.ErrInvalid) {
				t.Fatalf("%v has no kind", err)
			}
			return
		}
		if strings.ContainsAny(o.title(), "\x00\n\x1b") || len(o.languageTags()) == 0 {
			t.Fatalf("title %q, languages %q", o.title(), o.languageTags())
		}
	})
}
