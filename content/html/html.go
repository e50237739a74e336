// Package html reads web apps and sets of pages: a zip with an index.html, a folder of pages, a lone page.
//
// A zip is kept whole and read in place; its entries are served as they lie, deflated ones too (see content.File.Coding).
// Pages are not touched: whatever runs in them is the player's business. A course is one App, or one App a page where the
// package is plainly a set of pages; see front.go for what that means. Packages that say what else they are (EPUB, SCORM,
// QTI, Common Cartridge, H5P, Moodle, cmi5) are refused by that name.
//
// Sources: HTML Living Standard; Kolibri's html5 preset (index.html at the root of a zip); RFC 4288 types as IANA lists them.
package html

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/content/zips"
)

// Format reads web packages. It claims any zip, so it is asked after all formats that live in zips.
type Format struct{}

// fileName is the name under which a zip is kept. Files of a folder keep their own names below folderName.
const (
	fileName   = "app.zip"
	folderName = "pages/"
)

// Limits of what a package unpacks to.
const (
	maxEntry = 2 << 30  // bytes of one deflated entry
	maxTotal = 16 << 30 // of all of them
	maxPage  = 16 << 20 // of a page that is read
)

// Name is "html".
func (Format) Name() string { return "html" }

var zipExtensions = []string{".zip", ".bloompub", ".bloomd", ".kpub"}

var pageExtensions = []string{".html", ".htm", ".xhtml"}

func isPage(name string) bool {
	return slices.Contains(pageExtensions, strings.ToLower(filepath.Ext(name)))
}

// Claims zips, lone pages, and folders of pages that hold nothing else to learn from. A page in the folder that a browser
// made of another page's parts ("NAME_files") is none of its own.
func (Format) Claims(path string, head []byte) bool {
	if head == nil {
		return claimsFolder(path)
	}
	ext := strings.ToLower(filepath.Ext(path))
	return slices.Contains(zipExtensions, ext) || isPage(path) && partOf(path) == ""
}

// partOf names the page whose parts the folder of path holds, "" none.
func partOf(path string) string {
	dir := filepath.Dir(path)
	stem, ok := strings.CutSuffix(dir, "_files")
	if !ok {
		return ""
	}
	for _, ext := range pageExtensions {
		if _, err := os.Stat(stem + ext); err == nil {
			return stem + ext
		}
	}
	return ""
}

// Plan reads all of the package once. See package comment.
func (Format) Plan(ctx context.Context, path string, o content.ImportOptions) (*content.Plan, error) {
	p, err := plan(ctx, path, o)
	if err != nil {
		return nil, fmt.Errorf("html: %s: %w", filepath.Base(path), kinded(err))
	}
	return p, nil
}

// kinded gives errors of reading the disk's bytes the kind the contract asks for.
func kinded(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("cut short: %w: %w", err, fs.ErrInvalid)
	}
	return err
}

func plan(ctx context.Context, path string, o content.ImportOptions) (*content.Plan, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	switch {
	case info.IsDir():
		return planFolder(ctx, path, "", o)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("neither a file nor a folder: %w", fs.ErrInvalid)
	case isPage(path):
		return planFolder(ctx, filepath.Dir(path), filepath.Base(path), o)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return planZip(ctx, f, info.Size(), path, o)
}

func planZip(ctx context.Context, f *os.File, size int64, path string, o content.ImportOptions) (*content.Plan, error) {
	if err := sniff(f, size); err != nil {
		return nil, err
	}
	z, err := zips.OpenZip(f, size)
	if err != nil {
		return nil, err
	}
	b, err := readSite(zipped{z}, filepath.Base(path))
	if err != nil {
		return nil, err
	}
	damaged, err := z.Verify(ctx, maxEntry, maxTotal)
	if err != nil {
		return nil, err
	}
	if err := damaged[b.Front]; err != nil {
		return nil, err
	}
	hash, err := fileHash(ctx, f, size)
	if err != nil {
		return nil, err
	}
	p := &content.Plan{
		Files: []content.PlanFile{{Name: fileName, Size: size, Parts: []string{path}}}, Warnings: slices.Clone(z.Warnings()),
	}
	for name := range z.Names() { // in the archive's order
		if err := damaged[name]; err != nil && len(p.Warnings) < 100 {
			p.Warnings = append(p.Warnings, err.Error())
		}
	}
	b.Zip = true
	return p, b.finish(p, hash, o)
}

// sniff names what a file really is when it is no zip.
func sniff(r io.ReaderAt, size int64) error {
	head := make([]byte, min(size, 512))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return err
	}
	is := func(what string) error {
		return fmt.Errorf("wrong type: this is %s, not a zip: %w", what, fs.ErrInvalid)
	}
	text := strings.ToLower(strings.TrimSpace(string(head)))
	switch {
	case size == 0:
		return fmt.Errorf("the file is empty: %w", fs.ErrInvalid)
	case strings.HasPrefix(text, "<!doctype html"), strings.HasPrefix(text, "<html"):
		return is("an HTML page")
	case strings.HasPrefix(text, "%pdf-"):
		return is("a PDF")
	case strings.HasPrefix(text, "rar!"), strings.HasPrefix(text, "7z\xbc\xaf"), strings.HasPrefix(text, "\x1f\x8b"):
		return is("another kind of archive")
	}
	return nil
}

func fileHash(ctx context.Context, f *os.File, size int64) (string, error) {
	sum := blake3.New()
	if err := hashInto(ctx, sum, io.NewSectionReader(f, 0, size)); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// hashInto hashes r until ctx ends.
func hashInto(ctx context.Context, sum io.Writer, r io.Reader) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := io.CopyN(sum, r, 8<<20); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
