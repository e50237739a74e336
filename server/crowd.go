package server

import (
	"net"
	"net/http"
	"sync"
)

const (
	// maxOfOne connections may one address hold at once: a class behind a repeater has six a phone.
	maxOfOne = 512
	// maxOfAll may be open; each takes about 10 KiB, twice that while a slow head of 16 KiB comes in.
	maxOfAll = 2048
)

// A crowd counts a port's connections. One too many is closed before anything of it is read, so that a phone which opens
// thousands takes neither the memory nor the file descriptors of a small board.
type crowd struct {
	ofOne, ofAll int

	mu   sync.Mutex
	all  int
	from map[string]int // by address without its port
}

func newCrowd() *crowd { return &crowd{ofOne: maxOfOne, ofAll: maxOfAll, from: map[string]int{}} }

// note is an http.Server's ConnState. What it closes is counted until the server has seen that, as everything is.
func (c *crowd) note(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		if !c.enter(hostOf(conn)) {
			conn.Close()
		}
	case http.StateClosed, http.StateHijacked:
		c.leave(hostOf(conn))
	}
}

func hostOf(conn net.Conn) string {
	if a, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		return string(a.IP)
	}
	return ""
}

func (c *crowd) enter(host string) (fits bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all++
	c.from[host]++
	return c.all <= c.ofAll && c.from[host] <= c.ofOne
}

func (c *crowd) leave(host string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all--
	if c.from[host]--; c.from[host] <= 0 {
		delete(c.from, host)
	}
}
