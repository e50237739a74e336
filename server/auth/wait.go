package auth

import (
	"sync"
	"time"
)

// Guessing is slowed down for each phone, for each person somebody tries to be, and, among phones that nobody ever
// signed in with, for each address and for the box as a whole: a guess spread over many phones or made-up cookies. A wait
// begins after a few free tries and doubles with each failure up to a bound; tries during a wait are not looked at and
// do not lengthen it, so whoever knows the secret gets in at the next gap. Ten quiet minutes halve what is held against
// anybody. A try under way counts as one that failed until it is known not to have: many at once guess no faster than
// one by one.
//
// A whole class may share one address, so waits of an address and of the box are short, and nobody who has a card, or
// whose phone was signed in with before, waits for what strangers do.
//
// Three of twelve pictures are 1,320 sequences: at one try every 30 s, half of them take five and a half hours of one
// child's tile being tapped without a stop. A PIN guessed at everybody in turn by strangers, one try every 5 s for the
// whole box, is right once in 14 hours.
var (
	phonePatience   = patience{free: 5, first: 2 * time.Second, most: 2 * time.Minute}
	personPatience  = patience{free: 8, first: 2 * time.Second, most: 30 * time.Second}
	addressPatience = patience{free: 100, first: 2 * time.Second, most: 10 * time.Second}
	boxPatience     = patience{free: 400, first: time.Second, most: 5 * time.Second}
)

const (
	forget  = 10 * time.Minute
	maxHeld = 4096 // keys of one sort remembered; past that those quiet for longest are forgotten, unless a try is under way
)

type patience struct {
	free        int
	first, most time.Duration
}

// A suspect is a key that failures are held against, and how patiently: "a" ‖ address, "n" ‖ address for its phones that
// keep no cookie, "c" ‖ cookie, "p" ‖ person, "u" ‖ hash of a name that nobody has, "b" the box, "q" ‖ address for queues
// begun, "g" ‖ address for guests' sessions. Its first letter is its sort.
type suspect struct {
	key string
	patience
}

// waits remembers failures by sort and key. Each sort has room of its own: who makes up thousands of cookies pushes out
// what is held against other cookies, never what is held against a guess at somebody. Times are of a monotonic clock.
type waits struct {
	mu   sync.Mutex
	held map[byte]map[string]*failures
}

type failures struct {
	n     int
	busy  int           // tries under way
	since time.Duration // of the last failure, or of the last halving
	until time.Duration // no try is looked at before
}

func newWaits() *waits { return &waits{held: map[byte]map[string]*failures{}} }

// begin lets a try of all suspects start, and end must follow; or it says how long the try still has to wait.
func (w *waits) begin(now time.Duration, suspects []suspect) (wait time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range suspects {
		f := w.held[s.key[0]][s.key]
		if f == nil {
			continue
		}
		f.settle(now)
		wait = max(wait, f.until-now)
		if f.busy > 0 && f.n+f.busy >= s.free {
			wait = max(wait, s.first)
		}
	}
	if wait > 0 {
		return wait
	}
	for _, s := range suspects {
		w.at(now, s.key).busy++
	}
	return 0
}

// end is the end of a try that begin let start; what failed and passed say of it comes before.
func (w *waits) end(suspects []suspect) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range suspects {
		if f := w.held[s.key[0]][s.key]; f != nil {
			f.busy--
			w.forgive(s.key, f)
		}
	}
}

// asksAgain counts what anybody may ask for, a few times each; *WaitError when it was too often.
func (k *Keeper) asksAgain(s suspect) error {
	if wait := k.waits.begin(k.now(), []suspect{s}); wait > 0 {
		return &WaitError{wait}
	}
	k.waits.failed(k.now(), s)
	k.waits.end([]suspect{s})
	return nil
}

// failed notes a failure of all suspects.
func (w *waits) failed(now time.Duration, suspects ...suspect) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range suspects {
		f := w.at(now, s.key)
		f.settle(now)
		f.n++
		f.since = now
		if over := f.n - s.free; over > 0 {
			f.until = now + min(s.first<<min(over-1, 16), s.most)
		}
	}
}

// passed forgets a key that has shown it knows the secret.
func (w *waits) passed(key string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if f := w.held[key[0]][key]; f != nil {
		f.n, f.until = 0, 0
		w.forgive(key, f)
	}
}

// at is what is held against a key. The caller holds mu.
func (w *waits) at(now time.Duration, key string) *failures {
	of := w.held[key[0]]
	if of == nil {
		of = map[string]*failures{}
		w.held[key[0]] = of
	}
	f := of[key]
	if f == nil {
		w.makeRoom(now, of)
		f = &failures{since: now}
		of[key] = f
	}
	return f
}

// forgive drops a key that nothing is held against. The caller holds mu.
func (w *waits) forgive(key string, f *failures) {
	if f.n == 0 && f.busy <= 0 {
		delete(w.held[key[0]], key)
	}
}

func (f *failures) settle(now time.Duration) {
	for f.n > 0 && now-f.since >= forget {
		f.n /= 2
		f.since += forget
	}
}

// makeRoom forgets one key of a sort that is full. The caller holds mu.
func (w *waits) makeRoom(now time.Duration, of map[string]*failures) {
	if len(of) < maxHeld {
		return
	}
	oldest, at := "", now+1
	for k, f := range of {
		f.settle(now)
		if f.busy == 0 && f.n > 0 && f.since < at {
			oldest, at = k, f.since
		}
		w.forgive(k, f)
	}
	if len(of) >= maxHeld {
		delete(of, oldest)
	}
}
