package player

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"lamplight/content"
)

// shelf is a course in memory: the player's own rules need no container.
type shelf map[string]content.File

func (s shelf) Reader(id content.CourseID) (content.Reader, func(), error) {
	if id != "c0" {
		return nil, nil, fs.ErrNotExist
	}
	return s, func() {}, nil
}
func (s shelf) Generation() uint64       { return 1 }
func (s shelf) Course() content.Course   { return content.Course{ID: "c0"} }
func (s shelf) Close() error             { return nil }
func (s shelf) MainPage() (string, bool) { return "index.html", true }
func (s shelf) Children(content.ResourceID, int, int) ([]content.Node, int, error) {
	return nil, 0, nil
}

func (s shelf) Node(id content.ResourceID) (content.Node, error) {
	return content.Node{ID: id, Staff: id == "plan"}, nil
}

// Given gives everything to everybody but what the name says.
func (s shelf) Given(path string) ([]content.Grant, error) {
	switch path {
	case "plan.html":
		return []content.Grant{{Use: content.Packaged, For: "plan"}}, nil
	case "answers.perseus":
		return nil, nil
	case "picture.png":
		return []content.Grant{{Use: content.Shown}}, nil
	}
	return []content.Grant{{Use: content.Packaged}}, nil
}

func (s shelf) File(path string) (content.File, error) {
	f, ok := s[path]
	if !ok {
		return f, fmt.Errorf("%q: %w", path, fs.ErrNotExist)
	}
	return f, nil
}

func page(path, text string) content.File {
	return content.File{Path: path, MIME: "text/html", ETag: "e" + path, Size: int64(len(text)), Bytes: []byte(text)}
}

func testPlayer(allow *Tokens) *Player {
	return New(Options{Courses: shelf{
		"index.html":      page("index.html", "<!doctype html><html><head><title>t</title></head><body>hello</body></html>"),
		"alias":           page("index.html", "<!doctype html>hello"),
		"a//b/..":         page("a//b/..", "odd"),
		"x.css":           {Path: "x.css", MIME: "text/css", ETag: "c", Size: 300, Bytes: []byte(strings.Repeat("a{b:c}", 50))},
		"plan.html":       page("plan.html", "<!doctype html>for teachers"),
		"answers.perseus": {Path: "answers.perseus", MIME: "application/zip", ETag: "k", Size: 4, Bytes: []byte("PK34")},
		"picture.png":     {Path: "picture.png", MIME: "image/png", ETag: "p", Size: 4, Bytes: []byte("1234")},
		"v.mp4":           {Path: "v.mp4", MIME: "video/mp4", ETag: "v", Size: 5, Bytes: []byte("01234")},
	}, Shim: []byte("shim"), Missing: []byte("not here"), Cache: 1 << 20, Allow: allow, Closed: allow != nil, Log: slog.New(slog.DiscardHandler)})
}

func get(p *Player, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.Host = "192.168.4.1:8081"
	r.Header.Set("Accept-Encoding", "gzip")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w
}

func TestAPageComesSandboxedWithTheShimFirst(t *testing.T) {
	p := testPlayer(nil)
	for range 2 { // from the course, then from the cache
		w := get(p, "/p/c0/index.html")
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(z)
		if !strings.HasPrefix(string(body), `<!doctype html><script src="/shim-`) {
			t.Errorf("the shim is not first: %.60s", body)
		}
		csp := w.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "sandbox allow-scripts;") || !strings.Contains(csp, "default-src http://192.168.4.1:8081/p/c0/ ") || strings.Contains(csp, "'self'") {
			t.Errorf("policy is %q", csp)
		}
	}
}

func TestAnAliasLeadsToThePageItself(t *testing.T) {
	for _, path := range []string{"/p/c0/", "/p/c0/alias"} {
		if w := get(testPlayer(nil), path); w.Code != 302 || w.Header().Get("Location") != "/p/c0/index.html" {
			t.Errorf("%s: got %d to %q, want 302 to the page", path, w.Code, w.Header().Get("Location"))
		}
	}
}

func TestOddPathsAreNotCleaned(t *testing.T) {
	r := httptest.NewRequest("GET", "/p/c0/x", nil)
	r.URL.Path = "/p/c0/a//b/.."
	w := httptest.NewRecorder()
	testPlayer(nil).ServeHTTP(w, r)
	if w.Code != 200 || !strings.Contains(w.Body.String(), "odd") {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
}

func TestRangesOfAVideo(t *testing.T) {
	if w := get(testPlayer(nil), "/p/c0/v.mp4", "Range", "bytes=1-2"); w.Code != 206 || w.Body.String() != "12" {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
}

func TestNothingElseIsServed(t *testing.T) {
	p := testPlayer(nil)
	for _, path := range []string{"/", "/p/", "/p/c0", "/p/c1/index.html", "/p/c0/nothing", "/login", "/api/progress"} {
		if w := get(p, path); w.Code != 404 {
			t.Errorf("%s: got %d, want 404", path, w.Code)
		}
	}
	if w := get(p, "/p/c0/x.css", "Service-Worker", "script"); w.Code != 403 {
		t.Errorf("a service worker script: got %d, want 403", w.Code)
	}
}

func TestAClosedBoxAsksForTheCoursesToken(t *testing.T) {
	tokens := NewTokens()
	p := testPlayer(tokens)
	good := tokens.Make("c0", Everybodys)
	if w := get(p, "/p/"+good+"/c0/index.html"); w.Code != 200 || !strings.Contains(w.Header().Get("Content-Security-Policy"), "/p/"+good+"/c0/") {
		t.Errorf("with a token: got %d, %s", w.Code, w.Header().Get("Content-Security-Policy"))
	}
	for _, bad := range []string{tokens.Make("c1", Everybodys), NewTokens().Make("c0", Everybodys), "x", good[:len(good)-2] + "AA"} {
		if w := get(p, "/p/"+bad+"/c0/index.html"); w.Code != 404 {
			t.Errorf("token %q: got %d, want 404", bad, w.Code)
		}
	}
	if w := get(p, "/p/c0/index.html"); w.Code != 404 {
		t.Errorf("without a token: got %d, want 404", w.Code)
	}
}

// closedReader is one that says nothing of what may be given.
type closedReader struct{ content.Reader }

type closedShelf struct{ shelf }

func (s closedShelf) Reader(content.CourseID) (content.Reader, func(), error) {
	return closedReader{s.shelf}, func() {}, nil
}

func TestWhatNoPageOfAPackageLoadsIsNotThere(t *testing.T) {
	p := testPlayer(nil)
	for _, path := range []string{"answers.perseus", "picture.png", "plan.html"} {
		for _, token := range []string{"", strings.Repeat("A", 22) + "/"} {
			if w := get(p, "/p/"+token+"c0/"+path); w.Code != 404 {
				t.Errorf("%s%s: got %d, want 404", token, path, w.Code)
			}
		}
	}
	open := p.Courses.(shelf)
	p.Courses = closedShelf{open}
	for path := range open {
		if w := get(p, "/p/c0/"+path); w.Code != 404 {
			t.Errorf("%s of a reader that declares nothing: got %d, want 404", path, w.Code)
		}
	}
}

func TestWhatIsForTeachersOpensByItsTokenAloneAndIsKeptForNobodyElse(t *testing.T) {
	for _, closed := range []bool{false, true} {
		p := testPlayer(NewTokens())
		p.Closed = closed
		for _, what := range []Scope{Staffs, "plan"} {
			if w := get(p, "/p/"+p.Allow.Make("c0", what)+"/c0/plan.html"); w.Code != 200 {
				t.Errorf("with a token of %q: got %d, want 200", what, w.Code)
			}
		}
		for _, token := range []string{"", p.Allow.Make("c0", Everybodys) + "/", p.Allow.Make("c0", "other") + "/", p.Allow.Make("c1", Staffs) + "/"} {
			if w := get(p, "/p/"+token+"c0/plan.html"); w.Code != 404 {
				t.Errorf("closed %v, with token %q: got %d, want 404", closed, token, w.Code)
			}
		}
		if w := get(p, "/p/"+p.Allow.Make("c0", "other")+"/c0/index.html"); (w.Code == 200) == closed {
			t.Errorf("closed %v: a token of one resource opened another: %d", closed, w.Code)
		}
	}
}

func TestOnlyNamesOfThisNetworkAreRepeated(t *testing.T) {
	for host, want := range map[string]string{
		"10.0.0.1:81": "10.0.0.1:81", "box.lan:8081": "box.lan:8081", "[::1]:5": "[::1]:5", "lamplight": "lamplight",
		"evil.example:8081": "127.0.0.1:8081", "a;b.lan": "127.0.0.1", "x y.lan": "127.0.0.1",
		"localhost:8081;script-src": "127.0.0.1",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		if got := Host(r); got != want {
			t.Errorf("%q: got %q, want %q", host, got, want)
		}
	}
}

func TestTheShimGoesWhereParsersTakeIt(t *testing.T) {
	const html, xhtml = "text/html; charset=utf-8", "application/xhtml+xml"
	for _, c := range []struct{ mime, in, want string }{
		{html, "<!DOCTYPE html>\n<html>", "<!DOCTYPE html>\n@<html>"},
		{html, "\xef\xbb\xbf<!-- c --> <!doctype html>\n<p>", "\xef\xbb\xbf<!-- c --> <!doctype html>\n@<p>"},
		{html, "<p>bare", "@<p>bare"},
		{html, "<!-- open", "@<!-- open"},
		{html, "", "@"},
		{xhtml, "<html><header/><head a='b'><title/>", "<html><header/><head a='b'>@<title/>"},
		{xhtml, "<html><header/>", "<html><header/>"},
	} {
		if got := strings.Replace(prepared(t, c.mime, c.in), string(testPlayer(nil).script), "@", 1); got != c.want {
			t.Errorf("%s %q: got %q, want %q", c.mime, c.in, got, c.want)
		}
	}
}

// prepared is a text as it is sent, unpacked.
func prepared(t *testing.T, mime, text string) string {
	t.Helper()
	f, _, err := testPlayer(nil).prepare(context.Background(), content.File{MIME: mime, Bytes: []byte(text), Size: int64(len(text))})
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(f.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A lendingShelf answers from the memory it is lent, as a ZIM does: what a page leaves there is the next one's to overwrite.
type lendingShelf struct{ shelf }

func (s lendingShelf) Reader(content.CourseID) (content.Reader, func(), error) {
	return s, func() {}, nil
}

func (s lendingShelf) FileIn(path string, room []byte) (content.File, error) {
	text := lent(path)
	f := page(path, "")
	if strings.HasSuffix(path, ".png") {
		f.MIME = "image/png"
	}
	f.Bytes, f.Size = append(room[:0], text...), int64(len(text))
	return f, nil
}

func lent(path string) string { return strings.Repeat(path+" ", 100+len(path)*50) }

func TestOnePageNeverOverwritesAnother(t *testing.T) {
	p := testPlayer(nil)
	p.Courses = lendingShelf{}
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 50 {
				path := fmt.Sprintf("%d%s", (g*31+i*7)%90, []string{".html", ".png"}[i%2])
				w := get(p, "/p/c0/"+path)
				body := w.Body.Bytes()
				if w.Header().Get("Content-Encoding") == "gzip" {
					z, err := gzip.NewReader(w.Body)
					if err != nil {
						t.Error(err)
						return
					}
					body, _ = io.ReadAll(z)
				}
				if text := strings.Replace(string(body), string(p.script), "", 1); text != lent(path) {
					t.Errorf("%s: %d bytes beginning with %.30q", path, len(text), text)
				}
			}
		})
	}
	all.Wait()
}

func TestTheCacheStaysWithinItsBytes(t *testing.T) {
	c := newPageCache(10_000)
	for i := range 100 {
		c.put(cacheKey{1, "c", fmt.Sprint(i)}, content.File{Bytes: make([]byte, 600)})
	}
	if c.size > 10_000 || len(c.pages) != c.order.Len() || len(c.pages) != 10 {
		t.Errorf("%d bytes in %d pages, %d in order", c.size, len(c.pages), c.order.Len())
	}
	if _, ok := c.get(cacheKey{1, "c", "99"}); !ok {
		t.Error("the newest page is gone")
	}
	if _, ok := c.get(cacheKey{2, "c", "99"}); ok {
		t.Error("another generation of the library found an old page")
	}
}

// A slowShelf counts how many files are being read at once.
type slowShelf struct {
	shelf
	mu        sync.Mutex
	now, most int
}

func (s *slowShelf) Reader(content.CourseID) (content.Reader, func(), error) {
	return s, func() {}, nil
}

func (s *slowShelf) File(path string) (content.File, error) {
	s.mu.Lock()
	s.now++
	s.most = max(s.most, s.now)
	s.mu.Unlock()
	runtime.Gosched()
	s.mu.Lock()
	s.now--
	s.mu.Unlock()
	return page(path, strings.Repeat("<p>a large page</p>", 50_000)), nil
}

func TestAFewPagesAreMadeAtATime(t *testing.T) {
	p := testPlayer(nil)
	s := &slowShelf{}
	p.Courses = s
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			if w := get(p, fmt.Sprint("/p/c0/", i)); w.Code != 200 {
				t.Errorf("page %d: %d", i, w.Code)
			}
		})
	}
	all.Wait()
	if s.most > makers() || len(p.making) != 0 {
		t.Errorf("%d pages were made at once, %d places are still taken", s.most, len(p.making))
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range makers() {
		p.making <- struct{}{}
	}
	if _, err := p.ready(gone, s, cacheKey{path: "x"}, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("who has hung up waits on: %v", err)
	}
}

// zippedPage is a page as it lies deflated in a zip.
func zippedPage(t *testing.T, text string) content.File {
	t.Helper()
	var b bytes.Buffer
	z, _ := flate.NewWriter(&b, 6)
	io.WriteString(z, text)
	z.Close()
	path := filepath.Join(t.TempDir(), "x.zip")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return content.File{
		Path: "z.html", MIME: "text/html", ETag: "z", Coding: "deflate", Size: int64(b.Len()), Inflated: int64(len(text)), CRC: crc32.ChecksumIEEE([]byte(text)),
		Source: &content.Extent{Path: path, Size: int64(b.Len())},
	}
}

func TestAPageOfAZipIsSentAsItLiesBehindTheShim(t *testing.T) {
	long := strings.Repeat("<p>a page of a zip</p>", 3000)
	for name, c := range map[string]struct {
		text, want, mime string
		whole            bool // it is read and made anew
	}{
		"a doctype and a charset": {"<!doctype html><meta charset=utf-8>" + long, "<!doctype html>@<!doctype html><meta charset=utf-8>", "text/html; charset=utf-8", false},
		"no doctype":              {"<html><meta charset=koi8-r>" + long, "@<html><meta charset=koi8-r>", "text/html; charset=koi8-r", false},
		"no charset":              {"<!doctype html><p>\xc3\xa9" + long, "<!doctype html>@<p>\xc3\xa9", "text/html; charset=utf-8", true},
		"no charset, no UTF-8":    {"<!doctype html><p>\xe9" + long, "<!doctype html>@<p>\xe9", "text/html", true},
		"a byte order mark":       {"\xef\xbb\xbf<!doctype html>" + long, "\xef\xbb\xbf<!doctype html>@", "text/html; charset=utf-8", true},
		"a long comment":          {"<!--" + strings.Repeat("long ", 2000) + "--><!doctype html><meta charset=utf-8>", "<!--", "text/html; charset=utf-8", true},
		"UTF-16":                  {"\xff\xfe<\x00p\x00>\x00", "@<p>", "text/html; charset=utf-8", true},
	} {
		p := testPlayer(nil)
		p.Courses.(shelf)["z.html"] = zippedPage(t, c.text)
		for _, accept := range []string{"gzip", "identity"} {
			w := get(p, "/p/c0/z.html", "Accept-Encoding", accept)
			body := w.Body.Bytes()
			if accept == "gzip" {
				z, err := gzip.NewReader(w.Body)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if body, err = io.ReadAll(z); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			got := strings.Replace(string(body), string(p.script), "@", 1)
			if !strings.HasPrefix(got, c.want) || strings.Count(got, "@") != 1 || c.mime != w.Header().Get("Content-Type") || c.text[:1] != "\xff" && !strings.HasSuffix(got, c.text[len(c.text)-20:]) {
				t.Errorf("%s, %s: %.70q as %s", name, accept, got, w.Header().Get("Content-Type"))
			}
		}
		if made := p.cache.order.Len() > 0; made != c.whole {
			t.Errorf("%s: made anew %v, want %v", name, made, c.whole)
		}
	}
}

func TestAnAliasKeepsItsQuestion(t *testing.T) {
	if w := get(testPlayer(nil), "/p/c0/alias?level=2"); w.Header().Get("Location") != "/p/c0/index.html?level=2" {
		t.Errorf("led to %q", w.Header().Get("Location"))
	}
}
