package exchange

import (
	"sync/atomic"
	"time"

	"lamplight/sync/reconcile"
)

// A PeerStatus is one peer as `lamplight sync status` shows it.
type PeerStatus struct {
	Device      string     `json:"device"`
	Name        string     `json:"name"`
	Standing    string     `json:"standing"`
	State       string     `json:"state"`    // "in step", "behind", "talking", "away", "not reached", "never met", "revoked"
	OwedIn      uint64     `json:"owed_in"`  // events that it had, when last heard, and we lack
	OwedOut     uint64     `json:"owed_out"` // events that we have and it, when last heard, lacked
	StreamsIn   int        `json:"streams_in"`
	StreamsOut  int        `json:"streams_out"`
	LastContact *time.Time `json:"last_contact"` // by this box's clock; null: never
	LastError   string     `json:"last_error,omitempty"`
	Address     string     `json:"address,omitempty"`
}

// Status says how it stands with each paired peer, by device id. It reads memory only.
func (n *Node) Status() []PeerStatus {
	out := []PeerStatus{}
	for _, p := range n.o.Registry.Peers() {
		id := p.ID()
		c := n.contacts.get(id)
		st := PeerStatus{Device: id, Name: p.Name, LastError: c.Error}
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
		st.State = n.state(id, p.Revoked, c.Last != 0, st.OwedIn+st.OwedOut)
		out = append(out, st)
	}
	return out
}

func (n *Node) state(id string, revoked, met bool, owed uint64) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.near[id]
	switch {
	case revoked:
		return "revoked"
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
