// Package queue keeps what is to be done with content, in order, so that a power cut forgets none of it.
//
// The file that it keeps is JSON, {"version":1,"tasks":[…]}, replaced by rename before anything begins and whenever a task
// ends or is moved. Work goes on from the start of the task that was cut; what it had done by then is for the worker to find.
package queue

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// A Worker does what a queue holds.
type Worker interface {
	// Look finds out what an import would mean, and writes nothing.
	Look(ctx context.Context, t Task) (*Plan, error)
	// Work does a task, or goes on with it, and tells bytes done of the total. What was done before may be asked for again.
	Work(ctx context.Context, t Task, progress func(done, total int64, what string)) (Result, error)
	// Drop forgets what was kept for a task that is done, or, if it is given up, half done.
	Drop(t Task, givenUp bool)
	// Trouble names what an error means to people; "" for none.
	Trouble(t Task, err error) string
}

const (
	maxTasks = 200 // that are not ended
	maxEnded = 20
)

// ErrFull says that too much is waiting.
var ErrFull = fmt.Errorf("queue: %d tasks are waiting: %w", maxTasks, fs.ErrInvalid)

// A Queue is the tasks of one data folder. Safe for concurrent use.
type Queue struct {
	path   string
	worker Worker
	log    *slog.Logger

	mu      sync.Mutex // held while the file is written, too: it is small
	tasks   []*entry
	changed chan struct{}
}

// An entry is a task and what is not written down of it.
type entry struct {
	Task
	done, total int64
	doing       string
	plan        *Plan
	stop        context.CancelCauseFunc // of the one that is looked at or run
}

// Open reads the queue at path. A file that cannot be read is set aside and the queue is empty.
func Open(path string, w Worker, log *slog.Logger) (*Queue, error) {
	q := &Queue{path: path, worker: w, log: log, changed: make(chan struct{})}
	tasks, err := readFile(path)
	if err != nil {
		log.Error("what was to be done with courses cannot be read; ask for it again", "file", path, "err", err)
		if err := setAside(path); err != nil {
			return nil, fmt.Errorf("queue: %w", err)
		}
	}
	for _, t := range tasks {
		switch t.State {
		case Running:
			t.State = Waiting
		case Asking:
			t.State = Looking // what it said may not be so any more
		}
		q.tasks = append(q.tasks, &entry{Task: t})
	}
	return q, nil
}

// Add puts a task at the end and writes it down before it returns. State Looking has it looked at first; any other begins
// it. ErrFull when too much waits.
func (q *Queue) Add(t Task) (Task, error) {
	if t.State != Looking {
		t.State = Waiting
	}
	var id [4]byte
	rand.Read(id[:]) // never fails
	t.ID, t.Asked = hex.EncodeToString(id[:]), time.Now().UTC().Truncate(time.Second)
	q.mu.Lock()
	defer q.mu.Unlock()
	open := 0
	for _, e := range q.tasks {
		if !e.Ended() {
			open++
		}
	}
	if open >= maxTasks {
		return Task{}, ErrFull
	}
	q.tasks = append(q.tasks, &entry{Task: t})
	if err := q.save(); err != nil {
		q.tasks = q.tasks[:len(q.tasks)-1]
		return Task{}, err
	}
	q.announce()
	return t, nil
}

// Tasks lists all, in the order they will be done, the ended ones last.
func (q *Queue) Tasks() []Status {
	q.mu.Lock()
	defer q.mu.Unlock()
	out := make([]Status, 0, len(q.tasks))
	for _, ended := range []bool{false, true} {
		for _, e := range q.tasks {
			if e.Ended() == ended {
				out = append(out, e.status())
			}
		}
	}
	return out
}

// Task finds one; fs.ErrNotExist.
func (q *Queue) Task(id string) (Status, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	e, err := q.find(id)
	if err != nil {
		return Status{}, err
	}
	return e.status(), nil
}

func (e *entry) status() Status {
	return Status{Task: e.Task, Done: e.done, Total: e.total, Doing: e.doing, Plan: e.plan}
}

// Changed is closed when a task comes, goes or changes its state; progress alone closes nothing.
func (q *Queue) Changed() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.changed
}

// find needs mu.
func (q *Queue) find(id string) (*entry, error) {
	for _, e := range q.tasks {
		if e.ID == id {
			return e, nil
		}
	}
	return nil, fmt.Errorf("queue: task %.20q is not there: %w", id, fs.ErrNotExist)
}

// announce needs mu.
func (q *Queue) announce() {
	close(q.changed)
	q.changed = make(chan struct{})
}

// save forgets old tasks that ended and writes the rest; it needs mu.
func (q *Queue) save() error {
	ended := 0
	for i := len(q.tasks) - 1; i >= 0; i-- {
		if q.tasks[i].State == Done || q.tasks[i].State == Failed {
			if ended++; ended > maxEnded {
				q.tasks = slices.Delete(q.tasks, i, i+1)
			}
		}
	}
	tasks := make([]Task, len(q.tasks))
	for i, e := range q.tasks {
		tasks[i] = e.Task
	}
	if err := writeFile(q.path, tasks); err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	return nil
}

// errPaused and errGivenUp are why a task was stopped by a person.
var (
	errPaused  = errors.New("paused")
	errGivenUp = errors.New("given up")
)
