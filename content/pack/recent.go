package pack

import (
	"sync"

	"lamplight/content"
)

// maxRecent is how many bytes of exercises, as encoded, a reader keeps decoded.
const maxRecent = 512 << 10

// recent keeps the exercises a class is at, since each answer asks for one. The zero value is ready.
type recent struct {
	mu    sync.Mutex
	order []kept // oldest first
	bytes int
}

type kept struct {
	id    content.ResourceID
	x     exercise
	bytes int
}

func (c *recent) get(id content.ResourceID) (exercise, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, k := range c.order {
		if k.id == id {
			c.order = append(append(c.order[:i:i], c.order[i+1:]...), k)
			return k.x, true
		}
	}
	return exercise{}, false
}

func (c *recent) put(id content.ResourceID, x exercise, bytes uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order = append(c.order, kept{id, x, int(bytes)})
	for c.bytes += int(bytes); c.bytes > maxRecent && len(c.order) > 1; c.order = c.order[1:] {
		c.bytes -= c.order[0].bytes
	}
}
