package exchange

import (
	"slices"
	"sync/atomic"
	"time"

	"lamplight/sync/device"
	"lamplight/sync/reconcile"
)

// A PeerStatus is one peer as `lamplight sync status` shows it. Programs read it: fields are added, never renamed.
type PeerStatus struct {
	Device      string     `json:"device"`
	Name        string     `json:"name"`
	Role        string     `json:"role"` // "box", "district", "content": what its certificate says; "" is "box"
	Standing    string     `json:"standing"`
	State       string     `json:"state"`    // "in step", "behind", "talking", "away", "not reached", "never met", "revoked"
	OwedIn      uint64     `json:"owed_in"`  // events that it had, when last heard, and we lack
	OwedOut     uint64     `json:"owed_out"` // events that we have and it, when last heard, lacked
	StreamsIn   int        `json:"streams_in"`
	StreamsOut  int        `json:"streams_out"`
	BytesIn     int64      `json:"owed_in_bytes"`  // about what OwedIn will take, and the files that are wished for
	BytesOut    int64      `json:"owed_out_bytes"` // about what OwedOut will take
	Rate        int64      `json:"rate"`           // bytes a second of the last sessions that carried much; 0: not known
	Seconds     *int64     `json:"seconds"`        // until all of it is over, once they talk; null: not known
	Transport   string     `json:"transport"`      // of the last contact: "lan", "upstream", "stick"; "" none yet
	LastContact *time.Time `json:"last_contact"`   // by this box's clock; null: never
	NextTry     *time.Time `json:"next_try"`       // null: when there is a reason to
	LastError   string     `json:"last_error,omitempty"`
	Why         string     `json:"why,omitempty"` // of LastError, one of the codes in why.go; messages "peers.why.CODE"
	Address     string     `json:"address,omitempty"`
}

// bytesEvent is about what an event takes on the wire, signatures and names with it; measured 7.5.
const bytesEvent = 8

// Status says how it stands with each paired peer, by device id. It reads memory only.
func (n *Node) Status() []PeerStatus {
	out := []PeerStatus{}
	lacking := int64(0)
	for _, w := range n.wanted() {
		lacking += w.Size
	}
	for _, p := range n.o.Registry.Peers() {
		out = append(out, n.statusOf(p, lacking))
	}
	return out
}

// statusOf is one line of Status; lacking is how many bytes of files this box wishes for.
func (n *Node) statusOf(p device.Peer, lacking int64) PeerStatus {
	id := p.ID()
	c := n.contacts.get(id)
	st := PeerStatus{Device: id, Name: p.Name, Role: roleOf(p), LastError: c.Error, Why: c.Why, Rate: c.Rate, Transport: c.Via}
	standing := n.trust.standing(p.Public)
	st.Standing = standing.String()
	mine, theirs := n.visible(standing), n.trust.visible(standing, c.Heard)
	in, owed := reconcile.Owed(theirs, mine), reconcile.Owed(mine, theirs)
	st.OwedIn, st.StreamsIn, st.OwedOut, st.StreamsOut = in.Events, in.Streams, owed.Events, owed.Streams
	if c.Last != 0 {
		at := time.Unix(c.Last, 0)
		st.LastContact = &at
	}
	if len(c.Addrs) > 0 {
		st.Address = c.Addrs[0]
	}
	if p.Revoked {
		st.OwedIn, st.OwedOut, st.Why, st.LastError, st.State = 0, 0, "", "", "revoked"
		return st
	}
	st.State = n.state(id, c.Last != 0, st.OwedIn+st.OwedOut)
	st.BytesIn, st.BytesOut = int64(st.OwedIn)*bytesEvent, int64(st.OwedOut)*bytesEvent
	if st.State != "never met" {
		st.BytesIn += lacking
	}
	if all := st.BytesIn + st.BytesOut; all == 0 || st.Rate > 0 {
		left := int64(0)
		if all > 0 {
			left = all/st.Rate + 1
		}
		st.Seconds = &left
	}
	st.NextTry = n.nextTry(id)
	return st
}

// roleOf is what a peer is to its school.
func roleOf(p device.Peer) string {
	switch {
	case p.Certificate == nil:
		return "content"
	case slices.Contains(p.Certificate.Roles, "district"):
		return "district"
	}
	return "box"
}

// nextTry is when a peer that was not reached is called again.
func (n *Node) nextTry(id string) *time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.near[id]
	if p == nil || p.fails == 0 || !p.next.After(time.Now()) {
		return nil
	}
	at := n.o.Now().Add(time.Until(p.next))
	return &at
}

func (n *Node) state(id string, met bool, owed uint64) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.near[id]
	switch {
	case n.busy[id] != nil:
		return "talking"
	case p != nil && p.fails > 0:
		return "not reached"
	case !met:
		return "never met"
	case p != nil && p.here && p.digest == n.digest:
		return "in step"
	case owed == 0 && p != nil && !p.here && time.Since(p.met) > 2*n.pace.Away:
		return "away"
	case owed == 0:
		return "in step"
	}
	return "behind"
}

// Moved counts the bytes of blobs that went over since the Node was made. Asked counts those that this box asked its
// peers for, so Asked above what the blobs hold together is what was asked for twice; Wanted is what peers asked it for.
type Moved struct{ Asked, Came, Wanted, Gave int64 }

type moved struct{ asked, came, wanted, gave atomic.Int64 }

// Moved says how much went over. It may be called at any time.
func (n *Node) Moved() Moved {
	m := &n.moved
	return Moved{Asked: m.asked.Load(), Came: m.came.Load(), Wanted: m.wanted.Load(), Gave: m.gave.Load()}
}

// Urge has Run call a peer as soon as can be, whatever was tried before: somebody asked for it.
func (n *Node) Urge(id string) {
	n.mu.Lock()
	if p := n.peer(id); p != nil {
		p.next, p.changed, p.met, p.fails, p.fruitless = time.Time{}, time.Time{}, time.Time{}, 0, 0
		p.digest = [8]byte{} // as if it had said that it holds something else
	}
	n.mu.Unlock()
	n.wake()
}
