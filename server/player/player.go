// Package player is the package origin: ZIM pages and whatever else packages bring, on their own port, sandboxed, with byte ranges.
//
// A package is untrusted. Every HTML answer carries a Content-Security-Policy with `sandbox allow-scripts`, so a page
// has an opaque origin even when it is opened outside our frame: no cookies, no storage, no service worker, no way to
// the pages of people on the other port. 'self' means nothing to an opaque origin, so the policy names host, port and
// path of the one course.
package player

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"

	"lamplight/content"
	"lamplight/server/files"
)

// Courses finds an open course; release lets its reader be closed.
type Courses interface {
	Reader(id content.CourseID) (r content.Reader, release func(), err error)
	Generation() uint64 // changes whenever a course comes, goes or is replaced
}

// Options are what a Player needs. Allow is what its tokens are made by; nil: there are none. Closed says that a token is
// asked for whatever is opened, not for what is for teachers alone only.
type Options struct {
	Courses Courses
	Shim    []byte // the script that goes first in every HTML page
	Missing []byte // a small HTML page for what is not there
	Cache   int64  // bytes of memory for compressed pages
	Allow   *Tokens
	Closed  bool
	Log     *slog.Logger
}

// A Player serves /p/COURSE/PATH, or /p/TOKEN/COURSE/PATH when guests are closed or it is for teachers alone: what the
// course's reader says that packages load, and nothing else.
type Player struct {
	Options
	cache    *pageCache
	shimPath string
	script   []byte        // the element that loads the shim
	making   chan struct{} // a place for each page being made
	large    sync.Mutex    // held by the one large page being made
}

// isLarge is a page of which only one is made at a time: one of 8 MB takes three times that until it is made, and forty
// phones may ask for it together.
const isLarge = 512 << 10

// makers is how many pages are read and compressed at once: as many as there are processors for, and one that waits for
// the card. Each takes a megabyte.
func makers() int { return min(runtime.GOMAXPROCS(0), 3) + 1 }

// New makes a Player. The shim is served under a name that changes with its content.
func New(o Options) *Player {
	shim := "/shim-" + shortHash(o.Shim) + ".js"
	return &Player{
		Options: o, cache: newPageCache(o.Cache), shimPath: shim, script: []byte(`<script src="` + shim + `"></script>`),
		making: make(chan struct{}, makers()),
	}
}

// ServeHTTP answers without http.ServeMux, which would clean paths: a ZIM may hold entries named "a//b" or "..".
func (p *Player) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Access-Control-Allow-Origin", "*")
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		http.Error(w, "read only", http.StatusMethodNotAllowed)
	case r.Header.Get("Service-Worker") != "":
		http.Error(w, "no service workers here", http.StatusForbidden)
	case r.URL.Path == p.shimPath:
		f := content.File{Path: "shim.js", MIME: "text/javascript; charset=utf-8", ETag: p.shimPath[6:], Bytes: p.Shim}
		files.Serve(w, r, f, files.Immutable)
	default:
		if err := p.serve(w, r); err != nil {
			p.fail(w, r, err)
		}
	}
}

func (p *Player) serve(w http.ResponseWriter, r *http.Request) error {
	rest, ok := strings.CutPrefix(r.URL.Path, "/p/")
	if !ok {
		return fs.ErrNotExist
	}
	prefix, token := "/p/", ""
	if first, after, more := strings.Cut(rest, "/"); more && len(first) == tokenLength {
		token, rest, prefix = first, after, prefix+first+"/"
	}
	id, path, ok := strings.Cut(rest, "/")
	if !ok {
		return fs.ErrNotExist
	}
	prefix += id + "/"
	p.policy(w, r, prefix)
	key := cacheKey{p.Courses.Generation(), id, path}
	if f, ok := p.cache.get(key); ok && p.opens(token, id) {
		return files.Serve(w, r, f, files.Revalidate)
	}
	return p.serveFrom(w, r, key, token, prefix)
}

// serveFrom answers from the course itself, and keeps what it had to compress.
func (p *Player) serveFrom(w http.ResponseWriter, r *http.Request, key cacheKey, token, prefix string) error {
	reader, release, err := p.Courses.Reader(content.CourseID(key.course))
	if err != nil {
		return err
	}
	defer release()
	f, err := p.ready(r.Context(), reader, key, token)
	if err != nil {
		return err
	}
	if f.Path != key.path { // an alias: relative links of the page count from its own place
		http.Redirect(w, r, (&url.URL{Path: prefix + f.Path, RawQuery: r.URL.RawQuery}).RequestURI(), http.StatusFound)
		return nil
	}
	if first, ok := p.front(&f); ok {
		return files.ServeBehind(w, r, first, f, files.Revalidate)
	}
	return files.Serve(w, r, f, files.Revalidate)
}

// opens says whether a token, or none, opens what of a course is for everybody here.
func (p *Player) opens(token, course string) bool {
	return !p.Closed || p.Allow != nil && (p.Allow.valid(token, course, Everybodys) || p.Allow.valid(token, course, Staffs))
}

// may says whether a file is given to whoever has the token, and whether so to everybody for whom the course is open.
func (p *Player) may(reader content.Reader, path, token string) (given, everybody bool, err error) {
	grants, err := content.Given(reader, path, content.Packaged)
	id := string(reader.Course().ID)
	for _, g := range grants {
		n := content.Node{}
		if g.For != "" {
			if n, err = reader.Node(g.For); err != nil {
				return false, false, err
			}
		}
		everybody = everybody || !n.Staff
		given = given || !n.Staff && p.opens(token, id) || p.Allow != nil && (p.Allow.valid(token, id, Staffs) || g.For != "" && p.Allow.valid(token, id, Scope(g.For)))
	}
	return given, everybody, err
}

// ready finds a file that may be given and makes it as it is sent, a few at a time; an alias is left as it is.
func (p *Player) ready(ctx context.Context, reader content.Reader, key cacheKey, token string) (content.File, error) {
	select {
	case p.making <- struct{}{}:
	case <-ctx.Done():
		return content.File{}, ctx.Err()
	}
	defer func() { <-p.making }()
	if f, ok := p.cache.get(key); ok && p.opens(token, key.course) { // made while we waited
		return f, nil
	}
	path := key.path
	if path == "" {
		path = mainPage(reader)
	}
	f, done, err := read(reader, path)
	if err != nil {
		return f, err
	}
	given, everybody, err := p.may(reader, f.Path, token)
	if err == nil && !given {
		err = fs.ErrNotExist
	}
	if err != nil || f.Path != key.path {
		return f, err
	}
	if f.Size > isLarge {
		p.large.Lock()
		defer p.large.Unlock()
	}
	f, compressed, err := p.prepare(ctx, f)
	if compressed { // else its bytes are still to be sent
		if everybody {
			p.cache.put(key, f)
		}
		done()
	}
	return f, err
}

// A lender is a reader that copies a file into memory it is given where that is long enough; either way the bytes it
// answers with are the caller's.
type lender interface {
	FileIn(path string, room []byte) (content.File, error)
}

// rooms are for the texts of pages being made: most of what each would leave to the collector.
var rooms = sync.Pool{New: func() any { return new([]byte) }}

// read finds a file; after done nobody may use its bytes.
func read(reader content.Reader, path string) (f content.File, done func(), err error) {
	l, lends := reader.(lender)
	if !lends {
		f, err = reader.File(path)
		return f, func() {}, err
	}
	room := rooms.Get().(*[]byte)
	f, err = l.FileIn(path, *room)
	text := f.Bytes
	return f, func() {
		if cap(text) > cap(*room) && cap(text) <= isLarge {
			*room = text[:0]
		}
		rooms.Put(room)
	}, err
}

func mainPage(r content.Reader) string {
	if m, ok := r.(content.FrontReader); ok {
		if path, ok := m.MainPage(); ok {
			return path
		}
	}
	return ""
}

// prepare puts the shim into HTML and compresses text, once. What it compressed is no longer needed.
func (p *Player) prepare(ctx context.Context, f content.File) (ready content.File, compressed bool, err error) {
	html := isHTML(f.MIME)
	if !html && (!compressible(f.MIME) || f.Size < 256) || f.Coding != "" && !html || max(f.Size, f.Inflated) > maxText || html && splices(f) {
		return f, false, nil
	}
	text, err := files.ReadAll(f, maxText)
	if err != nil {
		return f, false, err
	}
	shim := -1
	if html {
		text, f.MIME = inUTF8(text, f.MIME)
		shim = shimAt(text, f.MIME)
		f.ETag += "-" + p.shimPath[6:14]
	}
	out := outputs.Get().(*bytes.Buffer)
	defer outputs.Put(out)
	out.Reset()
	runs := [][]byte{text}
	if shim >= 0 {
		runs = [][]byte{text[:shim], p.script, text[shim:]}
	}
	if err := files.Gzip(ctx, out, runs...); err != nil {
		return f, false, err
	}
	f.Bytes, f.Source, f.Coding, f.Inflated, f.CRC = bytes.Clone(out.Bytes()), nil, "gzip", 0, 0 // no longer than it is: it may be kept
	f.Size = int64(len(f.Bytes))
	return f, true, nil
}

var outputs = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxText is the largest text that is compressed in memory; what is larger goes as it lies.
const maxText = 8 << 20

func (p *Player) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // nobody is there any more
	}
	h := w.Header()
	for _, k := range []string{"ETag", "Content-Encoding", "Content-Range", "Accept-Ranges", "Vary"} {
		h.Del(k)
	}
	status := http.StatusNotFound
	if !errors.Is(err, fs.ErrNotExist) {
		status = http.StatusInternalServerError
		p.Log.Error("player", "path", r.URL.Path, "err", err)
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(p.Missing)
	}
}
