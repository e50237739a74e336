package kolibri

import (
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"lamplight/content"
	"lamplight/content/epub"
)

// maxBooks is how many books of one channel stay open.
const maxBooks = 3

// books are the EPUBs that were asked for last. The zero value is ready.
type books struct {
	mu   sync.Mutex
	open []*openBook // the last asked for last
}

// An openBook is read once, then shared. It is never closed while a chapter is being made: the file is, by the collector.
type openBook struct {
	name   string
	once   sync.Once
	reader content.Reader
	err    error
}

// oneFile shows package epub a stored file as its book.
type oneFile struct {
	content.Files
	name string
}

func (f oneFile) Path(string) (string, int64, error) { return f.Files.Path(f.name) }
func (f oneFile) Hash(string) string                 { return f.Files.Hash(f.name) }

// book opens a stored EPUB. It is read through once, which takes as long as importing it would.
func (r *reader) book(name string) (content.Reader, error) {
	r.books.mu.Lock()
	var b *openBook
	for i, o := range r.books.open {
		if o.name == name {
			b = o
			r.books.open = append(r.books.open[:i:i], r.books.open[i+1:]...)
			break
		}
	}
	if b == nil {
		b = &openBook{name: name}
	}
	if r.books.open = append(r.books.open, b); len(r.books.open) > maxBooks {
		r.books.open = r.books.open[1:]
	}
	r.books.mu.Unlock()
	b.once.Do(func() {
		b.reader, b.err = epub.Format{}.Open(content.Course{ID: r.course.ID, Title: r.course.Title, Edition: name}, oneFile{r.files, name}, nil)
	})
	return b.reader, b.err
}

func (b *books) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open = nil
}

// bookOf finds the book of a resource.
func (r *reader) bookOf(id content.ResourceID) (name string, book content.BookReader, inner content.ResourceID, err error) {
	n, err := r.Node(id)
	if err != nil {
		return "", nil, "", err
	}
	if n.Kind != content.Book || n.Broken != "" {
		return "", nil, "", r.fail(fmt.Errorf("resource %.80q is no book that can be opened: %w", id, fs.ErrNotExist))
	}
	b, err := r.book(n.Path)
	if err != nil {
		return "", nil, "", r.fail(err)
	}
	all, _, err := b.Children("", 0, 1)
	reader, ok := b.(content.BookReader)
	if err != nil || !ok || len(all) == 0 {
		return "", nil, "", r.fail(fmt.Errorf("%s is no book: %w", n.Path, fs.ErrInvalid))
	}
	return n.Path, reader, all[0].ID, nil
}

// Book implements content.BookReader.
func (r *reader) Book(id content.ResourceID) (content.Contents, error) {
	_, b, inner, err := r.bookOf(id)
	if err != nil {
		return content.Contents{}, err
	}
	return b.Book(inner)
}

// Chapter implements content.BookReader; pictures have the paths of File.
func (r *reader) Chapter(id content.ResourceID, n int, link func(path string) string) (content.Chapter, error) {
	name, b, inner, err := r.bookOf(id)
	if err != nil {
		return content.Chapter{}, err
	}
	return b.Chapter(inner, n, func(path string) string { return link(name + "/" + path) })
}

// Piece implements content.PieceReader.
func (r *reader) Piece(id content.ResourceID, n int, at content.PiecePlace, link func(path string) string) (content.Chapter, error) {
	name, b, inner, err := r.bookOf(id)
	if err != nil {
		return content.Chapter{}, err
	}
	pieces, ok := b.(content.PieceReader)
	if !ok {
		return r.Chapter(id, n, link)
	}
	return pieces.Piece(inner, n, at, func(path string) string { return link(name + "/" + path) })
}

// bookFile is a file in a stored EPUB.
func (r *reader) bookFile(stored, inner string) (content.File, error) {
	b, err := r.book(stored)
	if err != nil {
		return content.File{}, err
	}
	f, err := b.File(inner)
	f.Path = stored + "/" + strings.TrimPrefix(f.Path, "/")
	return f, err
}
