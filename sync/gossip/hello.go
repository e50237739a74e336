package gossip

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
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
// Its Join is the question. The box says whom it is of and what it holds; the district lists, for every school that it has
// met since it started, two bytes of a salted hash of what they both held. Who finds itself in the list needs no session:
// by chance that happens once in 65,536 for each school listed, and not twice, since the salt is new each time.
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
	list, err := h.create(t, &helloDelegate{hello: h, local: h.list, merge: func([]byte) {}})
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
		case t.streams <- conn:
		case <-time.After(time.Second):
			_ = conn.Close() // more than memberlist takes
		}
	}
}

// Ask joins the pool at the first of addrs that answers, and says whether the district and this box hold the same. An error
// says nothing but that nobody was asked.
func (h *Hello) Ask(ctx context.Context, addrs []string, tag, digest [8]byte) (same bool, err error) {
	var state []byte
	var mu sync.Mutex
	d := &helloDelegate{
		hello: h, local: func() []byte { return append(append([]byte{helloVersion}, tag[:]...), digest[:]...) },
		merge: func(b []byte) { mu.Lock(); state = bytes.Clone(b); mu.Unlock() },
	}
	list, err := h.create(newHelloTransport(ctx, h.o.Dial), d)
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
		return listed(state, tag, digest)
	}
	return false, fmt.Errorf("gossip: asking the district: %w", errors.Join(append(failures, fs.ErrNotExist)...))
}

// What goes over: a box says version 1 ‖ tag 8 ‖ digest 8; the district version 1 ‖ salt 4 ‖ for each school the first 2
// bytes of BLAKE3(salt ‖ tag ‖ digest), in no order.
const (
	helloVersion = 1
	maxListed    = 4096
)

func fingerprint(salt []byte, tag, digest [8]byte) uint16 {
	b := append(append(append(make([]byte, 0, 20), salt...), tag[:]...), digest[:]...)
	sum := blake3.Sum256(b)
	return binary.BigEndian.Uint16(sum[:])
}

func (h *Hello) list() []byte {
	b := []byte{helloVersion, 0, 0, 0, 0}
	_, _ = rand.Read(b[1:])
	salt := b[1:5]
	if h.o.Digests == nil {
		return b
	}
	for tag, digest := range h.o.Digests() {
		if b = binary.BigEndian.AppendUint16(b, fingerprint(salt, tag, digest)); len(b) > 2*maxListed {
			break
		}
	}
	return b
}

func listed(state []byte, tag, digest [8]byte) (bool, error) {
	if len(state) < 5 || len(state)%2 == 0 || state[0] != helloVersion {
		return false, fmt.Errorf("gossip: the district's answer is not to be understood: %w", fs.ErrInvalid)
	}
	want := fingerprint(state[1:5], tag, digest)
	for rest := state[5:]; len(rest) > 0; rest = rest[2:] {
		if binary.BigEndian.Uint16(rest) == want {
			return true, nil
		}
	}
	return false, nil
}

// A helloDelegate is what memberlist calls.
type helloDelegate struct {
	hello *Hello
	local func() []byte
	merge func([]byte)
}

func (d *helloDelegate) NodeMeta(int) []byte             { return nil }
func (d *helloDelegate) NotifyMsg([]byte)                {}
func (d *helloDelegate) GetBroadcasts(int, int) [][]byte { return nil }

func (d *helloDelegate) LocalState(join bool) []byte {
	if !join {
		return nil
	}
	return d.local()
}

func (d *helloDelegate) MergeRemoteState(b []byte, join bool) {
	if join {
		d.merge(b)
	}
}

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
	return &endingConn{Conn: &joining{Conn: conn}, stop: context.AfterFunc(t.ctx, func() { _ = conn.Close() })}, nil
}

// A joining connection sends its first two writes as one: memberlist writes its label and what it says apart, and a packet
// and its acknowledgement are a tenth of a hello. For one goroutine at a time to write, as memberlist does.
type joining struct {
	net.Conn
	held   []byte
	writes int
}

func (c *joining) Write(b []byte) (int, error) {
	c.writes++
	switch c.writes {
	case 1:
		c.held = bytes.Clone(b)
		return len(b), nil
	case 2:
		n, err := c.Conn.Write(append(c.held, b...))
		n, c.held = max(n-len(c.held), 0), nil
		return n, err
	}
	return c.Conn.Write(b)
}
