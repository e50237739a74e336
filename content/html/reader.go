package html

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync/atomic"

	"lamplight/content"
	"lamplight/content/charset"
	"lamplight/content/sanitize"
	"lamplight/content/zips"
)

// A reader is an open package.
type reader struct {
	course content.Course
	b      *site
	byID   map[content.ResourceID]int
	closed atomic.Bool

	// Of a zip:
	z    *zips.Zip
	f    *os.File
	disk string
	size int64

	// Of a folder:
	files content.Files
	dir   *folder
}

var (
	_ content.TextReader  = (*reader)(nil)
	_ content.FrontReader = (*reader)(nil)
)

// Open opens an installed package. Of a zip it reads the directory: some 80 bytes a file.
func (Format) Open(c content.Course, files content.Files, index []byte) (content.Reader, error) {
	r, err := open(c, files, index)
	if err != nil {
		return nil, fmt.Errorf("html: %s: %w", c.Title, kinded(err))
	}
	return r, nil
}

func open(c content.Course, files content.Files, index []byte) (*reader, error) {
	r := &reader{course: c, files: files, byID: map[content.ResourceID]int{}}
	b, err := decodeSite(index)
	if err != nil || b.Zip {
		if path, size, missing := files.Path(fileName); missing == nil {
			b, err = r.openZip(path, size, b)
		} else if err == nil {
			err = missing
		}
	}
	if err != nil {
		return nil, err
	}
	if r.b = b; !b.Zip {
		var listed []folderFile
		for _, name := range b.Names {
			listed = append(listed, folderFile{name: name})
		}
		r.dir = newFolder("", listed)
	}
	for i, p := range b.Pages {
		r.byID[content.NewResourceID(c.ID, p.Path)] = i
	}
	return r, nil
}

// openZip opens the zip; a site that could not be read from the index is found out again.
func (r *reader) openZip(path string, size int64, b *site) (*site, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	z, err := zips.OpenZip(f, size)
	if err == nil && b == nil {
		if b, err = readSite(zipped{z}, r.course.Title); err == nil {
			b.Zip = true
		}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	r.z, r.f, r.disk, r.size = z, f, path, size
	return b, nil
}

// Course implements content.Reader.
func (r *reader) Course() content.Course { return r.course }

// Close closes the file.
func (r *reader) Close() error {
	if r.closed.Swap(true) || r.f == nil {
		return nil
	}
	return r.f.Close()
}

// MainPage implements content.FrontReader.
func (r *reader) MainPage() (string, bool) { return r.b.Front, true }

func (r *reader) node(i int) content.Node {
	p := r.b.Pages[i]
	n := content.Node{
		ID: content.NewResourceID(r.course.ID, p.Path), Kind: content.App, Title: p.Title, Description: p.Description, Language: p.Language,
		Path: p.Path, MIME: mimeOf(p.Path),
	}
	if len(r.b.Pages) == 1 {
		n.Bytes, n.Thumbnail, n.Title = r.course.Bytes, r.course.Thumbnail, cmp.Or(r.course.Title, p.Title)
	}
	return n
}

// Children lists the app, or the pages.
func (r *reader) Children(parent content.ResourceID, offset, n int) ([]content.Node, int, error) {
	if parent != "" {
		return nil, 0, nil
	}
	var nodes []content.Node
	for i := max(offset, 0); i < len(r.b.Pages) && len(nodes) < n; i++ {
		nodes = append(nodes, r.node(i))
	}
	return nodes, len(r.b.Pages), nil
}

// Node implements content.Reader.
func (r *reader) Node(id content.ResourceID) (content.Node, error) {
	i, ok := r.byID[id]
	if !ok {
		return content.Node{}, fmt.Errorf("html: %s: resource %.80q: %w", r.course.Title, id, fs.ErrNotExist)
	}
	return r.node(i), nil
}

// File serves a file of the package as it lies. A folder is its index; what differs in letter case alone is found, and its
// Path says how it is written.
func (r *reader) File(name string) (content.File, error) {
	if len(name) > 2048 {
		return content.File{}, fmt.Errorf("html: %s: path of %d bytes: %w", r.course.Title, len(name), fs.ErrNotExist)
	}
	f, err := r.file(name)
	for i := 0; errors.Is(err, fs.ErrNotExist) && i < 2; i++ {
		index := path.Join(name, fronts[i])
		if !fs.ValidPath(index) {
			break
		}
		if found, missing := r.file(index); missing == nil {
			return found, nil
		}
	}
	if err != nil {
		return content.File{}, fmt.Errorf("html: %s: %w", r.course.Title, kinded(err))
	}
	return f, nil
}

func (r *reader) file(name string) (content.File, error) {
	if r.z != nil {
		return FileOf(r.z, r.disk, name)
	}
	found, ok := r.dir.Has(name)
	if !ok {
		return content.File{}, fmt.Errorf("%.200q: %w", name, fs.ErrNotExist)
	}
	disk, size, err := r.files.Path(folderName + found)
	if err != nil {
		return content.File{}, err
	}
	etag := r.files.Hash(folderName + found)
	if etag = etag[:min(len(etag), 32)]; etag == "" { // linked, and not yet hashed
		etag = fmt.Sprintf("%s-%x", content.NewResourceID(r.course.ID, found), size)
	}
	return content.File{Path: found, MIME: mimeOf(found), ETag: etag, Size: size, Source: &content.Extent{Path: disk, Size: size}}, nil
}

// FileOf is a file of a zip that lies whole in the file disk, as a reader gives it out: for every format that keeps web
// packages in zips. Path is the entry's own name. fs.ErrNotExist when there is none.
func FileOf(z *zips.Zip, disk, name string) (content.File, error) {
	e, err := z.Stat(name)
	if err != nil {
		return content.File{}, err
	}
	offset, size, deflated, err := z.Extent(e.Name)
	if err != nil {
		return content.File{}, err
	}
	f := content.File{
		Path: e.Name, MIME: mimeOf(e.Name), ETag: fmt.Sprintf("%08x-%x", e.CRC, e.Size), Size: size,
		Source: &content.Extent{Path: disk, Offset: offset, Size: size},
	}
	if deflated {
		f.Coding, f.Inflated, f.CRC = "deflate", e.Size, e.CRC
		f.ETag += "-gzip"
	}
	return f, nil
}

// FrontOf is the page a zip begins with. fs.ErrInvalid when there is none, errors.ErrUnsupported when the zip says that it
// is something else.
func FrontOf(z *zips.Zip) (string, error) {
	root, names, err := findRoot(zipped{z})
	if err != nil {
		return "", err
	}
	front, _, err := findFront(zipped{z}, root, names)
	return front, err
}

// Text implements content.TextReader: the words of the page, and of one app those of its other pages too.
func (r *reader) Text(id content.ResourceID, yield func(content.Passage) bool) error {
	i, ok := r.byID[id]
	if !ok {
		return fmt.Errorf("html: %s: resource %.80q: %w", r.course.Title, id, fs.ErrNotExist)
	}
	var errs []error
	pages := append([]string{r.b.Pages[i].Path}, r.b.More...)
	for _, p := range pages {
		raw, err := r.read(p)
		if err != nil {
			errs = append(errs, fmt.Errorf("html: %s: %w", r.course.Title, kinded(err)))
			continue
		}
		more := true
		sanitize.Sections(charset.Decode(raw), strings.EqualFold(path.Ext(p), ".xhtml"), func(s sanitize.Section) bool {
			more = yield(content.Passage{Title: s.Title, Language: r.b.Pages[i].Language, Text: s.Text})
			return more
		})
		if !more {
			break
		}
	}
	return errors.Join(errs...)
}

func (r *reader) read(name string) ([]byte, error) {
	if r.z != nil {
		return r.z.ReadFile(name, maxPage)
	}
	disk, size, err := r.files.Path(folderName + name)
	if err != nil {
		return nil, err
	}
	if size > maxPage {
		return nil, fmt.Errorf("%s: %d bytes: %w", name, size, fs.ErrInvalid)
	}
	return os.ReadFile(disk)
}
