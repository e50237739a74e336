package exchange

import (
	"sync"
	"time"
)

// A blobBook remembers, while the process runs, who is fetching which blob and who gave or did not have what.
type blobBook struct {
	again time.Duration // how long a "not here" counts

	mu      sync.Mutex
	claimed map[string]*claim          // hash: a session is at it, or several
	alone   map[string]bool            // hash: to be had of one peer at a time, until it is known who forges it
	givers  map[string]map[string]bool // hash: peers that sent bytes of it since it was begun
	not     map[[2]string]time.Time    // peer, hash: not to be asked before
	lacked  map[string]time.Time       // hash: since when it is wanted over the district's link
}

func newBlobBook(again time.Duration) *blobBook {
	return &blobBook{again: again, claimed: map[string]*claim{}, alone: map[string]bool{}, givers: map[string]map[string]bool{}, not: map[[2]string]time.Time{}, lacked: map[string]time.Time{}}
}

// A claim is a session's hold on a blob, from before its Partial is opened until it is let go.
type claim struct {
	opened chan struct{} // closed when it is known whether others may join
	in     *incoming     // nil where they may not
}

// claim takes a blob for one session, so that no byte is asked for twice. Who got it calls opened.
func (b *blobBook) claim(hash string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, taken := b.claimed[hash]; taken {
		return false
	}
	b.claimed[hash] = &claim{opened: make(chan struct{})}
	return true
}

// taken says whether a session is at it.
func (b *blobBook) taken(hash string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, taken := b.claimed[hash]
	return taken
}

// opened lets other sessions join in the receiving of a blob that was claimed, if it is large. nil: it could not be opened,
// and the claim ends.
func (b *blobBook) opened(hash string, in *incoming) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.claimed[hash]
	switch {
	case in == nil:
		delete(b.claimed, hash)
	case in.Size > shared && !b.alone[hash]:
		c.in = in
	}
	close(c.opened)
}

// join is the receiving of a blob under way, nil where it is one session's alone. It waits for a session that has just
// claimed it to open it: one that goes on without it may have nothing else to do, and end.
func (b *blobBook) join(hash string) *incoming {
	b.mu.Lock()
	c := b.claimed[hash]
	b.mu.Unlock()
	if c == nil {
		return nil // let go just now
	}
	<-c.opened
	return c.in
}

// release ends a claim on what was opened.
func (b *blobBook) release(hash string) {
	b.mu.Lock()
	delete(b.claimed, hash)
	b.mu.Unlock()
}

// from notes that peer sent bytes of the blob.
func (b *blobBook) from(hash, peer string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.givers[hash] == nil {
		b.givers[hash] = map[string]bool{}
	}
	b.givers[hash][peer] = true
}

// whole forgets who gave a blob that was right.
func (b *blobBook) whole(hash string) {
	b.mu.Lock()
	delete(b.givers, hash)
	delete(b.alone, hash)
	delete(b.lacked, hash)
	b.mu.Unlock()
}

// banned is how long a peer is not asked for a blob that it gave wrong: for good (until a restart).
const banned = 365 * 24 * time.Hour

// ban keeps whoever gave a wrong blob from giving it again. If several did nobody knows whose bytes were forged: from then
// on it is had of one peer at a time, until who forged it has shown himself.
func (b *blobBook) ban(hash string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.alone[hash] = len(b.givers[hash]) > 1
	for peer := range b.givers[hash] {
		if !b.alone[hash] {
			b.not[[2]string{peer, hash}] = time.Now().Add(banned)
		}
	}
	delete(b.givers, hash)
}

// lacks notes that peer does not have the blob now.
func (b *blobBook) lacks(peer, hash string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.not[[2]string{peer, hash}] = time.Now().Add(b.again)
}

// mayAsk says whether there is a point in asking peer for the blob. Times are monotonic: the box's date does not count.
func (b *blobBook) mayAsk(peer, hash string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := [2]string{peer, hash}
	until, noted := b.not[key]
	if noted && time.Now().After(until) {
		delete(b.not, key)
		return true
	}
	return !noted
}
