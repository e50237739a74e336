package clustertest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"time"
)

// A Network carries byte streams between boxes of one process, as badly as it is told to. Everything random comes from
// its seed; what the scheduler does is its own. Safe for concurrent use.
type Network struct {
	mu        sync.Mutex
	random    *rand.Rand
	listeners map[string]*listener
	links     map[*link]bool
	weather   Weather
	apart     map[string]int // address: side of the split it is on
	moved     int64
}

// A Weather is how a link behaves. The zero Weather is perfect.
type Weather struct {
	Delay time.Duration // each write takes up to this long to arrive
	// Cut is how many bytes, both ways, a link carries at most before it breaks without a word: a random number up to
	// this for each link. 0: never.
	Cut int64
	// Quota is how many bytes, both ways, a link carries exactly before it breaks: a metered SIM. 0: no end.
	Quota int64
	// Refuse is how many of 100 calls get no answer.
	Refuse int
}

// NewNetwork makes a network without boxes.
func NewNetwork(seed uint64) *Network {
	return &Network{random: rand.New(rand.NewPCG(seed, 1)), listeners: map[string]*listener{}, links: map[*link]bool{}, apart: map[string]int{}}
}

// Set changes the weather for links made from now on.
func (n *Network) Set(w Weather) {
	n.mu.Lock()
	n.weather = w
	n.mu.Unlock()
}

// Split puts addresses on sides: links between two sides break now, and no new ones are made. No sides heal it.
func (n *Network) Split(sides ...[]string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.apart = map[string]int{}
	for i, side := range sides {
		for _, addr := range side {
			n.apart[addr] = i + 1
		}
	}
	for l := range n.links {
		if n.apart[l.from] != n.apart[l.to] {
			l.cut()
		}
	}
}

// Moved is how many bytes all links have carried.
func (n *Network) Moved() int64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.moved
}

// Listen is a box's listener. An address that is taken is refused.
func (n *Network) Listen(addr string) (net.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listeners[addr] != nil {
		return nil, fmt.Errorf("clustertest: %s is taken: %w", addr, os.ErrExist)
	}
	l := &listener{net: n, addr: addr, calls: make(chan net.Conn, 16), done: make(chan struct{})}
	n.listeners[addr] = l
	return l, nil
}

// Dialer is how the box at from calls others: an exchange.Options.Dial.
func (n *Network) Dialer(from string) func(ctx context.Context, addr string) (net.Conn, error) {
	return func(ctx context.Context, to string) (net.Conn, error) {
		n.mu.Lock()
		l := n.listeners[to]
		refused := l == nil || n.apart[from] != n.apart[to] || n.weather.Refuse > n.random.IntN(100)
		if refused {
			n.mu.Unlock()
			return nil, fmt.Errorf("clustertest: %s does not reach %s", from, to)
		}
		k := &link{net: n, from: from, to: to, delay: n.weather.Delay, left: -1}
		if n.weather.Cut > 0 {
			k.left = n.random.Int64N(n.weather.Cut)
		}
		if n.weather.Quota > 0 {
			k.left = n.weather.Quota
		}
		near, far := k.ends() // before anybody may cut it
		n.links[k] = true
		n.mu.Unlock()
		select {
		case l.calls <- far:
			return near, nil
		case <-l.done:
			return nil, fmt.Errorf("clustertest: %s hung up", to)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// carry takes n bytes off a link's life and says how many still get through.
func (n *Network) carry(l *link, size int) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	if l.left >= 0 {
		size = int(min(int64(size), l.left))
		l.left -= int64(size)
	}
	n.moved += int64(size)
	return size
}

func (n *Network) delay(most time.Duration) time.Duration {
	if most <= 0 {
		return 0
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return time.Duration(n.random.Int64N(int64(most)))
}

type listener struct {
	net   *Network
	addr  string
	calls chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.calls:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() {
		l.net.mu.Lock()
		delete(l.net.listeners, l.addr)
		l.net.mu.Unlock()
		close(l.done) // last, so that who waited for Accept to fail may listen here again
	})
	return nil
}

func (l *listener) Addr() net.Addr { return address(l.addr) }

type address string

func (a address) Network() string { return "clustertest" }
func (a address) String() string  { return string(a) }

// A link is one connection. Both ends die at once when it is cut.
type link struct {
	net      *Network
	from, to string
	delay    time.Duration
	left     int64 // bytes before it breaks, -1 never; under net.mu
	there    *half // what from sends
	back     *half
}

func (l *link) ends() (near, far net.Conn) {
	l.there, l.back = newHalf(), newHalf()
	return &conn{l, l.back, l.there, l.from, l.to}, &conn{l, l.there, l.back, l.to, l.from}
}

var errCut = errors.New("clustertest: the link broke")

func (l *link) cut() {
	l.there.fail(errCut)
	l.back.fail(errCut)
}

// window is what one direction holds unread, as a TCP receive window does.
const window = 64 << 10

// A half is one direction of a link.
type half struct {
	mu     sync.Mutex
	wake   *sync.Cond
	buf    []byte
	closed bool  // by the writer: io.EOF after buf
	err    error // both ways at once
	read   deadline
	write  deadline
}

type deadline struct {
	at    time.Time
	timer *time.Timer
}

func newHalf() *half {
	h := &half{}
	h.wake = sync.NewCond(&h.mu)
	return h
}

func (h *half) fail(err error) {
	h.mu.Lock()
	if h.err == nil {
		h.err = err
	}
	h.mu.Unlock()
	h.wake.Broadcast()
}

// set changes a deadline and wakes whoever waits when it comes.
func (h *half) set(d *deadline, at time.Time) {
	h.mu.Lock()
	if d.timer != nil {
		d.timer.Stop()
	}
	d.at, d.timer = at, nil
	if !at.IsZero() {
		d.timer = time.AfterFunc(time.Until(at), h.wake.Broadcast)
	}
	h.mu.Unlock()
	h.wake.Broadcast()
}

func (d *deadline) passed() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

func (h *half) take(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.err != nil:
			return 0, h.err
		case h.read.passed():
			return 0, os.ErrDeadlineExceeded
		case len(h.buf) > 0:
			n := copy(b, h.buf)
			h.buf = h.buf[n:]
			h.wake.Broadcast()
			return n, nil
		case h.closed:
			return 0, io.EOF
		}
		h.wake.Wait()
	}
}

func (h *half) put(b []byte) (n int, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(b) > 0 {
		switch {
		case h.err != nil:
			return n, h.err
		case h.closed:
			return n, io.ErrClosedPipe
		case h.write.passed():
			return n, os.ErrDeadlineExceeded
		}
		size := min(len(b), window-len(h.buf))
		if size <= 0 {
			h.wake.Wait()
			continue
		}
		h.buf = append(h.buf, b[:size]...)
		b, n = b[size:], n+size
		h.wake.Broadcast()
	}
	return n, nil
}

// A conn is one end of a link.
type conn struct {
	link     *link
	in, out  *half
	own, far string
}

func (c *conn) Read(b []byte) (int, error) { return c.in.take(b) }

func (c *conn) Write(b []byte) (int, error) {
	if d := c.link.net.delay(c.link.delay); d > 0 {
		time.Sleep(d) // this is the delay of the link, not a wait for something
	}
	size := c.link.net.carry(c.link, len(b))
	n, err := c.out.put(b[:size])
	if err == nil && size < len(b) {
		c.link.cut()
		err = errCut
	}
	return n, err
}

func (c *conn) Close() error {
	c.out.mu.Lock()
	c.out.closed = true
	c.out.mu.Unlock()
	c.out.wake.Broadcast()
	c.in.fail(net.ErrClosed)
	c.link.net.mu.Lock()
	delete(c.link.net.links, c.link)
	c.link.net.mu.Unlock()
	return nil
}

func (c *conn) LocalAddr() net.Addr  { return address(c.own) }
func (c *conn) RemoteAddr() net.Addr { return address(c.far) }
func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}
func (c *conn) SetReadDeadline(t time.Time) error  { c.in.set(&c.in.read, t); return nil }
func (c *conn) SetWriteDeadline(t time.Time) error { c.out.set(&c.out.write, t); return nil }
