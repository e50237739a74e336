package zim

import (
	"container/list"
	"context"
	"math/bits"
	"slices"
	"sync"

	"golang.org/x/sync/semaphore"
)

const (
	// DefaultCacheBytes is what unpacked clusters of all open files may take together: about four of the usual size.
	DefaultCacheBytes = 8 << 20

	maxUnpacked = 64 << 20 // of one cluster; those of real files are 1–4 MiB
	maxPacked   = 32 << 20
	// workBytes is shared by clusters being unpacked at once; each takes at least half, so two run together, a big
	// or an xz one (whose dictionary may be 64 MiB) alone. Under a limit of less than roomForTwo each takes all: two at once
	// hold more than is to be kept, and a card of 20 MB/s brings 30 of the usual size a second, which one core unpacks.
	workBytes = maxUnpacked + maxPacked

	roomForTwo = 8 << 20

	// usualCluster is what most writers make clusters of, and a little; usualPacked such a one packed, at most. There is
	// room for one spare buffer of each, however low the limit.
	usualCluster = 2<<20 + 256<<10
	usualPacked  = 768 << 10

	maxSpares = 5 // buffers kept for the next cluster, so that a stream of cold pages makes no garbage
)

// A Cache holds unpacked clusters of any number of files, bounded by bytes; the least recently used goes first.
// Safe for concurrent use; a cluster wanted by many at once is unpacked once.
type Cache struct {
	work *semaphore.Weighted

	mu    sync.Mutex
	limit int
	used  int
	held  map[clusterKey]*list.Element // of *held
	order *list.List                   // most recently used first
	spare [][]byte                     // within what the limit, or usualCluster, leaves beside used, and usualPacked
	spent int                          // bytes of spare
}

// NewCache makes a cache that keeps up to limit bytes of clusters, and an eighth for their tables and what buffers are
// longer than need be: so 4 MiB are two of the usual 2 MiB. The cluster used last is kept even if it alone is longer, up
// to twice the limit.
func NewCache(limit int) *Cache {
	limit += limit / 8
	return &Cache{limit: limit, held: map[clusterKey]*list.Element{}, order: list.New(), work: semaphore.NewWeighted(workBytes)}
}

var defaultCache = sync.OnceValue(func() *Cache { return NewCache(DefaultCacheBytes) })

type clusterKey struct {
	archive *archive
	cluster uint32
}

// A held cluster is unpacked as far as it was needed, or known to be broken.
type held struct {
	key clusterKey

	mu    sync.RWMutex // written while unpacking
	table table
	buf   []byte // unpacked bytes from the cluster's start, the blob table included
	err   error  // a fault of the file, for good

	// under Cache.mu
	users int
	cost  int
	gone  bool // from the cache; the last user gives the buffer back
}

// peek finds a held cluster, nil if it is not; else it needs a done.
func (c *Cache) peek(k clusterKey) *held {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.held[k]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	h := e.Value.(*held)
	h.users++
	return h
}

// use finds a held cluster or makes an empty one. Each use needs a done.
func (c *Cache) use(k clusterKey) *held {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.held[k]
	if e == nil {
		e = c.order.PushFront(&held{key: k})
		c.held[k] = e
	} else {
		c.order.MoveToFront(e)
	}
	h := e.Value.(*held)
	h.users++
	return h
}

// done counts what the cluster takes now and lets others go to stay within the limit.
func (c *Cache) done(h *held) {
	h.mu.RLock()
	cost := cap(h.buf) + 512
	h.mu.RUnlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	h.users--
	if h.gone {
		c.recycle(h)
		return
	}
	c.used += cost - h.cost
	h.cost = cost
	c.shrink(c.limit)
	c.trim()
}

// shrink drops clusters from the least recently used on; the first may stay alone up to twice the limit.
func (c *Cache) shrink(limit int) {
	for e := c.order.Back(); e != nil && c.used > limit; {
		h, before := e.Value.(*held), e.Prev()
		if before == nil && c.used <= 2*limit {
			return
		}
		c.drop(e, h)
		e = before
	}
}

// makeRoom lets others than h go for n bytes that it is about to take: what they leave may be what it is given.
func (c *Cache) makeRoom(h *held, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for e := c.order.Back(); e != nil && c.used+n > c.limit; {
		other, before := e.Value.(*held), e.Prev()
		if other != h {
			c.drop(e, other)
		}
		e = before
	}
}

func (c *Cache) drop(e *list.Element, h *held) {
	c.order.Remove(e)
	delete(c.held, h.key)
	c.used -= h.cost
	h.gone = true
	c.recycle(h)
}

// recycle keeps the buffer of a dropped cluster that nobody reads any more.
func (c *Cache) recycle(h *held) {
	if h.users > 0 || h.buf == nil {
		return
	}
	c.keepSpare(h.buf)
	h.buf = nil
}

// keepSpare keeps a buffer for the next cluster; trim lets the oldest go for it.
func (c *Cache) keepSpare(b []byte) {
	c.spare = append(c.spare, b[:0])
	c.spent += cap(b)
	c.trim()
}

func (c *Cache) trim() {
	room := max(max(c.limit, usualCluster)-c.used, 0) + usualPacked
	for len(c.spare) > maxSpares || len(c.spare) > 0 && c.spent > room {
		c.spent -= cap(c.spare[0])
		c.spare = slices.Delete(c.spare, 0, 1)
	}
}

// forget drops every cluster of one file.
func (c *Cache) forget(a *archive) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for e := c.order.Front(); e != nil; {
		next := e.Next()
		if h := e.Value.(*held); h.key.archive == a {
			c.drop(e, h)
		}
		e = next
	}
}

// buffer gives an empty buffer of at least n bytes: the spare one that fits best, unless it is over twice as long, for it
// may be held.
func (c *Cache) buffer(n int) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	best := -1
	for i, b := range c.spare {
		if cap(b) >= n && cap(b) <= 2*n && (best < 0 || cap(b) < cap(c.spare[best])) {
			best = i
		}
	}
	if best < 0 {
		return make([]byte, 0, rounded(n))
	}
	b := c.spare[best]
	c.spare = slices.Delete(c.spare, best, best+1)
	c.spent -= cap(b)
	return b[:0]
}

// rounded is n or up to 1/8 more, so that buffers for clusters of about the same size are of the same size.
func rounded(n int) int {
	step := max(1<<bits.Len(uint(n))/16, 4<<10)
	return (n + step - 1) / step * step
}

// grown gives b with length n: itself if it has the room, else a copy, and takes b back.
func (c *Cache) grown(b []byte, n int) []byte {
	if n <= cap(b) {
		return b[:n]
	}
	more := append(c.buffer(n), b...)
	c.release(b)
	return more[:n]
}

// release takes back a buffer that buffer gave.
func (c *Cache) release(b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if b != nil {
		c.keepSpare(b)
	}
}

// begin waits for room to unpack about n bytes; call the result when done.
func (c *Cache) begin(n int) (end func()) {
	least := workBytes / 2
	if c.limit < roomForTwo {
		least = workBytes
	}
	weight := min(int64(max(n, least)), workBytes)
	_ = c.work.Acquire(context.Background(), weight) // fails only with its context
	return func() { c.work.Release(weight) }
}
