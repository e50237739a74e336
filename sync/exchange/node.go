package exchange

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/zeebo/blake3"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/reconcile"
	"lamplight/sync/segment"
)

// A Node is this box in the exchange: it serves peers that call and calls those it has something to say to. At most one
// session runs with each peer. Safe for concurrent use.
type Node struct {
	o        Options
	pace     Pace
	tls      *tls.Config
	home     *place // this box's own school
	trust    *trust // of home
	blobs    *blobBook
	contacts *contacts
	pairing  pairing
	moved    moved
	sealed   streamScopes // of what Carry holds
	refused  peerSet      // whose snapshot was not taken: they are asked for none

	kick   chan struct{} // capacity 1: Run looks again
	up     *upstream     // nil: none
	upKick chan struct{} // capacity 1: the district should be called

	mu      sync.Mutex
	busy    map[string]*talking // by device id
	near    map[string]*nearby
	digest  [8]byte             // as last told to gossip
	schools map[[8]byte][8]byte // of a district: see SchoolDigests
}

// A talking is a session under way.
type talking struct {
	called bool // by us
	meter  *meter
	end    context.CancelFunc
	over   chan struct{} // closed when it has ended
}

// New makes a Node; it does nothing until Run, Serve, Meet or Accept is called.
func New(o Options) (*Node, error) {
	if o.Device == nil || o.Registry == nil || o.Log == nil {
		return nil, fmt.Errorf("exchange: a node needs a device, a registry and a log: %w", fs.ErrInvalid)
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Dial == nil {
		o.Dial = dialTCP
	}
	config, err := tlsConfig(o.Device)
	if err != nil {
		return nil, err
	}
	pace := o.Pace.orSchool()
	n := &Node{
		o: o, pace: pace, tls: config,
		trust:    &trust{own: o.Device, reg: o.Registry, streams: map[clock.Stream]owned{}},
		blobs:    newBlobBook(pace.Wants),
		contacts: openContacts(o.Contacts, o.Logger),
		sealed:   streamScopes{of: map[clock.Stream]segment.Scope{}},
		kick:     make(chan struct{}, 1),
		upKick:   make(chan struct{}, 1),
		busy:     map[string]*talking{},
		near:     map[string]*nearby{},
		schools:  map[[8]byte][8]byte{},
	}
	n.home = &place{log: o.Log, trust: n.trust, leave: func() {}}
	if o.Snapshots != nil {
		n.home.makes = o.Snapshots.Make
	}
	n.digest = n.Digest()
	n.openUpstream()
	return n, nil
}

func dialTCP(ctx context.Context, addr string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, "tcp", addr)
}

// visible is how far this box's own school is held, for a session of that standing.
func (n *Node) visible(of Standing) clock.Vector { return n.home.visible(of) }

// Digest is what gossip says of this box: the vector, the chains that it ends in, and the certificates between members, in
// 8 bytes. Boxes of a school that hold the same have the same.
func (n *Node) Digest() [8]byte {
	told, h := n.visible(Member), blake3.New()
	sum := reconcile.Sum(told)
	h.Write(sum[:])
	if log, ok := n.home.log.(suspicious); ok {
		chains := log.Chains()
		for _, s := range told.Streams() {
			if n.trust.cut(s) {
				continue // some hold more than is told, so their chains go on
			}
			chain := chains[s]
			h.Write(chain[:])
		}
		if !told.Equal(n.home.held(Member)) { // a fork is looked for: who tells the same may hold something else
			boot := n.o.Device.Boot()
			h.Write(boot[:])
		}
	}
	h.Write(certificatesSum(n.home.certIDs()))
	return [8]byte(h.Sum(nil)[:8])
}

// wanted lists what is lacking, most urgent first.
func (n *Node) wanted() []Want {
	if n.o.Wants == nil || n.o.Blobs == nil {
		return nil
	}
	return n.o.Wants.Wanted()
}

// lacking lists the hashes of blobs that are wanted and may be had (nil: all) and that no session is fetching, or that another may join.
func (n *Node) lacking(may func(Want) bool) []string {
	var out []string
	for _, w := range n.wanted() {
		if may != nil && !may(w) {
			continue
		}
		if n.blobs.taken(w.Hash) && n.blobs.join(w.Hash) == nil || n.o.Blobs.Has(w.Hash) || w.Else != nil && n.blobs.taken(w.Else.Hash) {
			continue
		}
		if out = append(out, w.Hash); w.Else != nil {
			out = append(out, w.Else.Hash)
		}
	}
	return out
}

// anyFrom says whether one of the blobs is worth asking peer for.
func (n *Node) anyFrom(peer string, lacking []string) bool {
	return slices.ContainsFunc(lacking, func(hash string) bool { return n.blobs.mayAsk(peer, hash) })
}

// Serve answers callers on ln until ctx is done; then it closes ln, ends the sessions and returns ctx's error.
func (n *Node) Serve(ctx context.Context, ln net.Listener) error {
	stop := context.AfterFunc(ctx, func() { _ = ln.Close() })
	defer stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	most, ofOne := n.room()
	room, all := make(chan struct{}, most), callers{from: map[string]int{}, ofOne: ofOne}
	for {
		room <- struct{}{}
		conn, err := ln.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if errors.Is(err, net.ErrClosed) {
				return fmt.Errorf("exchange: listener on %s: %w", ln.Addr(), err)
			}
			<-room
			if err := wait(ctx, 100*time.Millisecond); err != nil { // out of file descriptors, say
				return err
			}
			continue
		}
		wg.Add(1)
		go func() { // waited for above
			defer wg.Done()
			defer func() { <-room }()
			leave, fits := all.enter(conn)
			defer leave()
			if !fits {
				_ = conn.Close()
				return
			}
			n.serveOne(ctx, conn)
		}()
	}
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// serveOne answers one caller: a session or a pairing, as its first frame says.
func (n *Node) serveOne(ctx context.Context, conn net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m := n.meter(conn, line{})
	defer m.Close()
	defer context.AfterFunc(ctx, func() { _ = m.Close() })()
	slow := time.AfterFunc(n.pace.Handshake, func() { _ = m.Close() })
	defer slow.Stop()

	c := tls.Server(m, n.tls)
	defer c.Close()
	if err := c.HandshakeContext(ctx); err != nil {
		n.o.Logger.Debug("caller without a handshake", "from", conn.RemoteAddr(), "error", err)
		return
	}
	key, err := peerKey(c)
	if err != nil {
		return
	}
	s := newSession(n, m, c, key)
	k, payload, err := s.next()
	if err != nil {
		n.o.Logger.Debug("caller without a word", "peer", s.peer, "error", err)
		return
	}
	slow.Stop()
	if k == kindProof {
		n.answerPairing(ctx, s, c, payload)
		return
	}
	if k == kindRecover {
		n.answerRecovery(s, payload)
		return
	}
	err = s.onHello(k, payload)
	if err == nil {
		s.place, err = n.choose(ctx, s.theirs)
	}
	if err != nil {
		_ = s.out.frame(kindBye, []byte(clip(err.Error())))
		return
	}
	defer s.place.leave()
	n.converse(ctx, cancel, s, "", false)
}

// Meet calls the peer at addr (HOST:PORT of its exchange) and runs one session. fs.ErrPermission when it is a stranger.
func (n *Node) Meet(ctx context.Context, addr string) (Summary, error) {
	return n.meet(ctx, addr, line{})
}

func (n *Node) meet(ctx context.Context, addr string, l line) (Summary, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m, c, key, err := n.call(ctx, addr, l)
	if err != nil {
		return Summary{}, err
	}
	defer m.Close()
	defer c.Close()
	defer context.AfterFunc(ctx, func() { _ = m.Close() })()
	s := newSession(n, m, c, key)
	s.line = l
	return n.converse(ctx, cancel, s, addr, true)
}

// call connects and shakes hands. The caller closes both.
func (n *Node) call(ctx context.Context, addr string, l line) (*meter, *tls.Conn, ed25519.PublicKey, error) {
	ctx, cancel := context.WithTimeout(ctx, n.pace.Handshake)
	defer cancel()
	m, err := n.connect(ctx, addr, l)
	if err != nil {
		return nil, nil, nil, err
	}
	config := n.tls
	if l.tls != nil {
		config = l.tls
	}
	c := tls.Client(m, config)
	err = c.HandshakeContext(ctx)
	var key ed25519.PublicKey
	if err == nil {
		key, err = peerKey(c)
	}
	if err == nil && device.ID(key) == n.o.Device.ID() {
		err = fmt.Errorf("it is this box itself: %w", fs.ErrInvalid)
	}
	if err != nil {
		_ = m.Close()
		return nil, nil, nil, fmt.Errorf("exchange: calling %s: %w", addr, err)
	}
	return m, c, key, nil
}

// converse runs a session unless one with that peer is under way, and notes how it went.
func (n *Node) converse(ctx context.Context, end context.CancelFunc, s *session, addr string, called bool) (Summary, error) {
	t := &talking{called: called, meter: s.meter, end: end, over: make(chan struct{})}
	if old := n.enter(s.peer, t); old != nil {
		select { // it may just be ending
		case <-old.over:
		case <-time.After(n.pace.Least / 2):
		case <-ctx.Done():
		}
	}
	if n.enter(s.peer, t) != nil {
		_ = s.out.frame(kindBye, []byte(byeBusy))
		return Summary{Peer: s.peer}, ErrBusy
	}
	defer n.leave(s.peer, t)
	sum, err := s.run(ctx, called)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	n.note(s, sum, addr, err)
	if s.place != n.home {
		n.noteSchool(s, sum)
	}
	return sum, err
}

// byeBusy is the reason of a peer that is in a session with us already.
const byeBusy = "a session with you is under way"

// ErrBusy is a meeting that found a session with that peer under way: what it was for is being done.
var ErrBusy = errors.New("exchange: " + byeBusy)

// staleAfter is how long a session may be quiet before a new call from the same peer shows that it is dead.
const staleAfter = 5 * time.Second

// enter takes the peer's place for t; if another session stands in the way, it is returned. When both called each other
// at once, the call of the lower id stands, on both sides; a call from a peer whose session has been quiet replaces it.
// Entering twice is no error.
func (n *Node) enter(peer string, t *talking) (old *talking) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if old := n.busy[peer]; old != nil && old != t {
		theirsStands := !t.called && old.called && peer < n.o.Device.ID()
		if old.meter.quiet() < staleAfter && !theirsStands {
			return old
		}
		old.end()
	}
	n.busy[peer] = t
	return nil
}

func (n *Node) leave(peer string, t *talking) {
	n.mu.Lock()
	if n.busy[peer] == t {
		delete(n.busy, peer)
	}
	n.mu.Unlock()
	close(t.over)
	n.wake()
}

// Look makes the node look again at what is wanted, where that has changed otherwise than by a record or a blob that came.
func (n *Node) Look() { n.wake() }

// wake makes Run look again.
func (n *Node) wake() {
	select {
	case n.kick <- struct{}{}:
	default:
	}
}
