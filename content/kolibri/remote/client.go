package remote

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A client speaks HTTP/1.1 to one host over at most two connections. It is our own because it must do less than that of
// net/http: no other host, no proxy, no cookies, no unpacking; and the binary has to fit on small cards.
type client struct {
	dial, host string // HOST:PORT, and the Host header
	tls        bool
	slots      chan struct{} // a token each of requests under way
	met        atomic.Bool   // it has answered: silence may pass

	mu   sync.Mutex
	idle []*line
}

const (
	connections = 2
	silence     = 30 * time.Second // without a byte: the line is dead
	maxHeader   = 64 << 10
	maxHops     = 3
)

func newClient(dial, host string, secure bool) *client {
	return &client{dial: dial, host: host, tls: secure, slots: make(chan struct{}, connections)}
}

// A line is one connection. Each read may take as long as silence, and left bytes may come.
type line struct {
	net.Conn
	r    *bufio.Reader
	left int64
	used bool // for a request before: the peer may have ended it meanwhile
}

func (l *line) Read(b []byte) (int, error) {
	if l.left <= 0 {
		return 0, fmt.Errorf("its header is longer than %d bytes: %w", maxHeader, fs.ErrInvalid)
	}
	if err := l.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	n, err := l.Conn.Read(b[:min(int64(len(b)), l.left)])
	l.left -= int64(n)
	return n, err
}

// An answer is a response whose status is 200 or 206. cut is why its body broke off, if it did.
type answer struct {
	*http.Response
	c    *client
	l    *line
	stop func() bool
	ctx  context.Context
	cut  error
	end  bool
}

// A status is an answer that is neither a file nor a part of one.
type status int

func (s status) Error() string {
	return fmt.Sprintf("the peer answers %d %s", int(s), http.StatusText(int(s)))
}

// Is makes what the peer does not have, or does not give, fs.ErrNotExist.
func (s status) Is(target error) bool {
	return target == fs.ErrNotExist && (s == http.StatusNotFound || s == http.StatusGone || s == http.StatusForbidden || s == http.StatusUnauthorized)
}

// errAway is that nobody has ever answered: the address may be wrong.
var errAway = errors.New("nobody answers there")

func (c *client) away(err error) error {
	if c.met.Load() {
		return err
	}
	return fmt.Errorf("%w: %w", errAway, err)
}

// passing says whether trying again later may help.
func passing(err error) bool {
	var s status
	var n net.Error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, errAway), errors.Is(err, fs.ErrInvalid), errors.Is(err, fs.ErrNotExist):
		return false
	case errors.As(err, &s):
		return s == http.StatusTooManyRequests || s == http.StatusRequestTimeout || s >= 502 && s <= 504 || s >= 520 && s <= 529
	}
	return errors.As(err, &n) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// get asks for what lies at path from the byte from on. of, which may be "", names the state that the bytes before it had.
// The caller closes the answer.
func (c *client) get(ctx context.Context, path string, from int64, of string) (*answer, error) {
	select {
	case c.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for hop := 0; ; hop++ {
		a, err := c.ask(ctx, path, from, of)
		if err != nil {
			<-c.slots
			return nil, err
		}
		if a.StatusCode == http.StatusOK || a.StatusCode == http.StatusPartialContent && from > 0 {
			return a, nil
		}
		a.leave()
		if path, err = c.next(a, path, hop); err != nil {
			<-c.slots
			return nil, err
		}
	}
}

// next follows a redirect on the same host.
func (c *client) next(a *answer, path string, hop int) (string, error) {
	to := a.Header.Get("Location")
	if a.StatusCode/100 != 3 || to == "" {
		return "", status(a.StatusCode)
	}
	base := &url.URL{Scheme: "http", Host: c.host, Path: path}
	if c.tls {
		base.Scheme = "https"
	}
	u, err := base.Parse(to)
	if err != nil || u.Host != c.host || u.Scheme != base.Scheme {
		return "", fmt.Errorf("the peer sends us on to %.200q, which is not the host that was named: %w", to, fs.ErrInvalid)
	}
	if hop >= maxHops {
		return "", fmt.Errorf("the peer sends us round and round: %w", fs.ErrInvalid)
	}
	return u.RequestURI(), nil
}

// ask sends one request. A kept connection that the peer has ended meanwhile is replaced once.
func (c *client) ask(ctx context.Context, path string, from int64, of string) (*answer, error) {
	for {
		l, err := c.line(ctx)
		if err != nil {
			return nil, err
		}
		a := &answer{c: c, l: l, ctx: ctx, stop: context.AfterFunc(ctx, func() { l.Close() })}
		a.Response, err = c.send(l, path, from, of)
		if err == nil {
			c.met.Store(true)
			return a, nil
		}
		a.end = true
		a.leave()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !l.used || errors.Is(err, fs.ErrInvalid) {
			return nil, err
		}
	}
}

func (c *client) send(l *line, path string, from int64, of string) (*http.Response, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Lamplight\r\nAccept-Encoding: identity\r\n", path, c.host)
	if from > 0 {
		fmt.Fprintf(&b, "Range: bytes=%d-\r\n", from)
		if of != "" && !strings.HasPrefix(of, "W/") {
			fmt.Fprintf(&b, "If-Range: %s\r\n", of)
		}
	}
	b.WriteString("\r\n")
	if err := l.SetWriteDeadline(time.Now().Add(silence)); err != nil {
		return nil, err
	}
	if _, err := io.WriteString(l.Conn, b.String()); err != nil {
		return nil, err
	}
	l.left = maxHeader
	r, err := http.ReadResponse(l.r, nil)
	l.left = math.MaxInt64
	var n net.Error
	if err != nil && !errors.As(err, &n) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("what answers there is no Kolibri (%v): %w", err, fs.ErrInvalid)
	}
	return r, err
}

// line is a connection: one that is kept, or a new one.
func (c *client) line(ctx context.Context) (*line, error) {
	c.mu.Lock()
	if n := len(c.idle); n > 0 {
		l := c.idle[n-1]
		c.idle = c.idle[:n-1]
		c.mu.Unlock()
		l.used = true
		return l, nil
	}
	c.mu.Unlock()
	conn, err := (&net.Dialer{Timeout: silence}).DialContext(ctx, "tcp", c.dial)
	if err != nil {
		return nil, c.away(err)
	}
	if c.tls {
		name, _, _ := net.SplitHostPort(c.dial)
		secure := tls.Client(conn, &tls.Config{ServerName: name, MinVersion: tls.VersionTLS12})
		if err := secure.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, c.away(err)
		}
		conn = secure
	}
	l := &line{Conn: conn}
	l.r = bufio.NewReaderSize(l, 16<<10)
	return l, nil
}

// close gives the request's place to the next; a connection whose answer was read to its end is kept.
func (a *answer) close() {
	a.leave()
	<-a.c.slots
}

func (a *answer) leave() {
	reusable := a.stop() && !a.end && a.Response != nil && !a.Close
	if reusable { // the end of a short answer costs less than a new connection
		n, err := io.CopyN(io.Discard, a.Body, 4<<10)
		reusable = n < 4<<10 && errors.Is(err, io.EOF)
	}
	if !reusable {
		a.l.Close()
		return
	}
	a.c.mu.Lock()
	a.c.idle = append(a.c.idle, a.l)
	a.c.mu.Unlock()
}

// read reads the body; an error that is not io.EOF ends the connection.
func (a *answer) read(b []byte) (int, error) {
	n, err := a.Body.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		a.end, a.cut = true, err
		if a.ctx.Err() != nil {
			err = a.ctx.Err()
		}
	}
	return n, err
}

func (c *client) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.idle {
		l.Close()
	}
	c.idle = nil
}

// pause waits a second before the second attempt, then twice as long each time, half a minute at most.
func pause(ctx context.Context, attempt int) error {
	t := time.NewTimer(min(time.Second<<min(attempt, 5), 30*time.Second))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
