package exchange

import (
	"context"
	"errors"
	"net"
	"strconv"
	"sync"
	"time"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
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
	here      bool     // gossip sees it
	suspected [32]byte // both sides' Heads when a fork was last looked for
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
	if n.up != nil {
		wg.Add(1)
		go func() { // waited for above
			defer wg.Done()
			n.upward(ctx)
		}()
	}
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
		clear(n.schools)
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

// note records how a session went, called or answered.
func (n *Node) note(s *session, sum Summary, addr string, err error) {
	if errors.Is(err, ErrBusy) || errors.Is(err, context.Canceled) {
		return
	}
	theirs, told := s.heldBy()
	s.metPast(sum, err)
	n.contacts.change(s.peer, func(c *contact) bool {
		if theirs != nil {
			c.Heard, c.Told = theirs, told
		}
		c.Plain = s.plain || c.Plain && !sum.InStep
		if s.line.tls != nil {
			c.lasted(time.Since(s.meter.start), isCut(err))
			c.carried(sum.Sent+sum.Received, time.Since(s.meter.start))
		}
		if err != nil {
			c.failed(err)
			return false
		}
		c.Last, c.Error, c.Why, c.Via = n.o.Now().Unix(), "", "", via(s.meter.RemoteAddr())
		if s.line.tls == nil {
			c.carried(sum.Sent+sum.Received, time.Since(s.meter.start))
		} else {
			c.Via = "upstream"
		}
		switch {
		case sum.DifferentChains:
			if log, ok := s.place.log.(suspicious); ok && n.suspects(s, sum) {
				log.Suspect() // both tell less from now on, and send all the same, so that the next meeting finds where
			}
			c.Error, c.Why = "both hold as much, but not the same: one box has a fork; run check on both", WhyFork
		case sum.Cut:
			c.Error, c.Why = "the bytes that one meeting may take were used up; it goes on at the next", WhyBudget
		}
		if s.place != n.home {
			return false // a district never calls a school: its boxes are behind somebody's NAT
		}
		told := s.whereabouts(c)
		return c.found(addr) || told
	})
	n.mu.Lock()
	if p := n.peer(s.peer); p != nil {
		p.met = time.Now()
		p.next = p.met.Add(n.pace.Least)
		if err == nil {
			p.fails = 0
		}
		moved := sum.EventsIn+sum.CertificatesIn+sum.BlobsIn > 0 || sum.BlobBytesOut > 0 || s.acknowledged()
		switch {
		case err == nil && sum.InStep && sum.Standing == Member && !sum.DifferentChains:
			p.digest, p.fruitless = s.level, 0 // gossip will say so too, later
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

// suspects says whether a fork is to be looked for after a session whose sides hold as much but not the same: not where it has
// just moved segments, which may have shown it, and not again for the same two logs, for which it was in vain.
func (n *Node) suspects(s *session, sum Summary) bool {
	if sum.SegmentsIn+sum.SegmentsOut > 0 {
		return false
	}
	var both [32]byte
	copy(both[copy(both[:16], s.mine.Heads):], s.theirs.Heads)
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.peer(s.peer)
	if p == nil || p.suspected == both {
		return false
	}
	p.suspected = both
	return true
}

// acknowledged says whether the peer came to hold more in this session. What it was sent and refused is not that.
func (s *session) acknowledged() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.heard0.Covers(s.heard)
}

// whereabouts notes where the peer says it answers, at the address that the session came from or went to.
func (s *session) whereabouts(c *contact) (isNew bool) {
	host, _, err := net.SplitHostPort(s.meter.RemoteAddr().String())
	if err != nil {
		return false
	}
	if s.theirs.Port != 0 {
		isNew = c.found(net.JoinHostPort(host, strconv.Itoa(int(s.theirs.Port))))
	}
	gossip := net.JoinHostPort(host, strconv.Itoa(int(s.theirs.Gossip)))
	if s.theirs.Gossip != 0 && s.class == Member && c.Gossip != gossip {
		c.Gossip, isNew = gossip, true
	}
	return isNew
}

// A suspicious Log can look for a fork that equal vectors hide: it then tells less than it holds. sync/eventlog's is one.
type suspicious interface {
	Suspect()
	Held() clock.Vector
	Chains() map[clock.Stream]segment.Chain
}
