package server

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A changing is a record that changes when it is told to.
type changing struct {
	mu   sync.Mutex
	next chan struct{}
}

func (c *changing) changed() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.next
}

func (c *changing) change() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.next)
	c.next = make(chan struct{})
}

// rounds follows a new record with f and returns how to change it and how often work was done so far.
func rounds(t *testing.T, f follower) (record *changing, done func() int) {
	record = &changing{next: make(chan struct{})}
	ctx, stop := context.WithCancel(t.Context())
	var n atomic.Int64
	ended := make(chan error)
	go func() {
		ended <- f.follow(ctx, record.changed, func(context.Context) error { n.Add(1); return nil })
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return record, func() int { synctest.Wait(); return int(n.Load()) }
}

func TestWorkFollowsALoneChangeAtOnceAndACrowdOnceInTwoSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		record, done := rounds(t, follower{})
		time.Sleep(time.Minute)
		if got := done(); got != 1 {
			t.Fatalf("%d rounds without a change, want 1", got)
		}
		record.change()
		if got := done(); got != 2 {
			t.Fatalf("%d rounds right after a change, want 2", got)
		}
		for range 990 { // nearly ten seconds
			time.Sleep(10 * time.Millisecond)
			record.change()
		}
		if got := done(); got < 6 || got > 8 {
			t.Errorf("%d rounds after 990 changes in 9.9 s, want about 7", got)
		}
		before := done()
		time.Sleep(changeRest)
		if got := done(); got != before+1 {
			t.Errorf("%d rounds followed the last change, want 1", got-before)
		}
	})
}

func TestAKnockEndsTheRestAndTheClockTheCalm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		knock := make(chan struct{}, 1)
		_, done := rounds(t, follower{knock: knock, every: time.Minute})
		knock <- struct{}{}
		if got := done(); got != 2 {
			t.Errorf("%d rounds after a knock in the rest, want 2", got)
		}
		time.Sleep(time.Minute + changeRest)
		if got := done(); got != 3 {
			t.Errorf("%d rounds a minute later, want 3", got)
		}
	})
}

func TestWorkThatFailsIsLeftToWhoStartedIt(t *testing.T) {
	broken := errors.New("broken")
	err := follower{}.follow(t.Context(), (&changing{}).changed, func(context.Context) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
