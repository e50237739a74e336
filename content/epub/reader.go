package epub

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync/atomic"

	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/content/sanitize"
	"lamplight/content/zips"
)

// A reader is an open book. Its file is read with pread only, so it is safe for concurrent use.
type reader struct {
	course content.Course
	b      *book
	a      *zips.Zip
	f      *os.File
	path   string
	size   int64
	closed atomic.Bool
	spine  map[string]int // index of the first chapter at a path
}

func newReader(c content.Course, b *book, f *os.File, path string, size int64) *reader {
	r := &reader{course: c, b: b, a: zips.Restore(f, b.Entries), f: f, path: path, size: size, spine: map[string]int{}}
	for n, c := range b.Chapters {
		if _, twice := r.spine[c.Path]; !twice {
			r.spine[c.Path] = n
		}
	}
	return r
}

// Course implements content.Reader.
func (r *reader) Course() content.Course { return r.course }

// Close closes the file; a chapter asked for afterwards is an error.
func (r *reader) Close() error {
	if r.closed.Swap(true) {
		return nil
	}
	return r.f.Close()
}

func (r *reader) node() content.Node {
	return content.Node{
		ID: content.NewResourceID(r.course.ID, "book"), Kind: content.Book, Title: r.course.Title,
		Description: r.course.Description, Path: fileName, MIME: "application/epub+zip", Bytes: r.size,
		Pages: len(r.b.Chapters), Thumbnail: r.b.Cover,
	}
}

// Children lists the one book.
func (r *reader) Children(parent content.ResourceID, offset, n int) ([]content.Node, int, error) {
	if parent != "" {
		return nil, 0, nil
	}
	if offset > 0 || n < 1 {
		return nil, 1, nil
	}
	return []content.Node{r.node()}, 1, nil
}

// Node implements content.Reader.
func (r *reader) Node(id content.ResourceID) (content.Node, error) {
	if n := r.node(); n.ID == id {
		return n, nil
	}
	return content.Node{}, fmt.Errorf("epub: %s: resource %.80q: %w", r.course.Title, id, fs.ErrNotExist)
}

// maxPassed is the most packed bytes handed out as a ready gzip member.
const maxPassed = 16 << 20

// File serves a file of the book: pictures, sounds and films by their type, drawings made inert by package sanitize,
// and everything a browser could run (pages, scripts, styles, XML) as text/plain. A stored entry is an Extent, a
// deflated one a gzip member made of its own deflate stream. "book.epub" is the whole book.
func (r *reader) File(name string) (content.File, error) {
	if len(name) > 2048 {
		return content.File{}, fmt.Errorf("epub: %s: path of %d bytes: %w", r.course.Title, len(name), fs.ErrNotExist)
	}
	e, err := r.a.Stat(name)
	if name == fileName && e.Name != name {
		return content.File{
			Path: name, MIME: "application/epub+zip", ETag: etag([]byte(r.course.ID + content.CourseID(r.course.Edition))), Size: r.size,
			Source: &content.Extent{Path: r.path, Size: r.size},
		}, nil
	}
	if err != nil {
		return content.File{}, fmt.Errorf("epub: %s: %w", r.course.Title, err)
	}
	f, err := r.serve(e)
	if err != nil {
		return content.File{}, fmt.Errorf("epub: %s: %w", r.course.Title, kinded(err))
	}
	return f, nil
}

func (r *reader) serve(e zips.Entry) (content.File, error) {
	f := content.File{Path: e.Name, MIME: mimeOf(e.Name, r.b.Media)}
	switch {
	case f.MIME == "image/svg+xml":
		raw, err := r.a.ReadFile(e.Name, maxText)
		if err != nil {
			return f, err
		}
		if f.Bytes, err = sanitize.SVG([]byte(decode(raw))); err != nil {
			return f, err
		}
		f.Size, f.ETag = int64(len(f.Bytes)), etag(f.Bytes)
		return f, nil
	case e.Readable() != nil:
		return f, fmt.Errorf("%s: %w", e.Name, e.Readable())
	case e.Method == 0:
		f.Size, f.ETag = e.Packed, fmt.Sprintf("%08x-%x", e.CRC, e.Size)
		f.Source = &content.Extent{Path: r.path, Offset: e.Offset, Size: e.Packed}
		return f, nil
	case e.Packed <= maxPassed && e.Method == 8:
		var err error
		f.Bytes, err = r.gzip(e)
		f.Size, f.ETag, f.Coding = int64(len(f.Bytes)), fmt.Sprintf("%08x-%x-gzip", e.CRC, e.Size), "gzip"
		return f, err
	}
	var err error
	f.Bytes, err = r.a.ReadFile(e.Name, maxInflated)
	f.Size, f.ETag = int64(len(f.Bytes)), fmt.Sprintf("%08x-%x", e.CRC, e.Size)
	return f, err
}

// gzip joins a gzip head, the entry's deflate stream as it lies, and its checksum (RFC 1952): nothing is unpacked.
func (r *reader) gzip(e zips.Entry) ([]byte, error) {
	b := make([]byte, 10+e.Packed+8)
	copy(b, "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff")
	if _, err := r.f.ReadAt(b[10:10+e.Packed], e.Offset); err != nil {
		return nil, fmt.Errorf("%s: %v: %w", e.Name, err, fs.ErrInvalid)
	}
	binary.LittleEndian.PutUint32(b[10+e.Packed:], e.CRC)
	binary.LittleEndian.PutUint32(b[14+e.Packed:], uint32(e.Size))
	return b, nil
}

func etag(b []byte) string {
	h := blake3.Sum256(b)
	return hex.EncodeToString(h[:16])
}

var byExtension = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".svg": "image/svg+xml",
	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm",
	".vtt": "text/vtt", ".ttf": "font/ttf", ".otf": "font/otf", ".woff": "font/woff", ".woff2": "font/woff2",
}

var servedAs = func() map[string]string {
	m := map[string]string{"image/jpg": "image/jpeg", "audio/mp3": "audio/mpeg", "audio/opus": "audio/ogg"}
	for _, t := range byExtension {
		m[t] = t
	}
	return m
}()

// mimeOf is the type a file is served as: by its name, else as declared, and never one that a browser runs.
func mimeOf(name string, declared map[string]string) string {
	if t, ok := byExtension[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	if t, ok := servedAs[declared[name]]; ok {
		return t
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".html", ".xhtml", ".htm", ".xml", ".css", ".js", ".opf", ".ncx", ".txt", ".smil":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}
