package zim

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"github.com/zeebo/blake3"

	"lamplight/content"
)

// smallExtent is up to what size a blob that lies in the file as it is gets read rather than sent from there: below it
// a second open file costs more than the copy, and the content's own hash serves every edition.
const smallExtent = 64 << 10

// A Reader is one installed ZIM. Safe for concurrent use; Close waits for calls under way, later ones are
// fs.ErrClosed.
type Reader struct {
	course   content.Course
	archive  *archive
	file     *files
	path     string
	identity func() string // the file's hash, "" while unknown

	listing   atomic.Pointer[listing]
	listingMu sync.Mutex // of making it, where Plan's index is lost

	closing sync.RWMutex // held for reading by every call
	closed  bool
}

var _ content.Reader = (*Reader)(nil)

// enter begins a call on the open file; leave ends it.
func (r *Reader) enter() (leave func(), err error) {
	r.closing.RLock()
	if r.closed {
		r.closing.RUnlock()
		return nil, fmt.Errorf("%s: %w", r.archive.name, fs.ErrClosed)
	}
	return r.closing.RUnlock, nil
}

// Course implements content.Reader.
func (r *Reader) Course() content.Course { return r.course }

// Close implements content.Reader; closing twice does nothing.
func (r *Reader) Close() error {
	r.closing.Lock()
	defer r.closing.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	r.archive.cache.forget(r.archive)
	return r.file.Close()
}

// MainPage is the path of the start page, for File; false when the ZIM names none that can be read.
func (r *Reader) MainPage() (path string, ok bool) {
	leave, err := r.enter()
	if err != nil {
		return "", false
	}
	defer leave()
	_, d, err := r.archive.mainPage()
	if err != nil {
		return "", false
	}
	return r.archive.shown(d), true
}

// Children lists the front articles, at the top, by title where the file has such a list.
func (r *Reader) Children(parent content.ResourceID, offset, n int) ([]content.Node, int, error) {
	leave, err := r.enter()
	if err != nil {
		return nil, 0, err
	}
	defer leave()
	if parent != "" {
		return nil, 0, fmt.Errorf("%s: a ZIM has no topics, asked for %.80q: %w", r.archive.name, parent, fs.ErrNotExist)
	}
	l, err := r.list()
	if err != nil {
		return nil, 0, err
	}
	if offset < 0 || n <= 0 || offset >= int(l.count) {
		return nil, int(l.count), nil
	}
	n = min(n, int(l.count)-offset)
	nodes := make([]content.Node, 0, n)
	err = r.archive.walk(l, uint32(offset), func(i uint32, d *dirent, err error) bool {
		nodes = append(nodes, r.node(i, d, err))
		return len(nodes) < n
	})
	return nodes, int(l.count), err
}

// list is the listing that Plan found, or finds it now if that is lost.
func (r *Reader) list() (*listing, error) {
	if l := r.listing.Load(); l != nil {
		return l, nil
	}
	r.listingMu.Lock()
	defer r.listingMu.Unlock()
	if l := r.listing.Load(); l != nil {
		return l, nil
	}
	l, _, err := r.archive.findListing(context.Background())
	if err == nil {
		r.listing.Store(l)
	}
	return l, err
}

// node makes a node of an entry, or a broken one of an entry that cannot be read.
func (r *Reader) node(i uint32, d *dirent, err error) content.Node {
	if err != nil {
		return content.Node{
			ID: content.ResourceID(fmt.Sprintf("%s:#%d", r.course.ID, i)), Kind: content.Article,
			Title: fmt.Sprintf("#%d", i), Broken: err.Error(),
		}
	}
	path := r.archive.shown(d)
	n := content.Node{ID: r.id(path), Kind: content.Article, Title: clean(d.title, maxTitle), Path: path}
	if n.Title == "" {
		n.Title = clean(path, maxTitle)
	}
	_, item, err := r.archive.resolve(i)
	if err != nil {
		n.Broken = err.Error()
		return n
	}
	n.MIME = bareMIME(r.archive.mimes[item.mime])
	n.Kind = kindOf(n.MIME)
	if !printable(path) {
		n.ID, n.Broken = content.ResourceID(fmt.Sprintf("%s:#%d", r.course.ID, i)), "its path holds control characters or is not UTF-8"
	}
	return n
}

func (r *Reader) id(path string) content.ResourceID {
	return content.ResourceID(string(r.course.ID) + ":" + path)
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// Node finds an entry by "COURSE:PATH", the path as File takes it.
func (r *Reader) Node(id content.ResourceID) (content.Node, error) {
	leave, err := r.enter()
	if err != nil {
		return content.Node{}, err
	}
	defer leave()
	path, ok := strings.CutPrefix(string(id), string(r.course.ID)+":")
	if !ok {
		return content.Node{}, fmt.Errorf("%s: no resource %.80q: %w", r.archive.name, id, fs.ErrNotExist)
	}
	var i uint32
	if _, err := fmt.Sscanf(path, "#%d", &i); err == nil && path == fmt.Sprintf("#%d", i) && i < r.archive.header.entries {
		if d, err := r.archive.entry(i); err != nil || !printable(d.path) {
			return r.node(i, d, err), nil
		}
	}
	i, d, err := r.archive.lookup(path)
	if err != nil {
		return content.Node{}, err
	}
	return r.node(i, d, nil), nil
}

// File finds an entry by its path, in whichever namespaces the file has ("A/foo", "C/foo" and "foo" are one), and
// follows redirects. What lies in the container as it is and is longer than 64 KiB comes as an extent.
func (r *Reader) File(path string) (content.File, error) { return r.FileIn(path, nil) }

// FileIn is File, but copies what it reads into room where that is long enough: the file's bytes are then the caller's
// to use only as long as it keeps room.
func (r *Reader) FileIn(path string, room []byte) (content.File, error) {
	leave, err := r.enter()
	if err != nil {
		return content.File{}, err
	}
	defer leave()
	i, d, err := r.archive.lookup(path)
	if err != nil {
		return content.File{}, err
	}
	if !d.item() {
		i, d, err = r.archive.resolve(i)
	} else {
		err = r.archive.checkDirent(i, d)
	}
	if err != nil {
		return content.File{}, err
	}
	s, err := r.archive.blob(d.cluster, d.blob, room)
	if err != nil {
		return content.File{}, fmt.Errorf("entry %d (%c/%.80s): %w", i, d.ns, d.path, err)
	}
	return r.fileOf(d, s, room)
}

func (r *Reader) fileOf(d *dirent, s stored, room []byte) (content.File, error) {
	f := content.File{Path: r.archive.shown(d), Size: int64(s.size)}
	if s.inFile && s.size > smallExtent {
		f.Source = &content.Extent{Path: r.path, Offset: int64(s.at), Size: f.Size}
		f.MIME, f.ETag = mimeOf(r.archive.mimes[d.mime], nil), r.extentETag(s)
		return f, nil
	}
	if s.inFile {
		s.bytes = slices.Grow(room[:0], int(s.size))[:s.size]
		if err := r.archive.read(s.bytes, s.at, "blob"); err != nil {
			return content.File{}, err
		}
	}
	known := d.sealed.Load()
	if known == nil {
		sum := blake3.Sum256(s.bytes)
		known = &seal{etag: tag(sum), mime: mimeOf(r.archive.mimes[d.mime], s.bytes)}
		d.sealed.Store(known)
	}
	f.Bytes, f.MIME, f.ETag = s.bytes, known.mime, known.etag
	return f, nil
}

func tag(sum [32]byte) string { return base64.RawURLEncoding.EncodeToString(sum[:15]) }

// extentETag names bytes that are not read: the file, by its hash or while that is unknown its UUID and checksum, and
// the place in it.
func (r *Reader) extentETag(s stored) string {
	whole := r.identity()
	if whole == "" {
		whole = fmt.Sprintf("%x %x %d", r.archive.header.uuid, r.archive.md5(), r.archive.size)
	}
	b := binary.BigEndian.AppendUint64([]byte(whole), s.at)
	return tag(blake3.Sum256(binary.BigEndian.AppendUint64(b, s.size)))
}

// mimeOf is the type to send. Text without a charset is said to be UTF-8 where it is: half the pages do not say so
// themselves, and browsers would guess.
func mimeOf(declared string, b []byte) string {
	m := bareMIME(declared)
	switch {
	case m == "":
		return "application/octet-stream"
	case strings.Contains(declared, "charset") || !strings.HasPrefix(m, "text/") || b == nil || !utf8.Valid(b):
		if strings.Contains(declared, "charset") {
			return declared
		}
		return m
	}
	return m + "; charset=utf-8"
}

// Suggest finds up to n front articles whose title begins with prefix, as written, capitalised or not, in the order
// of titles. It reads a few dozen dirents.
func (r *Reader) Suggest(prefix string, n int) []content.Node {
	leave, err := r.enter()
	if err != nil || prefix == "" || n <= 0 {
		if err == nil {
			leave()
		}
		return nil
	}
	defer leave()
	l, err := r.list()
	if err != nil {
		return nil
	}
	var nodes []content.Node
	seen := map[content.ResourceID]bool{}
	for _, p := range cases(prefix) {
		err := r.archive.titlesFrom(l, p, func(i uint32, d *dirent) bool {
			if node := r.node(i, d, nil); node.Broken == "" && !seen[node.ID] {
				seen[node.ID] = true
				nodes = append(nodes, node)
			}
			return len(nodes) < n
		})
		if err != nil && !errors.Is(err, fs.ErrInvalid) || len(nodes) >= n {
			break
		}
	}
	return nodes
}
