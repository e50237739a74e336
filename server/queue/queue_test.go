package queue

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lamplight/content/library"
)

// A hand works as a test tells it, and notes what was asked of it.
type hand struct {
	mu   sync.Mutex
	did  []string
	work func(ctx context.Context, t Task, progress func(done, total int64, what string)) (Result, error)
}

func (h *hand) note(what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.did = append(h.did, what)
}

func (h *hand) notes() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.did)
}

func (h *hand) Look(_ context.Context, t Task) (*Plan, error) {
	h.note("look " + t.Title)
	if t.Title == "bad" {
		return nil, fmt.Errorf("no such file: %w", fs.ErrNotExist)
	}
	return &Plan{Need: 7, Room: 10}, nil
}

func (h *hand) Work(ctx context.Context, t Task, progress func(done, total int64, what string)) (Result, error) {
	h.note("work " + t.Title)
	if h.work != nil {
		return h.work(ctx, t, progress)
	}
	return Result{Courses: []string{t.Title}}, nil
}

func (h *hand) Drop(t Task, givenUp bool) { h.note(fmt.Sprintf("drop %s %v", t.Title, givenUp)) }

func (h *hand) Trouble(_ Task, err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "gone"
	}
	return "ours"
}

func open(t *testing.T, path string, h *hand) *Queue {
	t.Helper()
	q, err := Open(path, h, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func add(t *testing.T, q *Queue, title string, s State) string {
	t.Helper()
	x, err := q.Add(Task{Kind: Import, Title: title, State: s})
	if err != nil {
		t.Fatal(err)
	}
	return x.ID
}

func state(t *testing.T, q *Queue, id string) State {
	t.Helper()
	x, err := q.Task(id)
	if err != nil {
		t.Fatal(err)
	}
	return x.State
}

// run runs q until stop, in a bubble.
func run(q *Queue) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { q.Run(ctx); close(ended) }()
	synctest.Wait()
	return func() { cancel(); <-ended }
}

func TestTasksAreDoneInOrderOneAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.json")
	synctest.Test(t, func(t *testing.T) {
		h := &hand{}
		at := 0
		h.work = func(ctx context.Context, x Task, progress func(int64, int64, string)) (Result, error) {
			if at++; at > 1 {
				t.Error("two at once")
			}
			progress(1, 2, x.Title)
			time.Sleep(time.Second) // of the bubble's clock
			at--
			return Result{Courses: []string{x.Title}}, nil
		}
		q := open(t, path, h)
		add(t, q, "a", "")
		add(t, q, "b", "")
		if err := q.First(add(t, q, "c", "")); err != nil {
			t.Fatal(err)
		}
		stop := run(q)
		time.Sleep(time.Minute)
		stop()
		if got, want := h.notes(), []string{"work c", "drop c false", "work a", "drop a false", "work b", "drop b false"}; !slices.Equal(got, want) {
			t.Errorf("did %v, want %v", got, want)
		}
	})
}

func TestNothingBeginsThatSomebodyIsStillAskedAbout(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.json")
	synctest.Test(t, func(t *testing.T) {
		h := &hand{}
		q := open(t, path, h)
		a, bad := add(t, q, "a", Looking), add(t, q, "bad", Looking)
		stop := run(q)
		x, _ := q.Task(a)
		if x.State != Asking || x.Plan == nil || !x.Plan.Fits() {
			t.Errorf("what was looked at is %s, %+v", x.State, x.Plan)
		}
		if x, _ := q.Task(bad); x.State != Failed || x.Trouble != "gone" || x.Why == "" {
			t.Errorf("what is not there is %+v", x.Task)
		}
		if err := q.Start(bad, nil, false); !errors.Is(err, fs.ErrExist) {
			t.Errorf("started what failed: %v", err)
		}
		if err := q.Start(a, []string{"x"}, true); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		stop()
		if x, _ := q.Task(a); x.State != Done || !x.Link || len(x.Topics) != 1 {
			t.Errorf("afterwards %+v", x.Task)
		}
	})
}

func TestWhatIsPausedGoesOnAndWhatIsGivenUpIsDropped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.json")
	synctest.Test(t, func(t *testing.T) {
		h := &hand{work: func(ctx context.Context, x Task, _ func(int64, int64, string)) (Result, error) {
			<-ctx.Done()
			return Result{}, ctx.Err()
		}}
		q := open(t, path, h)
		a, b := add(t, q, "a", ""), add(t, q, "b", "")
		stop := run(q)
		if err := q.Pause(a); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if state(t, q, a) != Paused || state(t, q, b) != Running {
			t.Errorf("after a pause: %s and %s", state(t, q, a), state(t, q, b))
		}
		if err := errors.Join(q.GoOn(a), q.Cancel(b)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if _, err := q.Task(b); !errors.Is(err, fs.ErrNotExist) || state(t, q, a) != Running {
			t.Errorf("given up is %v, the other %s", err, state(t, q, a))
		}
		if !slices.Contains(h.notes(), "drop b true") {
			t.Error("what was given up was not dropped")
		}
		stop()
		again := open(t, path, h)
		if all := again.Tasks(); len(all) != 1 || all[0].State != Waiting {
			t.Errorf("after a stop: %+v", all)
		}
	})
}

func TestAFailedTaskIsTriedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.json")
	synctest.Test(t, func(t *testing.T) {
		fails := true
		h := &hand{work: func(context.Context, Task, func(int64, int64, string)) (Result, error) {
			if fails {
				return Result{Refused: []library.Refusal{{Path: "a", Reason: "why"}}}, fs.ErrNotExist
			}
			panic("over a hostile file")
		}}
		q := open(t, path, h)
		a := add(t, q, "a", "")
		stop := run(q)
		x, _ := open(t, path, h).Task(a)
		if x.State != Failed || x.Trouble != "gone" || len(x.Refused) != 1 {
			t.Errorf("written down as %+v", x.Task)
		}
		fails = false
		if err := q.GoOn(a); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if x, _ := q.Task(a); x.State != Failed || x.Trouble != "ours" {
			t.Errorf("a fault of ours: %+v", x.Task)
		}
		stop()
	})
}

func TestAFileThatCannotBeReadIsSetAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.json")
	for _, text := range []string{"{", `{"version":2,"tasks":[]}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		q := open(t, path, &hand{})
		add(t, q, "a", "")
		if len(open(t, path, &hand{}).Tasks()) != 1 {
			t.Errorf("after %s nothing is kept", text)
		}
		if b, err := os.ReadFile(path + ".damaged"); err != nil || string(b) != text {
			t.Errorf("set aside is %q, %v", b, err)
		}
	}
}

func TestTheQueueHasAnEnd(t *testing.T) {
	q := open(t, filepath.Join(t.TempDir(), "queue.json"), &hand{})
	q.tasks = make([]*entry, maxTasks)
	for i := range q.tasks {
		q.tasks[i] = &entry{Task: Task{ID: fmt.Sprint(i), State: Waiting}}
	}
	if _, err := q.Add(Task{}); !errors.Is(err, ErrFull) {
		t.Errorf("got %v", err)
	}
}
