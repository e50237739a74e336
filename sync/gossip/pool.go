package gossip

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

// A setup is what a pool runs with; when it changes, the pool is started anew.
type setup struct {
	label string
	key   string // 32 bytes, or "" for none
	addr  string // to be known by
}

// A pool is one memberlist, running or not. Only Pools.Run's goroutine starts and stops it.
type pool struct {
	what     string // "school" or "lobby", in logs and Health
	name     string
	port     int
	meta     func() []byte
	onMeta   func(name, host string, gossip string, meta []byte) // a member came or changed
	onGone   func(name string)
	onMsg    func([]byte)
	valid    func(name string, meta []byte) bool
	most     int // members, more are not let in
	logger   *slog.Logger
	tune     func(*memberlist.Config)
	rejoiner rejoiner

	mu      sync.Mutex
	list    *memberlist.Memberlist // nil when not running
	setup   setup
	ring    *memberlist.Keyring // of a pool with a key
	next    string              // the key that it turns to, "" none
	turned  time.Time           // since when
	addr    string              // as advertised, HOST:PORT
	problem string              // why it does not run, "" if it does or need not
	end     context.CancelFunc
	members map[string]bool
	wg      sync.WaitGroup // joins and updates under way
}

// start runs the pool; an error is also kept for Health.
func (p *pool) start(ctx context.Context, s setup) error {
	ctx, end := context.WithCancel(ctx)
	ring, err := keyring(s.key)
	if err != nil {
		end()
		return err
	}
	list, addr, err := p.create(ctx, s, ring)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		end()
		p.problem = err.Error()
		return fmt.Errorf("gossip: %s pool: %w", p.what, err)
	}
	p.list, p.setup, p.ring, p.next, p.addr, p.problem, p.end = list, s, ring, "", addr, "", end
	p.logger.Info("gossip started", "pool", p.what, "address", addr)
	return nil
}

// keyring holds the one key of a pool that starts, nil for a pool without.
func keyring(key string) (*memberlist.Keyring, error) {
	if key == "" {
		return nil, nil
	}
	ring, err := memberlist.NewKeyring(nil, []byte(key))
	if err != nil {
		return nil, fmt.Errorf("gossip: key: %w", err)
	}
	return ring, nil
}

func (p *pool) create(ctx context.Context, s setup, ring *memberlist.Keyring) (*memberlist.Memberlist, string, error) {
	quiet := log.New(&debugWriter{p.logger, p.what}, "", 0)
	bind := "0.0.0.0"
	if ip := net.ParseIP(s.addr); ip == nil {
		return nil, "", fmt.Errorf("address %q is none", s.addr)
	} else if ip.IsLoopback() {
		bind = s.addr
	} else if ip.To4() == nil {
		bind = "::"
	}
	var net *memberlist.NetTransport
	var err error
	for _, port := range []int{p.port, 0} { // a taken port is no reason to stay alone: members tell each other
		net, err = memberlist.NewNetTransport(&memberlist.NetTransportConfig{BindAddrs: []string{bind}, BindPort: port, Logger: quiet})
		if err == nil {
			break
		}
	}
	if err != nil {
		return nil, "", err
	}
	c := lamp()
	c.Name, c.Label, c.Keyring = p.name, s.label, ring
	c.BindAddr, c.BindPort = bind, net.GetAutoBindPort()
	c.AdvertiseAddr, c.AdvertisePort = s.addr, net.GetAutoBindPort()
	c.Transport, c.Logger = &transport{net, ctx}, quiet
	d := &delegate{p}
	c.Delegate, c.Events, c.Alive, c.Conflict = d, d, d, d
	if p.tune != nil {
		p.tune(c)
	}
	list, err := memberlist.Create(c)
	if err != nil {
		_ = net.Shutdown()
		return nil, "", err
	}
	return list, hostPort(s.addr, c.AdvertisePort), nil
}

func hostPort(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }

// stop leaves the pool politely if that is quick, and returns when its goroutines have ended.
func (p *pool) stop() {
	p.mu.Lock()
	list, end := p.list, p.end
	p.list, p.end, p.setup, p.ring, p.addr, p.problem = nil, nil, setup{}, nil, "", ""
	gone := p.members
	p.members = map[string]bool{}
	p.mu.Unlock()
	if list == nil {
		return
	}
	_ = list.Leave(leaveWait) // so that our name may come back from another address at once
	end()
	p.wg.Wait()
	_ = list.Shutdown()
	for name := range gone {
		p.onGone(name)
	}
}

// leaveWait is for two gossip rounds. Whoever does not hear of it finds out by probing.
const leaveWait = 1500 * time.Millisecond

// running is the memberlist, nil when there is none.
func (p *pool) running() *memberlist.Memberlist {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.list
}

// others lists the members but for ourselves.
func (p *pool) others() []*memberlist.Node {
	list := p.running()
	if list == nil {
		return nil
	}
	var out []*memberlist.Node
	for _, m := range list.Members() {
		if m.Name != p.name {
			out = append(out, m)
		}
	}
	return out
}

// update tells every member our new meta. It does not wait for that.
func (p *pool) update() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if list := p.list; list != nil {
		p.wg.Add(1)
		go func() { // waited for in stop
			defer p.wg.Done()
			_ = list.UpdateNode(leaveWait) // push/pull carries it to whoever misses it
		}()
	}
}

// A delegate is what memberlist calls. It holds memberlist's locks while it does, so nothing here may call back into it.
type delegate struct{ p *pool }

func (d *delegate) NodeMeta(limit int) []byte {
	meta := d.p.meta()
	return meta[:min(len(meta), limit)]
}

func (d *delegate) NotifyMsg(b []byte) {
	if d.p.onMsg != nil {
		d.p.onMsg(b)
	}
}
func (d *delegate) GetBroadcasts(int, int) [][]byte        { return nil }
func (d *delegate) LocalState(bool) []byte                 { return nil }
func (d *delegate) MergeRemoteState(buf []byte, join bool) {}

// NotifyAlive keeps out nodes that do not look like boxes, and more than a pool can sensibly have.
func (d *delegate) NotifyAlive(n *memberlist.Node) error {
	d.p.mu.Lock()
	defer d.p.mu.Unlock()
	if n.Name == d.p.name {
		return nil
	}
	if !d.p.valid(n.Name, n.Meta) {
		return fmt.Errorf("%q says nothing a box would say", n.Name)
	}
	if !d.p.members[n.Name] && len(d.p.members) >= d.p.most {
		return fmt.Errorf("the pool has %d members already", d.p.most)
	}
	return nil
}

func (d *delegate) NotifyJoin(n *memberlist.Node)   { d.seen(n) }
func (d *delegate) NotifyUpdate(n *memberlist.Node) { d.seen(n) }

func (d *delegate) seen(n *memberlist.Node) {
	if n.Name == d.p.name {
		return
	}
	d.p.mu.Lock()
	d.p.members[n.Name] = true
	d.p.mu.Unlock()
	d.tell(n)
}

func (d *delegate) tell(n *memberlist.Node) {
	host := n.Addr.String()
	d.p.onMeta(n.Name, host, hostPort(host, int(n.Port)), n.Meta)
}

func (d *delegate) NotifyLeave(n *memberlist.Node) {
	if n.Name == d.p.name {
		return
	}
	d.p.mu.Lock()
	delete(d.p.members, n.Name)
	d.p.mu.Unlock()
	d.p.onGone(n.Name)
}

// NotifyConflict is called when two nodes claim one name: a box that moved, or a cloned card. Memberlist keeps the old
// address until it has found it dead, minutes later. What we pass on is a hint that a call must prove, so the newest serves:
// a box whose plug was pulled is met where it is now.
func (d *delegate) NotifyConflict(had, other *memberlist.Node) {
	d.p.logger.Debug("two addresses claim one box", "pool", d.p.what, "box", had.Name, "had", had.Address(), "other", other.Address())
	if other.Name != d.p.name && d.p.valid(other.Name, other.Meta) {
		d.tell(other)
	}
}

// A transport ends its connections with ctx, so that stopping does not wait for a peer that does not answer.
type transport struct {
	*memberlist.NetTransport
	ctx context.Context
}

func (t *transport) DialTimeout(addr string, timeout time.Duration) (net.Conn, error) {
	return t.DialAddressTimeout(memberlist.Address{Addr: addr}, timeout)
}

func (t *transport) DialAddressTimeout(a memberlist.Address, timeout time.Duration) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: timeout}).DialContext(t.ctx, "tcp", a.Addr)
	if err != nil {
		return nil, err
	}
	return &endingConn{Conn: conn, stop: context.AfterFunc(t.ctx, func() { _ = conn.Close() })}, nil
}

type endingConn struct {
	net.Conn
	stop func() bool
}

func (c *endingConn) Close() error {
	c.stop()
	return c.Conn.Close()
}

// A debugWriter takes memberlist's own log, which is for its developers.
type debugWriter struct {
	logger *slog.Logger
	pool   string
}

func (w *debugWriter) Write(b []byte) (int, error) {
	w.logger.Debug(strings.TrimSpace(string(b)), "pool", w.pool)
	return len(b), nil
}
