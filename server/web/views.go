package web

import (
	"context"
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
	seen    map[viewKey]time.Time
}

type viewKey struct {
	person   learning.PersonID
	resource content.ResourceID
}

const (
	viewEvery   = 2 * time.Second
	viewAgain   = 10 * time.Minute
	maxWaiting  = 5000  // views; past that reading goes on and notes are dropped
	maxSeen     = 20000 // about 3 MB
	maxPerBatch = 500
)

func newViewQueue() *viewQueue { return &viewQueue{seen: map[viewKey]time.Time{}} }

// noteOpened says that the person opened a resource.
func (s *Server) noteOpened(r *request, course content.CourseID, n content.Node) {
	if !r.signedIn() {
		return
	}
	q, k, now := s.views, viewKey{r.person.ID, n.ID}, time.Now()
	q.mu.Lock()
	defer q.mu.Unlock()
	if at, ok := q.seen[k]; ok && now.Sub(at) < viewAgain || len(q.waiting) >= maxWaiting {
		return
	}
	if len(q.seen) >= maxSeen {
		clear(q.seen)
	}
	q.seen[k] = now
	q.waiting = append(q.waiting, learning.View{Learner: r.person.ID, Course: course, Resource: n.ID, Action: learning.Opened})
}

func (q *viewQueue) take() []learning.View {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(q.waiting), maxPerBatch)
	batch := q.waiting[:n:n]
	q.waiting = q.waiting[n:]
	return batch
}

// Run records views until ctx ends, and once more then.
func (s *Server) Run(ctx context.Context) error {
	tick := time.NewTicker(viewEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			s.recordViews(context.WithoutCancel(ctx))
			return nil
		case <-tick.C:
			s.recordViews(ctx)
		}
	}
}

func (s *Server) recordViews(ctx context.Context) {
	for batch := s.views.take(); len(batch) > 0; batch = s.views.take() {
		if err := s.Store.RecordBatch(ctx, learning.Box(), nil, batch); err != nil {
			s.Log.Warn("views were not recorded", "views", len(batch), "err", err)
			return
		}
	}
}
