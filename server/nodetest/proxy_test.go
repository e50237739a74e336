package nodetest

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A proxy stands between a box and the exchange of another, counts what passes and can be cut.
type proxy struct {
	addr  string // where the box calls
	to    atomic.Value
	in    atomic.Int64 // bytes that came from the exchange
	out   atomic.Int64 // bytes that went to it
	calls atomic.Int64
	rate  int // bytes a second from the exchange: so little is under way when it is cut

	mu    sync.Mutex
	conns map[net.Conn]bool
	wg    sync.WaitGroup
}

// newProxy listens until the test's end.
func newProxy(t testing.TB, to string, rate int) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{addr: l.Addr().String(), rate: rate, conns: map[net.Conn]bool{}}
	p.to.Store(to)
	p.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.wg.Go(func() { p.pass(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		p.cut()
		p.wg.Wait()
	})
	return p
}

func (p *proxy) pass(near net.Conn) {
	p.calls.Add(1)
	defer near.Close()
	far, err := net.Dial("tcp", p.to.Load().(string))
	if err != nil {
		return
	}
	defer far.Close()
	for _, c := range []net.Conn{near, far} {
		c.(*net.TCPConn).SetReadBuffer(32 << 10)
		c.(*net.TCPConn).SetWriteBuffer(32 << 10)
		p.hold(c, true)
		defer p.hold(c, false)
	}
	var both sync.WaitGroup
	both.Go(func() { p.copy(near, far, &p.in, p.rate) })
	both.Go(func() { p.copy(far, near, &p.out, 0) })
	both.Wait()
}

// copy passes bytes on, no faster than rate if that is not 0, and closes both ends when one of them ends.
func (p *proxy) copy(to, from net.Conn, n *atomic.Int64, rate int) {
	b := make([]byte, 16<<10)
	for {
		k, err := from.Read(b)
		if k > 0 {
			if _, e := to.Write(b[:k]); e != nil {
				err = e
			} else {
				n.Add(int64(k))
			}
		}
		if err != nil {
			to.Close()
			from.Close()
			return
		}
		if rate > 0 {
			time.Sleep(time.Duration(k) * time.Second / time.Duration(rate))
		}
	}
}

func (p *proxy) hold(c net.Conn, yes bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if yes {
		p.conns[c] = true
	} else {
		delete(p.conns, c)
	}
}

// cut breaks every connection under way.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
}
