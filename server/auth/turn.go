package auth

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"lamplight/server/learning"
)

// Grace is how long a page with an answer to write stays after its turn, before it goes on to the next child by itself.
// Late is how long after its turn such an answer is taken where the page stayed, on a phone that slept or runs no script:
// until anybody goes on, which ends the turn at once, and no longer than this.
const (
	Grace = time.Minute
	Late  = 10 * time.Minute
)

// TurnMinutes are how long a turn may be; the second is usual.
var TurnMinutes = []int{3, 5, 10}

// A hadTurn is a turn that has ended. Day is "2006-01-02" by the school's zone, "" when the clock was not believed.
type hadTurn struct {
	Person learning.PersonID `json:"person"`
	Day    string            `json:"day,omitempty"`
}

// A turn is the one under way. Session is its token's hash in hex.
type turn struct {
	Person  learning.PersonID `json:"person"`
	Session string            `json:"session"`
}

// isNow reports whether h is the session of the turn under way; never of a nil queue.
func (q *queue) isNow(h tokenHash) bool {
	return q != nil && q.Now != nil && q.Now.Session == hex.EncodeToString(h[:])
}

// BeginTurn opens a turn for a learner who tapped their own tile; they are signed in until it ends. Whose turn it is
// already goes on with what is left of it. Errors: ErrNoQueue, fs.ErrPermission where a secret is asked for,
// fs.ErrNotExist for who does not wait in this queue, *ClosedError.
func (k *Keeper) BeginTurn(token string, p learning.PersonID) (Session, error) {
	q, err := k.Queue(token)
	if err != nil {
		return Session{}, err
	}
	if q.Secret {
		return Session{}, fmt.Errorf("auth: this queue asks for a secret: %w", fs.ErrPermission)
	}
	if err := k.closedFor(p); err != nil {
		return Session{}, err
	}
	return k.beginTurn(token, p, Tapped)
}

func (k *Keeper) beginTurn(token string, p learning.PersonID, kind learning.SecretKind) (Session, error) {
	edits := k.roster.Edits()
	m, err := k.markOf(p, kind)
	if err != nil {
		return Session{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	q, err := k.queue(token)
	if err != nil {
		return Session{}, err
	}
	again := q.Now != nil && q.Now.Person == p && q.until > k.now()
	if !again && !slices.Contains(q.Waiting, p) && !slices.Contains(q.Away, p) {
		return Session{}, fmt.Errorf("auth: %s does not wait in this queue: %w", p, fs.ErrNotExist)
	}
	until := q.until
	if again { // tapped twice, or came back by the back button: one turn
		k.drop(q.Now)
		q.Now = nil
	} else {
		if err := k.endNow(q); err != nil {
			return Session{}, err
		}
		until = k.now() + time.Duration(q.Minutes)*time.Minute
	}
	s, err := k.begin(&held{person: p, kind: kind, shared: true, mark: m, edits: edits, queue: queueOf(token)})
	if err != nil {
		return Session{}, err
	}
	q.take(p)
	h := hashToken(s.Token)
	q.Now, q.until, q.used = &turn{p, hex.EncodeToString(h[:])}, until, k.now()
	s.Turn = &TurnLeft{q.Class, q.until - k.now()}
	return s, k.saveQueues()
}

// EndTurn ends the turn under way, if there is one, and the session with it.
func (k *Keeper) EndTurn(token string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	q, err := k.queue(token)
	if err != nil {
		return err
	}
	return k.endNow(q)
}

// endNow ends the turn under way. The caller holds mu.
func (k *Keeper) endNow(q *queue) error {
	if q.Now == nil {
		return nil
	}
	q.Had = append(q.Had, hadTurn{q.Now.Person, k.today()})
	k.drop(q.Now)
	q.Now, q.used = nil, k.now()
	return k.saveQueues()
}

// drop ends the session of a turn; nil is none. That the sessions' file could not be told is no matter: a session whose
// queue does not name it is not taken up after a restart. The caller holds mu.
func (k *Keeper) drop(t *turn) {
	if t == nil {
		return
	}
	var h tokenHash
	if raw, err := hex.DecodeString(t.Session); err == nil && copy(h[:], raw) == len(h) && k.open[h] != nil {
		delete(k.open, h)
		_ = k.ended(h)
	}
}

// turnLeft is what is left of the turn that a session is; nil when it is over and takes nothing any more.
func (k *Keeper) turnLeft(h tokenHash) *TurnLeft {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s := k.open[h]; s != nil {
		return k.turnOf(h, s)
	}
	return nil
}

// turnOf is turnLeft of a session that may not be open yet. The caller holds mu.
func (k *Keeper) turnOf(h tokenHash, s *held) *TurnLeft {
	q := k.running[s.queue]
	if !q.isNow(h) || q.until-k.now() <= -Late {
		return nil
	}
	q.used = k.now()
	return &TurnLeft{q.Class, q.until - k.now()}
}

// HadToday counts the turns of a class's learners today, on whichever phone; those of a day nobody knew are counted
// while they are remembered.
func (k *Keeper) HadToday(class learning.ClassID) map[learning.PersonID]int {
	k.mu.Lock()
	defer k.mu.Unlock()
	out, today := map[learning.PersonID]int{}, k.today()
	for _, q := range k.running {
		if q.Class != class {
			continue
		}
		for _, h := range q.Had {
			if h.Day == today || h.Day == "" || today == "" {
				out[h.Person]++
			}
		}
	}
	return out
}
