package exchange

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"sync"
	"time"
)

// A Hint is what gossip says of a box of the school that is near. Nothing in it is believed beyond "worth a call".
type Hint struct {
	Device string  // id
	Addr   string  // HOST:PORT of its exchange
	Gossip string  // HOST:PORT of its memberlist, to be remembered
	Digest [8]byte // see Node.Digest
	Gone   bool    // it was near and is not seen any more (maybe)
}

// A nearby is what Run knows of a peer while the process runs.
type nearby struct {
	here      bool // gossip sees it
	addr      string
	digest    [8]byte
	changed   time.Time // when its digest or ours last came to differ
	next      time.Time // not to be called before
	met       time.Time // end of the last session or attempt, either way
	fails     int       // calls in a row that failed
	fruitless int       // sessions in a row that moved nothing though digests differ
	calling   bool
}

// Near tells the Node what gossip says. It never blocks on the network.
func (n *Node) Near(h Hint) {
	if h.Device == n.o.Device.ID() || len(h.Device) != 16 {
		return
	}
	n.mu.Lock()
	p := n.peer(h.Device)
	if p == nil {
		n.mu.Unlock()
		return
	}
	if h.Gone {
		p.here = false
		n.mu.Unlock()
		return
	}
	if !p.here || p.addr != h.Addr { // back, or elsewhere: what failed before does not count
		p.fails, p.next = 0, time.Time{}
	}
	if !p.here || p.digest != h.Digest {
		p.changed, p.fruitless = time.Now(), 0
	}
	p.here, p.addr, p.digest = true, h.Addr, h.Digest
	n.mu.Unlock()
	n.contacts.change(h.Device, func(c *contact) bool {
		moved := c.Gossip != h.Gossip && h.Gossip != ""
		if moved {
			c.Gossip = h.Gossip
		}
		return c.found(h.Addr) || moved
	})
	n.wake()
}

// peer is the entry of a device, made if there is room. The caller holds mu.
func (n *Node) peer(device string) *nearby {
	p := n.near[device]
	if p == nil && len(n.near) < maxContacts {
		p = &nearby{}
		n.near[device] = p
	}
	return p
}

// GossipAddrs lists where remembered peers' memberlists were last found: what gossip tries to re-join.
func (n *Node) GossipAddrs() []string {
	var out []string
	for _, id := range n.contacts.peers() {
		if c := n.contacts.get(id); c.Gossip != "" && n.known(id) >= Member {
			out = append(out, c.Gossip)
		}
	}
	return out
}

// known is a remembered peer's standing.
func (n *Node) known(id string) Standing {
	p, ok := n.o.Registry.Peer(id)
	if !ok {
		return Stranger
	}
	return n.trust.standing(p.Public)
}

// Run calls peers whenever there is a reason, until ctx is done, and returns ctx's error: a digest that differs from
// ours, blobs that are wanted, a remembered peer that gossip does not see. Serve runs beside it.
func (n *Node) Run(ctx context.Context) error {
	defer n.contacts.flush(true)
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Add(1)
	go func() { // waited for above
		defer wg.Done()
		n.watch(ctx)
	}()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		n.contacts.flush(false)
		calls, again := n.plan(time.Now())
		for _, c := range calls {
			wg.Add(1)
			go func() { // waited for above
				defer wg.Done()
				n.visit(ctx, c)
			}()
		}
		timer.Reset(again)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-n.kick:
		case <-timer.C:
		}
	}
}

// watch tells gossip of each new digest, after letting a burst of writes pass.
func (n *Node) watch(ctx context.Context) {
	if n.o.OnDigest != nil {
		n.o.OnDigest(n.Digest())
	}
	for {
		changed := n.o.Log.Changed()
		n.tell()
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
		if wait(ctx, n.pace.Coalesce) != nil {
			return
		}
	}
}

// tell compares the digest with what was last told.
func (n *Node) tell() {
	digest := n.Digest()
	n.mu.Lock()
	changed := digest != n.digest
	if changed {
		n.digest = digest
		for _, p := range n.near {
			if p.digest != digest {
				p.changed, p.fruitless = time.Now(), 0
			}
		}
	}
	n.mu.Unlock()
	if changed && n.o.OnDigest != nil {
		n.o.OnDigest(digest)
	}
	n.wake()
}

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
	lacking := n.lacking()
	for _, id := range n.candidates() {
		if p, ok := n.o.Registry.Peer(id); p.Revoked || !ok && !n.isHere(id) {
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
	switch {
	case p.here && p.digest != n.digest:
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
		n.contacts.change(v.peer, func(c *contact) bool { c.Error = clip(err.Error()); return false })
		n.o.Logger.Debug("peer not met", "peer", v.peer, "error", err)
	}
	n.wake()
}

// Call calls a peer by its device id, at every address known, and runs one session: `lamplight sync now PEER`.
// fs.ErrNotExist when no address is known.
func (n *Node) Call(ctx context.Context, peer string) (Summary, error) {
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
		if err == nil {
			err = fmt.Errorf("exchange: %s at %s answered instead: %w", sum.Peer, addr, fs.ErrNotExist)
		}
		failures = append(failures, err)
	}
	return Summary{Peer: peer}, errors.Join(failures...)
}

// backoff doubles from Retry to RetryMax, with a random half so that boxes do not call in step.
func (n *Node) backoff(fails int) time.Duration {
	d := n.pace.Retry << min(fails-1, 20)
	if d > n.pace.RetryMax || d <= 0 {
		d = n.pace.RetryMax
	}
	return d/2 + time.Duration(rand.Int64N(int64(d/2)+1))
}

// note records how a session went, called or answered.
func (n *Node) note(s *session, sum Summary, addr string, err error) {
	if errors.Is(err, ErrBusy) || errors.Is(err, context.Canceled) {
		return
	}
	theirs, told := s.heldBy()
	n.contacts.change(s.peer, func(c *contact) bool {
		if theirs != nil {
			c.Heard, c.Told = theirs, told
		}
		if err != nil {
			c.Error = clip(err.Error())
			return false
		}
		c.Last, c.Error = n.o.Now().Unix(), ""
		if sum.DifferentChains {
			c.Error = "both hold as much, but not the same: one box has a fork; run check on both"
		}
		return c.found(addr)
	})
	mine := n.Digest()
	n.mu.Lock()
	if p := n.peer(s.peer); p != nil {
		p.met = time.Now()
		p.next = p.met.Add(n.pace.Least)
		if err == nil {
			p.fails = 0
		}
		moved := sum.SegmentsIn+sum.SegmentsOut+sum.CertificatesIn+sum.BlobsIn > 0
		switch {
		case err == nil && sum.InStep && sum.Standing == Member:
			p.digest, p.fruitless = mine, 0 // gossip will say so too, later
		case err == nil && !moved:
			p.fruitless++
			p.next = p.met.Add(n.backoff(p.fruitless))
		}
	}
	if p := n.near[s.peer]; p != nil && sum.Cut {
		p.next = p.met.Add(n.pace.RetryMax) // a budget is for a session, not for as many as can be had
	}
	n.mu.Unlock()
	if sum.CertificatesIn > 0 {
		n.tell()
	}
}
