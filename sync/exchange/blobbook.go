package exchange

import (
	"sync"
	"time"
)

// A blobBook remembers, while the process runs, who is fetching which blob and who gave or did not have what.
type blobBook struct {
	again time.Duration // how long a "not here" counts

	mu      sync.Mutex
	claimed map[string]bool            // hash: a session is at it
	givers  map[string]map[string]bool // hash: peers that sent bytes of it since it was begun
	not     map[[2]string]time.Time    // peer, hash: not to be asked before
}

func newBlobBook(again time.Duration) *blobBook {
	return &blobBook{again: again, claimed: map[string]bool{}, givers: map[string]map[string]bool{}, not: map[[2]string]time.Time{}}
}

// claim takes a blob for one session, so that no byte is asked for twice.
func (b *blobBook) claim(hash string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.claimed[hash] {
		return false
	}
	b.claimed[hash] = true
	return true
}

// taken says whether a session is at it.
func (b *blobBook) taken(hash string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.claimed[hash]
}

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
	b.mu.Unlock()
}

// How long a peer is not asked for a blob that turned out wrong: if it alone gave it, for good (until a restart); if
// several did, nobody knows whose bytes were forged, and all wait.
const (
	banAlone  = 365 * 24 * time.Hour
	banShared = 10 * time.Minute
)

// ban keeps whoever gave a wrong blob from giving it again.
func (b *blobBook) ban(hash string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	wait := banAlone
	if len(b.givers[hash]) > 1 {
		wait = banShared
	}
	for peer := range b.givers[hash] {
		b.not[[2]string{peer, hash}] = time.Now().Add(wait)
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
