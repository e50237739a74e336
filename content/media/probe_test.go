package media

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strings"
	"testing"

	"lamplight/content"
)

func probeBytes(name string, b []byte) (info, error) {
	return probe(name, bytes.NewReader(b), int64(len(b)))
}

func TestHeadsOfFilesSayWhatIsInside(t *testing.T) {
	for _, c := range []struct {
		name string
		b    []byte
		want info
	}{
		{"a.mp4", tinyMP4(12, "Boti", "swa"), info{Kind: content.Video, MIME: "video/mp4", Title: "Boti", Language: "sw", Seconds: 12, Width: 320, Height: 240}},
		{"a.webm", tinyWebM(7.5, "قارب"), info{Kind: content.Video, MIME: "video/webm", Title: "قارب", Seconds: 7.5, Width: 320, Height: 240}},
		{"a.mp3", tinyMP3(100, "Ngoma", "swa"), info{Kind: content.Audio, MIME: "audio/mpeg", Title: "Ngoma", Language: "sw", Seconds: 100 * 1152 / 44100.0}},
		{"a.opus", tinyOgg(9, "title=Wimbo", "LANGUAGE=fra", "LICENSE=x"), info{Kind: content.Audio, MIME: "audio/ogg", Title: "Wimbo", Language: "fr", Seconds: 9}},
		{"a.pdf", tinyPDF(3, "(Kit\\341bu \\(1\\))", false), info{Kind: content.Document, MIME: "application/pdf", Title: "Kitábu (1)", Language: "sw", Pages: 3}},
		{"b.pdf", tinyPDF(120, "<FEFF0905092800200031>", true), info{Kind: content.Document, MIME: "application/pdf", Title: "अन 1", Language: "sw", Pages: 120}},
		{"misnamed.pdf", tinyMP4(1, "x", "und"), info{Kind: content.Video, MIME: "video/mp4", Title: "x", Seconds: 1, Width: 320, Height: 240}},
	} {
		got, err := probeBytes(c.name, c.b)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got.Kind != c.want.Kind || got.MIME != c.want.MIME || got.Title != c.want.Title || got.Language != c.want.Language ||
			math.Abs(got.Seconds-c.want.Seconds) > 0.01 || got.Width != c.want.Width || got.Height != c.want.Height || got.Pages != c.want.Pages {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, got, c.want)
		}
	}
}

func TestPDFWithoutTableIsFoundByLookingThrough(t *testing.T) {
	for _, packed := range []bool{false, true} {
		whole := tinyPDF(5, "(T)", packed)
		broken := bytes.Replace(whole, []byte("startxref"), []byte("startxxxx"), 1)
		astray := bytes.Replace(whole, []byte("startxref\n"), []byte("startxref\n9"), 1)
		junk := append([]byte("junk before\n"), whole...)
		for name, b := range map[string][]byte{"no startxref": broken, "wrong startxref": astray, "junk before": junk} {
			if f, err := probeBytes("a.pdf", b); err != nil || f.Pages != 5 || f.Title != "T" {
				t.Errorf("packed %v, %s: %d pages, title %q, %v", packed, name, f.Pages, f.Title, err)
			}
		}
	}
}

func TestHostileFilesAreRefusedByReason(t *testing.T) {
	deep := tinyMP4(1, "x", "und")
	for range 40 {
		deep = append(box("ftyp", []byte("isom\x00\x00\x00\x00")), box("moov", deep)...)
	}
	manyBoxes := append(box("ftyp", []byte("isom\x00\x00\x00\x00")), bytes.Repeat(box("free"), maxBoxes+1)...)
	encrypted := bytes.Replace(tinyPDF(1, "(T)", false), []byte("/Root 1"), []byte("/Encrypt<</V 4>>/Root 1"), 1)
	for _, c := range []struct {
		name, says string
		b          []byte
		is         error
	}{
		{"empty.mp4", "empty", nil, fs.ErrInvalid},
		{"page.pdf", "HTML", []byte("<!DOCTYPE html><script>x</script>%PDF-1.4"), fs.ErrInvalid},
		{"cut.mp4", "cut short", tinyMP4(9, "x", "und")[:300], fs.ErrInvalid},
		{"nomoov.mp4", "moov", append(box("ftyp", []byte("isom\x00\x00\x00\x00")), box("mdat", make([]byte, 99))...), fs.ErrInvalid},
		{"deep.mp4", "nested", deep, fs.ErrInvalid},
		{"many.mp4", "boxes", manyBoxes, fs.ErrInvalid},
		{"film.mkv", "Matroska", element(idEBML, element(idDocType, []byte("matroska"))), errors.ErrUnsupported},
		{"film.avi", "convert it", []byte("RIFF....AVI LIST"), errors.ErrUnsupported},
		{"text.mp3", "wrong type", []byte(strings.Repeat("words ", 100)), fs.ErrInvalid},
		{"locked.pdf", "password", encrypted, errors.ErrUnsupported},
		{"nopages.pdf", "no page", tinyPDF(0, "(T)", false), fs.ErrInvalid},
	} {
		f, err := probeBytes(c.name, c.b)
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %+v, %v; want %v saying %q", c.name, f, err, c.is, c.says)
		}
	}
}

func TestLanguageOfANameIsOnlyTakenWhereItIsOne(t *testing.T) {
	for name, want := range map[string]string{
		"film.sw.mp4": "sw", "story_0008_am.mp3": "am", "story_0156_pt.m4a": "pt", "film_fr.mp4": "fr", "film.pt-BR.mp4": "pt-BR",
		"syllab_ba.ogg": "", "i_am.mp3": "", "lesson.1.mp4": "", "en.mp4": "", "alpha_A.ogg": "", "frog-1.mp4": "",
	} {
		if got := nameLanguage(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestNamesSortAsPeopleCount(t *testing.T) {
	if !natural("film 2.mp4", "film 10.mp4") || natural("b.mp4", "a.mp4") || !natural("02.mp4", "3.mp4") || natural("x", "x") {
		t.Error("film 2 comes before film 10, 02 before 3")
	}
}

func fuzzProbe(f *testing.F, name string, seeds ...[]byte) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := probeBytes(name, b)
		if err != nil && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
			t.Fatalf("%v has no kind", err)
		}
		if err == nil && (got.Kind == "" || got.MIME == "" || got.Seconds < 0 || math.IsNaN(got.Seconds) || got.Cover.Offset+got.Cover.Size > int64(len(b))) {
			t.Fatalf("accepted as %+v", got)
		}
		if bad := fmt.Sprint(got.Title, got.Author); strings.ContainsAny(bad, "\x00\n\x1b") {
			t.Fatalf("control characters in %q", bad)
		}
	})
}

func FuzzMP4(f *testing.F)  { fuzzProbe(f, "a.mp4", tinyMP4(9, "x", "eng")) }
func FuzzEBML(f *testing.F) { fuzzProbe(f, "a.webm", tinyWebM(9, "x")) }
func FuzzOgg(f *testing.F)  { fuzzProbe(f, "a.ogg", tinyOgg(9, "title=x")) }
func FuzzMP3(f *testing.F)  { fuzzProbe(f, "a.mp3", tinyMP3(3, "x", "eng")) }
func FuzzPDF(f *testing.F) {
	fuzzProbe(f, "a.pdf", tinyPDF(2, "(x)", false), tinyPDF(2, "(x)", true), []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj trailer<</Root 1 0 R>>"))
}
