package auth

import (
	"sync"
	"time"
)

// Guessing is slowed down twice: for each phone, and for each person somebody tries to be. A wait begins after a few
// free tries and doubles with each failure up to a bound; tries during a wait are not looked at and do not lengthen
// it, so whoever knows the secret gets in at the next gap. Ten quiet minutes halve what is held against anybody.
//
// Three of twelve pictures are 1,320 sequences: at one try every 30 s, half of them take five and a half hours of one
// child's tile being tapped without a stop.
var (
	phonePatience  = patience{free: 5, first: 2 * time.Second, most: 2 * time.Minute}
	personPatience = patience{free: 8, first: 2 * time.Second, most: 30 * time.Second}
	// Phones behind one address (a repeater) share it, so it is more patient.
	addressPatience = patience{free: 40, first: 2 * time.Second, most: time.Minute}
)

const (
	forget  = 10 * time.Minute
	maxHeld = 4096 // keys remembered; past that those quiet for longest are forgotten
)

type patience struct {
	free        int
	first, most time.Duration
}

// waits remembers failures by key. Times are of a monotonic clock.
type waits struct {
	mu   sync.Mutex
	held map[string]*failures
}

type failures struct {
	n     int
	since time.Duration // of the last failure, or of the last halving
	until time.Duration // no try is looked at before
}

func newWaits() *waits { return &waits{held: map[string]*failures{}} }

// left is how long a key still has to wait.
func (w *waits) left(now time.Duration, keys ...string) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	var most time.Duration
	for _, k := range keys {
		if f := w.held[k]; f != nil {
			most = max(most, f.until-now)
		}
	}
	return most
}

// failed notes a failure of a key.
func (w *waits) failed(now time.Duration, key string, p patience) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.held[key]
	if f == nil {
		w.makeRoom(now)
		f = &failures{since: now}
		w.held[key] = f
	}
	f.settle(now)
	f.n++
	f.since = now
	if over := f.n - p.free; over > 0 {
		f.until = now + min(p.first<<min(over-1, 16), p.most)
	}
}

// passed forgets a key that has shown it knows the secret.
func (w *waits) passed(key string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.held, key)
}

func (f *failures) settle(now time.Duration) {
	for f.n > 0 && now-f.since >= forget {
		f.n /= 2
		f.since += forget
	}
}

func (w *waits) makeRoom(now time.Duration) {
	if len(w.held) < maxHeld {
		return
	}
	oldest, at := "", now+1
	for k, f := range w.held {
		f.settle(now)
		if f.n == 0 {
			delete(w.held, k)
		} else if f.since < at {
			oldest, at = k, f.since
		}
	}
	if len(w.held) >= maxHeld {
		delete(w.held, oldest)
	}
}
