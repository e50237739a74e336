package media

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
)

// The corpus's manifest says in words: "138.5 s, video h264 640x480; audio aac" and "PDF 1.5, 90 pages, title “T”, …".
var (
	expectSeconds = regexp.MustCompile(`^([0-9.]+) s`)
	expectVideo   = regexp.MustCompile(`video (\w+) (\d+)x(\d+)`)
	expectAudio   = regexp.MustCompile(`audio (\w+)`)
	expectPDF     = regexp.MustCompile(`^PDF ([0-9.]+), (\d+) pages, title “([^”]*)”`)
)

func probeFile(t testing.TB, file string) (info, error) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return probe(filepath.Base(file), f, s.Size())
}

func TestCorpusMediaSayWhatTheManifestSays(t *testing.T) {
	entries := importtest.OfFormat(importtest.Manifest(t), "video/", "audio/", "pdf")
	if len(entries) < 40 {
		t.Fatalf("%d media files in the corpus", len(entries))
	}
	for _, e := range entries {
		f, err := probeFile(t, e.File)
		if err != nil {
			t.Errorf("%s: %v", e.Path, err)
			continue
		}
		if m := expectPDF.FindStringSubmatch(e.Expect); m != nil {
			if f.Version != m[1] || strconv.Itoa(f.Pages) != m[2] || f.Title != m[3] {
				t.Errorf("%s: PDF %s, %d pages, title %q; want %q", e.Path, f.Version, f.Pages, f.Title, m[1:])
			}
			continue
		}
		m := expectSeconds.FindStringSubmatch(e.Expect)
		if want, _ := strconv.ParseFloat(m[1], 64); math.Abs(f.Seconds-want) > 0.1 {
			t.Errorf("%s: %.2f s, want %s", e.Path, f.Seconds, m[1])
		}
		if m := expectAudio.FindStringSubmatch(e.Expect); m != nil && !slices.Contains(f.Codecs, m[1]) {
			t.Errorf("%s: codecs %q, want %s", e.Path, f.Codecs, m[1])
		}
		if strings.Contains(e.Expect, "video mjpeg") != (f.Kind == content.Audio && f.Cover.Size > 0 && f.Cover.MIME == "image/jpeg") {
			t.Errorf("%s: cover %+v, want what %q says", e.Path, f.Cover, e.Expect)
		}
		if m := expectVideo.FindStringSubmatch(e.Expect); m != nil && m[1] != "mjpeg" {
			if !slices.Contains(f.Codecs, m[1]) || strconv.Itoa(f.Width) != m[2] || strconv.Itoa(f.Height) != m[3] || f.Kind != content.Video {
				t.Errorf("%s: %q %dx%d, want %q", e.Path, f.Codecs, f.Width, f.Height, m[1:])
			}
		}
	}
}

func TestCorpusMediaAreCoursesOfOneResource(t *testing.T) {
	var good []importtest.Sample
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "video/", "audio/", "pdf") {
		s := importtest.Sample{Path: e.File, Resources: 1, Damage: 12}
		if strings.Contains(e.Path, "story") && !strings.HasSuffix(e.Path, ".pdf") || strings.Contains(e.Path, "tuxpaint") {
			s.Languages = []string{e.Language} // tags or names tell
		}
		if strings.Contains(e.Path, "klettres") && !strings.HasSuffix(e.Path, "_A.ogg") {
			continue // thirty of one kind
		}
		good = append(good, s)
	}
	importtest.Run(t, Format{}, good, nil)
}

func TestCorpusFoldersAreCoursesWithTopics(t *testing.T) {
	dir := importtest.Corpus(t)
	captions := func(want map[string]int) func(*testing.T, *content.Plan, content.Reader) {
		return func(t *testing.T, p *content.Plan, r content.Reader) {
			nodes, _, _ := r.Children("", 0, 100)
			for _, n := range nodes {
				if n.Kind == content.Video && len(n.Captions) != want[n.Path] {
					t.Errorf("%s: %d captions, want %d", n.Path, len(n.Captions), want[n.Path])
				}
				for _, c := range n.Captions {
					if f, err := r.File(c.Path); err != nil || !strings.HasPrefix(string(f.Bytes), "WEBVTT\n") || c.Language == "" {
						t.Errorf("%s in %q: %v", c.Path, c.Language, err)
					}
				}
			}
			t.Logf("%s %v, warnings %q", p.Course.Title, p.Course.Languages, p.Warnings)
		}
	}
	importtest.Run(t, Format{}, []importtest.Sample{
		{
			Path: filepath.Join(dir, "video"), Title: "video", Resources: count(t, "video/", "video/"),
			More: captions(map[string]int{"a-tiny-seed_0110_en.mp4": 7, "i-like-to-read_0087_hi.mp4": 3, "kuku-na-jongoo_0141_sw.webm": 5}),
		},
		{Path: filepath.Join(dir, "audio"), Title: "audio", Resources: count(t, "audio/", "audio/"), Silent: true},
		{Path: filepath.Join(dir, "pdf"), Title: "pdf", Resources: count(t, "pdf", "pdf/"), Silent: true},
	}, nil)
}

func count(t *testing.T, format, under string) (n int) {
	t.Helper()
	for _, e := range importtest.OfFormat(importtest.Manifest(t), format) {
		if strings.HasPrefix(e.Path, under) {
			n++
		}
	}
	return n
}

func TestBadMediaAreRefusedOrSurvivedByName(t *testing.T) {
	refusals := map[string]importtest.Bad{
		"broken.pdf":               {Is: fs.ErrInvalid, Says: "wrong type or damaged"},
		"html_named.pdf":           {Is: fs.ErrInvalid, Says: "HTML"},
		"pdf_page_loop.pdf":        {Is: fs.ErrInvalid, Says: "contains itself"},
		"vtt_broken.vtt":           {Is: errors.ErrUnsupported, Says: "beside it"},
		"vtt_bom_crlf_noblank.vtt": {Is: errors.ErrUnsupported, Says: "beside it"},
	}
	var bad []importtest.Bad
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "bad/pdf", "bad/vtt") {
		if strings.Contains(e.Path, "/kolibri/") {
			continue
		}
		b, ok := refusals[path.Base(e.Path)]
		b.Path, b.Survive = e.File, !ok
		bad = append(bad, b)
	}
	if len(bad) < 5 {
		t.Fatalf("%d bad media in the corpus", len(bad))
	}
	importtest.Run(t, Format{}, nil, bad)
}
