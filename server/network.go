package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"lamplight/server/web"
	"lamplight/sync/exchange"
	"lamplight/sync/gossip"
)

// A network is how this box meets others: gossip says who is near, the exchange listens and calls.
type network struct {
	pools        *gossip.Pools
	exchange     *exchange.Node
	listener     net.Listener // the exchange's
	gossip       string       // memberlist's address to listen on
	exchangeAddr string
	upstream     *exchange.Upstream // nil: no district is called
	join         []string
	joined       chan struct{} // capacity 1: a pairing brought this box into a school
}

// openNetwork listens for the exchange, on the port after gossip's or any free one. With no network address at all the
// loopback still answers, so it fails only where the machine forbids it.
func (s *Server) openNetwork() (err error) {
	host, port, err := splitSync(s.config.Sync.Listen)
	if err != nil {
		return err
	}
	n := &network{join: s.config.Sync.Join, joined: make(chan struct{}, 1)}
	if n.upstream, err = s.openUpstream(); err != nil {
		return err
	}
	if port, n.listener, err = listenPair(host, port); err != nil {
		return err
	}
	n.gossip = net.JoinHostPort(host, strconv.Itoa(port))
	n.exchangeAddr = n.listener.Addr().String()
	s.run.network = n
	o := gossip.Options{
		Device: s.Device.ID(), Name: s.Name, Port: port, Exchange: n.listener.Addr().(*net.TCPAddr).Port, Seeds: n.join,
		Remembered: func() []string { return n.exchange.GossipAddrs() }, OnPeer: n.near, Logger: s.log, Role: s.role(),
	}
	if everywhere(host) { // else on the network that is named alone
		o.Multicast = true
	} else {
		o.Address = func() (string, error) { return host, nil }
	}
	n.pools, err = gossip.New(o)
	if err != nil {
		return err
	}
	if s.Device.Name() != s.Name() {
		if err := s.Device.SetName(clip(s.Name(), 64)); err != nil {
			return err
		}
	}
	n.exchange, err = exchange.New(exchange.Options{
		Device: s.Device, Registry: s.Registry, Log: s.Records, Blobs: roomyShelf{blobShelf{s.Blobs}, s.Library}, Wants: s, Lobby: n.pools, Schools: s.oversees(), Adopt: s.adopts(), Sheets: s.sheets, Turned: s.heardMore, Carry: s.Carry,
		Contacts: filepath.Join(s.dir, "keys", "contacts.cbor"), Logger: s.log,
		Now:      func() time.Time { t, _ := s.wall.Now(); return t },
		Ports:    n.ports,
		Upstream: n.upstream, Snapshots: s.pasts,
		OnDigest: n.pools.SetDigest,
		OnBlob:   func(string) { knock(s.run.blobCame) },
		OnPaired: func(string) { knock(n.joined) },
	})
	if err != nil {
		return err
	}
	n.pools.SetDigest(n.exchange.Digest())
	s.joinPool()
	return nil
}

func (s *Server) role() gossip.Role {
	if s.config.Node.Role == "district" {
		return gossip.District
	}
	return gossip.Box
}

// knock says that something happened, to whoever looks next.
func knock(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// ports is where this box answers others.
func (n *network) ports() (exchange, gossip int) {
	_, exchange, _ = splitSync(n.exchangeAddr)
	_, gossip, _ = splitSync(n.pools.Addr())
	return exchange, gossip
}

// near passes on what gossip says, as a hint.
func (n *network) near(p gossip.Peer) {
	n.exchange.Near(exchange.Hint{Device: p.Device, Addr: p.Addr, Gossip: p.Gossip, Digest: p.Digest, Gone: p.Gone})
}

// address is where gossip is found: on the first network there is, when it listens on all.
func (n *network) address() string {
	host, port, _ := net.SplitHostPort(n.gossip)
	if !everywhere(host) {
		return n.gossip
	}
	host, err := gossip.Address()
	if err != nil {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// trouble is what gossip could not do, nil when all is well: a line of health, never an exit.
func (n *network) trouble() error {
	if lines := n.pools.Health(); len(lines) > 0 {
		return errors.New(lines[0])
	}
	return nil
}

func (s *Server) networkJobs() map[string]job {
	n := s.run.network
	return map[string]job{
		"gossip":   n.pools.Run,
		"exchange": n.exchange.Run,
		"callers":  func(ctx context.Context) error { return s.serveCallers(ctx) },
		"joining":  s.settleIn,
		"hellos":   s.answerHellos,
		"trust":    s.watchTrust,
	}
}

// serveCallers answers boxes that call. After a failure it listens anew.
func (s *Server) serveCallers(ctx context.Context) error {
	n := s.run.network
	if n.listener == nil {
		host, port, err := splitSync(n.gossip)
		if err != nil {
			return err
		}
		if n.listener, err = listenNear(host, port); err != nil {
			return err
		}
	}
	l := n.listener
	n.listener = nil // Serve closes it
	return n.exchange.Serve(ctx, l)
}

// settleIn makes a box that a pairing brought into a school one of that school's: pool, store, its name and courses.
func (s *Server) settleIn(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.run.network.joined:
		}
		if err := s.settle(ctx); err != nil {
			return err
		}
	}
}

func (s *Server) settle(ctx context.Context) error {
	if s.schoolID() == "" || s.Store.SchoolID() == s.schoolID() {
		return nil
	}
	if err := removeIfThere(s.claimPath()); err != nil {
		return err
	}
	s.Store.UseSchool(s.schoolID())
	s.noteClaimed()
	s.joinPool()
	return s.introduce(ctx)
}

// Invite opens an invitation for one other box.
func (s *Server) Invite(ctx context.Context) (code string, left time.Duration, err error) {
	inv, err := s.run.network.exchange.Invite(ctx)
	return inv.Code, inv.Lasts, err
}

// Invitation is the one that is open.
func (s *Server) Invitation() (code string, left time.Duration, open bool) {
	inv, open := s.run.network.exchange.Invitation()
	return inv.Code, inv.Lasts, open
}

// Accept pairs with the box whose code it is, and settles in its school.
func (s *Server) Accept(ctx context.Context, code string, addresses []string) (device string, err error) {
	paired, err := s.run.network.exchange.Accept(ctx, code, append(slices.Clone(addresses), s.joinExchanges()...))
	if err != nil {
		return "", err
	}
	return paired.Device, s.settle(ctx)
}

// joinExchanges are the exchanges beside the addresses of --join: the next port is usual.
func (s *Server) joinExchanges() []string {
	var out []string
	if u := s.run.network.upstream; u != nil {
		out = u.Addrs()
	}
	for _, a := range s.run.network.join {
		if host, port, err := splitSync(a); err == nil && host != "" {
			out = append(out, net.JoinHostPort(host, strconv.Itoa(port+1)))
		}
	}
	return out
}

// Moved counts bytes of courses since this process began to serve: asked of peers and come from them, wanted by them and
// given to them.
func (s *Server) Moved() (asked, came, wanted, gave int64) {
	if s.run.network == nil {
		return
	}
	m := s.run.network.exchange.Moved()
	return m.Asked, m.Came, m.Wanted, m.Gave
}

// maxMeetings is how many peers Meet calls at once.
const maxMeetings = 4

// Meet calls a peer now; "" calls all, side by side, so that one long session keeps nobody else waiting. It returns the sessions
// that went well, and of the others err tells.
func (s *Server) Meet(ctx context.Context, device string) ([]exchange.Summary, error) {
	peers := slices.DeleteFunc(s.SyncStatus(), func(p exchange.PeerStatus) bool {
		return device != "" && p.Device != device || p.Address == ""
	})
	if len(peers) == 0 {
		return nil, fmt.Errorf("server: no such peer with a known address: %w", fs.ErrNotExist)
	}
	var (
		mu   sync.Mutex
		wg   sync.WaitGroup
		out  []exchange.Summary
		errs []error
		room = make(chan struct{}, maxMeetings)
	)
	for _, p := range peers {
		room <- struct{}{}
		wg.Go(func() {
			defer func() { <-room }()
			sum, err := s.run.network.exchange.Call(ctx, p.Device)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, fmt.Errorf("%s (%s): %w", p.Name, p.Device, err))
				return
			}
			out = append(out, sum)
		})
	}
	wg.Wait()
	return out, errors.Join(errs...)
}

// SyncStatus is how it stands with each paired box. Without a running network only what the registry knows.
func (s *Server) SyncStatus() []exchange.PeerStatus {
	if s.run.network == nil {
		n, err := exchange.New(exchange.Options{
			Device: s.Device, Registry: s.Registry, Log: s.Records, Logger: s.log, Contacts: filepath.Join(s.dir, "keys", "contacts.cbor"),
		})
		if err != nil {
			return nil
		}
		return n.Status()
	}
	return s.run.network.exchange.Status()
}

// Near is who is in the lobby, if it is open. Nothing in it is true until a pairing proves it.
func (s *Server) Near() []web.PeerStatus {
	var out []web.PeerStatus
	for _, v := range s.run.network.pools.Lobby() {
		out = append(out, web.PeerStatus{Device: v.Device, Name: v.Name, Address: v.Addr})
	}
	return out
}

// Serving says whether this node runs, and so can meet others.
func (s *Server) Serving() bool { return s.run.network != nil }

// ExchangeAddr is where the exchange listens: what a box on another network is told.
func (s *Server) ExchangeAddr() string { return s.run.network.exchangeAddr }
