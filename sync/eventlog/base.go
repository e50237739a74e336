package eventlog

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"go.etcd.io/bbolt"
)

// A base is records.db below the overlay, as it is at one moment.
type base interface {
	get(bucket string, key []byte) []byte
	// from gives the entries of a bucket from a key on, one a call, nil at the end.
	from(bucket string, key []byte) (next func() (k, v []byte))
	close()
}

// A boltBase is a transaction of bbolt.
type boltBase struct {
	tx    *bbolt.Tx
	roots map[string]*bbolt.Bucket
	tidy  bool // its close takes the file's pages out of this process's memory
}

func (b *boltBase) root(bucket string) *bbolt.Bucket {
	r, ok := b.roots[bucket]
	if !ok {
		r = b.tx.Bucket([]byte(bucket))
		b.roots[bucket] = r
	}
	return r
}

func (b *boltBase) get(bucket string, key []byte) []byte {
	if r := b.root(bucket); r != nil {
		return r.Get(key)
	}
	return nil
}

func (b *boltBase) from(bucket string, key []byte) func() (k, v []byte) {
	r := b.root(bucket)
	if r == nil {
		return nothing
	}
	var c *bbolt.Cursor
	return func() (k, v []byte) {
		if c == nil {
			c = r.Cursor()
			return c.Seek(key)
		}
		return c.Next()
	}
}

func nothing() (k, v []byte) { return nil, nil }

// close ends the transaction, which may read only. Until then the file cannot be mapped anew.
func (b *boltBase) close() {
	if b.tidy {
		unmap(b.tx.DB(), b.tx.Size())
	}
	b.tx.Rollback()
}

// A pageBase is records.db before it is proved and given to bbolt: nobody writes to it, every page is checked as it is
// read, and one that is damaged is remembered: what was read by then is worth nothing. Safe for concurrent use.
type pageBase struct {
	*pageReader
	mu    sync.Mutex
	nodes map[uint64]*node // at hand
	bad   error            // errDamaged, once a damaged page was met
}

// maxNodes is how many pages are kept at hand: a MiB or two.
const maxNodes = 256

func newPageBase(r *pageReader) *pageBase { return &pageBase{pageReader: r, nodes: map[uint64]*node{}} }

// err says whether a damaged page was met.
func (b *pageBase) err() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bad
}

func (b *pageBase) close() {}

// fail remembers the first damage.
func (b *pageBase) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bad == nil {
		b.bad = fmt.Errorf("%w", err)
	}
}

func (b *pageBase) node(id uint64, low, high []byte) (*node, error) {
	b.mu.Lock()
	n := b.nodes[id]
	b.mu.Unlock()
	if n == nil {
		var err error
		if n, err = b.read(id); err != nil {
			return nil, err
		}
		b.mu.Lock()
		if len(b.nodes) >= maxNodes {
			clear(b.nodes)
		}
		b.nodes[id] = n
		b.mu.Unlock()
	}
	if !n.within(low, high) {
		return nil, damagedPage(id, "keys out of order")
	}
	return n, nil
}

// A step of a walk is a node and the entry it is at; of a branch, the next one to go down to.
type step struct {
	n    *node
	i    int
	high []byte // where its keys end
}

// A walk goes through a tree in order.
type walk struct {
	b    *pageBase
	path []step
}

// seek goes down from a node to the first entry at or after key.
func (w *walk) seek(n *node, key []byte) error {
	var low, high []byte
	for {
		i, found := slices.BinarySearchFunc(n.keys, key, bytes.Compare)
		if n.kids == nil {
			w.path = append(w.path, step{n, i, high})
			return nil
		}
		if !found {
			i = max(i-1, 0)
		}
		if len(n.kids) == 0 {
			return damagedPage(n.id, "a branch without entries")
		}
		w.path = append(w.path, step{n, i + 1, high})
		if len(w.path) > boltDepth {
			return damagedPage(n.id, "too deep")
		}
		low, high = n.keys[i], n.bound(i, high)
		var err error
		if n, err = w.b.node(n.kids[i], low, high); err != nil {
			return err
		}
	}
}

// next gives the entry it is at and moves on; a nil node ends it.
func (w *walk) next() (*node, int, error) {
	for len(w.path) > 0 {
		s := &w.path[len(w.path)-1]
		switch {
		case s.n.kids == nil && s.i < len(s.n.keys):
			s.i++
			return s.n, s.i - 1, nil
		case s.n.kids == nil || s.i >= len(s.n.kids):
			w.path = w.path[:len(w.path)-1]
			continue
		}
		i := s.i
		s.i++
		n, err := w.b.node(s.n.kids[i], s.n.keys[i], s.n.bound(i, s.high))
		if err != nil {
			return nil, 0, err
		}
		if w.path = append(w.path, step{n, 0, s.n.bound(i, s.high)}); len(w.path) > boltDepth {
			return nil, 0, damagedPage(n.id, "too deep")
		}
	}
	return nil, 0, nil
}

// tree is a bucket's root; nil when there is no such bucket.
func (b *pageBase) tree(bucket string) (*node, error) {
	top, err := b.node(b.root, nil, nil)
	if err != nil {
		return nil, err
	}
	w := &walk{b: b}
	if err := w.seek(top, []byte(bucket)); err != nil {
		return nil, err
	}
	n, i, err := w.next()
	if err != nil || n == nil || string(n.keys[i]) != bucket {
		return nil, err
	}
	root, inline, err := n.bucket(i)
	if err != nil || inline != nil {
		return inline, err
	}
	return b.node(root, nil, nil)
}

func (b *pageBase) walkFrom(bucket string, key []byte) (*walk, error) {
	n, err := b.tree(bucket)
	w := &walk{b: b}
	if err == nil && n != nil {
		err = w.seek(n, key)
	}
	return w, err
}

func (b *pageBase) get(bucket string, key []byte) []byte {
	k, v := b.from(bucket, key)()
	if !bytes.Equal(k, key) {
		return nil
	}
	return v
}

func (b *pageBase) from(bucket string, key []byte) func() (k, v []byte) {
	w, err := b.walkFrom(bucket, key)
	if err != nil {
		b.fail(err)
		return nothing
	}
	return func() (k, v []byte) {
		n, i, err := w.next()
		if err == nil && n != nil && n.flags[i] != 0 {
			err = damagedPage(n.id, "an entry of the wrong kind")
		}
		if err != nil {
			b.fail(err)
			w.path = nil
			return nil, nil
		}
		if n == nil {
			return nil, nil
		}
		return n.keys[i], n.values[i]
	}
}
