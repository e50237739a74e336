package html

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
)

// statedLicence is what the manifest's licence begins with; the corpus says it of the file, the file mostly of itself.
var statedLicence = regexp.MustCompile(`^(CC0-1\.0|CC-BY(?:-\w+)*-\d\.\d)`)

func TestCorpusAppsAreReadAsTheManifestSays(t *testing.T) {
	var good []importtest.Sample
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "html5") {
		s := importtest.Sample{Path: e.File, Resources: 1, Languages: []string{e.Language}, Licence: statedLicence.FindString(e.Licence)}
		if e.Bytes > 1<<20 {
			s.Damage = 6
		}
		s.More = func(t *testing.T, p *content.Plan, r content.Reader) {
			n := p.Course.Title
			t.Logf("found: %q, %v, licence %s of %q, %d resource, %d bytes, picture %q, warnings %v", n, p.Course.Languages, p.Course.Licence.ID,
				p.Course.Licence.Owner+p.Course.Licence.Author, p.Course.Resources, p.Course.Bytes, p.Course.Thumbnail, p.Warnings)
			t.Logf("expected: %q, %s, licence %s, %s", e.Title, e.Language, e.Licence, e.Expect)
			if !strings.Contains(strings.ToLower(e.Title), strings.ToLower(n)) {
				t.Errorf("title %q, want part of %q", n, e.Title)
			}
			checkApp(t, r)
		}
		good = append(good, s)
	}
	if len(good) < 3 {
		t.Fatalf("%d apps in the corpus, want at least 3", len(good))
	}
	importtest.Run(t, Format{}, good, nil)
}

// checkApp reads every file of an app.
func checkApp(t *testing.T, r content.Reader) {
	t.Helper()
	rd := r.(*reader)
	for name := range rd.z.Names() {
		f, err := r.File(name)
		if err != nil || f.Path != name || f.MIME == "" || f.Source == nil {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
	nodes, _, _ := r.Children("", 0, 9)
	for _, n := range nodes {
		words := 0
		err := rd.Text(n.ID, func(p content.Passage) bool { words += len(p.Text); return true })
		t.Logf("%s: %d bytes of words, %v", n.Title, words, err)
		if n.Kind != content.App || !strings.HasSuffix(n.Path, "index.html") {
			t.Errorf("%+v", n)
		}
	}
}

// verdicts are what becomes of the corpus's bad zips as web packages: the reason they are refused by, or "" for those that
// are sound enough to be read.
var verdicts = map[string]string{
	"bad/empty.zip": "empty", "bad/html5_no_index.zip": "no web page", "bad/html5_escape.zip": "",
	"bad/moodle/badscorm.zip": "IMS content package", "bad/moodle/invalid.zip": "", "bad/moodle/passwordis1.zip": "no web page",
	"bad/moodle/test_osx_compress.zip": "no web page", "bad/moodle/test_tc_8.zip": "no web page", "bad/moodle/test_win8_cz.zip": "no web page",
	"bad/moodle/validaicc.zip": "no web page", "bad/moodle/validscorm.zip": "IMS content package",
	"bad/qti/qtiworks_BadManifest.zip": "IMS content package", "bad/qti/qtiworks_BadMix.zip": "IMS content package",
	"bad/qti/qtiworks_ExternalHref.zip": "IMS content package", "bad/qti/qtiworks_MissingFile.zip": "IMS content package",
	"bad/xml_billion_laughs_scorm.zip": "IMS content package", "bad/xml_xxe_qti.zip": "IMS content package",
	"bad/zip_bomb_256MiB.zip": "", "bad/zip_bomb_declared_huge.zip": "bomb", "bad/zip_bomb_declared_small.zip": "when unpacked",
	"bad/zip_bomb_nested.zip": "no web page", "bad/zip_duplicate_names.zip": "", "bad/zip_many_entries_20000.zip": "no web page",
	"bad/zip_names_not_utf8.zip": "", "bad/zip_odd_names.zip": "", "bad/zip_overlapping_entries.zip": "overlap", "bad/zip_slip.zip": "",
	"bad/zip_slip_scorm.zip": "IMS content package", "bad/zip_symlinks.zip": "", "bad/zip_unsupported_method.zip": "method 12",
}

func TestCorpusZipsAreReadOrRefusedByReason(t *testing.T) {
	var bad []importtest.Bad
	for _, e := range importtest.Manifest(t) {
		if !strings.HasPrefix(e.Path, "bad/") || !strings.HasSuffix(e.Path, ".zip") {
			continue
		}
		says, known := verdicts[e.Path]
		if !known {
			t.Errorf("%s (%s) is new: say what is to become of it", e.Path, e.Expect)
			continue
		}
		bad = append(bad, importtest.Bad{Path: e.File, Says: says, Survive: says == ""})
		p, err := Format{}.Plan(context.Background(), e.File, content.ImportOptions{})
		found := "refused"
		if err == nil {
			found = fmt.Sprintf("%d resource, %d left out or damaged", p.Course.Resources, len(p.Warnings))
		} else if !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: %v has no kind", e.Path, err)
		}
		if (err == nil) != (says == "") {
			t.Errorf("%s: %v, want %q", e.Path, err, says)
		}
		t.Logf("%-42s expected %-60.60s found %s %.90v", e.Path, e.Expect, found, err)
	}
	importtest.Run(t, Format{}, nil, bad)
}

// Packages of other kinds are refused by their name, so that nobody takes a SCORM course for a broken web page.
func TestCorpusPackagesOfOtherKindsAreRefusedByName(t *testing.T) {
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "scorm", "imscp", "qti 1.2", "qti 2.1", "qti 2.2", "qti 3.0", "cmi5", "h5p", "imscc", "epub") {
		if !strings.Contains(".zip .h5p .imscc .epub", filepath.Ext(e.Path)) {
			continue
		}
		if _, err := (Format{}).Plan(context.Background(), e.File, content.ImportOptions{}); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s (%s): %v", e.Path, e.Format, err)
		}
	}
}
