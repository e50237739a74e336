package eventlog

import (
	"fmt"
	"io/fs"
	"math"
	"sync"
	"time"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A request is one Append waiting for its group.
type request struct {
	events []*segment.Event
	size   int
	dots   []clock.Dot
	err    error
	lead   chan struct{} // closed to make its Append the leader
	done   chan struct{}
}

// A queue gathers Appends into groups, so that one sync serves many. There is no goroutine: the first to come leads,
// waits a while for others, commits the group, and passes the lead to whoever came meanwhile.
//
// An idle log commits at once. When more than five come a second (a class at work) the leader waits until 60 ms pass
// without another, or 220 ms in all: a second of a hundred answers costs the card about six syncs instead of a hundred.
// One caller that appends in a loop would wait each time for nobody, so after a wait in vain the next 32 do not.
type queue struct {
	mu      sync.Mutex
	waiting []*request
	leading bool
	closed  bool
	arrived chan struct{} // holds one
	rate    float64       // arrivals in about the last second
	at      time.Time     // of rate
	alone   int           // groups that need not wait
	eager   bool          // none need
}

const (
	busyRate   = 5
	longest    = 220 * time.Millisecond
	quiet      = 60 * time.Millisecond
	groupBytes = 512 << 10
	notAlone   = 32
)

func newQueue(eager bool) queue {
	return queue{arrived: make(chan struct{}, 1), at: time.Now(), eager: eager}
}

// join waits until the request is committed, leading the group if nobody else does.
func (q *queue) join(r *request, commit func([]*request)) error {
	lead, err := q.enter(r)
	if err != nil {
		return err
	}
	if !lead {
		select {
		case <-r.done:
			return nil
		case <-r.lead:
		}
	}
	q.wait()
	commit(q.take())
	q.pass()
	<-r.done // a group too large for one frame may leave even the leader for the next
	return nil
}

func (q *queue) enter(r *request) (lead bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false, fmt.Errorf("eventlog: append: %w", fs.ErrClosed)
	}
	now := time.Now()
	q.rate = q.rate*math.Exp(-now.Sub(q.at).Seconds()) + 1
	q.at = now
	q.waiting = append(q.waiting, r)
	select {
	case q.arrived <- struct{}{}:
	default:
	}
	lead = !q.leading
	q.leading = true
	return lead, nil
}

// wait is the leader's pause for others.
func (q *queue) wait() {
	q.mu.Lock()
	busy := q.rate > busyRate && q.alone == 0 && !q.eager
	if q.alone > 0 {
		q.alone--
	}
	q.mu.Unlock()
	if !busy {
		return
	}
	end := time.NewTimer(longest)
	defer end.Stop()
	for {
		pause := time.NewTimer(quiet)
		select {
		case <-q.arrived:
			pause.Stop()
		case <-pause.C:
			q.mu.Lock()
			if len(q.waiting) == 1 {
				q.alone = notAlone
			}
			q.mu.Unlock()
			return
		case <-end.C:
			pause.Stop()
			return
		}
	}
}

// take removes the next group: in order of arrival, as many as fit one write. The leader's own is the first.
func (q *queue) take() []*request {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, size := 0, 0
	for n < len(q.waiting) && (n == 0 || size+q.waiting[n].size <= groupBytes) {
		size += q.waiting[n].size
		n++
	}
	g := q.waiting[:n:n]
	q.waiting = q.waiting[n:]
	return g
}

// pass gives the lead to the oldest that waits.
func (q *queue) pass() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		q.leading = false
		return
	}
	close(q.waiting[0].lead)
}

// close refuses new requests; those in the queue go on.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
}
