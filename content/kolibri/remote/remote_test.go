package remote

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/content/blob"
	"lamplight/content/kolibri"
	"lamplight/content/kolibri/sqlite"
	"lamplight/content/library"
)

const channel = "0123456789abcdef0123456789abcdef"

// A fake is a drive served as Kolibri serves its own, which may be told to misbehave.
type fake struct {
	*httptest.Server
	t     *testing.T
	dir   string            // content
	files map[string][]byte // of the storage, by name
	sizes map[string]int64  // that the channel says, where they are not those of the files

	mu       sync.Mutex
	asked    map[string]int   // requests by path
	gave     map[string]int64 // bytes of bodies by path
	now, top int              // requests under way, and the most of them
	before   func(w http.ResponseWriter, r *http.Request) bool
}

// serve makes a channel of the files, a document each, and serves it.
func serve(t *testing.T, files ...[]byte) *fake {
	f := &fake{t: t, dir: filepath.Join(t.TempDir(), "content"), files: map[string][]byte{}, asked: map[string]int{}, gave: map[string]int64{}}
	for _, b := range files {
		f.files[nameOf(b)] = b
	}
	f.write()
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func nameOf(b []byte) string {
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:]) + ".pdf"
}

func (f *fake) write() {
	f.t.Helper()
	path := filepath.Join(f.dir, "databases", channel+".sqlite3")
	os.RemoveAll(path)
	os.MkdirAll(filepath.Dir(path), 0o755)
	db, err := sqlite.Create(path)
	if err != nil {
		f.t.Fatal(err)
	}
	type row = map[string]any
	db.Table("CREATE TABLE content_channelmetadata (id, name, version, root_id)")
	db.Table("CREATE TABLE content_contentnode (id, parent_id, content_id, kind, title, lft, lang_id)")
	db.Table("CREATE TABLE content_file (id, contentnode_id, local_file_id, preset, priority)")
	db.Table("CREATE TABLE content_localfile (id, extension, file_size)")
	db.Insert("content_channelmetadata", row{"id": channel, "name": "Lessons", "version": 1, "root_id": channel})
	db.Insert("content_contentnode", row{"id": channel, "content_id": channel, "kind": "topic", "title": "Lessons", "lft": 1, "lang_id": "en"})
	for i, name := range slices.Sorted(maps.Keys(f.files)) {
		b, hash := f.files[name], name[:32]
		size, stated := f.sizes[name]
		if !stated {
			size = int64(len(b))
		}
		node := fmt.Sprintf("%032x", i+1)
		db.Insert("content_contentnode", row{"id": node, "parent_id": channel, "content_id": node, "kind": "document", "title": hash, "lft": i + 2, "lang_id": "en"})
		db.Insert("content_localfile", row{"id": hash, "extension": "pdf", "file_size": size})
		db.Insert("content_file", row{"id": node, "contentnode_id": node, "local_file_id": hash, "preset": "document", "priority": 1})
		to := filepath.Join(f.dir, "storage", name[:1], name[1:2], name)
		os.MkdirAll(filepath.Dir(to), 0o755)
		if err := os.WriteFile(to, b, 0o644); err != nil {
			f.t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		f.t.Fatal(err)
	}
}

// counted counts what is written.
type counted struct {
	http.ResponseWriter
	f    *fake
	path string
}

func (c counted) Write(b []byte) (int, error) {
	c.f.mu.Lock()
	c.f.gave[c.path] += int64(len(b))
	c.f.mu.Unlock()
	return c.ResponseWriter.Write(b)
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.asked[r.URL.Path]++
	f.now++
	f.top = max(f.top, f.now)
	before := f.before
	f.mu.Unlock()
	defer func() { f.mu.Lock(); f.now--; f.mu.Unlock() }()
	w = counted{w, f, r.URL.Path}
	r.Header.Del("If-Range") // Kolibri does not heed it
	if before != nil && before(w, r) {
		return
	}
	if r.URL.Path == "/api/public/v1/channels" {
		fmt.Fprintf(w, `[{"id":%q,"name":"Lessons","version":1,"published_size":null}]`, channel)
		return
	}
	rel, ok := strings.CutPrefix(r.URL.Path, "/content/")
	if !ok {
		http.NotFound(w, r)
		return
	}
	b, err := os.ReadFile(filepath.Join(f.dir, rel))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("ETag", etag(b))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
}

func etag(b []byte) string { return `"` + nameOf(b)[:32] + `"` }

func (f *fake) path(b []byte) string {
	name := nameOf(b)
	return "/content/storage/" + name[:1] + "/" + name[1:2] + "/" + name
}

type box struct {
	*library.Library
	t   *testing.T
	dir string
}

func newBox(t *testing.T, more ...content.Format) *box {
	t.Helper()
	dir := t.TempDir()
	blobs, err := blob.Open(filepath.Join(dir, "blobs"), blob.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := library.Open(dir, blobs, append(more, kolibri.Format{})...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return &box{l, t, dir}
}

// take imports without waiting between attempts.
func (b *box) take(ctx context.Context, address string, o library.ImportOptions) (Report, error) {
	b.t.Helper()
	p, err := Open(address)
	if err != nil {
		b.t.Fatal(err)
	}
	defer p.Close()
	p.wait = func(ctx context.Context, _ int) error { return ctx.Err() }
	return p.imports(ctx, b.Library, filepath.Join(b.dir, "incoming"), o)
}

// left is what lies in incoming.
func (b *box) left() (out []string) {
	filepath.WalkDir(filepath.Join(b.dir, "incoming"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, d.Name())
		}
		return nil
	})
	return out
}

// state is what is installed: files and their hashes.
func (b *box) state() string {
	var s strings.Builder
	for _, c := range b.Courses() {
		m, _, err := b.Manifest(c.ID)
		if err != nil {
			b.t.Fatal(err)
		}
		fmt.Fprintln(&s, c.Title, c.Resources, c.Missing, m)
	}
	return s.String()
}

// long is n bytes that are those of no other seed.
func long(n int, seed byte) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*i>>7) + seed
	}
	return b
}

func TestWhatComesOverTheNetworkIsTheCourseOfTheDrive(t *testing.T) {
	f := serve(t, long(3000, 1), long(700_000, 2), long(10, 3), nil)
	net, drive := newBox(t), newBox(t)
	r, err := net.take(t.Context(), f.URL, library.ImportOptions{})
	if err != nil || len(r.Refused)+len(r.Warnings) > 0 {
		t.Fatal(err, r)
	}
	if _, err := drive.Import(t.Context(), []string{f.dir}, library.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	if got, want := net.state(), drive.state(); got != want || !strings.HasPrefix(got, "Lessons 4 0 ") {
		t.Errorf("over the network\n%s of the drive\n%s", got, want)
	}
	if left := net.left(); left != nil {
		t.Errorf("left over: %v", left)
	}
	if problems, err := net.Verify(t.Context(), "", nil); err != nil || len(problems) > 0 {
		t.Error(problems, err)
	}
	if f.top > connections {
		t.Errorf("%d requests at once", f.top)
	}
	clear(f.asked)
	if _, err := net.take(t.Context(), f.URL+"/"+channel, library.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	if len(f.asked) != 1 {
		t.Errorf("importing again asked for %v, want the database alone", f.asked)
	}
}

func TestADryRunFetchesTheDatabaseAloneAndSaysTheSize(t *testing.T) {
	f := serve(t, long(3000, 1), long(5000, 2))
	b := newBox(t)
	r, err := b.take(t.Context(), f.URL, library.ImportOptions{DryRun: true})
	if err != nil || len(r.Courses) != 1 || r.Courses[0].Bytes < 8000 || r.Courses[0].Missing != 0 || len(b.Courses()) != 0 {
		t.Fatalf("%v %+v", err, r)
	}
	for path := range f.asked {
		if strings.HasPrefix(path, "/content/storage") {
			t.Errorf("a dry run asked for %s", path)
		}
	}
}

// breaks lets the answer to path end after n bytes, times times.
func (f *fake) breaks(path string, n int64, times int) {
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		if r.URL.Path != path || times == 0 {
			return false
		}
		times--
		b, _ := os.ReadFile(filepath.Join(f.dir, strings.TrimPrefix(path, "/content/")))
		w.Header().Set("ETag", etag(b))
		from := int64(0)
		fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from)
		if from > 0 {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(b)-1, len(b)))
		}
		w.Header().Set("Content-Length", fmt.Sprint(int64(len(b))-from))
		if from > 0 {
			w.WriteHeader(http.StatusPartialContent)
		}
		f.gave[path] += n
		w.(counted).ResponseWriter.Write(b[from : from+n])
		w.(counted).ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
}

func TestACutFileGoesOnWhereItWas(t *testing.T) {
	film := long(1_000_000, 4)
	f := serve(t, film)
	f.breaks(f.path(film), 300_000, 3)
	b := newBox(t)
	if r, err := b.take(t.Context(), f.URL, library.ImportOptions{}); err != nil || len(r.Refused) > 0 || b.Courses()[0].Missing != 0 {
		t.Fatal(err, r)
	}
	if got := f.gave[f.path(film)]; got != int64(len(film)) {
		t.Errorf("%d bytes were sent of a file of %d", got, len(film))
	}
}

func TestAnImportThatWasStoppedGoesOnInTheMiddleOfTheFile(t *testing.T) {
	film, small := long(1_000_000, 4), long(50, 5)
	f := serve(t, film, small)
	f.breaks(f.path(film), 400_000, 1)
	ctx, stop := context.WithCancel(t.Context())
	cut := f.before
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Range") != "" && r.URL.Path == f.path(film) {
			stop() // the plug
			panic(http.ErrAbortHandler)
		}
		return cut(w, r)
	}
	b := newBox(t)
	if _, err := b.take(ctx, f.URL, library.ImportOptions{}); !errors.Is(err, context.Canceled) {
		t.Fatal("it was not stopped:", err)
	}
	if left := b.left(); !slices.Contains(left, nameOf(film)+".part") {
		t.Fatalf("what came is not kept: %v", left)
	}
	f.before = nil
	f.gave[f.path(film)] = 0
	if _, err := b.take(t.Context(), f.URL, library.ImportOptions{}); err != nil || b.Courses()[0].Missing != 0 {
		t.Fatal(err)
	}
	if got := f.gave[f.path(film)]; got > 600_000 {
		t.Errorf("%d bytes came again of the 600000 that were lacking", got)
	}
}

func TestAPartThatIsOfAnotherFileIsFetchedOnceMore(t *testing.T) {
	film := long(100_000, 4)
	f := serve(t, film)
	b := newBox(t)
	part := filepath.Join(b.dir, "incoming", channel, "content", "storage", nameOf(film)[:1], nameOf(film)[1:2], nameOf(film)+".part")
	os.MkdirAll(filepath.Dir(part), 0o755)
	os.WriteFile(part, long(60_000, 9), 0o644)
	if r, err := b.take(t.Context(), f.URL, library.ImportOptions{}); err != nil || len(r.Refused) > 0 || b.Courses()[0].Missing != 0 {
		t.Error(err, r.Refused)
	}
}

func TestADatabaseThatChangedMeanwhileIsNotJoinedToTheOldOne(t *testing.T) {
	f := serve(t, long(100, 1))
	b := newBox(t)
	path := "/content/databases/" + channel + ".sqlite3"
	f.breaks(path, 9000, 1)
	cut := f.before
	ctx, stop := context.WithCancel(t.Context())
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == path && r.Header.Get("Range") != "" {
			stop()
			panic(http.ErrAbortHandler)
		}
		return cut(w, r)
	}
	if _, err := b.take(ctx, f.URL, library.ImportOptions{}); err == nil {
		t.Fatal("it was not stopped")
	}
	f.before = nil
	extra := long(200, 7)
	f.files[nameOf(extra)] = extra
	f.write()
	if _, err := b.take(t.Context(), f.URL, library.ImportOptions{}); err != nil || len(b.Courses()) != 1 || b.Courses()[0].Resources != 2 {
		t.Error(err, b.Courses())
	}
}

func TestABusyPeerIsAskedAgain(t *testing.T) {
	f := serve(t, long(100, 1), long(100, 2))
	n := 0
	f.before = func(w http.ResponseWriter, _ *http.Request) bool {
		f.mu.Lock()
		n++
		busy := n%2 == 1
		f.mu.Unlock()
		if busy {
			w.WriteHeader([]int{502, 503, 504, 429}[n/2%4])
		}
		return busy
	}
	b := newBox(t)
	if r, err := b.take(t.Context(), f.URL, library.ImportOptions{}); err != nil || len(r.Refused) > 0 || b.Courses()[0].Missing != 0 {
		t.Error(err, r.Refused)
	}
}

func TestFilesThePeerLacksOrHasDamagedAreNamedAndComeLater(t *testing.T) {
	absent, bad, good := long(3000, 1), long(4000, 2), long(5000, 3)
	f := serve(t, absent, bad, good)
	where := func(b []byte) string { return filepath.Join(f.dir, strings.TrimPrefix(f.path(b), "/content/")) }
	os.Remove(where(absent))
	os.WriteFile(where(bad), long(4000, 8), 0o644)
	b := newBox(t)
	r, err := b.take(t.Context(), f.URL, library.ImportOptions{})
	if err != nil || len(r.Refused) != 1 || r.Refused[0].Path != nameOf(bad) || !errors.Is(r.Refused[0].Err, fs.ErrInvalid) || len(r.Warnings) != 1 {
		t.Fatalf("%v %+v", err, r)
	}
	if c := b.Courses()[0]; c.Missing != 2 || c.Resources != 3 {
		t.Errorf("%+v", c)
	}
	f.write()
	clear(f.asked)
	if r, err = b.take(t.Context(), f.URL, library.ImportOptions{}); err != nil || len(r.Refused)+len(r.Warnings) > 0 || b.Courses()[0].Missing != 0 {
		t.Errorf("completing: %v %+v", err, r)
	}
	if f.asked[f.path(good)] != 0 {
		t.Error("a file that is here was asked for")
	}
}

func TestNoAnswerMayBeLongerThanTheChannelSays(t *testing.T) {
	for name, write := range map[string]func(w http.ResponseWriter){
		"stated":   func(w http.ResponseWriter) { w.Header().Set("Content-Length", "900000000"); w.Write(long(1000, 1)) },
		"unstated": func(w http.ResponseWriter) { io.Copy(w, io.LimitReader(zeros{}, 50<<20)) },
	} {
		film := long(1000, 4)
		f := serve(t, film)
		f.before = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == f.path(film) {
				write(w)
				return true
			}
			return false
		}
		b := newBox(t)
		r, err := b.take(t.Context(), f.URL, library.ImportOptions{})
		if err != nil || len(r.Refused) != 1 || b.Courses()[0].Missing != 1 {
			t.Errorf("%s: %v %+v", name, err, r.Refused)
		}
		if left := b.left(); left != nil {
			t.Errorf("%s: left over %v", name, left)
		}
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestNobodyIsSentToAnotherHost(t *testing.T) {
	other := serve(t, long(100, 1))
	f := serve(t, long(100, 1))
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, other.URL+r.URL.Path, http.StatusFound)
		return true
	}
	b := newBox(t)
	_, err := b.take(t.Context(), f.URL, library.ImportOptions{})
	if !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), "not the host") || len(other.asked) > 0 || len(b.Courses()) > 0 {
		t.Errorf("%v; the other was asked %v", err, other.asked)
	}
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		if real, ok := strings.CutPrefix(r.URL.Path, "/moved"); ok {
			r.URL.Path = real
			return false
		}
		http.Redirect(w, r, "/moved"+r.URL.Path, http.StatusFound)
		return true
	}
	if _, err := b.take(t.Context(), f.URL, library.ImportOptions{}); err != nil || len(b.Courses()) != 1 {
		t.Errorf("within the host: %v", err)
	}
}

func TestWhatIsNoKolibriIsRefused(t *testing.T) {
	f := serve(t)
	b := newBox(t)
	for name, answer := range map[string]string{"a page": "<html>hello</html>", "nothing": "", "a list of nothing": "[]"} {
		f.before = func(w http.ResponseWriter, _ *http.Request) bool { io.WriteString(w, answer); return true }
		if _, err := b.take(t.Context(), f.URL, library.ImportOptions{}); err == nil {
			t.Errorf("%s: taken", name)
		}
		r, err := b.take(t.Context(), f.URL+"/"+channel, library.ImportOptions{})
		if err != nil || len(r.Refused) != 1 || !errors.Is(r.Refused[0].Err, fs.ErrInvalid) {
			t.Errorf("%s for a database: %v %+v", name, err, r)
		}
	}
	f.Close()
	if _, err := b.take(t.Context(), f.URL, library.ImportOptions{}); !errors.Is(err, errAway) {
		t.Errorf("nobody there: %v", err)
	}
}

func TestAddressesAreReadOrRefused(t *testing.T) {
	for address, want := range map[string]string{
		"http://box:8080":                                 "http://box:8080 []",
		"http://box/" + channel + "/all":                  "http://box [" + channel + "] all",
		"https://box/kolibri/" + channel:                  "https://box/kolibri [" + channel + "]",
		"http://[::1]:80/":                                "http://[::1]:80 []",
		"http://box/" + channel + "/else":                 "",
		"ftp://box":                                       "",
		"http://":                                         "",
		"http://user:word@box":                            "",
		"http://box?x=1":                                  "",
		"http://box/a%0d%0aHost:%20b":                     "http://box/a%0d%0aHost:%20b []",
		"http://box/01234567-89AB-cdef-0123-456789abcdef": "http://box [" + channel + "]",
	} {
		p, err := Open(address)
		got := ""
		if err == nil {
			got = fmt.Sprint(p.address, " ", p.channels)
			if p.all {
				got += " all"
			}
		} else if !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s: %v", address, err)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
