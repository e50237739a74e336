package web

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/a-h/templ"
	"github.com/klauspost/compress/gzip"
)

// A composed page is whole before its first byte is sent, so an error in the middle can still become an error page.
type composed struct{ html *bytes.Buffer }

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// gzipWriters compress at level 1: a page is small and somebody waits.
var gzipWriters = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(io.Discard, 1)
	return z
}}

func compose(r *request, c templ.Component) (composed, error) {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	return composed{b}, c.Render(r.Context(), b)
}

// maxPooled keeps the buffer of one huge page from being kept for all small ones.
const maxPooled = 256 << 10

func (p composed) recycle() {
	if p.html.Cap() <= maxPooled {
		buffers.Put(p.html)
	}
}

func (p composed) send(w http.ResponseWriter, r *request, status int) error {
	defer p.recycle()
	if r.composed != nil {
		r.composed()
	}
	w.Header().Set("Content-Length", strconv.Itoa(p.html.Len()))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(p.html.Bytes())
	}
	return nil
}

func (p composed) sendGzip(w http.ResponseWriter, r *request, status int) error {
	out, err := p.gzip()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Encoding", "gzip")
	return out.send(w, r, status)
}

// sendInflated is for whoever takes no gzip and asks for a huge page: while it goes out slowly, only its gzip is held.
func (p composed) sendInflated(w http.ResponseWriter, r *request, status int) error {
	length := p.html.Len()
	out, err := p.gzip()
	if err != nil {
		return err
	}
	if r.composed != nil {
		r.composed()
	}
	z, err := gzip.NewReader(out.html)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Length", strconv.Itoa(length))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		io.Copy(w, z)
	}
	return nil
}

// gzip packs a page and gives the page's own buffer back.
func (p composed) gzip() (composed, error) {
	out := buffers.Get().(*bytes.Buffer)
	out.Reset()
	z := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(z)
	z.Reset(out)
	z.Write(p.html.Bytes())
	if err := z.Close(); err != nil {
		return composed{}, err
	}
	p.recycle()
	return composed{out}, nil
}
