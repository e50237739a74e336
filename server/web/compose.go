package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"sync"

	"github.com/a-h/templ"
	"github.com/klauspost/compress/gzip"

	"lamplight/server/files"
)

// A press is where a page is made. There are few, and they are kept: a pool would lose them at every collection, and of 200
// phones that ask at once on a busy board each had one of its own.
type press struct{ html bytes.Buffer }

// presses are as many as there are processors and one more, which is being set while another waits for its turn. A nil
// one is yet to be made.
var presses = func() chan *press {
	all := make(chan *press, runtime.GOMAXPROCS(0)+1)
	for range cap(all) {
		all <- nil
	}
	return all
}()

// take waits for a press or ctx's end.
func take(ctx context.Context) (*press, error) {
	select {
	case p := <-presses:
		if p == nil {
			p = &press{}
		}
		return p, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// leave gives the press to the next page, and the buffer of a huge one to the collector.
func (p *press) leave() {
	if p.html.Cap() > maxPooled {
		p.html = bytes.Buffer{}
	}
	presses <- p
}

// A composed page is whole before its first byte is sent, so an error in the middle can still become an error page.
type composed struct{ html *bytes.Buffer }

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// compose makes a page, and its gzip if packed is set or it is so huge that it waits for the network as such.
func compose(r *request, c templ.Component, packed bool) (out composed, inflate int, err error) {
	p, err := take(r.Context())
	if err != nil {
		return composed{}, 0, err
	}
	defer p.leave()
	p.html.Reset()
	if err := c.Render(r.Context(), &p.html); err != nil {
		return composed{}, 0, err
	}
	out = composed{buffers.Get().(*bytes.Buffer)}
	out.html.Reset()
	if huge := p.html.Len() > maxPooled; !packed && !huge {
		out.html.Write(p.html.Bytes())
		return out, 0, nil
	} else if !packed {
		inflate = p.html.Len()
	}
	return out, inflate, files.Gzip(r.Context(), out.html, p.html.Bytes())
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

// sendInflated is for whoever takes no gzip and asks for a huge page: while it goes out slowly, only its gzip is held.
func (p composed) sendInflated(w http.ResponseWriter, r *request, status, length int) error {
	defer p.recycle()
	if r.composed != nil {
		r.composed()
	}
	z, err := gzip.NewReader(p.html)
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
