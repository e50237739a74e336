package exchange

import (
	"time"

	"lamplight/sync/clock"
)

// A Met is what is remembered of meetings with one device, of whatever school. Zero: it was never met.
type Met struct {
	Last  time.Time // of the last session that worked, by this box's clock
	Via   string    // "lan", "upstream", "stick"; "" not known
	Why   string    // the code of what went wrong since, see WhyNoAnswer and those after it; "" nothing
	Heard clock.Vector
}

// Met reads memory only. Heard is not to be changed.
func (n *Node) Met(device string) Met {
	c := n.contacts.get(device)
	m := Met{Via: c.Via, Why: c.Why, Heard: c.Heard}
	if c.Last != 0 {
		m.Last = time.Unix(c.Last, 0)
	}
	return m
}
