package media

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/content"
)

// madePDF is a document of one page with a content stream and one font.
func madePDF(stream, font string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1/Resources<</Font<</F 5 0 R>>>>>>",
		"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>", fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(stream), stream), font,
		"<</Length 400>>stream\n1 begincodespacerange <0000> <ffff> endcodespacerange 2 beginbfchar <0001> <0645> <0002> <06270627> endbfchar 1 beginbfrange <0010> <0012> <0041> endbfrange\nendstream",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj %s endobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF", len(at)+1, start)
	return b.Bytes()
}

func pdfPages(t *testing.T, b []byte) (out []content.Passage) {
	t.Helper()
	if err := PDFText(bytes.NewReader(b), int64(len(b)), func(p content.Passage) bool { out = append(out, p); return true }); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAPagesWordsAreReadAsTheyStand(t *testing.T) {
	const simple = "<</Type/Font/Subtype/Type1/Encoding<</Differences[1/eacute/fi/uni0411]>>>>"
	const wide = "<</Type/Font/Subtype/Type0/ToUnicode 6 0 R>>"
	for _, c := range []struct{ stream, font, want string }{
		{"BT /F 10 Tf 10 700 Td (Hello) Tj 0 -12 Td [(wor) -20 (ld) -300 (again)] TJ ET", simple, "Hello\nworld again"},
		{"BT /F 10 Tf 10 700 Td (One) Tj 60 0 Td (two) Tj ET", simple, "One two"},
		{"BT /F 10 Tf 10 700 Td (caf\\001 \\002n \\003) Tj ET", simple, "café fin Б"},
		{"BT /F 10 Tf 10 700 Td (a) Tj T* ET BI /W 1 ID (not text) EI BT /F 10 Tf 10 600 Td (b) Tj ET", simple, "a\nb"},
		{"BT /F 10 Tf 10 700 Td /Span <</ActualText (said)>> BDC (shown) Tj EMC ( on) Tj ET", simple, "said on"},
		{"BT /F 10 Tf 10 700 Td <000100020010> Tj ET", wide, "Aاام"},
		{"BT /F 10 Tf 10 700 Td <001000110012> Tj ET", wide, "ABC"},
	} {
		got := pdfPages(t, madePDF(c.stream, c.font))
		if len(got) != 1 || got[0].Place != "?page=1" || got[0].Text != c.want {
			t.Errorf("%s: %+v, want %q", c.stream, got, c.want)
		}
	}
}

func TestDocumentsOfTheCorpusHaveTheirWords(t *testing.T) {
	dir := os.Getenv("LAMPLIGHT_CORPUS")
	if dir == "" {
		dir = "../../../shared/corpus"
	}
	for name, want := range map[string]string{
		"storybook_0141_ar.pdf": "هو أفضل لاعب", "storybook_0004_am.pdf": "ጥሩ ጓደኛሞች", "storybook_0008_sw.pdf": "Ninaimba",
		"packaging-tutorial.fr.pdf": "À propos de ce tutoriel", "scanned_images_only_0087.pdf": "",
	} {
		b, err := os.ReadFile(filepath.Join(dir, "pdf", name))
		if os.IsNotExist(err) && os.Getenv("LAMPLIGHT_REQUIRE_CORPUS") != "1" {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, p := range pdfPages(t, b) {
			all.WriteString(p.Text + "\n")
		}
		if !strings.Contains(all.String(), want) || want == "" && all.Len() > 0 {
			t.Errorf("%s: %.200q, want %q in it", name, all.String(), want)
		}
	}
}

func FuzzPDFText(f *testing.F) {
	f.Add(madePDF("BT /F 10 Tf (x) Tj [(a) 1 (b)] TJ /G Do q Q cm ET", "<</Type/Font/Subtype/Type0/ToUnicode 6 0 R/DescendantFonts[<</W[1[500]2 9 600]>>]>>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_ = PDFText(bytes.NewReader(b), int64(len(b)), func(p content.Passage) bool {
			if len(p.Text) > 64<<10 && len(p.Text) > 4*len(b)+128<<10 {
				t.Fatalf("%d bytes of words", len(p.Text))
			}
			return true
		})
	})
}
