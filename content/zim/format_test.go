package zim

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
	"lamplight/content/zim/zimtest"
)

func TestMadeFilesPassTheSuite(t *testing.T) {
	plain := modern()
	plain.NoChecksum = true
	var bad []importtest.Bad
	for _, f := range refused() {
		r := modern()
		r.Spoil = f.spoil
		bad = append(bad, importtest.Bad{Path: write(t, f.name+".zim", f.cut(r.Make(t))), Is: f.is, Says: f.says})
	}
	good := modern().Make(t)
	whole := split(t, good, 40, 700, len(good)-10)
	short := split(t, good, 700)
	if err := os.Remove(filepath.Join(filepath.Dir(short), "book.zimab")); err != nil {
		t.Fatal(err)
	}
	holed := split(t, good, 700, 900)
	if err := os.Remove(filepath.Join(filepath.Dir(holed), "book.zimab")); err != nil {
		t.Fatal(err)
	}
	bad = append(bad,
		importtest.Bad{Path: short, Is: fs.ErrInvalid, Says: "later ones may be missing"},
		importtest.Bad{Path: holed, Is: fs.ErrNotExist, Says: ".zimab"},
		importtest.Bad{Path: strings.TrimSuffix(whole, "a") + "b", Is: fs.ErrInvalid, Says: "name the .zimaa"})
	importtest.Run(t, Format{}, []importtest.Sample{
		{Path: write(t, "modern.zim", good), Title: "Seeds and stars", Licence: "CC-BY-SA-4.0", Owner: "A Press", Languages: []string{"en", "fr", "sw"}, Resources: 3, More: checkModern},
		{Path: write(t, "classic.zim", classic().Make(t)), Title: "Seeds and stars", Languages: []string{"sw"}, Resources: 2, More: checkClassic},
		{Path: write(t, "large.zim", large(60).Make(t)), Resources: 60},
		{Path: write(t, "plain.zim", plain.Make(t)), Resources: 3},
		{Path: whole, Title: "Seeds and stars", Resources: 3, More: checkModern},
	}, bad)
}

func checkModern(t *testing.T, p *content.Plan, reader content.Reader) {
	r := reader.(*Reader)
	want := func(path, resolved, mime string) content.File {
		t.Helper()
		f, err := r.File(path)
		if err != nil || f.Path != resolved || f.MIME != mime {
			t.Errorf("File(%q) is %q %q, %v; want %q %q", path, f.Path, f.MIME, err, resolved, mime)
		}
		return f
	}
	for _, p := range []string{"moon.html", "C/moon.html", "A/moon.html", "luna", "A/luna", "/moon.html"} {
		want(p, "moon.html", "text/html; charset=utf-8")
	}
	want("/rooted.css", "/rooted.css", "text/css; charset=utf-8")
	if f := want("film.mp4", "film.mp4", "video/mp4"); f.Source == nil {
		t.Error("200 KB that lie in the file as they are should come as an extent")
	} else if b, err := importtest.ReadFile(f); err != nil || string(b) != prose(2, 200_000) {
		t.Errorf("the extent holds %d other bytes, %v", len(b), err)
	}
	if path, ok := r.MainPage(); path != "index.html" || !ok {
		t.Errorf("main page %q %v", path, ok)
	}
	nodes, _, _ := r.Children("", 0, 9)
	if got := titles(nodes); got != "Mango Moon Welcome" {
		t.Errorf("listed %s", got)
	}
	for prefix, found := range map[string]string{"m": "Mango Moon", "LU": "Luna", "moon": "Moon", "Ma": "Mango", "zz": ""} {
		if got := titles(r.Suggest(prefix, 5)); got != found {
			t.Errorf("Suggest(%q) is %q, want %q", prefix, got, found)
		}
	}
	if n, err := r.Node(content.ResourceID(string(p.Course.ID) + ":film.mp4")); err != nil || n.Kind != content.Video {
		t.Errorf("the film is %+v, %v", n, err)
	}
	if p.Course.Description != "What grows and what shines." || p.Course.Thumbnail != "M/Illustration_48x48@1" || p.Course.Licence.Author != "A. Author" {
		t.Errorf("course %+v", p.Course)
	}
	if !strings.HasPrefix(p.Course.Edition, "2026-01-02-6d616465") {
		t.Errorf("edition %q", p.Course.Edition)
	}
	if problems, err := r.Verify(context.Background()); err != nil || len(problems) > 0 {
		t.Errorf("Verify: %v %v", problems, err)
	}
}

func TestAnEmptyListOfFrontArticlesFallsBackToPages(t *testing.T) {
	r := modern()
	r.Entries[len(r.Entries)-1].Data = ""
	p, _ := openPath(t, write(t, "unlisted.zim", r.Make(t)))
	if p.Course.Resources != 3 {
		t.Errorf("%d resources, want the 3 pages", p.Course.Resources)
	}
}

func titles(nodes []content.Node) string {
	var all []string
	for _, n := range nodes {
		all = append(all, n.Title)
	}
	return strings.Join(all, " ")
}

func checkClassic(t *testing.T, p *content.Plan, reader content.Reader) {
	r := reader.(*Reader)
	for path, resolved := range map[string]string{"A/Moon": "A/Moon", "Moon": "A/Moon", "C/Moon": "A/Moon", "A/Luna": "A/Moon", "I/moon.png": "I/moon.png", "C/moon.png": "I/moon.png", "-/favicon": "I/moon.png"} {
		if f, err := r.File(path); err != nil || f.Path != resolved {
			t.Errorf("File(%q) is %q, %v; want %q", path, f.Path, err, resolved)
		}
	}
	if path, ok := r.MainPage(); path != "A/Moon" || !ok {
		t.Errorf("main page %q %v", path, ok)
	}
	if got := titles(r.Suggest("mango", 5)); got != "Mango tree" {
		t.Errorf("Suggest found %q", got)
	}
	if p.Course.Thumbnail != "-/favicon" {
		t.Errorf("thumbnail %q", p.Course.Thumbnail)
	}
}

type fault struct {
	name  string
	spoil func(b []byte, at *zimtest.Places)
	trunc int
	is    error
	says  string
}

func (f fault) cut(b []byte) []byte {
	if f.trunc > 0 {
		return b[:f.trunc]
	}
	return b
}

func put32(at int, v uint32) func([]byte, *zimtest.Places) {
	return func(b []byte, _ *zimtest.Places) { binary.LittleEndian.PutUint32(b[at:], v) }
}

// refused are the faults that must refuse the whole file, all with a right MD5.
func refused() []fault {
	le := binary.LittleEndian
	return []fault{
		{name: "smaller than header", trunc: 40, is: fs.ErrInvalid, says: "header"},
		{name: "cut in half", trunc: 60_000, is: fs.ErrInvalid, says: "cut short"},
		{name: "magic", spoil: put32(0, 1), is: fs.ErrInvalid, says: "not a ZIM"},
		{name: "version 99", spoil: put32(4, 99), is: errors.ErrUnsupported, says: "version 99"},
		{name: "entry count", spoil: put32(24, 0xFFFFFFF0), is: fs.ErrInvalid, says: "path list"},
		{name: "cluster count", spoil: put32(28, 5000), is: fs.ErrInvalid, says: "clusters"},
		{name: "path list outside", spoil: put32(32, 1<<30), is: fs.ErrInvalid, says: "path list"},
		{name: "title list outside", spoil: put32(40, 1<<30), is: fs.ErrInvalid, says: "title list"},
		{name: "cluster list outside", spoil: put32(48, 1<<30), is: fs.ErrInvalid, says: "cluster list"},
		{name: "path list before", spoil: put32(32, 8), is: fs.ErrInvalid, says: "path list"},
		{name: "mime list pos", spoil: put32(56, 0), is: fs.ErrInvalid, says: "must be 80"},
		{name: "checksum pos", spoil: put32(72, 100), is: fs.ErrInvalid, says: "checksum"},
		{name: "mime list garbage", spoil: put32(80, none32), is: fs.ErrInvalid, says: "MIME list"},
		{name: "mime list endless", spoil: func(b []byte, at *zimtest.Places) {
			for i := at.MIMEs; i < at.Dirents[0]; i++ {
				b[i] = 'x'
			}
		}, is: fs.ErrInvalid, says: "MIME list"},
		{name: "first dirent outside", spoil: func(b []byte, at *zimtest.Places) { le.PutUint64(b[at.Paths:], 1<<40) }, is: fs.ErrInvalid, says: "entry 0"},
		{name: "last dirent outside", spoil: func(b []byte, at *zimtest.Places) { le.PutUint64(b[at.Titles-8:], 1<<40) }, is: fs.ErrInvalid, says: "outside"},
		{name: "disordered paths", spoil: func(b []byte, at *zimtest.Places) {
			le.PutUint64(b[at.Paths+8:], uint64(at.Dirents[3]))
			le.PutUint64(b[at.Paths+24:], uint64(at.Dirents[1]))
		}, is: fs.ErrInvalid, says: "not in order"},
		{name: "zlib", spoil: func(b []byte, at *zimtest.Places) { b[at.ClusterAt[0]] = packZlib }, is: errors.ErrUnsupported, says: "zlib"},
		{name: "bzip2", spoil: func(b []byte, at *zimtest.Places) { b[at.ClusterAt[0]] = packBzip2 }, is: errors.ErrUnsupported, says: "bzip2"},
	}
}

// TestAFaultOfOnePlaceFailsOnlyWhatLiesThere spoils one thing each, with a right MD5: the file installs, Verify names
// the fault, the named path fails with a kind, and another is still read.
func TestAFaultOfOnePlaceFailsOnlyWhatLiesThere(t *testing.T) {
	le := binary.LittleEndian
	dirent := func(path string, field int, v uint32) func([]byte, *zimtest.Places) {
		return func(b []byte, at *zimtest.Places) { le.PutUint32(b[at.Dirents[at.Index[path]]+field:], v) }
	}
	for _, f := range []struct {
		name, fails, reads, says string
		spoil                    func(b []byte, at *zimtest.Places)
	}{
		{"mime of an entry", "moon.html", "mango.html", "MIME type 1234", func(b []byte, at *zimtest.Places) { le.PutUint16(b[at.Dirents[at.Index["C/moon.html"]]:], 1234) }},
		{"cluster of an entry", "moon.html", "mango.html", "cluster 77 of 2", dirent("C/moon.html", 8, 77)},
		{"blob of an entry", "moon.html", "mango.html", "blob 99", dirent("C/moon.html", 12, 99)},
		{"blob of an entry stored as it is", "x.png", "film.mp4", "blob 99", dirent("C/x.png", 12, 99)},
		{"redirect to itself", "luna", "moon.html", "loop", func(b []byte, at *zimtest.Places) {
			i := at.Index["C/luna"]
			le.PutUint32(b[at.Dirents[i]+8:], uint32(i))
		}},
		{"redirect outside", "luna", "moon.html", "redirects to entry 9999", dirent("C/luna", 8, 9999)},
		{"first cluster outside", "moon.html", "film.mp4", "cluster 0", func(b []byte, at *zimtest.Places) { le.PutUint64(b[at.Clusters:], 1<<40) }},
		{"unknown compression", "moon.html", "film.mp4", "unknown compression 9", func(b []byte, at *zimtest.Places) { b[at.ClusterAt[0]] = 9 }},
		{"zstd damaged", "moon.html", "film.mp4", "zstd", func(b []byte, at *zimtest.Places) { b[at.ClusterAt[0]+2] ^= 0xFF }},
		{"first offset odd", "x.png", "moon.html", "not a multiple", func(b []byte, at *zimtest.Places) { b[at.ClusterAt[1]+1]++ }},
		{"first offset 0", "x.png", "moon.html", "inside the blob table", func(b []byte, at *zimtest.Places) { le.PutUint32(b[at.ClusterAt[1]+1:], 0) }},
		{"first offset huge", "x.png", "moon.html", "entries", func(b []byte, at *zimtest.Places) { le.PutUint32(b[at.ClusterAt[1]+1:], 1<<20) }},
		{"offsets fall", "x.png", "moon.html", "not ordered", func(b []byte, at *zimtest.Places) { le.PutUint32(b[at.ClusterAt[1]+1+4:], 1<<30) }},
		{"main page outside", "absent", "moon.html", "main page: entry 999", func(b []byte, at *zimtest.Places) {
			le.PutUint32(b[64:], 999)
			b[at.Dirents[at.Index["W/mainPage"]]+12] = 'n'
		}},
		{"titles disordered", "absent", "moon.html", "title list: not in order", func(b []byte, at *zimtest.Places) { le.PutUint32(b[at.Titles:], uint32(at.Index["C/moon.html"])) }},
		{"title outside", "absent", "moon.html", "title list: place 0", func(b []byte, at *zimtest.Places) { le.PutUint32(b[at.Titles:], 1<<30) }},
	} {
		t.Run(f.name, func(t *testing.T) {
			recipe := modern()
			recipe.Spoil = f.spoil
			_, r := openPath(t, write(t, "spoilt.zim", recipe.Make(t)))
			if _, err := r.File(f.fails); !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("File(%q): %v, want fs.ErrInvalid", f.fails, err)
			} else if f.fails != "absent" && errors.Is(err, fs.ErrNotExist) {
				t.Errorf("File(%q): %v, want a fault named", f.fails, err)
			}
			if _, err := r.File(f.reads); err != nil {
				t.Errorf("File(%q): %v, want it read", f.reads, err)
			}
			problems, err := r.Verify(context.Background())
			if err != nil || !strings.Contains(fmt.Sprint(problems), f.says) {
				t.Errorf("Verify: %v %v, want one that says %q", problems, err, f.says)
			}
		})
	}
}

func TestAnyOneHeaderByteSpoiltOfAnEmptyFileRefusesIt(t *testing.T) {
	empty := zimtest.Recipe{Major: 6, Minor: 1}
	if _, err := (Format{}).Plan(context.Background(), write(t, "empty.zim", empty.Make(t)), content.ImportOptions{}); err != nil {
		t.Fatalf("an empty ZIM is a ZIM: %v", err)
	}
	for i := range 80 {
		if i >= 6 && i < 24 || i >= 64 && i < 72 {
			continue
		}
		empty.Spoil = func(b []byte, _ *zimtest.Places) { b[i] = 0xFF }
		_, err := (Format{}).Plan(context.Background(), write(t, "empty.zim", empty.Make(t)), content.ImportOptions{})
		if err == nil && i >= 40 && i < 48 {
			continue // 0xFF of an absent title list may still say absent
		}
		if !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("header byte %d is 0xFF: %v", i, err)
		}
	}
}

// entryLevel are the corpus's faults that must not refuse a file whose MD5 is not looked at.
var entryLevel = regexp.MustCompile(`bad_mimetype_in_dirent|blob_out|cluster_|flipped_body|bad_checksum|mainpage|first_clusterptr|redirect_loop|\.good|poor`)

func TestTheCorpusPassesTheSuite(t *testing.T) {
	all := importtest.Manifest(t)
	var good []importtest.Sample
	var bad []importtest.Bad
	for _, e := range importtest.OfFormat(all, "zim") {
		_, title, _ := parseExpect(t, e)
		good = append(good, importtest.Sample{Path: e.File, Title: title})
	}
	for _, e := range importtest.OfFormat(all, "zim-part") {
		if strings.HasSuffix(e.File, "aa") {
			good = append(good, importtest.Sample{Path: e.File, Title: "Wikibooks", Resources: 66})
		} else {
			bad = append(bad, importtest.Bad{Path: e.File, Is: fs.ErrInvalid, Says: "name the .zimaa"})
		}
	}
	for _, e := range importtest.OfFormat(all, "bad/zim") {
		bad = append(bad, importtest.Bad{Path: e.File, Survive: entryLevel.MatchString(e.Path)})
	}
	importtest.Run(t, Format{}, good, bad)
}

// TestEveryBadFileOfTheCorpusIsFoundOut reads past what Plan accepts: unless the manifest calls the file sound, Verify
// or the MD5 must find the fault.
func TestEveryBadFileOfTheCorpusIsFoundOut(t *testing.T) {
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "bad/zim") {
		p, err := Format{}.Plan(context.Background(), e.File, content.ImportOptions{})
		if err != nil {
			t.Logf("%s: refused: %v", e.Title, err)
			continue
		}
		src, err := openFiles([]string{e.File})
		if err != nil {
			t.Fatal(err)
		}
		a, err := openArchive(src, src.size(), e.Title, NewCache(1<<20))
		if err != nil {
			t.Fatal(err)
		}
		problems, err := a.verify(context.Background())
		if err != nil {
			t.Error(err)
		}
		sum := "MD5 right"
		if importtest.CheckMD5(p.Files[0]) != nil {
			sum = "MD5 wrong"
		}
		t.Logf("%s: %s, warnings %.200q, Verify %.300v", e.Title, sum, p.Warnings, problems)
		found := sum == "MD5 wrong" || len(problems) > 0
		if sound := strings.Contains(e.Path, ".good."); sound == found {
			t.Errorf("%s: %s, and Verify found %v", e.Path, sum, problems)
		}
		// A byte changed in a text leaves everything in order but the sum.
		if onlySum := strings.Contains(e.Path, "checksum") || strings.Contains(e.Path, "flipped_body"); found && !onlySum && len(problems) == 0 {
			t.Errorf("%s: only the MD5 found it out", e.Path)
		}
		src.Close()
	}
}
