package epub

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
	"lamplight/content/sanitize"
)

// quoted, number … read what the corpus's manifest expects in words: `EPUB 3.0, title “T”, language en, 3 spine items,
// 7 manifest items, toc via nav, page-progression rtl, 10 zip entries`.
var (
	expectVersion  = regexp.MustCompile(`EPUB ([0-9.]+)`)
	expectTitle    = regexp.MustCompile(`title “([^”]*)”`)
	expectLanguage = regexp.MustCompile(`language ([A-Za-z_-]+)`)
	expectSpine    = regexp.MustCompile(`(\d+) spine items`)
	expectItems    = regexp.MustCompile(`(\d+) manifest items`)
	expectTOC      = regexp.MustCompile(`toc via (\w+)`)
	expectEntries  = regexp.MustCompile(`(\d+) zip entries`)
	statedLicence  = regexp.MustCompile(`^(CC-BY(?:-\w+)*-\d\.\d|GFDL-1\.2)`)
)

func TestCorpusBooksAreReadAsTheManifestSays(t *testing.T) {
	var good []importtest.Sample
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "epub") {
		s := importtest.Sample{
			Path: e.File, Title: group(expectTitle, e.Expect), Resources: 1,
			Languages: []string{e.Language}, More: func(t *testing.T, p *content.Plan, r content.Reader) { checkBook(t, e, p, r) },
		}
		if l := group(expectLanguage, e.Expect); !strings.Contains(l, "_") {
			s.Languages = []string{l}
		}
		if s.Licence = group(statedLicence, e.Licence); s.Licence == "GFDL-1.2" {
			s.Licence = "GFDL-1.2-only" // what SPDX calls it now
		}
		if e.Bytes > 1<<20 {
			s.Damage = 6
		}
		good = append(good, s)
	}
	if len(good) < 19 {
		t.Fatalf("%d books in the corpus, want at least 19", len(good))
	}
	importtest.Run(t, Format{}, good, nil)
}

func group(re *regexp.Regexp, s string) string {
	if m := re.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

func checkBook(t *testing.T, e importtest.Entry, p *content.Plan, r content.Reader) {
	t.Helper()
	rd := r.(*reader)
	b := rd.b
	want := func(what string, got any, want string) {
		t.Helper()
		if fmt.Sprint(got) != want {
			t.Errorf("%s: got %v, want %s", what, got, want)
		}
	}
	want("version", b.Version, group(expectVersion, e.Expect))
	want("spine items", len(b.Chapters), group(expectSpine, e.Expect))
	want("manifest items", b.Items, group(expectItems, e.Expect))
	want("contents by", b.ContentsOf, group(expectTOC, e.Expect))
	want("right to left", b.RightToLeft, fmt.Sprint(strings.Contains(e.Expect, "rtl")))
	want("fixed layout", b.Fixed, fmt.Sprint(strings.Contains(e.Expect, "fixed layout")))
	if n := group(expectEntries, e.Expect); fmt.Sprint(len(b.Entries)) != n && fmt.Sprint(len(b.Entries)+folders(t, e)) != n {
		t.Errorf("zip entries: got %d and %d folders, want %s", len(b.Entries), folders(t, e), n)
	}
	if len(p.Warnings) > 0 {
		t.Errorf("warnings: %q", p.Warnings)
	}
	checkChapters(t, rd)
}

// checkChapters reads every chapter: it holds text or a picture, is clean, and its links and contents lead somewhere.
func checkChapters(t *testing.T, r *reader) {
	t.Helper()
	id := r.node().ID
	c, err := r.Book(id)
	if err != nil || c.Chapters != len(r.b.Chapters) || len(c.Entries) == 0 {
		t.Fatalf("Book: %d chapters, %d entries, %v", c.Chapters, len(c.Entries), err)
	}
	pages := make([]string, c.Chapters)
	asked := 0
	for n := range pages {
		ch, err := r.Chapter(id, n, func(path string) string {
			asked++
			if _, err := r.File(path); err != nil {
				t.Errorf("chapter %d: picture %s: %v", n, path, err)
			}
			return "file?path=" + path
		})
		if err != nil || ch.Title == "" || len(ch.HTML) < 20 {
			t.Errorf("chapter %d: title %q, %d bytes, %v", n, ch.Title, len(ch.HTML), err)
			continue
		}
		if again := sanitize.Fragment(ch.HTML, sanitize.Options{}); again != ch.HTML {
			t.Errorf("chapter %d is not clean", n)
		}
		if strings.Contains(ch.HTML, "http:") && strings.Contains(ch.HTML, `src="http`) {
			t.Errorf("chapter %d refers to another place", n)
		}
		pages[n] = ch.HTML
	}
	for _, entry := range c.Entries {
		if entry.Anchor != "" && !strings.Contains(pages[entry.Chapter], `id="`+entry.Anchor+`"`) {
			t.Errorf("contents: %q leads to %s of chapter %d, which is not there", entry.Title, entry.Anchor, entry.Chapter)
		}
	}
	t.Logf("%d chapters, %d contents, %d pictures", len(pages), len(c.Entries), asked)
}

func TestBadBooksAreRefusedOrSurvivedByName(t *testing.T) {
	refused := map[string]importtest.Bad{
		"epub_drm.epub":                    {Is: errors.ErrUnsupported, Says: "protected"},
		"epub_empty_spine.epub":            {Is: fs.ErrInvalid, Says: "spine is empty"},
		"epub_missing_opf.epub":            {Is: fs.ErrNotExist, Says: ".opf"},
		"epub_no_container.epub":           {Is: fs.ErrNotExist, Says: "container.xml is missing"},
		"epub_spine_missing_item.epub":     {Is: fs.ErrNotExist, Says: "is missing"},
		"html_named.epub":                  {Is: fs.ErrInvalid, Says: "wrong type"},
		"zero_bytes.epub":                  {Is: fs.ErrInvalid, Says: "empty"},
		"zip_bad_crc.epub":                 {Is: fs.ErrInvalid, Says: "checksum"},
		"zip_truncated_cd.epub":            {Is: fs.ErrInvalid, Says: "end record"},
		"ocf-container-not-ocf-error.epub": {Is: fs.ErrNotExist, Says: "container.xml"},
		"ocf-zip-unreadable-image-with-epub-extension-fatal.epub": {Is: fs.ErrInvalid, Says: "picture"},
	}
	var bad []importtest.Bad
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "bad/epub") {
		b, ok := refused[e.Path[strings.LastIndexByte(e.Path, '/')+1:]]
		b.Path, b.Survive = e.File, !ok
		bad = append(bad, b)
		if b.Survive {
			t.Run("survived/"+e.Path, func(t *testing.T) {
				p, err := (Format{}).Plan(context.Background(), e.File, content.ImportOptions{})
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				t.Logf("title %q, languages %v, warnings %q", p.Course.Title, p.Course.Languages, p.Warnings)
				if strings.Contains(p.Course.Title, "root:") || strings.Contains(p.Course.Title, "lollol") {
					t.Errorf("title %q", p.Course.Title)
				}
			})
		}
	}
	importtest.Run(t, Format{}, nil, bad)
}

func folders(t *testing.T, e importtest.Entry) int {
	t.Helper()
	n := 0
	for _, f := range zipNames(t, e.File) {
		if strings.HasSuffix(f, "/") {
			n++
		}
	}
	return n
}
