package gossip

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
	"github.com/zeebo/blake3"
)

// A Hello is the district pool: a memberlist that a box joins for one question, inside a link window, and leaves at once.
// Its Join is the question: do we hold the same? (asking.go). Who is told yes needs no session.
//
// The district takes nobody in as a member, so a join costs the same with one box and with a thousand, no packet goes to a
// box, and addresses that change or stand behind a NAT do no harm. Everything goes over one TCP connection that the box
// opened. What is said is a hint: a session follows, or the next window's.
type Hello struct{ o HelloOptions }

// HelloOptions is what a Hello is made of. District and Device are needed.
type HelloOptions struct {
	District string // id
	Device   string // own id
	// Digests lists what the district and each school held when they last met, by the school's tag. nil on a box.
	Digests func() map[[8]byte][8]byte
	// Dial opens the connection to ask over, so that its bytes are counted; nil is TCP.
	Dial   func(ctx context.Context, addr string) (net.Conn, error)
	Logger *slog.Logger
}

// NewHello makes a Hello; nothing runs until Serve or Ask. An id that is none is fs.ErrInvalid.
func NewHello(o HelloOptions) (*Hello, error) {
	for _, id := range []string{o.District, o.Device} {
		if b, err := hex.DecodeString(id); err != nil || len(b) != 8 {
			return nil, fmt.Errorf("gossip: %q is no id: %w", id, fs.ErrInvalid)
		}
	}
	if o.Dial == nil {
		o.Dial = func(ctx context.Context, addr string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", addr)
		}
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return &Hello{o}, nil
}

// helloKey keeps out who does not know the district; it proves nothing else.
func helloKey(district string) []byte {
	key := make([]byte, 32)
	blake3.DeriveKey("lamplight district hello 1", []byte(district), key)
	return key
}

// create starts a memberlist that does nothing by itself.
func (h *Hello) create(t memberlist.Transport, d *helloDelegate) (*memberlist.Memberlist, error) {
	c := lamp()
	c.Name, c.Label, c.SecretKey = h.o.Device, "lamplight/d/"+h.o.District, helloKey(h.o.District)
	c.ProbeInterval, c.GossipInterval, c.PushPullInterval = 24*time.Hour, 24*time.Hour, 0
	c.GossipToTheDeadTime, c.DisableTcpPings = 0, true
	c.AdvertiseAddr, c.AdvertisePort = loopback, 1
	c.Transport, c.Logger = t, log.New(&debugWriter{h.o.Logger, "district"}, "", 0)
	c.Delegate, c.Alive = d, d
	return memberlist.Create(c)
}

// Serve answers boxes on l until ctx is done, and closes it.
func (h *Hello) Serve(ctx context.Context, l net.Listener) error {
	t := newHelloTransport(ctx, nil)
	list, err := h.create(t, &helloDelegate{hello: h})
	if err != nil {
		_ = l.Close()
		return fmt.Errorf("gossip: district pool: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	defer func() { _ = list.Shutdown() }()
	for {
		conn, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("gossip: district pool on %s: %w", l.Addr(), err)
		}
		select {
		case t.streams <- &answering{Conn: conn, digests: h.o.Digests}:
		case <-time.After(time.Second):
			_ = conn.Close() // more than memberlist takes
		}
	}
}

// Ask joins the pool at the first of addrs that answers, and says whether the district and this box hold the same. An error
// says nothing but that nobody was asked.
func (h *Hello) Ask(ctx context.Context, addrs []string, tag, digest [8]byte) (same bool, err error) {
	var mu sync.Mutex
	var last *asking
	list, err := h.create(newHelloTransport(ctx, func(ctx context.Context, addr string) (net.Conn, error) {
		conn, err := h.o.Dial(ctx, addr)
		if err != nil {
			return nil, err
		}
		mu.Lock()
		defer mu.Unlock()
		last = newAsking(conn, tag, digest)
		return last, nil
	}), &helloDelegate{hello: h})
	if err != nil {
		return false, fmt.Errorf("gossip: asking the district: %w", err)
	}
	defer func() { _ = list.Shutdown() }()
	var failures []error
	for _, addr := range addrs {
		if _, err := list.Join([]string{addr}); err != nil {
			failures = append(failures, err)
			continue
		}
		mu.Lock()
		defer mu.Unlock()
		return last.said(), nil
	}
	return false, fmt.Errorf("gossip: asking the district: %w", errors.Join(append(failures, fs.ErrNotExist)...))
}

// maxListed is how many schools a question is compared with.
const maxListed = 4096

// A helloDelegate is what memberlist calls.
type helloDelegate struct{ hello *Hello }

func (d *helloDelegate) NodeMeta(int) []byte             { return nil }
func (d *helloDelegate) NotifyMsg([]byte)                {}
func (d *helloDelegate) GetBroadcasts(int, int) [][]byte { return nil }

func (d *helloDelegate) LocalState(bool) []byte        { return nil }
func (d *helloDelegate) MergeRemoteState([]byte, bool) {}

var errNoMembers = errors.New("nobody is a member here")

// NotifyAlive lets nobody but ourselves into the pool.
func (d *helloDelegate) NotifyAlive(n *memberlist.Node) error {
	if n.Name == d.hello.o.Device {
		return nil
	}
	return errNoMembers
}

// A helloTransport carries streams alone. Packets have nowhere to go.
type helloTransport struct {
	ctx     context.Context
	dial    func(ctx context.Context, addr string) (net.Conn, error) // nil: calls nobody
	packets chan *memberlist.Packet
	streams chan net.Conn
}

func newHelloTransport(ctx context.Context, dial func(context.Context, string) (net.Conn, error)) *helloTransport {
	return &helloTransport{ctx, dial, make(chan *memberlist.Packet), make(chan net.Conn)}
}

func (t *helloTransport) FinalAdvertiseAddr(string, int) (net.IP, int, error) {
	return net.IPv4(127, 0, 0, 1), 1, nil
}
func (t *helloTransport) WriteTo([]byte, string) (time.Time, error) { return time.Now(), nil }
func (t *helloTransport) PacketCh() <-chan *memberlist.Packet       { return t.packets }
func (t *helloTransport) StreamCh() <-chan net.Conn                 { return t.streams }
func (t *helloTransport) Shutdown() error                           { return nil }
func (t *helloTransport) DialTimeout(addr string, timeout time.Duration) (net.Conn, error) {
	if t.dial == nil {
		return nil, errNoMembers
	}
	ctx, cancel := context.WithTimeout(t.ctx, timeout)
	defer cancel()
	conn, err := t.dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	return &endingConn{Conn: conn, stop: context.AfterFunc(t.ctx, func() { _ = conn.Close() })}, nil
}
