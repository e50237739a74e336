package files

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lamplight/content"
)

func TestCombineIsTheChecksumOfTheWhole(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		a, b := randomBytes(rng, rng.IntN(3000)), randomBytes(rng, rng.IntN(70000))
		got := combine(crc32.ChecksumIEEE(a), crc32.ChecksumIEEE(b), uint32(len(b)))
		if want := crc32.ChecksumIEEE(append(a, b...)); got != want {
			t.Fatalf("combine of %d and %d bytes = %08x, want %08x", len(a), len(b), got, want)
		}
	}
}

func randomBytes(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// readyPage makes a member of the shape package pack promises.
func readyPage(t testing.TB, text string) content.ReadyPage {
	t.Helper()
	p, err := NewPart([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	g := append([]byte{}, gzipHeader...)
	g = append(append(g, p.deflated...), emptyFinal...)
	g = binary.LittleEndian.AppendUint32(g, p.crc)
	g = binary.LittleEndian.AppendUint32(g, p.length)
	return content.ReadyPage{Title: "A page", Hash: "abc", Gzip: g, CRC: p.crc, Length: p.length}
}

// runs are what is above and below a page, commas between them.
func runs(t *testing.T, top, bottom string) Runs {
	t.Helper()
	cut := func(s string) [][]byte {
		if s == "" {
			return nil
		}
		return bytes.Split([]byte(s), []byte(","))
	}
	r, err := NewRuns(cut(top), cut(bottom), top != "a")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSplicedPageIsOneGzipMember(t *testing.T) {
	page := readyPage(t, "<article>"+string(bytes.Repeat([]byte("mango "), 5000))+"</article>")
	for _, accept := range []string{"gzip, deflate", "identity", "gzip;q=0, *;q=0"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		if err := ServeSpliced(w, r, Frame{Shared: runs(t, "<!doctype html>,</title>", "</html>"), Own: runs(t, "<title>x", "")}, page); err != nil {
			t.Fatal(err)
		}
		body := w.Body.Bytes()
		if accept == "gzip, deflate" {
			z, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			z.Multistream(false)
			if body, err = io.ReadAll(z); err != nil {
				t.Fatalf("the spliced member does not read back: %v", err)
			}
		} else if w.Header().Get("Content-Encoding") != "" {
			t.Errorf("Accept-Encoding %q got coding %q", accept, w.Header().Get("Content-Encoding"))
		}
		want := "<!doctype html><title>x</title><article>" + string(bytes.Repeat([]byte("mango "), 5000)) + "</article></html>"
		if string(body) != want {
			t.Errorf("Accept-Encoding %q: got %d bytes, want %d", accept, len(body), len(want))
		}
	}
}

func TestAnETagSavesTheBody(t *testing.T) {
	page := readyPage(t, "<article>hello</article>")
	f := Frame{Shared: runs(t, "a", "a"), Own: runs(t, "", "")}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	ServeSpliced(w, r, f, page)
	r.Header.Set("If-None-Match", "W/"+w.Header().Get("ETag"))
	again := httptest.NewRecorder()
	ServeSpliced(again, r, f, page)
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("got %d and %d bytes, want 304 and none", again.Code, again.Body.Len())
	}
}

func TestRangesOfAFileAndOfBytesAgree(t *testing.T) {
	all := randomBytes(rand.New(rand.NewPCG(3, 4)), 10000)
	path := filepath.Join(t.TempDir(), "container")
	if err := os.WriteFile(path, append(append([]byte("head"), all...), "tail"...), 0o600); err != nil {
		t.Fatal(err)
	}
	onDisk := content.File{MIME: "video/mp4", ETag: "e", Size: 10000, Source: &content.Extent{Path: path, Offset: 4, Size: 10000}}
	inMemory := content.File{MIME: "video/mp4", ETag: "e", Size: 10000, Bytes: all}
	for _, c := range []struct {
		header string
		code   int
		want   []byte
	}{
		{"", 200, all},
		{"bytes=0-0", 206, all[:1]},
		{"bytes=100-199", 206, all[100:200]},
		{"bytes=9990-", 206, all[9990:]},
		{"bytes=9990-20000", 206, all[9990:]},
		{"bytes=-5", 206, all[9995:]},
		{"bytes=10000-", 416, nil},
		{"bytes=-0", 416, nil},
		{"bytes=5-2", 200, all},
		{"bytes=1-2,4-5", 200, all},
		{"lines=1-2", 200, all},
	} {
		for name, f := range map[string]content.File{"disk": onDisk, "memory": inMemory} {
			r := httptest.NewRequest("GET", "/", nil)
			if c.header != "" {
				r.Header.Set("Range", c.header)
			}
			w := httptest.NewRecorder()
			if err := Serve(w, r, f, Revalidate); err != nil {
				t.Fatal(err)
			}
			if w.Code != c.code || !bytes.Equal(w.Body.Bytes(), c.want) {
				t.Errorf("%s, Range %q: got %d with %d bytes, want %d with %d", name, c.header, w.Code, w.Body.Len(), c.code, len(c.want))
			}
		}
	}
}

func TestAStaleIfRangeGetsTheWholeFile(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Range", "bytes=1-2")
	r.Header.Set("If-Range", `"old"`)
	w := httptest.NewRecorder()
	Serve(w, r, content.File{MIME: "text/plain", ETag: "new", Bytes: []byte("hello")}, Revalidate)
	if w.Code != 200 || w.Body.String() != "hello" {
		t.Errorf("got %d %q, want the whole new file", w.Code, w.Body)
	}
}

func TestAPulledStickIsAnErrorBeforeAnythingIsSent(t *testing.T) {
	w := httptest.NewRecorder()
	err := Serve(w, httptest.NewRequest("GET", "/", nil), content.File{
		MIME: "video/mp4", ETag: "e",
		Source: &content.Extent{Path: filepath.Join(t.TempDir(), "gone"), Size: 5},
	}, Revalidate)
	if err == nil || w.Body.Len() > 0 {
		t.Errorf("got error %v and %d bytes, want an error and none", err, w.Body.Len())
	}
}

// A patient writer counts how often its deadline is moved on.
type patient struct {
	*httptest.ResponseRecorder
	moved int
}

func (p *patient) SetWriteDeadline(time.Time) error { p.moved++; return nil }

func TestALongFileHasTimeForEachPiece(t *testing.T) {
	path := filepath.Join(t.TempDir(), "film")
	block := randomBytes(rand.New(rand.NewPCG(3, 4)), 64<<10)
	whole := bytes.Repeat(block, (2*piece+100)/len(block)+1)[:2*piece+100]
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	f := content.File{Path: "film", MIME: "video/mp4", ETag: "x", Source: &content.Extent{Path: path, Offset: 7, Size: int64(len(whole)) - 7}}
	for _, c := range []struct {
		asked string
		from  int
		moved int
	}{{"", 7, 2}, {"bytes=100-", 107, 1}, {"bytes=-2000", len(whole) - 2000, 0}} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Range", c.asked)
		w := &patient{ResponseRecorder: httptest.NewRecorder()}
		if err := Serve(w, r, f, Revalidate); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(w.Body.Bytes(), whole[c.from:]) {
			t.Errorf("range %q gave %d bytes, not those from %d on", c.asked, w.Body.Len(), c.from)
		}
		if w.moved != c.moved {
			t.Errorf("range %q: the deadline was moved %d times, want %d", c.asked, w.moved, c.moved)
		}
	}
}
