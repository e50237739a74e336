package wire

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A writer takes one answer. It belongs to one exchange at a time; between them it holds nothing of anybody's.
type writer struct {
	to     *net.TCPConn
	date   string
	header http.Header
	status int    // 0: not said yet
	body   []byte // gathered while its length is not known
	sent   bool
	err    error
	head   []byte
	parts  [2][]byte
	out    net.Buffers
}

var writers = sync.Pool{New: func() any { return &writer{header: http.Header{}} }}

// errLength is a handler that announced another length than it wrote.
var errLength = errors.New("wire: the answer is not as long as its handler said")

// exchange has one request answered on a connection. After an error the connection cannot be used.
func exchange(to *net.TCPConn, h http.Handler, r *http.Request, now time.Time) error {
	w := writers.Get().(*writer)
	w.to, w.date = to, date(now)
	h.ServeHTTP(w, r) // may panic: net/http ends the connection then, and w is left to the collector
	err := w.finish()
	clear(w.header)
	*w = writer{header: w.header, head: w.head[:0]}
	writers.Put(w)
	return err
}

// Header implements http.ResponseWriter.
func (w *writer) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter. Only the first final status counts.
func (w *writer) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
}

// Write sends a body that is written at once, as its length says; any other is gathered.
func (w *writer) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	switch {
	case !w.mayHaveBody():
		return 0, http.ErrBodyNotAllowed
	case w.sent:
		w.err = errLength
	case len(w.body) == 0 && w.length() == len(p):
		w.send(p)
	default:
		w.body = append(w.body, p...)
	}
	if w.err != nil {
		return 0, w.err
	}
	return len(p), nil
}

func (w *writer) mayHaveBody() bool {
	return w.status != http.StatusNoContent && w.status != http.StatusNotModified
}

// length is the announced one, −1 for none.
func (w *writer) length() int {
	v := w.header["Content-Length"]
	if len(v) == 0 {
		return -1
	}
	n, err := strconv.Atoi(v[0])
	if err != nil {
		return -1
	}
	return n
}

// finish sends what is not sent yet.
func (w *writer) finish() error {
	w.WriteHeader(http.StatusOK)
	if w.sent || w.err != nil {
		return w.err
	}
	switch n := w.length(); {
	case !w.mayHaveBody():
		delete(w.header, "Content-Length")
	case n < 0:
		w.header["Content-Length"] = []string{strconv.Itoa(len(w.body))}
	case n != len(w.body):
		return errLength
	}
	w.send(w.body)
	return w.err
}

// send writes head and body as one.
func (w *writer) send(body []byte) {
	w.sent = true
	b := append(w.head, "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(w.status), 10)
	b = append(append(b, ' '), http.StatusText(w.status)...)
	b = append(append(b, "\r\nDate: "...), w.date...)
	for name, values := range w.header {
		for _, v := range values {
			b = append(append(append(append(b, "\r\n"...), name...), ": "...), oneLine(v)...)
		}
	}
	w.head = append(b, "\r\n\r\n"...)
	w.parts = [2][]byte{w.head, body}
	w.out = w.parts[:]
	if _, err := w.out.WriteTo(w.to); err != nil {
		w.err = fmt.Errorf("wire: %w", err)
	}
}

// oneLine keeps a value from ending its line, as net/http does.
func oneLine(v string) string {
	if strings.IndexByte(v, '\n') < 0 && strings.IndexByte(v, '\r') < 0 {
		return v
	}
	return strings.Map(func(c rune) rune {
		if c == '\r' || c == '\n' {
			return ' '
		}
		return c
	}, v)
}

// A second is the Date of all answers within it.
type second struct {
	unix int64
	text string
}

var lately atomic.Pointer[second]

func date(now time.Time) string {
	if s := lately.Load(); s != nil && s.unix == now.Unix() {
		return s.text
	}
	s := &second{now.Unix(), now.UTC().Format(http.TimeFormat)}
	lately.Store(s)
	return s.text
}
