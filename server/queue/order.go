package queue

import (
	"fmt"
	"io/fs"
	"slices"
)

// Start begins a task that asks, of these topics only, or of all when there are none.
func (q *Queue) Start(id string, topics []string, link bool) error {
	return q.change(id, func(e *entry) bool {
		e.Topics, e.Link, e.State = topics, link, Waiting
		e.Trouble, e.Why = "", ""
		return true
	}, Asking)
}

// Again has a task that asks looked at again, as if these topics were chosen.
func (q *Queue) Again(id string, topics []string, link bool) error {
	return q.change(id, func(e *entry) bool {
		e.Topics, e.Link, e.State, e.plan = topics, link, Looking, nil
		return true
	}, Asking)
}

// Say has a task that is looked at or asks told what its course does not say itself.
func (q *Queue) Say(id, name, licence, owner string) error {
	return q.change(id, func(e *entry) bool {
		e.Name, e.Licence, e.Owner = name, licence, owner
		return true
	}, Looking, Asking, Failed)
}

// Pause stops a task until GoOn. What it did stays.
func (q *Queue) Pause(id string) error {
	return q.change(id, func(e *entry) bool {
		if e.State == Running {
			e.stop(errPaused)
			return false // the runner writes it down when it has stopped
		}
		e.State = Paused
		return true
	}, Waiting, Running)
}

// GoOn takes up a task that is paused, or tries one again that failed.
func (q *Queue) GoOn(id string) error {
	return q.change(id, func(e *entry) bool {
		e.State, e.Trouble, e.Why, e.Result = Waiting, "", "", Result{}
		return true
	}, Paused, Failed)
}

// First puts a task before all others that wait. The one that runs goes on.
func (q *Queue) First(id string) error {
	return q.change(id, func(e *entry) bool {
		i := slices.Index(q.tasks, e)
		q.tasks = slices.Insert(slices.Delete(q.tasks, i, i+1), 0, e)
		return true
	}, Looking, Asking, Waiting, Paused)
}

// Cancel gives up a task; what it had half done goes. One that has ended is forgotten.
func (q *Queue) Cancel(id string) error {
	var dropped *Task
	err := q.change(id, func(e *entry) bool {
		if e.stop != nil {
			e.stop(errGivenUp)
			return false // who is at it drops it
		}
		q.tasks = slices.DeleteFunc(q.tasks, func(o *entry) bool { return o == e })
		dropped = &e.Task
		return true
	}, Looking, Asking, Waiting, Running, Paused, Failed, Done)
	if err == nil && dropped != nil {
		q.worker.Drop(*dropped, dropped.State != Done)
	}
	return err
}

// change lets fn change a task in one of some states, and writes it down if fn says so. fs.ErrExist when it is in another
// state: somebody else was quicker.
func (q *Queue) change(id string, fn func(*entry) bool, in ...State) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	e, err := q.find(id)
	if err != nil {
		return err
	}
	if !slices.Contains(in, e.State) {
		return fmt.Errorf("queue: task %s is %s already: %w", id, e.State, fs.ErrExist)
	}
	before, all := *e, slices.Clone(q.tasks)
	if !fn(e) {
		return nil
	}
	if err := q.save(); err != nil {
		*e, q.tasks = before, all
		return err
	}
	q.announce()
	return nil
}
