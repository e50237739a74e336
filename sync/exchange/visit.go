package exchange

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"time"
)

// A visit is a peer to call and where.
type visit struct {
	peer  string
	addrs []string
}

// maxCalls is how many calls run at once.
const maxCalls = 4

// plan picks whom to call now, and says how long until it should be asked again.
func (n *Node) plan(now time.Time) (calls []visit, again time.Duration) {
	again = time.Hour
	lacking := n.lacking(nil)
	for _, id := range n.candidates() {
		if p, ok := n.o.Registry.Peer(id); p.Revoked || !ok && !n.isHere(id) || n.isDistrict(id) {
			continue // a box of the school that joined elsewhere is here before it is known
		}
		due, ok := n.due(id, now, n.anyFrom(id, lacking))
		if !ok {
			continue
		}
		if wait := due.Sub(now); wait > 0 {
			again = min(again, wait)
			continue
		}
		if v, ok := n.begin(id); ok {
			calls = append(calls, v)
		}
	}
	return calls, again
}

// candidates are those that gossip sees and those that are remembered.
func (n *Node) candidates() []string {
	ids := n.contacts.peers()
	n.mu.Lock()
	defer n.mu.Unlock()
	seen := map[string]bool{}
	for _, id := range ids {
		seen[id] = true
		n.peer(id)
	}
	for id := range n.near {
		if !seen[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

func (n *Node) isHere(id string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.near[id]
	return p != nil && p.here
}

// due is when a peer should be called, false for not at all as things are.
// wants: it may have a blob that we lack and has not been asked in vain lately.
func (n *Node) due(id string, now time.Time, wants bool) (time.Time, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.near[id]
	if p == nil || p.calling || n.busy[id] != nil {
		return now, false // leave kicks when it is over
	}
	at := p.next
	unsaid := p.digest != n.digest && (p.here || p.fails+p.fruitless == 0) // gossip may be blocked, or not there yet
	switch {
	case unsaid:
		first := p.changed
		if id < n.o.Device.ID() {
			first = first.Add(n.pace.Tie) // the lower id calls
		}
		return latest(at, first), true
	case p.here && wants:
		return at, true
	case !p.here:
		return latest(at, p.met.Add(n.pace.Away)), true
	}
	return now, false
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// begin takes a peer for a call, unless too many are under way.
func (n *Node) begin(id string) (visit, bool) {
	addrs := n.contacts.get(id).Addrs
	n.mu.Lock()
	defer n.mu.Unlock()
	under := 0
	for _, p := range n.near {
		if p.calling {
			under++
		}
	}
	p := n.near[id]
	if p == nil || under >= maxCalls {
		return visit{}, false
	}
	if p.here && p.addr != "" {
		addrs = []string{p.addr}
	}
	if len(addrs) == 0 {
		p.met = time.Now()
		return visit{}, false
	}
	p.calling = true
	return visit{id, addrs}, true
}

// visit calls a peer at the first address that answers.
func (n *Node) visit(ctx context.Context, v visit) {
	var err error
	for _, addr := range v.addrs {
		if _, err = n.Meet(ctx, addr); err == nil || ctx.Err() != nil {
			break
		}
	}
	n.mu.Lock()
	if p := n.near[v.peer]; p != nil {
		p.calling = false
		p.met = time.Now()
		switch {
		case errors.Is(err, ErrBusy):
			p.next = p.met.Add(n.pace.Least)
		case err != nil:
			p.fails++
			p.next = p.met.Add(n.backoff(p.fails))
		}
	}
	n.mu.Unlock()
	if err != nil && ctx.Err() == nil && !errors.Is(err, ErrBusy) {
		n.contacts.change(v.peer, func(c *contact) bool { c.failed(err); return false })
		n.o.Logger.Debug("peer not met", "peer", v.peer, "error", err)
	}
	n.wake()
}

// Call calls a peer by its device id, at every address known, and runs one session: `lamplight sync now PEER`. A session with it
// that is under way is waited for first, as long as ctx lasts; ErrBusy when it outlasts that. fs.ErrNotExist when no address is
// known.
func (n *Node) Call(ctx context.Context, peer string) (Summary, error) {
	for tries := 1; ; tries++ {
		sum, err := n.callOnce(ctx, peer)
		if !errors.Is(err, ErrBusy) || !n.awaitSession(ctx, peer, tries) {
			return sum, err
		}
	}
}

func (n *Node) callOnce(ctx context.Context, peer string) (Summary, error) {
	if n.isDistrict(peer) {
		return n.callDistrict(ctx)
	}
	addrs := n.contacts.get(peer).Addrs
	if len(addrs) == 0 {
		return Summary{Peer: peer}, fmt.Errorf("exchange: no address of %s is known: %w", peer, fs.ErrNotExist)
	}
	var failures []error
	for _, addr := range addrs {
		sum, err := n.Meet(ctx, addr)
		if err == nil && sum.Peer == peer {
			return sum, nil
		}
		if err == nil || errors.Is(err, ErrBusy) && sum.Peer != peer {
			err = fmt.Errorf("exchange: %s at %s answered instead: %w", sum.Peer, addr, fs.ErrNotExist)
		}
		failures = append(failures, err)
	}
	return Summary{Peer: peer}, errors.Join(failures...)
}

// awaitSession waits until the session under way with a peer is over, or has been quiet for so long that a new call takes its
// place; one that only the peer still holds gets longer to end with each try, since each costs a handshake. False when ctx ends
// first.
func (n *Node) awaitSession(ctx context.Context, peer string, tries int) bool {
	n.mu.Lock()
	t := n.busy[peer]
	n.mu.Unlock()
	rest, over := n.backoff(tries), (<-chan struct{})(nil)
	if t != nil {
		rest, over = staleAfter, t.over
	}
	for ctx.Err() == nil {
		select {
		case <-over:
			return true
		case <-time.After(rest):
			if t == nil || t.meter.quiet() >= staleAfter {
				return true
			}
		case <-ctx.Done():
		}
	}
	return false
}

// backoff doubles from Retry to RetryMax, with a random half so that boxes do not call in step.
func (n *Node) backoff(fails int) time.Duration {
	d := n.pace.Retry << min(fails-1, 20)
	if d > n.pace.RetryMax || d <= 0 {
		d = n.pace.RetryMax
	}
	return d/2 + time.Duration(rand.Int64N(int64(d/2)+1))
}
