package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Run looks at tasks and does them, one at a time, until ctx ends. Looking goes beside working: who asks need not wait for a
// long import to end.
func (q *Queue) Run(ctx context.Context) error {
	var both sync.WaitGroup
	both.Go(func() { q.loop(ctx, Looking, q.look) })
	both.Go(func() { q.loop(ctx, Waiting, q.work) })
	both.Wait()
	return ctx.Err()
}

// loop takes the first task of a state, again and again.
func (q *Queue) loop(ctx context.Context, of State, do func(context.Context, *entry)) {
	for ctx.Err() == nil {
		changed := q.Changed()
		e, mine := q.take(ctx, of)
		if e == nil {
			select {
			case <-ctx.Done():
			case <-changed:
			}
			continue
		}
		do(mine, e)
	}
}

// take makes the first task of a state the one that is done; nil when there is none.
func (q *Queue) take(ctx context.Context, of State) (*entry, context.Context) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.tasks {
		if e.State != of || e.stop != nil {
			continue
		}
		ctx, stop := context.WithCancelCause(ctx)
		e.stop, e.done, e.total, e.doing = stop, 0, 0, ""
		if of == Waiting {
			e.State = Running // in the file it may go on waiting: after a power cut it does
		}
		q.announce()
		return e, ctx
	}
	return nil, nil
}

func (q *Queue) look(ctx context.Context, e *entry) {
	var plan *Plan
	t := q.copyOf(e)
	err := survive(func() (err error) { plan, err = q.worker.Look(ctx, t); return err })
	q.end(ctx, e, func() {
		e.State, e.plan = Asking, plan
		if err != nil {
			e.State, e.Why = Failed, err.Error()
			e.Trouble = q.worker.Trouble(t, err)
		}
	})
}

func (q *Queue) work(ctx context.Context, e *entry) {
	var result Result
	t := q.copyOf(e)
	err := survive(func() (err error) { result, err = q.worker.Work(ctx, t, q.progress(e)); return err })
	whole := err == nil && ctx.Err() == nil
	q.end(ctx, e, func() {
		e.State, e.Result = Done, result.clipped()
		if err != nil {
			e.State, e.Why = Failed, err.Error()
			e.Trouble = q.worker.Trouble(t, err)
			q.log.Warn("a task with courses failed", "task", e.ID, "what", e.Title, "err", err)
		}
	})
	if whole {
		q.worker.Drop(t, false)
	}
}

func (q *Queue) copyOf(e *entry) Task {
	q.mu.Lock()
	defer q.mu.Unlock()
	return e.Task
}

func (q *Queue) progress(e *entry) func(done, total int64, what string) {
	return func(done, total int64, what string) {
		q.mu.Lock()
		defer q.mu.Unlock()
		e.done, e.total, e.doing, e.At = done, total, what, what
	}
}

// end writes down how a task ended: by itself, by a person's word, or, with the box, not yet.
func (q *Queue) end(ctx context.Context, e *entry, byItself func()) {
	why := context.Cause(ctx)
	if errors.Is(why, errGivenUp) {
		q.forget(e)
		q.worker.Drop(q.copyOf(e), true)
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	e.stop(nil)
	e.stop = nil
	switch {
	case errors.Is(why, errPaused):
		e.State = Paused
	case why != nil: // the box stops
		if e.State == Running {
			e.State = Waiting
		}
	default:
		byItself()
	}
	if err := q.save(); err != nil {
		q.log.Error("what was done with courses cannot be written down", "err", err)
	}
	q.announce()
}

// forget takes a task out of the list and the file.
func (q *Queue) forget(e *entry) {
	q.mu.Lock()
	defer q.mu.Unlock()
	e.stop(nil)
	q.tasks = slices.DeleteFunc(q.tasks, func(o *entry) bool { return o == e })
	if err := q.save(); err != nil {
		q.log.Error("what was given up cannot be written down; it comes back after a restart", "err", err)
	}
	q.announce()
}

// survive makes a panic an error: one task must not stop the others.
func survive(fn func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("queue: a fault of ours: %v", r)
		}
	}()
	return fn()
}
