package files

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"lamplight/content"
)

// zipped is a file as it lies deflated in a zip, behind seven bytes of something else.
func zipped(t *testing.T, mime string, text []byte) content.File {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("before ")
	z, _ := flate.NewWriter(&b, 6)
	z.Write(text)
	z.Close()
	size := int64(b.Len() - 7)
	path := filepath.Join(t.TempDir(), "x.zip")
	b.WriteString("after")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return content.File{
		Path: "inner/x", MIME: mime, ETag: "e", Coding: "deflate", Size: size, Inflated: int64(len(text)), CRC: crc32.ChecksumIEEE(text),
		Source: &content.Extent{Path: path, Offset: 7, Size: size},
	}
}

func ask(t *testing.T, f content.File, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", "/", nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	if err := Serve(w, r, f, Revalidate); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestWhatLiesDeflatedInAZipIsPassedThroughAsItLies(t *testing.T) {
	text := bytes.Repeat([]byte("body { color: green }\n"), 5000)
	f := zipped(t, "text/css", text)
	w := ask(t, f, "Accept-Encoding", "gzip, deflate")
	if w.Header().Get("Content-Encoding") != "gzip" || int64(w.Body.Len()) != f.Size+18 || w.Header().Get("Content-Length") != fmt.Sprint(f.Size+18) {
		t.Errorf("%v, %d bytes of a stream of %d", w.Header(), w.Body.Len(), f.Size)
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, text) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	plain := ask(t, f)
	if plain.Header().Get("Content-Encoding") != "" || !bytes.Equal(plain.Body.Bytes(), text) || plain.Header().Get("ETag") == w.Header().Get("ETag") {
		t.Errorf("for who takes no gzip: %v, %d bytes", plain.Header(), plain.Body.Len())
	}
	if got := ask(t, f, "Accept-Encoding", "gzip", "If-None-Match", w.Header().Get("ETag")); got.Code != 304 {
		t.Errorf("asked again: %d", got.Code)
	}
	if b, err := ReadAll(f, 1<<20); err != nil || !bytes.Equal(b, text) {
		t.Errorf("ReadAll: %d bytes, %v", len(b), err)
	}
	if _, err := ReadAll(f, 100); err == nil {
		t.Error("ReadAll read more than its limit")
	}
}

func TestAFilmDeflatedInAZipIsSoughtIn(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	film := randomBytes(rnd, 3<<20)
	for i := range film {
		if i%5 == 0 {
			film[i] = 'x'
		}
	}
	f := zipped(t, "video/mp4", film)
	first := ask(t, f, "Accept-Encoding", "gzip")
	if first.Code != 200 || first.Header().Get("Accept-Ranges") != "bytes" || !bytes.Equal(first.Body.Bytes(), film) {
		t.Fatalf("whole: %d, %v", first.Code, first.Header())
	}
	for _, at := range [][2]int{{0, 1}, {1 << 20, 1<<20 + 99}, {3<<20 - 5, 3<<20 - 1}, {17, 2 << 20}} {
		w := ask(t, f, "Accept-Encoding", "gzip", "Range", fmt.Sprintf("bytes=%d-%d", at[0], at[1]))
		if w.Code != 206 || !bytes.Equal(w.Body.Bytes(), film[at[0]:at[1]+1]) || w.Header().Get("Content-Range") != fmt.Sprintf("bytes %d-%d/%d", at[0], at[1], len(film)) {
			t.Errorf("%v: %d, %d bytes, %s", at, w.Code, w.Body.Len(), w.Header().Get("Content-Range"))
		}
	}
	if w := ask(t, f, "Range", "bytes=9999999-"); w.Code != 416 {
		t.Errorf("past the end: %d", w.Code)
	}
}
