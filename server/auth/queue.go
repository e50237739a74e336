package auth

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// ErrNoQueue: this phone is not passed round, or not any more.
var ErrNoQueue = errors.New("auth: no such queue")

const (
	maxQueued = 200 // learners of one queue
	maxQueues = 60  // on a box, those that are over among them
)

// queuePatience slows down who begins one queue after another without a teacher.
var queuePatience = patience{free: 6, first: 10 * time.Second, most: time.Minute}

// A Queue is one phone passed round a class. The phone holds its token, which opens turns for learners of that class and
// nothing else; the teacher who began it is signed out there.
type Queue struct {
	ID      string // for the teacher's page
	Class   learning.ClassID
	By      learning.PersonID // the teacher who began it; "" the class itself, and then Secret is true
	Minutes int               // of a turn
	Secret  bool              // each child shows who they are; else tapping their own tile is enough
	Waiting []learning.PersonID
	Away    []learning.PersonID // not here; their turn comes when they are
	Had     []learning.PersonID // in order; who had two turns stands there twice
	Now     learning.PersonID   // whose turn it is, "" between turns
	Left    time.Duration       // of it; not positive when it is over and still takes an answer
	Over    bool
}

// A queueID is the beginning of the hash of a queue's token.
type queueID [8]byte

func queueOf(token string) (id queueID) {
	h := hashToken("queue\x00" + token)
	copy(id[:], h[:])
	return id
}

func (id queueID) String() string { return hex.EncodeToString(id[:]) }

// queue is a Queue as it is kept.
type queue struct {
	Class   learning.ClassID    `json:"class"`
	By      learning.PersonID   `json:"by,omitempty"`
	Minutes int                 `json:"minutes"`
	Secret  bool                `json:"secret,omitempty"`
	Waiting []learning.PersonID `json:"waiting,omitempty"`
	Away    []learning.PersonID `json:"away,omitempty"`
	Had     []hadTurn           `json:"had,omitempty"`
	Now     *turn               `json:"now,omitempty"`
	Over    bool                `json:"over,omitempty"`

	used  time.Duration // of this run's clock, as until
	until time.Duration // end of Now
}

func (q *queue) view(id queueID, now time.Duration) Queue {
	out := Queue{
		ID: id.String(), Class: q.Class, By: q.By, Minutes: q.Minutes, Secret: q.Secret, Over: q.Over,
		Waiting: slices.Clone(q.Waiting), Away: slices.Clone(q.Away),
	}
	for _, h := range q.Had {
		out.Had = append(out.Had, h.Person)
	}
	if q.Now != nil {
		out.Now, out.Left = q.Now.Person, q.until-now
	}
	return out
}

// take removes p from those who wait or are away; false when p is in neither.
func (q *queue) take(p learning.PersonID) bool {
	before := len(q.Waiting) + len(q.Away)
	is := func(id learning.PersonID) bool { return id == p }
	q.Waiting, q.Away = slices.DeleteFunc(q.Waiting, is), slices.DeleteFunc(q.Away, is)
	return len(q.Waiting)+len(q.Away) < before
}

// A QueueStart is what a queue begins with: its class's learners, who is first first.
type QueueStart struct {
	Class    learning.ClassID
	By       learning.PersonID
	Minutes  int
	Secret   bool
	Learners []learning.PersonID
}

// StartQueue begins a queue and returns the token for the phone. Whether By may is the caller's to know; without By each
// child shows who they are. Errors: fs.ErrInvalid, *WaitError.
func (k *Keeper) StartQueue(from Phone, s QueueStart) (token string, err error) {
	if !slices.Contains(TurnMinutes, s.Minutes) || len(s.Learners) == 0 || len(s.Learners) > maxQueued {
		return "", fmt.Errorf("auth: queue of %d learners, %d minutes each: %w", len(s.Learners), s.Minutes, fs.ErrInvalid)
	}
	if s.By == "" {
		if err := k.asksAgain(suspect{"q" + from.Address, queuePatience}); err != nil {
			return "", err
		}
	}
	token = NewPhone()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.makeQueueRoom()
	k.running[queueOf(token)] = &queue{
		Class: s.Class, By: s.By, Minutes: s.Minutes, Secret: s.Secret || s.By == "", Waiting: slices.Clone(s.Learners), used: k.now(),
	}
	return token, k.saveQueues()
}

// Queue is the queue of the phone that holds a token; ErrNoQueue.
func (k *Keeper) Queue(token string) (Queue, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	q, err := k.queue(token)
	if err != nil {
		return Queue{}, err
	}
	return q.view(queueOf(token), k.now()), nil
}

// A Move is what the phone's holder does with a child in the queue.
type Move string

// Later puts a child at the end; Absent takes them out until Here; Again begins a second round for all who had a turn.
const (
	Later  Move = "later"
	Absent Move = "away"
	Here   Move = "here"
	Again  Move = "again"
)

// MoveInQueue moves a child; doing it twice is doing it once. Errors: ErrNoQueue, fs.ErrNotExist for who is not in it.
func (k *Keeper) MoveInQueue(token string, p learning.PersonID, to Move) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	q, err := k.queue(token)
	if err != nil {
		return err
	}
	switch {
	case to == Again:
		for _, h := range q.Had {
			if !slices.Contains(q.Waiting, h.Person) && !slices.Contains(q.Away, h.Person) && (q.Now == nil || q.Now.Person != h.Person) {
				q.Waiting = append(q.Waiting, h.Person)
			}
		}
	case to != Later && to != Absent && to != Here:
		return fmt.Errorf("auth: move %.20q: %w", string(to), fs.ErrInvalid)
	case !q.take(p):
		return fmt.Errorf("auth: %s does not wait in this queue: %w", p, fs.ErrNotExist)
	case to == Absent:
		q.Away = append(q.Away, p)
	default:
		q.Waiting = append(q.Waiting, p)
	}
	q.used = k.now()
	return k.saveQueues()
}

// FinishQueue ends a queue by the phone's token; one that is over already is no error.
func (k *Keeper) FinishQueue(token string) error { return k.finish(queueOf(token)) }

// FinishQueueOf ends a queue of a class from the teacher's own phone, by its ID; fs.ErrNotExist when the class has none
// such.
func (k *Keeper) FinishQueueOf(class learning.ClassID, id string) error {
	for _, q := range k.QueuesOf(class) {
		if q.ID == id {
			var raw queueID
			_, _ = hex.Decode(raw[:], []byte(id)) // as we wrote it
			return k.finish(raw)
		}
	}
	return fmt.Errorf("auth: queue %.20q: %w", id, fs.ErrNotExist)
}

func (k *Keeper) finish(id queueID) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	q := k.running[id]
	if q == nil || q.Over {
		return nil
	}
	q.Over = true
	if q.Now != nil {
		return k.endNow(q)
	}
	return k.saveQueues()
}

// QueuesOf lists the queues of a class that are remembered, those that are over among them.
func (k *Keeper) QueuesOf(class learning.ClassID) (out []Queue) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for id, q := range k.running {
		if q.Class == class {
			k.settle(q)
			out = append(out, q.view(id, k.now()))
		}
	}
	arrange.By(out, func(a, b Queue) int { return slices.Compare([]byte(a.ID), []byte(b.ID)) })
	return out
}
