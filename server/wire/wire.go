// Package wire is what lies between net/http and the socket: it answers the plainest requests for pages itself, with half
// of net/http's work, and joins net/http's small writes into whole packets.
//
// How it stays right: net/http owns every connection and each one's first request. What it reads passes through
// Conn.Read. Only while net/http waits for a request on a connection where nothing is left over (see Conn), and only if
// the bytes that came are one whole plain GET of a Page (see readHead), is that answered here, by the very handler that
// net/http would have called. Anything else goes to net/http with not a byte missing.
//
//	phone ─▶ Conn.Read ─┬─ plain GET of a page, nothing pending ─▶ Options.Pages ─▶ phone
//	                    └─ all else ─▶ net/http ─▶ http.Server.Handler ─▶ phone
package wire

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Options say what is answered here and for how long.
type Options struct {
	// Pages answers GET of Prefix and an id of hexadecimal digits, nothing behind it. What it writes is gathered whole
	// before it is sent. The context of its request does not end when the client goes away.
	Pages  http.Handler
	Prefix string
	// Idle and Write are the server's IdleTimeout and WriteTimeout. They are renewed at most once in renewEvery.
	Idle, Write time.Duration
}

const renewEvery = time.Second

// A Listener accepts Conns. Its server must call Note as, or from, its ConnState.
type Listener struct {
	net.Listener
	o Options
}

// Listen wraps l. Without o.Pages nothing is answered here.
func Listen(l net.Listener, o Options) *Listener { return &Listener{l, o} }

// Accept wraps TCP connections; of what is none nothing is answered here.
func (l *Listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if t, ok := c.(*net.TCPConn); ok && err == nil {
		if raw, err := t.SyscallConn(); err == nil {
			return &Conn{TCPConn: t, raw: raw, o: &l.o, waiting: true, whole: l.o.Pages != nil}, nil
		}
	}
	return c, err
}

// A Conn keeps every method of a TCPConn: net/http finds its ReadFrom, which is sendfile. Its fields belong to whichever
// goroutine of net/http reads; that is one at a time.
type Conn struct {
	*net.TCPConn
	raw syscall.RawConn
	o   *Options

	waiting bool // net/http has answered all it was given and waits for a request
	served  bool // it has answered one: the limits of time are those of waiting, not those of a first request
	whole   bool // each time it waited it was given one whole request without a body, so that nothing is left over with it
	held    bool // what was written last may wait for more (see Write)
	renewed time.Time
	base    *http.Request // what is the same for all requests of this connection
}

// Note tells a Conn what net/http says of it.
func Note(conn net.Conn, state http.ConnState) {
	c, ok := conn.(*Conn)
	switch {
	case ok && state == http.StateIdle:
		c.waiting, c.served, c.renewed = true, true, time.Time{} // net/http has changed the limits of time
		c.push()
	case ok && state == http.StateHijacked:
		c.whole = false
	}
}

// Read gives net/http what it must see. Once that is anything but a whole plain request, what it has left over is not
// known, so from then on it is given everything.
func (c *Conn) Read(p []byte) (int, error) {
	if c.whole && !c.waiting {
		return 0, c.watch()
	}
	for {
		n, err := c.TCPConn.Read(p)
		if n == 0 || err != nil || !c.whole {
			return n, err
		}
		h, plain := readHead(p[:n])
		if !plain || !c.served || !c.o.answers(h) {
			c.whole, c.waiting = plain, false
			return n, nil
		}
		if err := c.answer(h); err != nil {
			return 0, err
		}
	}
}

// watch is for net/http's read while it answers a plain request, by which it notices that the client has gone: it waits
// for that, or for the limit of time that net/http moves when it is done. What comes meanwhile stays where it is.
func (c *Conn) watch() (err error) {
	var b [1]byte
	waited := c.raw.Read(func(fd uintptr) bool {
		n, _, failed := unix.Recvfrom(int(fd), b[:], unix.MSG_PEEK)
		switch {
		case n > 0 || errors.Is(failed, unix.EAGAIN) || errors.Is(failed, unix.EINTR):
			return false
		case failed == nil:
			err = io.EOF
		default:
			err = &net.OpError{Op: "read", Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: failed}
		}
		return true
	})
	return cmp.Or(err, waited)
}

// answers says whether h asks for one of Pages. A client that takes no gzip, or weighs it, is left to net/http: its
// answer is long and goes out in pieces there.
func (o *Options) answers(h head) bool {
	id, ok := strings.CutPrefix(h.target, o.Prefix)
	codings := h.fields["Accept-Encoding"]
	return ok && h.method == http.MethodGet && id != "" && strings.Trim(id, "0123456789abcdef") == "" &&
		len(codings) == 1 && strings.Contains(codings[0], "gzip") && !strings.Contains(codings[0], ";")
}

// answer has a page answered and renews the limits of time that net/http set when it began to wait.
func (c *Conn) answer(h head) error {
	now := time.Now()
	if now.Sub(c.renewed) >= renewEvery {
		c.renewed = now
		if err := c.SetWriteDeadline(now.Add(c.o.Write)); err != nil {
			return err
		}
		if err := c.SetReadDeadline(now.Add(c.o.Idle)); err != nil {
			return err
		}
	}
	if c.base == nil {
		ctx := context.WithValue(context.Background(), http.LocalAddrContextKey, c.LocalAddr())
		c.base = (&http.Request{Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, RemoteAddr: c.RemoteAddr().String(), Body: http.NoBody}).WithContext(ctx)
	}
	return exchange(c.TCPConn, c.o.Pages, h.request(c.base), now)
}
