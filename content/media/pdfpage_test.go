package media

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
)

// picturePDF has one page that shows a mask, a small ornament, a JPEG, the same again, and one deflated once more.
func picturePDF(t *testing.T) ([]byte, []byte) {
	t.Helper()
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 60, 80)), nil); err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	z.Write(photo.Bytes())
	z.Close()
	stream := "/A Do /B Do /C Do /C Do /D Do BT /F 10 Tf 10 700 Td (under it) Tj ET"
	picture := func(head string, b []byte) string {
		return fmt.Sprintf("<</Subtype/Image %s/Length %d>>stream\n%s\nendstream", head, len(b), b)
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1/Resources<</Font<</F 5 0 R>>/XObject<</A 6 0 R/B 7 0 R/C 8 0 R/D 9 0 R>>>>>>",
		"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>", fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(stream), stream), "<</Type/Font/Subtype/Type1>>",
		picture("/ImageMask true/Width 60/Height 80/Filter/DCTDecode", photo.Bytes()), picture("/Width 10/Height 80/Filter/DCTDecode", photo.Bytes()),
		picture("/Width 60/Height 80/Filter/DCTDecode", photo.Bytes()), picture("/Width 60/Height 80/Filter[/FlateDecode/DCTDecode]", packed.Bytes()),
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
	return b.Bytes(), photo.Bytes()
}

func TestAPageOfADocumentIsItsWordsAndItsPictures(t *testing.T) {
	doc, photo := picturePDF(t)
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, append([]byte("12345"), doc...), 0o600); err != nil {
		t.Fatal(err)
	}
	lying := content.File{ETag: "e", Source: &content.Extent{Path: path, Offset: 5, Size: int64(len(doc))}}
	for name, f := range map[string]content.File{"on disk": lying, "in memory": {ETag: "e", Bytes: doc}} {
		page, err := ReadPDFPage(f, 1)
		if err != nil || page.Text != "under it" || len(page.Pictures) != 2 || page.Pictures[0].Width != 60 {
			t.Fatalf("%s: %+v, %v", name, page, err)
		}
		for i := range page.Pictures {
			got, err := ReadPDFPicture(f, 1, i)
			if err != nil || got.MIME != "image/jpeg" {
				t.Fatalf("%s, picture %d: %v", name, i, err)
			}
			b := got.Bytes
			if got.Source != nil {
				all, _ := os.ReadFile(got.Source.Path)
				b = all[got.Source.Offset : got.Source.Offset+got.Source.Size]
			}
			if !bytes.Equal(b, photo) {
				t.Errorf("%s, picture %d: %d bytes, want %d", name, i, len(b), len(photo))
			}
		}
		if _, err := ReadPDFPage(f, 2); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: page 2 of 1: %v", name, err)
		}
		if _, err := ReadPDFPicture(f, 1, 2); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: picture 3 of 2: %v", name, err)
		}
	}
}

// A scan and storybooks of the corpus: every page shows something, and each of its pictures can be decoded.
func TestPagesOfTheCorpusCanBeReadWithoutAViewer(t *testing.T) {
	for _, name := range []string{"scanned_images_only_0087.pdf", "storybook_0141_ar.pdf", "packaging-tutorial.pdf"} {
		path := filepath.Join(importtest.Corpus(t), "pdf", name)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		f := content.File{Source: &content.Extent{Path: path, Size: info.Size()}}
		n := 1
		for ; ; n++ {
			page, err := ReadPDFPage(f, n)
			if errors.Is(err, fs.ErrNotExist) {
				break
			}
			if err != nil || page.Text == "" && len(page.Pictures) == 0 {
				t.Errorf("%s, page %d: %v, nothing to read", name, n, err)
			}
			for i := range page.Pictures {
				got, err := ReadPDFPicture(f, n, i)
				if err != nil {
					t.Fatal(err)
				}
				b := make([]byte, got.Size)
				file, _ := os.Open(path)
				file.ReadAt(b, got.Source.Offset)
				file.Close()
				if _, err := jpeg.Decode(bytes.NewReader(b)); err != nil {
					t.Errorf("%s, page %d, picture %d: %v", name, n, i, err)
				}
			}
		}
		if pages, err := PDFPages(f); n < 4 || err != nil || pages != n-1 {
			t.Errorf("%s: %d pages, counted as %d, %v", name, n-1, pages, err)
		}
	}
}
