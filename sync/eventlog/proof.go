package eventlog

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A proof reads every entry of records.db: every page is reached once, and the sum of all entries is the one that was
// committed with them. So a card that gave back whole pages of an older or another life is found out.
type proof struct {
	*pageReader
	rest      func() error // called now and then; an error ends it. nil: never
	reached   []uint64     // a bit a page
	pages     int
	got, want sum
}

// restEvery is how many pages are read between two rests.
const restEvery = 64

// prove gives the sum, or errDamaged, or what rest returned.
func (r *pageReader) prove(rest func() error) (sum, error) {
	p := &proof{pageReader: r, rest: rest, reached: make([]uint64, r.high/64+1)}
	if err := p.walk(r.root, "", nil, nil, 0); err != nil {
		return sum{}, err
	}
	if p.got != p.want {
		return sum{}, fmt.Errorf("%w: its entries do not add up", errDamaged)
	}
	return p.got, nil
}

// walk reads the page and all below it. Keys lie in [low, high); nil is no bound. bucket "" is the bucket of buckets.
func (p *proof) walk(id uint64, bucket string, low, high []byte, depth int) error {
	if p.pages++; p.rest != nil && p.pages%restEvery == 0 {
		if err := p.rest(); err != nil {
			return err
		}
	}
	n, err := p.read(id)
	if err != nil {
		return err
	}
	if depth > boltDepth {
		return damagedPage(id, "too deep")
	}
	for at := id; at <= id+n.over; at++ {
		if p.reached[at/64]&(1<<(at%64)) != 0 {
			return damagedPage(at, "reached twice")
		}
		p.reached[at/64] |= 1 << (at % 64)
	}
	return p.node(n, bucket, low, high, depth)
}

func (p *proof) node(n *node, bucket string, low, high []byte, depth int) error {
	if !n.within(low, high) {
		return damagedPage(n.id, "keys out of order")
	}
	for i, kid := range n.kids {
		if err := p.walk(kid, bucket, n.keys[i], n.bound(i, high), depth+1); err != nil {
			return err
		}
	}
	for i, v := range n.values {
		if err := p.entry(n, i, bucket, v); err != nil {
			return err
		}
	}
	return nil
}

// entry takes in one entry of a leaf: a bucket in the bucket of buckets, a key and value in all others.
func (p *proof) entry(n *node, i int, bucket string, v []byte) error {
	k := n.keys[i]
	switch {
	case bucket == "":
		root, inline, err := n.bucket(i)
		if err != nil {
			return err
		}
		if inline != nil {
			return p.node(inline, string(k), nil, nil, 1)
		}
		return p.walk(root, string(k), nil, nil, 1)
	case n.flags[i] != 0:
		return damagedPage(n.id, "an entry of the wrong kind")
	case bucket == bucketMeta && string(k) == string(sumKey):
		if len(v) == 16 {
			p.want = sum{number(v[:8]), number(v[8:])}
		}
	default:
		p.got.add(bucket, k, v)
	}
	return nil
}

// prove reads all of records.db, if that was not done, and gives it to bbolt: nothing is written before. A file that is
// damaged or lies is made anew from the journal, with everything else waiting; nothing is lost by it, as nothing was
// written. rest is called now and then and may end it.
func (l *Log) prove(rest func() error) error {
	if l.proved.Load() {
		return nil
	}
	if rest == nil {
		l.hurryUp()
		defer l.hurried.Add(-1)
	}
	l.proving.Lock()
	defer l.proving.Unlock()
	l.mu.Lock()
	pages := l.pages
	l.mu.Unlock()
	if l.proved.Load() || pages == nil { // done meanwhile, or closed
		return nil
	}
	s, err := pages.prove(rest)
	if err == nil {
		err = l.checkRecent()
	}
	if err != nil && !errors.Is(err, errDamaged) {
		return err
	}
	return l.adopt(s, err)
}

// adopt goes on with a records.db that was proved, or, when it was found damaged, makes it anew.
func (l *Log) adopt(s sum, damaged error) error {
	l.swap.Lock()
	defer l.swap.Unlock()
	l.journal.Lock()
	defer l.journal.Unlock()
	if l.closed {
		return nil
	}
	err := damaged
	if err == nil {
		err = l.open(s)
	}
	if errors.Is(err, errDamaged) {
		l.o.Logger.Warn("records.db is rebuilt from the journal", "err", err)
		if err = l.renew(); err == nil {
			l.Streams() // as Open does
		}
	}
	if err == nil {
		err = l.checkEpoch()
	}
	if l.proved.Load() {
		close(l.certain)
	}
	if err != nil {
		return fmt.Errorf("eventlog: %w", err)
	}
	return nil
}

// Proved is closed once all of records.db was read: at once, unless the log was opened lazily.
func (l *Log) Proved() <-chan struct{} { return l.certain }

// open gives the file that was proved to bbolt and lets writes begin.
func (l *Log) open(s sum) error {
	db, err := boltDB(l.o.DB)
	if err != nil {
		return err
	}
	if err := l.settle(); err != nil {
		return errors.Join(err, db.Close())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pages.pageReader.close()
	l.db, l.sum, l.pages = db, s, nil
	l.proved.Store(true)
	return nil
}

// hurryUp ends the leisure of the proof under way.
func (l *Log) hurryUp() {
	l.hurried.Add(1)
	select {
	case l.hurry <- struct{}{}:
	default:
	}
}

// leisure is how long Run leaves the card to those who wait for a first page.
const leisure = 500 * time.Millisecond

// proveAtLeisure is prove for Run: after a while, and at half speed, unless somebody waits for it.
func (l *Log) proveAtLeisure(ctx context.Context) error {
	if l.proved.Load() {
		return nil
	}
	began := time.Now().Add(leisure)
	err := l.prove(func() error {
		if l.hurried.Load() > 0 {
			return nil
		}
		pause := max(time.Since(began), time.Until(began))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.hurry:
		case <-time.After(pause):
		}
		began = time.Now()
		return nil
	})
	if ctx.Err() != nil {
		return nil // it is for the next start
	}
	return err
}
