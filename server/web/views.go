package web

import (
	"context"
	"errors"
	"hash/maphash"
	"io/fs"
	"slices"
	"sync"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
)

// A viewQueue gathers "opened" notes, which nobody waits for, so that reading a page writes nothing: they go to the
// record together every few seconds, and the same page opened again within a while is noted once. What a power cut
// loses here is a few notes of pages opened, never an answer.
type viewQueue struct {
	mu      sync.Mutex
	waiting []learning.View
	seed    maphash.Seed
	seen    map[uint64]int64 // by hash of person and resource, ms since start; numbers alone, so the collector passes it by
	start   time.Time
	open    map[learning.PersonID]look
}

// A look is a page that somebody has before them and that counts as read once it was open for so long.
type look struct {
	view learning.View
	from int64 // ms since start
	need int64 // ms
}

const (
	viewEvery   = 2 * time.Second
	viewAgain   = 10 * time.Minute
	maxWaiting  = 2000 // views; past that reading goes on and notes are dropped, those of pages opened a little before others
	maxOpened   = maxWaiting - 500
	maxSeen     = 8000 // under 400 KB
	maxPerBatch = 500  // and per viewEvery: more than 200 phones open, and nobody waits for it
	// longestLook is how much longer than needed a page is taken to be open: past that a phone was put away.
	longestLook = time.Hour
)

func newViewQueue() *viewQueue {
	return &viewQueue{seed: maphash.MakeSeed(), seen: map[uint64]int64{}, start: time.Now(), open: map[learning.PersonID]look{}}
}

// key is the same for the same person and resource. That two pairs share one, and a note is lost, is not to be expected
// in the life of a box.
func (q *viewQueue) key(p learning.PersonID, r content.ResourceID) uint64 {
	return maphash.Comparable(q.seed, [2]string{string(p), string(r)})
}

// noteOpened says that the person opened a resource.
func (s *Server) noteOpened(r *request, course content.CourseID, n content.Node) {
	if !r.signedIn() {
		return
	}
	q := s.views
	v := learning.View{Learner: r.person.ID, Course: course, Resource: n.ID, Action: learning.Opened}
	k, now := q.key(r.person.ID, n.ID), time.Since(q.start).Milliseconds()
	q.mu.Lock()
	defer q.mu.Unlock()
	q.turned(r.person.ID, now)
	if c := n.CompletedBy(); c.By == content.ByTime {
		q.open[r.person.ID] = look{v, now, int64(c.Amount) * time.Minute.Milliseconds()}
	}
	if at, ok := q.seen[k]; ok && now-at < viewAgain.Milliseconds() || len(q.waiting) >= maxOpened {
		return
	}
	if len(q.seen) >= maxSeen {
		clear(q.seen)
	}
	q.seen[k] = now
	q.waiting = append(q.waiting, v)
}

// noteElsewhere says that the person has another page before them than the resource opened last.
func (s *Server) noteElsewhere(r *request) {
	if !r.signedIn() {
		return
	}
	q := s.views
	q.mu.Lock()
	defer q.mu.Unlock()
	q.turned(r.person.ID, time.Since(q.start).Milliseconds())
}

// forget ends a look that was noted otherwise.
func (q *viewQueue) forget(p learning.PersonID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.open, p)
}

// turned ends a look: one that was long enough finishes the page. The box learns of it with what is opened next, since
// phones tell nothing while a page is read.
func (q *viewQueue) turned(p learning.PersonID, now int64) {
	l, ok := q.open[p]
	if !ok {
		return
	}
	delete(q.open, p)
	lasted := now - l.from
	if lasted < l.need || lasted > l.need+longestLook.Milliseconds() || len(q.waiting) >= maxWaiting {
		return
	}
	l.view.Action, l.view.Percent, l.view.Tenths = learning.Finished, 10000, uint64(lasted/100)
	q.waiting = append(q.waiting, l.view)
}

// add queues a note of how far somebody came. Of one resource the last counts: a player that tells too often writes no
// more than one that does not.
func (q *viewQueue) add(v learning.View) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := len(q.waiting) - 1; i >= 0; i-- {
		if w := &q.waiting[i]; w.Learner == v.Learner && w.Resource == v.Resource && w.Action == v.Action {
			v.Percent, v.Tenths = max(v.Percent, w.Percent), min(v.Tenths+w.Tenths, learning.MaxTenths)
			*w = v
			return
		}
	}
	if len(q.waiting) < maxWaiting {
		q.waiting = append(q.waiting, v)
	}
}

// position is the newest place noted and not yet recorded, so that who turns a page and comes back at once is where
// they were.
func (q *viewQueue) position(person learning.PersonID, resource content.ResourceID) (at uint64, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := len(q.waiting) - 1; i >= 0; i-- {
		if v := q.waiting[i]; v.Learner == person && v.Resource == resource && v.Action != learning.Opened {
			return v.Position, true
		}
	}
	return 0, false
}

func (q *viewQueue) take() []learning.View {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(q.waiting), maxPerBatch)
	batch := slices.Clone(q.waiting[:n])
	q.waiting = slices.Delete(q.waiting, 0, n)
	return batch
}

// Run records views until ctx ends, and once more then.
func (s *Server) Run(ctx context.Context) error {
	tick := time.NewTicker(viewEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			for s.recordViews(context.WithoutCancel(ctx)) {
			}
			return nil
		case <-tick.C:
			s.recordViews(ctx)
		}
	}
}

// recordViews records a batch of what waits; false when there was none, or the record takes nothing now.
func (s *Server) recordViews(ctx context.Context) bool {
	batch := s.views.take()
	return len(batch) > 0 && s.recordSome(ctx, batch)
}

// recordSome halves a batch that is refused, so that a view which cannot be recorded (its person is gone, its resource
// has an impossible name) takes no others with it. False when the record takes nothing now.
func (s *Server) recordSome(ctx context.Context, batch []learning.View) bool {
	err := s.Store.RecordBatch(ctx, learning.Box(), nil, batch)
	if err == nil {
		return true
	}
	refused := errors.Is(err, fs.ErrInvalid) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)
	if half := len(batch) / 2; refused && half > 0 {
		return s.recordSome(ctx, batch[:half]) && s.recordSome(ctx, batch[half:])
	}
	s.Log.Warn("views were not recorded", "views", len(batch), "err", err)
	return refused
}
