package media

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"io/fs"
	"os"
	"strings"

	"lamplight/content"
)

// A PDFPage is what one page of a document says and shows, for reading without a viewer: its words as PDFText has them, and
// its pictures that are JPEGs, as those of scanned pages are. Other pictures and all drawing are for a viewer.
type PDFPage struct {
	Text     string
	Pictures []PDFPicture // in the order they are shown; ornaments and what is shown twice left out
}

// A PDFPicture is a JPEG in a document.
type PDFPicture struct {
	Width, Height int
	ref           pdfRef
	dict          pdfDict
	data          int64 // where it begins in the file
}

// Limits of a page's pictures.
const (
	maxPDFPictures = 12
	minPDFPicture  = 48       // pixels on a side: less is an ornament
	maxPDFPicture  = 16 << 20 // bytes of one that does not lie in the file as it is
)

// ReadPDFPage reads page n of a document, from 1. fs.ErrNotExist: it has none of that number; the other errors are those of
// PDFText.
func ReadPDFPage(f content.File, n int) (PDFPage, error) {
	var page PDFPage
	err := withPDF(f, func(p *pdf) error {
		var err error
		page, err = p.readPage(n)
		return err
	})
	return page, err
}

// PDFPages counts the pages of a document, for who keeps no count.
func PDFPages(f content.File) (n int, err error) {
	err = withPDF(f, func(p *pdf) error {
		n, _ = p.pages(p.dict(p.trailer["Root"])["Pages"])
		return nil
	})
	return n, err
}

// ReadPDFPicture is the i'th picture of page n, from 0, as a file to be sent: where it lies in the document's own, if it
// does as it is.
func ReadPDFPicture(f content.File, n, i int) (content.File, error) {
	out := content.File{Path: f.Path, MIME: "image/jpeg", ETag: fmt.Sprintf("%s-p%d-%d", f.ETag, n, i)}
	err := withPDF(f, func(p *pdf) error {
		page, err := p.readPage(n)
		if err != nil {
			return err
		}
		if i < 0 || i >= len(page.Pictures) {
			return fmt.Errorf("pdf: picture %d of page %d: %w", i, n, fs.ErrNotExist)
		}
		return p.picture(page.Pictures[i], f, &out)
	})
	return out, err
}

// withPDF opens a document where it lies.
func withPDF(f content.File, fn func(p *pdf) error) error {
	if f.Source == nil {
		if f.Coding != "" {
			return fmt.Errorf("pdf: packed as %s: %w", f.Coding, errors.ErrUnsupported)
		}
		return openPDF(strings.NewReader(string(f.Bytes)), int64(len(f.Bytes)), fn)
	}
	file, err := os.Open(f.Source.Path)
	if err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	defer file.Close()
	return openPDF(io.NewSectionReader(file, f.Source.Offset, f.Source.Size), f.Source.Size, fn)
}

func openPDF(r io.ReaderAt, size int64, fn func(p *pdf) error) error {
	head, err := readAt(r, 0, int(min(size, 1024)))
	if err != nil {
		return err
	}
	m := pdfVersion.FindSubmatchIndex(head)
	if m == nil {
		return fmt.Errorf("pdf: no version at its head: %w", fs.ErrInvalid)
	}
	p := &pdf{r: r, size: size, base: int64(m[0]), refs: map[int]pdfWhere{}, opened: map[int][]any{}, trailer: pdfDict{}}
	if err := p.load(); err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	return fn(p)
}

func (p *pdf) readPage(n int) (page PDFPage, err error) {
	w := pdfWriter{p: p, fonts: map[pdfRef]*pdfFont{}}
	found := false
	p.eachPage(func(at int, d pdfDict) bool {
		p.lookups = 0
		if found = at == n; !found {
			return true
		}
		page.Text = w.page(d)
		for _, ref := range w.shown {
			if picture, ok := p.jpeg(ref); ok && len(page.Pictures) < maxPDFPictures {
				page.Pictures = append(page.Pictures, picture)
			}
		}
		return false
	})
	if !found {
		return page, fmt.Errorf("pdf: page %d: %w", n, fs.ErrNotExist)
	}
	return page, nil
}

// jpeg says whether an object is a picture a browser draws as it is: not a mask, nothing packed but as JPEG, perhaps once
// more by deflate.
func (p *pdf) jpeg(ref pdfRef) (PDFPicture, bool) {
	w, ok := p.refs[ref.num]
	if !ok || w.stream != 0 {
		return PDFPicture{}, false
	}
	v, data := p.at(w.offset, ref.num)
	d, _ := v.(pdfDict)
	width, _ := p.resolve(d["Width"]).(float64)
	height, _ := p.resolve(d["Height"]).(float64)
	filters := p.filters(d)
	switch {
	case data == 0 || d["Subtype"] != pdfName("Image") || p.resolve(d["ImageMask"]) == true || d["Decode"] != nil && p.components(d) == 4,
		width < minPDFPicture || height < minPDFPicture || width > 1<<16 || height > 1<<16,
		len(filters) == 0 || len(filters) > 2 || filters[len(filters)-1] != "DCTDecode" && filters[len(filters)-1] != "DCT",
		len(filters) == 2 && filters[0] != "FlateDecode" && filters[0] != "Fl":
		return PDFPicture{}, false
	}
	return PDFPicture{int(width), int(height), ref, d, data}, true
}

// components is 4 of a picture in the inks of a press, else 0.
func (p *pdf) components(d pdfDict) int {
	switch c := p.resolve(d["ColorSpace"]).(type) {
	case pdfName:
		if c == "DeviceCMYK" {
			return 4
		}
	case []any:
		if len(c) > 1 && c[0] == pdfName("ICCBased") {
			if n, _ := p.resolve(p.dict(c[1])["N"]).(float64); n == 4 {
				return 4
			}
		}
	}
	return 0
}

func (p *pdf) filters(d pdfDict) (names []pdfName) {
	switch f := p.resolve(d["Filter"]).(type) {
	case pdfName:
		return []pdfName{f}
	case []any:
		for _, v := range f {
			name, _ := p.resolve(v).(pdfName)
			names = append(names, name)
		}
	}
	return names
}

// picture fills in what is sent of a picture.
func (p *pdf) picture(x PDFPicture, of content.File, out *content.File) error {
	length, ok := p.resolve(x.dict["Length"]).(float64)
	if !ok || length < 4 || length > float64(p.size-x.data) {
		return fmt.Errorf("pdf: a picture without an end: %w", fs.ErrInvalid)
	}
	packed := len(p.filters(x.dict)) == 2
	if of.Source != nil && p.crypt == nil && !packed {
		out.Size = int64(length)
		out.Source = &content.Extent{Path: of.Source.Path, Offset: of.Source.Offset + x.data, Size: out.Size}
		return nil
	}
	if length > maxPDFPicture {
		return fmt.Errorf("pdf: a packed picture of %.0f bytes, at most %d: %w", length, maxPDFPicture, fs.ErrInvalid)
	}
	b, err := readAt(p.r, x.data, int(length))
	if err != nil {
		return err
	}
	if p.crypt != nil {
		b = p.crypt.decrypt(x.ref.num, x.ref.gen, b)
	}
	if packed {
		z, err := zlib.NewReader(bytes.NewReader(b))
		if err != nil {
			return fmt.Errorf("pdf: %v: %w", err, fs.ErrInvalid)
		}
		if b, err = io.ReadAll(io.LimitReader(z, maxPDFPicture)); err != nil {
			return fmt.Errorf("pdf: %v: %w", err, fs.ErrInvalid)
		}
	}
	if _, err := jpeg.DecodeConfig(bytes.NewReader(b)); err != nil {
		return fmt.Errorf("pdf: a picture that is none: %v: %w", err, fs.ErrInvalid)
	}
	out.Bytes, out.Size = b, int64(len(b))
	return nil
}
