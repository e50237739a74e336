package exchange

import (
	"net"
	"sync"
)

// maxCallers is how many connections from outside are open at once; more wait in the kernel. Of one address only
// maxCallersOfOne are, and one more is hung up on: a stranger who says nothing must not keep the others waiting.
const (
	maxCallers      = 32
	maxCallersOfOne = 8
	// A district is called by many schools at once, and those of one carrier's network come from one address: whoever is
	// too many there waits in the kernel too, for 15 s at most where the others say nothing.
	maxDistrictCallers = 96
)

// callers counts them by address.
type callers struct {
	mu    sync.Mutex
	from  map[string]int
	ofOne int // of one address at once
}

// room is how many callers there may be, and of one address.
func (n *Node) room() (all, ofOne int) {
	if n.o.Schools != nil {
		return maxDistrictCallers, maxDistrictCallers
	}
	return maxCallers, maxCallersOfOne
}

// enter counts a caller; fits says whether it may stay, and leave is called in either case.
func (c *callers) enter(conn net.Conn) (leave func(), fits bool) {
	host, _, _ := net.SplitHostPort(conn.RemoteAddr().String())
	c.mu.Lock()
	defer c.mu.Unlock()
	c.from[host]++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.from[host]--; c.from[host] == 0 {
			delete(c.from, host)
		}
	}, c.from[host] <= c.ofOne
}
