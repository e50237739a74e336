package indexer

import (
	"context"
	"errors"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// How many search at once, and how many wait for how long before they are told to try again.
const (
	maxWaiting = 12
	patience   = 4 * time.Second
	searchNice = 15
	// readNice leaves some of a busy core for taking courses in: less, and a box that is never idle never gets there.
	readNice = 16
)

// A crew runs searches on threads of lower priority than those that serve pages, as many at once as half the cores.
type crew struct {
	work  chan func()
	queue chan struct{} // who waits or works
	done  chan struct{}
	once  sync.Once
}

func (c *crew) init() {
	c.work, c.done = make(chan func()), make(chan struct{})
	c.queue = make(chan struct{}, maxWaiting+workers())
}

// MakeRoom lets the scheduler run as many threads beside those of the pages as work here, so that it is the system that
// parts the cores among them, by their priority: were all cores' turns taken by searches, a page would wait for one of them
// to end, or for a hundredth of a second. Call it once, where pages are served.
func MakeRoom() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + workers() + 1)
	}
}

const (
	searchMemory = 6 << 20  // what the columns of an index of a large library take, and a search in it
	readMemory   = 20 << 20 // what taking courses in takes: a segment being made, a page, a book's chapter
)

// moreMemory raises the collector's limit, where one is set, until it is called back. Were what it needs beyond the limit,
// the collector would never stop: it took nine tenths of the time of taking courses in.
func moreMemory(bytes int64) (back func()) {
	limits.Lock()
	defer limits.Unlock()
	limit := debug.SetMemoryLimit(-1)
	if limit == math.MaxInt64 || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	debug.SetMemoryLimit(limit + bytes)
	return func() {
		limits.Lock()
		defer limits.Unlock()
		debug.SetMemoryLimit(debug.SetMemoryLimit(-1) - bytes)
		debug.FreeOSMemory()
	}
}

// limits is held by who changes the limit.
var limits sync.Mutex

func workers() int { return max(1, runtime.NumCPU()/2) }

// do runs f on one of the crew's threads. ErrBusy when too many wait, or none of them gets a turn.
func (c *crew) do(ctx context.Context, f func() error) error {
	c.once.Do(func() {
		for range workers() {
			go func() { // until close
				_ = lowly(searchNice, func() error { c.labour(); return nil })
			}()
		}
	})
	select {
	case c.queue <- struct{}{}:
		defer func() { <-c.queue }()
	default:
		return ErrBusy
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	result := make(chan error, 1)
	job := func() {
		err := ctx.Err()
		if err == nil {
			err = guarded(f)
		}
		result <- err
	}
	select {
	case c.work <- job:
		return <-result // f heeds ctx, and what it writes is the caller's
	case <-ctx.Done():
		return ctx.Err()
	case <-c.done:
		return errors.ErrUnsupported
	case <-timer.C:
		return ErrBusy
	}
}

func (c *crew) labour() {
	for {
		select {
		case job := <-c.work:
			job()
		case <-c.done:
			return
		}
	}
}

func (c *crew) close() { close(c.done) }

var errFault = errors.New("indexer: a fault of ours")

// guarded turns a panic into an error: the crew works on.
func guarded(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.Join(errFault, asError(r))
		}
	}()
	return f()
}

func asError(r any) error {
	if err, ok := r.(error); ok {
		return err
	}
	return nil
}

// lowly runs f on a thread of its own of lower priority (nice: 1 to 19), which ends with it. Where the system forbids it,
// f runs as others do.
func lowly(nice int, f func() error) error {
	result := make(chan error, 1)
	go func() { // waited for below
		runtime.LockOSThread() // and never unlocked: the thread must not go back among the others
		_ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), nice)
		result <- guarded(f)
	}()
	return <-result
}
