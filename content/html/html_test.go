package html

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
)

// made writes a zip of files; a name that ends in "!" is stored.
func made(t *testing.T, name string, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, n := range slices.Sorted(maps.Keys(files)) {
		h := &zip.FileHeader{Name: strings.TrimSuffix(n, "!"), Method: zip.Deflate}
		if h.Name != n {
			h.Method = zip.Store
		}
		f, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, files[n])
	}
	w.Close()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// laid writes files into a folder.
func laid(t *testing.T, name string, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	for n, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(n))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func opened(t *testing.T, path string) (*content.Plan, content.Reader) {
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
	return p, r
}

func titles(t *testing.T, r content.Reader) (all []string) {
	t.Helper()
	nodes, total, err := r.Children("", 0, 999)
	if err != nil || total != len(nodes) {
		t.Fatalf("%d of %d, %v", len(nodes), total, err)
	}
	for _, n := range nodes {
		all = append(all, n.Title+" <"+n.Path+">")
	}
	return all
}

const article = "<p>This is the story of a mango tree that stood by the river, and of the children that played in its shade with you and me.</p>"

var good = map[string]struct {
	files map[string]string
	want  content.Course
	pages []string
}{
	"an app says what it is": {
		map[string]string{"index.html": `<!doctype html><html lang="sw"><head><title>Mfumo wa jua – Shule</title><meta property="og:title" content="Mfumo wa jua">
			<meta name="description" content="Sayari nane"><meta name="author" content="Asha"><link rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/">
			<meta property="og:image" content="https://example.org/apps/jua/img/jua.png"></head><script src="a.js"></script>`, "img/jua.png": "\x89PNG", "a.js": "1"},
		content.Course{Title: "Mfumo wa jua", Description: "Sayari nane", Languages: []string{"sw"}, Licence: content.Licence{ID: "CC-BY-SA-4.0", Author: "Asha"}, Resources: 1, Thumbnail: "img/jua.png"},
		[]string{"Mfumo wa jua <index.html>"},
	},
	"a folder that was zipped whole, with what a Mac adds": {
		map[string]string{"My app/INDEX.HTM": "<title>Inside</title>" + article, "My app/x.js": "1", "__MACOSX/My app/._INDEX.HTM": "x", "My app/.DS_Store": "x"},
		content.Course{Title: "Inside", Languages: []string{"en"}, Resources: 1},
		[]string{"Inside <My app/INDEX.HTM>"},
	},
	"the only page, in Arabic, without a word on itself": {
		map[string]string{"درس.html": "<p>" + strings.Repeat("هذه قصة شجرة المانجو التي كانت تقف عند النهر ", 3)},
		content.Course{Title: "x", Languages: []string{"ar"}, Resources: 1},
		[]string{"x <درس.html>"},
	},
	"an index of static pages is a set of pages": {
		map[string]string{
			"index.html": `<html lang=en><title>Grade 4 science</title><a href="two.html">The second</a><a href="one.html#top">The first</a><a href="sub/three.html?x=1">Three</a><a href="gone.html">Gone</a><a href="http://a.example/x.html">Away</a>`,
			"one.html":   "<html lang=fr><title>Un</title>", "two.html": "<title>Two</title>", "sub/three.html": "<h1>3</h1>", "unlinked.html": "<p>",
			"LICENSE.txt": "Creative Commons Legal Code\n\nCC0 1.0 Universal",
		},
		content.Course{Title: "Grade 4 science", Languages: []string{"en", "fr"}, Licence: content.Licence{ID: "CC0-1.0"}, Resources: 4},
		[]string{"Grade 4 science <index.html>", "The second <two.html>", "The first <one.html>", "Three <sub/three.html>"},
	},
	"an app with pages about itself is one resource": {
		map[string]string{
			"index.html": `<title>Game</title><script src=g.js></script><a href="about.html">About</a>`, "about.html": "<title>About</title>", "g.js": "1",
			"a1.html": "", "a2.html": "", "a3.html": "", "README.md": "# Game\n\nLicence: MIT\n\nPermission is hereby granted, free of charge, to any person obtaining a copy",
		},
		content.Course{Title: "Game", Languages: []string{"und"}, Licence: content.Licence{ID: "MIT"}, Resources: 1},
		[]string{"Game <index.html>"},
	},
	"pages without an index": {
		map[string]string{"1_am.html": "<title>One</title>", "2.html": "<title>Two</title>"},
		content.Course{Title: "x", Languages: []string{"am"}, Resources: 2},
		[]string{"One <1_am.html>", "Two <2.html>"},
	},
}

func TestZipsAndFoldersAreReadAlike(t *testing.T) {
	for name, c := range good {
		zipped, folder := made(t, "x.zip", c.files), laid(t, "x", c.files)
		for _, path := range []string{zipped, folder} {
			t.Run(name+"/"+filepath.Base(path), func(t *testing.T) {
				if strings.HasPrefix(name, "a folder that was zipped") && path == folder {
					return // such a folder is not claimed: its content is
				}
				p, r := opened(t, path)
				got := p.Course
				got.ID, got.Edition, got.Format, got.Bytes = "", "", "", 0
				if got.Title != c.want.Title || got.Description != c.want.Description || !slices.Equal(got.Languages, c.want.Languages) || got.Licence != c.want.Licence || got.Resources != c.want.Resources || got.Thumbnail != c.want.Thumbnail {
					t.Errorf("got %+v\nwant %+v", got, c.want)
				}
				if all := titles(t, r); !slices.Equal(all, c.pages) {
					t.Errorf("got %q, want %q", all, c.pages)
				}
			})
		}
	}
}

func TestPackagesPassTheSuite(t *testing.T) {
	var samples []importtest.Sample
	for _, c := range good {
		s := importtest.Sample{Path: made(t, "x.zip", c.files), Resources: c.want.Resources, Silent: c.want.Licence.ID == ""}
		samples = append(samples, s)
	}
	set := good["an index of static pages is a set of pages"]
	samples = append(samples, importtest.Sample{Path: laid(t, "set", set.files), Resources: 4}, importtest.Sample{Path: filepath.Join(laid(t, "lone", map[string]string{
		"a_fr.html": "<title>Seule</title><img src=a_fr_files/x.png>", "a_fr_files/x.png": "png", "other.html": "no", "film.mp4": "no",
	}), "a_fr.html"), Title: "Seule", Languages: []string{"fr"}, Resources: 1, Silent: true})
	importtest.Run(t, Format{}, samples, nil)
}

func TestFilesAreServedAsTheyLie(t *testing.T) {
	text := strings.Repeat("let x = 1;\n", 500)
	_, r := opened(t, made(t, "x.zip", map[string]string{"index.html": "<title>T</title>", "js/App.js": text, "film.mp4!": "film", "sub/index.html": "<p>sub", "sub/a b.svg": "<svg/>"}))
	f, err := r.File("js/App.js")
	if err != nil || f.Coding != "deflate" || f.MIME != "text/javascript" || f.Inflated != int64(len(text)) || f.Source == nil || f.Size >= f.Inflated {
		t.Errorf("a deflated script: %+v, %v", f, err)
	}
	if f, err := r.File("film.mp4"); err != nil || f.Coding != "" || f.MIME != "video/mp4" || f.Size != 4 || f.Source == nil {
		t.Errorf("a stored film: %+v, %v", f, err)
	}
	for ask, want := range map[string]string{"JS/app.js": "js/App.js", "sub": "sub/index.html", "sub/": "sub/index.html", "": "index.html", "sub/a b.svg": "sub/a b.svg"} {
		if f, err := r.File(ask); err != nil || f.Path != want {
			t.Errorf("%q: %q, %v; want %q", ask, f.Path, err, want)
		}
	}
	if main, ok := r.(content.FrontReader).MainPage(); !ok || main != "index.html" {
		t.Errorf("begins with %q", main)
	}
	for _, none := range []string{"nothing", "../index.html", "/index.html", "sub/../index.html", strings.Repeat("x", 3000)} {
		if f, err := r.File(none); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%.20q: %+v, %v", none, f, err)
		}
	}
}

func TestWordsAreFoundInAllPagesOfAnApp(t *testing.T) {
	p, r := opened(t, made(t, "x.zip", map[string]string{
		"index.html": "<title>T</title><h1>Rivers</h1><p>Water &amp; stones</p><script>var hidden</script>", "more/b.html": "<meta charset=windows-1252><p>caf\xe9</p>",
	}))
	var words []string
	err := r.(content.TextReader).Text(content.NewResourceID(p.Course.ID, "index.html"), func(p content.Passage) bool {
		words = append(words, p.Title+": "+p.Text)
		return true
	})
	if want := []string{"Rivers: Water & stones", ": café"}; err != nil || !slices.Equal(words, want) {
		t.Errorf("got %q, %v; want %q", words, err, want)
	}
}

func TestWhatIsNoWebPackageIsRefusedByReason(t *testing.T) {
	for says, path := range map[string]string{
		"an EPUB book":      made(t, "1.zip", map[string]string{"mimetype!": "application/epub+zip", "META-INF/container.xml": "x", "a.html": "x"}),
		"an H5P package":    made(t, "2.zip", map[string]string{"h5p.json": "{}", "index.html": "x"}),
		"Moodle backup":     made(t, "3.zip", map[string]string{"backup/moodle_backup.xml": "x", "backup/index.html": "x"}),
		"most of them .mp4": made(t, "4.zip", map[string]string{"a.mp4": "x", "b.mp4": "x", "c.txt": "x"}),
		"this is a PDF":     filepath.Join(laid(t, "5", map[string]string{"5.zip": "%PDF-1.4 hello"}), "5.zip"),
		"it is empty":       made(t, "6.zip", map[string]string{".DS_Store": "x"}),
		"the file is empty": filepath.Join(laid(t, "7", map[string]string{"7.zip": ""}), "7.zip"),
	} {
		_, err := Format{}.Plan(context.Background(), path, content.ImportOptions{})
		if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), filepath.Base(path)) || !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: %v, want %q", filepath.Base(path), err, says)
		}
	}
}

func TestFoldersAreClaimedOnlyWhereAllInThemIsPages(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  bool
	}{
		"an app":                      {map[string]string{"index.html": "x", "a/b.js": "x", "film.mp4": "x"}, true},
		"pages and pictures":          {map[string]string{"one.html": "x", "two.html": "x", "p.png": "x"}, true},
		"a stick with an index":       {map[string]string{"index.html": "x", "zim/wikipedia.zim": "x"}, false},
		"films and one page":          {map[string]string{"about.html": "x", "a.mp4": "x", "b.mp4": "x"}, false},
		"a SCORM package":             {map[string]string{"index.html": "x", "imsmanifest.xml": "x"}, false},
		"a course folder":             {map[string]string{"index.html": "x", "course.md": "x"}, false},
		"a folder of course folders":  {map[string]string{"index.html": "x", "a/course.md": "x"}, false},
		"no page":                     {map[string]string{"a.txt": "x"}, false},
		"pages in folders of folders": {map[string]string{"a/index.html": "x"}, false},
	} {
		if got := (Format{}).Claims(laid(t, "x", c.files), nil); got != c.want {
			t.Errorf("%s: claimed %v", name, got)
		}
	}
	dir := laid(t, "x", map[string]string{"page.html": "x", "page_files/frame.html": "x", "other_files/y.html": "x"})
	if (Format{}).Claims(filepath.Join(dir, "page_files"), nil) || !(Format{}).Claims(filepath.Join(dir, "other_files"), nil) {
		t.Error("the folder of a saved page's parts is a package of its own, or one that is none's is not")
	}
	for name, want := range map[string]bool{"page.html": true, "page_files/frame.html": false, "other_files/y.html": true} {
		if got := (Format{}).Claims(filepath.Join(dir, name), []byte("x")); got != want {
			t.Errorf("%s: claimed %v", name, got)
		}
	}
}

func TestZipsOfTheZipToolAreRead(t *testing.T) {
	if _, err := exec.LookPath("zip"); err != nil {
		t.Skip("no zip tool")
	}
	dir := laid(t, "site", map[string]string{"index.html": "<html lang=en><title>Made by hand</title>" + article, "pics/été.png": "png", "big.txt": strings.Repeat("x", 100_000)})
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "link.txt")); err != nil {
		t.Fatal(err)
	}
	for _, options := range [][]string{{"-r"}, {"-r", "-0"}, {"-r", "-9", "-y"}, {"-r", "-fz-"}, {"-r", "-fd"}} {
		out := filepath.Join(t.TempDir(), "out.zip")
		zip := exec.Command("zip", append(options, "-q", out, ".")...)
		zip.Dir = dir
		if said, err := zip.CombinedOutput(); err != nil {
			t.Fatalf("zip %v: %v %s", options, err, said)
		}
		p, r := opened(t, out)
		f, err := r.File("pics/été.png")
		if p.Course.Title != "Made by hand" || err != nil || f.MIME != "image/png" {
			t.Errorf("zip %v: %q, %+v, %v", options, p.Course.Title, f, err)
		}
		if options[len(options)-1] == "-y" {
			if _, err := r.File("link.txt"); !errors.Is(err, fs.ErrNotExist) || len(p.Warnings) != 1 {
				t.Errorf("a link is followed: %v, %q", err, p.Warnings)
			}
		}
	}
	streamed := exec.Command("sh", "-c", "zip -q -r - . | cat > ../streamed.zip")
	streamed.Dir = dir
	if said, err := streamed.CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, said)
	}
	if p, _ := opened(t, filepath.Join(filepath.Dir(dir), "streamed.zip")); p.Course.Title != "Made by hand" {
		t.Errorf("a streamed zip: %q", p.Course.Title)
	}
}

func TestAnIndexThatIsLostIsMadeAnewFromTheZip(t *testing.T) {
	p, _ := opened(t, made(t, "x.zip", good["an index of static pages is a set of pages"].files))
	for _, index := range [][]byte{nil, []byte("nonsense"), p.Index[:len(p.Index)/2]} {
		r, err := Format{}.Open(p.Course, importtest.Install(t, p), index)
		if err != nil {
			t.Fatal(err)
		}
		if all := titles(t, r); len(all) != 4 {
			t.Errorf("%q", all)
		}
		r.Close()
	}
}

func FuzzPages(f *testing.F) {
	f.Add([]byte(`<html lang=en><title>T</title><meta name=license content="CC BY 4.0"><a href="a.html">x</a>`), "index.html")
	f.Add([]byte("<!-- This is licensed. Copyright 2020, Me --><a href='%2e%2e/x.html'>"), "a/b.xhtml")
	f.Fuzz(func(t *testing.T, b []byte, at string) {
		h := readHead(b, at)
		if strings.ContainsAny(h.shown()+h.owner+h.description, "\x00\n\u202e") || len(h.shown()) > 310 {
			t.Fatalf("%q", h.shown())
		}
		for _, l := range h.links {
			if strings.HasPrefix(l.to, "../") || strings.HasPrefix(l.to, "/") && !strings.HasPrefix(at, "/") {
				t.Fatalf("a link leads to %q", l.to)
			}
		}
	})
}
