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
)

// callers counts them by address.
type callers struct {
	mu   sync.Mutex
	from map[string]int
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
	}, c.from[host] <= maxCallersOfOne
}
