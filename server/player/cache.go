package player

import (
	"container/list"
	"sync"

	"lamplight/content"
)

// A pageCache holds compressed pages by the bytes they take; the least recently used go first. A page is found by the
// library's generation too, so no edition is ever answered with the pages of another.
type pageCache struct {
	mu    sync.Mutex
	limit int64
	size  int64
	pages map[cacheKey]*list.Element
	order *list.List // of cached, most recent first
}

type cacheKey struct {
	generation uint64
	course     string
	path       string
}

type cached struct {
	key  cacheKey
	file content.File
}

// overhead is what an entry takes besides its bytes: key, element, map cell and File.
const overhead = 400

// cost is what a page takes while it is kept: the allocator gives it a little more than it asks for.
func cost(f content.File) int64 { return int64(cap(f.Bytes)) + overhead }

func newPageCache(limit int64) *pageCache {
	return &pageCache{limit: limit, pages: map[cacheKey]*list.Element{}, order: list.New()}
}

func (c *pageCache) get(k cacheKey) (content.File, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.pages[k]
	if !ok {
		return content.File{}, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).file, true
}

func (c *pageCache) put(k cacheKey, f content.File) {
	need := cost(f)
	if need > c.limit/8 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.pages[k]; ok {
		return
	}
	c.pages[k] = c.order.PushFront(&cached{k, f})
	for c.size += need; c.size > c.limit; {
		last := c.order.Back()
		old := c.order.Remove(last).(*cached)
		delete(c.pages, old.key)
		c.size -= cost(old.file)
	}
}
