// Package epub reads EPUB 2 and 3 in place: the container, its contents, and chapters as sanitised pages.
//
// The file is kept whole. Plan walks it once, checks every checksum, and caches the directory, the spine and the
// contents in the index, so that Open reads nothing and a chapter is one pread. Nothing in a book is obeyed: no
// entity is expanded, no style sheet, font or script is used, links out of the book become text.
//
// Sources: EPUB 3.3 (W3C, 2023), OCF 3.2, OPF 2.0.1, NCX (Z39.86-2005), APPNOTE.TXT 6.3 for zip.
package epub

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/content"
)

// Format reads EPUB files.
type Format struct{}

// fileName is the name under which the book itself is kept, and Node.Path of the book: File serves all of it by that
// name unless an entry bears it.
const fileName = "book.epub"

// Name is "epub".
func (Format) Name() string { return "epub" }

// Claims any file named .epub and any zip that begins as OCF says: an uncompressed entry "mimetype" (4.2.2).
func (Format) Claims(path string, head []byte) bool {
	if head == nil {
		return false
	}
	return strings.EqualFold(filepath.Ext(path), ".epub") ||
		bytes.HasPrefix(head, []byte("PK\x03\x04")) && bytes.Contains(head, []byte("mimetypeapplication/epub+zip"))
}

// Plan reads all of the book once. See package comment.
func (Format) Plan(ctx context.Context, path string, o content.ImportOptions) (*content.Plan, error) {
	p, err := plan(ctx, path, o)
	if err != nil {
		return nil, fmt.Errorf("epub: %s: %w", filepath.Base(path), kinded(err))
	}
	return p, nil
}

// kinded gives errors of reading the disk's bytes as a book the kind the contract asks for.
func kinded(err error) error {
	for _, kind := range []error{fs.ErrInvalid, fs.ErrNotExist, errors.ErrUnsupported, fs.ErrPermission, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, kind) {
			return err
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("cut short: %w", fs.ErrInvalid)
	}
	return err
}

func plan(ctx context.Context, path string, o content.ImportOptions) (*content.Plan, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("not a file: %w", fs.ErrInvalid)
	}
	b, warnings, err := readBook(ctx, f, info.Size())
	if err != nil {
		return nil, err
	}
	course, err := b.course(f, o)
	if err != nil {
		return nil, err
	}
	course.Bytes = info.Size()
	p := &content.Plan{
		Course: course, Warnings: warnings,
		Files: []content.PlanFile{{Name: fileName, Size: info.Size(), Parts: []string{path}}},
	}
	for i, w := range p.Warnings {
		p.Warnings[i] = filepath.Base(path) + ": " + w
	}
	if p.Index, err = b.encode(); err != nil {
		return nil, err
	}
	return p, nil
}

// course describes the book. Its identity is the unique identifier (OPF 3.4.2); one too short to be unique in the
// world ("id1", "_idm123": tools write such) is joined with title, language and authors, so that two books made by one
// tool do not become one.
func (b *book) course(f io.Reader, o content.ImportOptions) (content.Course, error) {
	sum := blake3.New()
	if _, err := io.Copy(sum, f); err != nil {
		return content.Course{}, err
	}
	hash := hex.EncodeToString(sum.Sum(nil))
	identity := b.Identifier
	if len(identity) < 12 {
		identity = strings.Join(append([]string{identity, b.Title, strings.Join(b.Languages, " ")}, b.Authors...), "\x00")
	}
	if b.Identifier == "" {
		identity = hash
	}
	edition := b.Modified
	if edition == "" {
		edition = hash[:32]
	}
	c := content.Course{
		ID: content.NewCourseID("epub", identity), Edition: edition, Format: "epub",
		Title: b.Title, Description: b.Description, Languages: b.Languages, Resources: 1, Thumbnail: b.Cover,
		Licence: content.Licence{ID: b.Licence, Owner: b.Owner, Author: strings.Join(b.Authors, ", "), Source: b.Source},
	}
	if c.Licence.ID == "" {
		c.Licence.ID = o.Licence
	}
	if c.Licence.Owner == "" {
		c.Licence.Owner = o.Owner
	}
	return c, nil
}

// Open opens an installed book. It reads nothing but the index; an index of another version is made anew from the file.
func (Format) Open(c content.Course, files content.Files, index []byte) (content.Reader, error) {
	path, size, err := files.Path(fileName)
	if err != nil {
		return nil, fmt.Errorf("epub: %s: %w", c.ID, err)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("epub: %s: %w", c.ID, err)
	}
	b, err := decodeBook(index)
	if err != nil {
		b, _, err = readBook(context.Background(), f, size)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("epub: %s: %w", c.Title, kinded(err))
	}
	return newReader(c, b, f, path, size), nil
}
