package exchange

import "lamplight/sync/clock"

// Carried notes what a peer's receipt on a stick or phone says it holds: a contact too, of a slower kind.
func (n *Node) Carried(peer string, vector clock.Vector) {
	n.contacts.change(peer, func(c *contact) bool {
		heard := clock.Vector{}
		heard.Merge(c.Heard)
		heard.Merge(vector)
		c.Heard, c.Via, c.Last = heard, "stick", n.o.Now().Unix()
		return true
	})
}
