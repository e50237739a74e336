package epub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"lamplight/content"
	"lamplight/content/zips"
)

// Limits of a book. The largest real one met has 1,500 entries; pages of the largest are under 5 MiB.
const (
	maxEntries  = 20_000   // lines of the manifest
	maxText     = 16 << 20 // inflated bytes of a page, style or contents
	maxInflated = 64 << 20 // inflated bytes of any other compressed entry
	maxTotal    = 2 << 30  // inflated bytes of all compressed entries together
)

// bookVersion is the form of the index; another one is not read but made anew.
const bookVersion = 1

// A book is all that reading needs to know, found out once by Plan and kept as the course's index.
type book struct {
	Form        int                     `cbor:"1,keyasint"`
	Version     string                  `cbor:"2,keyasint"` // of the EPUB: "2.0", "3.0"
	Identifier  string                  `cbor:"3,keyasint"`
	Title       string                  `cbor:"4,keyasint"`
	Languages   []string                `cbor:"5,keyasint"`
	Authors     []string                `cbor:"6,keyasint"`
	Owner       string                  `cbor:"7,keyasint"`
	Source      string                  `cbor:"8,keyasint"`
	Description string                  `cbor:"9,keyasint"`
	Licence     string                  `cbor:"10,keyasint"`
	Modified    string                  `cbor:"11,keyasint"`
	RightToLeft bool                    `cbor:"12,keyasint"`
	Fixed       bool                    `cbor:"13,keyasint"`
	Chapters    []chapter               `cbor:"14,keyasint"`
	Contents    []content.ContentsEntry `cbor:"15,keyasint"`
	ContentsOf  string                  `cbor:"16,keyasint"` // "nav", "ncx", "" made from the spine
	Items       int                     `cbor:"17,keyasint"` // of the manifest
	Cover       string                  `cbor:"18,keyasint"`
	Entries     []zips.Entry            `cbor:"19,keyasint"`
	Media       map[string]string       `cbor:"20,keyasint"` // declared media types by path, where the name does not tell
}

// A chapter is a spine item.
type chapter struct {
	Path   string `cbor:"1,keyasint"`
	Media  string `cbor:"2,keyasint"`
	Title  string `cbor:"3,keyasint,omitempty"`
	Broken string `cbor:"4,keyasint,omitempty"` // why it cannot be read
}

// encode makes the index: deflated CBOR, always the same for the same book. A book too large for one has none and is
// read anew when opened.
func (b *book) encode() ([]byte, error) {
	index, err := content.PackIndex(b)
	if err != nil {
		return nil, err
	}
	if len(index) > content.MaxIndex {
		return nil, nil
	}
	return index, nil
}

func decodeBook(index []byte) (*book, error) {
	b := &book{}
	if err := content.UnpackIndex(index, b); err != nil {
		return nil, err
	}
	if b.Form != bookVersion {
		return nil, fmt.Errorf("index of form %d: %w", b.Form, errors.ErrUnsupported)
	}
	return b, nil
}

// readBook reads the whole book and checks it.
func readBook(ctx context.Context, r io.ReaderAt, size int64) (*book, []string, error) {
	if err := sniff(r, size); err != nil {
		return nil, nil, err
	}
	a, err := zips.OpenZip(r, size)
	if err != nil {
		return nil, nil, err
	}
	root, err := findRoot(a)
	if err != nil {
		return nil, nil, err
	}
	if err := checkProtection(a, root); err != nil {
		return nil, nil, err
	}
	where, err := packagePath(a, root)
	if err != nil {
		return nil, nil, err
	}
	doc, err := a.ReadFile(where, maxText)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("container.xml names %q, which is not there: %w", where, fs.ErrNotExist)
	}
	if err != nil {
		return nil, nil, err
	}
	o, err := readOPF(doc)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", where, err)
	}
	s := shelf{a: a, o: o, at: where, warnings: a.Warnings()}
	b, err := s.book(ctx)
	return b, s.warnings, err
}

// sniff names what a file really is when it is no zip.
func sniff(r io.ReaderAt, size int64) error {
	head := make([]byte, min(size, 512))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return err
	}
	text := strings.ToLower(strings.TrimSpace(string(head)))
	is := func(what string) error {
		return fmt.Errorf("wrong type: this is %s, not an EPUB: %w", what, fs.ErrInvalid)
	}
	switch {
	case size == 0:
		return fmt.Errorf("the file is empty: %w", fs.ErrInvalid)
	case strings.HasPrefix(text, "<!doctype html"), strings.HasPrefix(text, "<html"):
		return is("an HTML page")
	case strings.HasPrefix(text, "%pdf-"):
		return is("a PDF")
	case bytes.HasPrefix(head, []byte("\x89PNG")), bytes.HasPrefix(head, []byte("\xff\xd8\xff")), bytes.HasPrefix(head, []byte("GIF8")):
		return is("a picture")
	case bytes.HasPrefix(head, []byte("Rar!")), bytes.HasPrefix(head, []byte("7z\xbc\xaf")), bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return is("another kind of archive")
	}
	return nil
}

const containerPath = "META-INF/container.xml"

// findRoot finds the folder the book lies in: "", or one folder that somebody zipped instead of its content.
func findRoot(a *zips.Zip) (string, error) {
	if _, err := a.Stat(containerPath); err == nil {
		return "", nil
	}
	for name := range a.Names() {
		if dir, ok := strings.CutSuffix(name, "/"+containerPath); ok && !strings.Contains(dir, "/") {
			return dir, nil
		}
	}
	return "", fmt.Errorf("%s is missing, so it is no EPUB: %w", containerPath, fs.ErrNotExist)
}

// obfuscations hide fonts only (EPUB 3.3, 4.4; Adobe's older one).
var obfuscations = map[string]bool{"http://www.idpf.org/2008/embedding": true, "http://ns.adobe.com/pdf/enc#RC": true}

// checkProtection refuses a book any part of which is encrypted but fonts (OCF 4.2.6.3.2).
func checkProtection(a *zips.Zip, root string) error {
	doc, err := a.ReadFile(path.Join(root, "META-INF/encryption.xml"), maxText)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var locked string
	data := 0
	err = walk(doc, func(e elem) {
		if e.name == "EncryptedKey" {
			locked = "a key"
		}
		if e.name == "EncryptionMethod" {
			data++
			if m := e.attr("Algorithm"); !obfuscations[m] {
				locked = m
			}
		}
	}, nil)
	if err != nil {
		return fmt.Errorf("META-INF/encryption.xml: %w", err)
	}
	if locked != "" {
		return fmt.Errorf("META-INF/encryption.xml names %s: %w", cutText(locked, 100), errProtected)
	}
	return nil
}

// packagePath finds the package document: the first rootfile of its type (OCF 4.2.6.3.1).
func packagePath(a *zips.Zip, root string) (string, error) {
	doc, err := a.ReadFile(path.Join(root, containerPath), maxText)
	if err != nil {
		return "", err
	}
	var found string
	err = walk(doc, func(e elem) {
		if e.name == "rootfile" && found == "" && (e.attr("media-type") == "application/oebps-package+xml" || e.attr("media-type") == "") {
			found = e.attr("full-path")
		}
	}, nil)
	if err != nil {
		return "", fmt.Errorf("%s: %w", containerPath, err)
	}
	name, _, ok := resolve(path.Join(root, "x"), found)
	if !ok || found == "" {
		return "", fmt.Errorf("%s names no package document inside the book: %w", containerPath, fs.ErrInvalid)
	}
	return name, nil
}
