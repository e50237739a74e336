package exchange

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"lamplight/sync/device"
	"lamplight/sync/reconcile"
)

// underDistrict says whether this box's school has a district: before that a call would be refused, and cost its bytes.
func (n *Node) underDistrict() bool {
	return n.o.Registry.District() != nil || slices.ContainsFunc(n.o.Registry.Peers(), func(p device.Peer) bool {
		return n.trust.standing(p.Public) == Overseer
	})
}

// newsForDistrict says whether this box holds something that the district, as last heard, does not.
func (n *Node) newsForDistrict() bool {
	n.up.mu.Lock()
	peer := n.up.peer
	n.up.mu.Unlock()
	if peer == "" {
		return true
	}
	mine := n.visible(Overseer)
	return reconcile.Owed(mine, n.contacts.heard(peer)).Events > 0
}

// DistrictDigest is what a box and its district compare in a hello: the digest of what both may hold, 8 bytes.
func (n *Node) DistrictDigest() [8]byte {
	sum := reconcile.Sum(n.visible(Overseer))
	return [8]byte(sum[:8])
}

// contact asks whether anything changed and, if so, runs a session with the first address that answers.
func (n *Node) contact(ctx context.Context, changed bool, ends time.Time) error {
	u := n.up
	if u.Hello != nil && !changed && !n.affordsWant() {
		if same, err := u.Hello(ctx, n.DistrictDigest()); err == nil && same {
			return nil
		}
	}
	addrs := u.Addrs()
	if len(addrs) == 0 {
		return fmt.Errorf("exchange: no address of the district is known: %w", fs.ErrNotExist)
	}
	u.mu.Lock()
	known := n.contacts.get(u.peer)
	u.mu.Unlock()
	l := line{
		budget: u.Budget, metered: u.Metered, tls: u.tls, ends: ends,
		expect: time.Duration(known.Length) * time.Millisecond, rate: known.Rate,
	}
	var failures []error
	for _, addr := range addrs {
		sum, err := n.meet(ctx, addr, l)
		if sum.Peer != "" {
			u.mu.Lock()
			u.peer, u.sum = sum.Peer, sum
			u.mu.Unlock()
		}
		if err == nil || sum.Peer != "" {
			return err
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// affordsWant says whether a blob is wanted that may go over the link.
func (n *Node) affordsWant() bool {
	s := session{node: n, line: line{metered: n.up.Metered, tls: n.tls}}
	for _, w := range n.wanted() {
		if s.affordable(w) && s.mayPull(w) {
			return true
		}
	}
	return false
}

// isDistrict says whether a peer is met by Upstream alone.
func (n *Node) isDistrict(id string) bool { return n.up != nil && n.known(id) == Overseer }

// callDistrict is one contact now, if the link may be used.
func (n *Node) callDistrict(ctx context.Context) (Summary, error) {
	u := n.up
	since, until, left := u.turnPage()
	sum := Summary{}
	switch {
	case since.IsZero():
		return sum, errWindow
	case u.Budget != nil && u.Budget.Left() < leastContact:
		return sum, errLinkSpent
	}
	err := n.through(ctx, true, until, left)
	u.mu.Lock()
	sum = u.sum
	u.mu.Unlock()
	return sum, err
}
