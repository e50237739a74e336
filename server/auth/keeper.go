package auth

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/zeebo/blake3"

	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// A Keeper signs people in and keeps their sessions, through restarts and power cuts. Safe for concurrent use.
type Keeper struct {
	roster  Roster
	idle    [3]time.Duration // by class of session
	now     func() time.Duration
	wall    func() (time.Time, bool)
	hasher  hasher
	waits   *waits
	friends *friends

	mu   sync.Mutex
	file *file
	open map[tokenHash]*held
	queues
}

// A tokenHash is what is kept of a token: whoever reads the file cannot use it.
type tokenHash [16]byte

func hashToken(token string) (h tokenHash) {
	var room [96]byte // what is longer goes elsewhere: no token is
	sum := blake3.Sum256(append(append(room[:0], "lamplight session 1\x00"...), token...))
	copy(h[:], sum[:])
	return h
}

// held is a session in memory. Used is of this run's monotonic clock; after a restart it begins anew, since how long
// the box was off may not be known.
type held struct {
	person learning.PersonID
	kind   learning.SecretKind
	shared bool
	used   time.Duration
	noted  time.Duration // when the file last heard that it is used
	mark   mark          // of the secrets that opened it; zero when none did
	edits  uint64        // of the roster, when the mark was last found to hold
	queue  queueID       // of which it is a turn; zero none
	guest  bool
}

const (
	shared = iota
	own
	staff
)

const (
	// maxPerPerson sessions of one person are kept; a further sign-in ends the one used least recently.
	maxPerPerson = 8
	// maxSessions are kept on a box, likewise.
	maxSessions = 5000
	// maxGuests have sessions of their own at a time; a further one ends that used least recently.
	maxGuests = 500
	// noteEvery so long the file hears that a session is still used, so that a restart a day later can tell.
	noteEvery = 15 * time.Minute
)

// Open reads the sessions kept at o.Path; what cannot be read of them is dropped, and those people sign in again.
func Open(o Options) (*Keeper, error) {
	k := &Keeper{
		roster: o.Roster, now: o.Elapsed, wall: o.Wall, hasher: newHasher(), waits: newWaits(), friends: newFriends(),
		idle: [3]time.Duration{
			shared: orDefault(o.IdleShared, time.Hour), own: orDefault(o.IdleLearner, 12*time.Hour), staff: orDefault(o.IdleStaff, time.Hour),
		},
	}
	if k.now == nil {
		start := time.Now()
		k.now = func() time.Duration { return time.Since(start) }
	}
	if k.wall == nil {
		k.wall = func() (time.Time, bool) { return time.Time{}, false }
	}
	f, kept, err := openFile(o.Path)
	if err != nil {
		return nil, fmt.Errorf("auth: sessions: %w", err)
	}
	k.file, k.open = f, map[tokenHash]*held{}
	if err := k.openQueues(filepath.Join(filepath.Dir(o.Path), "turns")); err != nil {
		return nil, fmt.Errorf("auth: queues: %w", err)
	}
	today, believed := k.wall()
	for h, r := range kept {
		// A date is asked only where both ends of the time between are to be believed: a clock that fell back to 1970
		// or jumped ahead without being believed signs nobody out.
		if believed && !r.seen.IsZero() && today.Sub(r.seen) > k.longest()+noteEvery {
			continue
		}
		s := &held{
			person: r.person, kind: r.kind, shared: r.shared, used: k.now(), noted: k.now(), mark: r.mark, queue: r.queue, guest: r.what == recordGuest,
		}
		if r.what != recordTurn || k.turnOf(h, s) != nil {
			k.open[h] = s
		}
	}
	err = k.rewrite()
	if errors.Is(err, syscall.ENOSPC) {
		err = f.reopen()
	}
	if err != nil {
		return nil, fmt.Errorf("auth: sessions: %w", errors.Join(err, f.close()))
	}
	return k, nil
}

func orDefault(d, def time.Duration) time.Duration {
	if d <= 0 {
		return def
	}
	return d
}

func (k *Keeper) longest() time.Duration { return max(k.idle[shared], k.idle[own], k.idle[staff]) }

// Close lets go of the file. Nothing depends on it being called.
func (k *Keeper) Close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.file.close()
}

// SignInAs opens a session without asking for a secret: the claim of a new box. It ends when the secrets change that kind
// goes with.
func (k *Keeper) SignInAs(p learning.PersonID, kind learning.SecretKind, sharedPhone bool) (Session, error) {
	edits := k.roster.Edits()
	m, err := k.markOf(p, kind)
	if err != nil {
		return Session{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.begin(&held{person: p, kind: kind, shared: sharedPhone, mark: m, edits: edits})
}

// begin keeps a new session and draws its token. The caller holds mu.
func (k *Keeper) begin(s *held) (Session, error) {
	token := NewPhone()
	h := hashToken(token)
	if err := k.makeRoom(s.person); err != nil {
		return Session{}, err
	}
	s.used, s.noted = k.now(), k.now()
	keep := k.file.add
	if s.guest { // nobody's work hangs on it, and anybody may ask for many
		keep = k.file.note
	}
	if err := keep(k.record(h, s)); err != nil && !errors.Is(err, syscall.ENOSPC) { // then it is held in memory
		return Session{}, fmt.Errorf("auth: keep session: %w", err)
	}
	k.open[h] = s
	k.compact()
	return Session{Token: token, Person: s.person, Kind: s.kind, Shared: s.shared}, nil
}

// makeRoom ends the sessions nobody can still use, then those used least recently where a person, or the box, has too
// many.
func (k *Keeper) makeRoom(p learning.PersonID) error {
	var mine, all, guests []tokenHash
	var gone []tokenHash
	for h, s := range k.open {
		switch {
		case k.now()-s.used > k.longest():
			gone = append(gone, h)
			continue
		case s.guest:
			guests = append(guests, h)
			continue
		}
		all = append(all, h)
		if s.person == p {
			mine = append(mine, h)
		}
	}
	least := func(hs []tokenHash, most int) {
		arrange.By(hs, func(a, b tokenHash) int { return cmp.Compare(k.open[a].used, k.open[b].used) })
		gone = append(gone, hs[:max(len(hs)-most+1, 0)]...)
	}
	least(mine, maxPerPerson)
	least(all, maxSessions)
	least(guests, maxGuests)
	var err error
	for _, h := range gone {
		switch s := k.open[h]; {
		case s == nil:
			continue
		case s.guest: // not worth the card's time: one that comes back after a power cut is idle soon
			err = errors.Join(err, k.file.note(record{what: recordEnd, hash: h}))
		default:
			err = errors.Join(err, k.ended(h))
		}
		delete(k.open, h)
	}
	return err
}

// Session finds who holds a token and notes that they are still here; ErrNoSession when it is unknown, idle for too
// long, or its person is gone. An unknown token is never adopted.
func (k *Keeper) Session(token string) (Session, learning.Person, error) {
	if token == "" || len(token) > 64 {
		return Session{}, learning.Person{}, ErrNoSession
	}
	h := hashToken(token)
	k.mu.Lock()
	s := k.open[h]
	var kept held
	if s != nil {
		kept = *s
	}
	k.mu.Unlock()
	if s == nil || kept.guest {
		return Session{}, learning.Person{}, ErrNoSession
	}
	edits := k.roster.Edits()
	p, err := k.roster.Who(learning.As(kept.person))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Session{}, p, fmt.Errorf("auth: %w", err)
	}
	idle := k.idle[idleClass(p, kept.shared)]
	if err != nil || k.now()-kept.used > idle {
		return Session{}, learning.Person{}, errors.Join(ErrNoSession, k.SignOut(token))
	}
	if kept.edits != edits {
		if err := k.remark(h, &kept, edits); err != nil {
			return Session{}, learning.Person{}, err
		}
	}
	out := Session{Token: token, Person: kept.person, Kind: kept.kind, Shared: kept.shared, Idle: idle}
	if kept.queue != (queueID{}) {
		if out.Turn = k.turnLeft(h); out.Turn == nil {
			return Session{}, learning.Person{}, errors.Join(ErrNoSession, k.SignOut(token))
		}
	}
	k.use(h)
	return out, p, nil
}

func idleClass(p learning.Person, sharedPhone bool) int {
	switch {
	case p.Role != learning.Learner:
		return staff
	case sharedPhone:
		return shared
	}
	return own
}

// use notes that a session is used. That the file could not be told is no reason to turn anybody away.
func (k *Keeper) use(h tokenHash) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.open[h]
	if s == nil {
		return
	}
	s.used = k.now()
	if s.used-s.noted < noteEvery {
		return // without asking what day it is, which asks the kernel whether to believe it
	}
	if _, believed := k.wall(); believed {
		s.noted = s.used
		_ = k.file.note(k.record(h, s))
		k.compact()
	}
}

func (k *Keeper) record(h tokenHash, s *held) record {
	r := record{what: recordOpen, hash: h, person: s.person, kind: s.kind, shared: s.shared, mark: s.mark, queue: s.queue}
	switch {
	case s.guest:
		r.what = recordGuest
	case s.queue != queueID{}:
		r.what = recordTurn
	}
	if t, believed := k.wall(); believed {
		r.seen = t
	}
	return r
}

func (k *Keeper) rewrite() error {
	all := make([]record, 0, len(k.open))
	for h, s := range k.open {
		all = append(all, k.record(h, s))
	}
	return k.file.rewrite(all)
}

// Sessions is how many sessions are open, guests' among them, for metrics.
func (k *Keeper) Sessions() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.open)
}

// Token is the hidden field every form carries. seed is the session's token, or before sign-in the phone's cookie.
// It stays the same as long as seed does, through restarts too.
func (k *Keeper) Token(seed string) string {
	m := hmac.New(sha256.New, k.file.key[:])
	m.Write([]byte(seed))
	return letters.EncodeToString(m.Sum(nil)[:16])
}

// Check reports whether a form's hidden field is the one for seed. An empty seed never passes.
func (k *Keeper) Check(seed, token string) bool {
	return seed != "" && hmac.Equal([]byte(k.Token(seed)), []byte(token))
}
