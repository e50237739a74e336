package search

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/klauspost/compress/zstd"

	"lamplight/content"
)

// An Index is a folder of segments, opened. Safe for concurrent use: any number search while one writes.
type Index struct {
	dir     string
	desks   chan *desk // what a search works on; as many as may run
	broken  atomic.Bool
	closing atomic.Bool // what takes long is to end

	writing     sync.Mutex
	batch       *batch            // not yet in the folder; nil when empty
	known       map[string]uint32 // numbers of now's values
	nextSegment uint64
	unread      unread
	pack        *zstd.Encoder // made when it is first needed

	loading sync.Mutex // before mu
	opened  listing    // what was in the folder when it was opened, until it is loaded
	mu      sync.Mutex
	now     *view // nil once closed

	unpack func() (*zstd.Decoder, error)
}

// A State says how far a course is taken in.
type State struct {
	Course    content.CourseID
	Edition   string
	Headed    bool // all its titles are in
	Read      bool // all its text too
	Resources int  // whose text is to be read
	Done      int  // of them
}

// Open opens the index in dir, or makes an empty one in the place of what is missing, damaged or of another version. It
// reads little: the rest when something is searched for or written. The caller holds the lock on dir.
func Open(dir string) (*Index, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	x, err := open(dir)
	if err == nil || !anew(err) {
		return x, err
	}
	if err := remove(dir); err != nil {
		return nil, err
	}
	return open(dir)
}

// anew says whether what cannot be opened is to be made again rather than kept: not when the disk is full or forbids it.
func anew(err error) bool {
	return errors.Is(err, fs.ErrInvalid) || errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EIO)
}

// remove deletes an index: first what names it.
func remove(dir string) error {
	err := os.Remove(filepath.Join(dir, listingName))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err == nil {
		err = tidy(dir, listing{})
	}
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	return nil
}

func open(dir string) (*Index, error) {
	l, err := readListing(dir)
	if err == nil {
		err = tidy(dir, l)
	}
	for _, s := range l.Segments {
		if err != nil {
			break
		}
		i, failed := os.Stat(segmentPath(dir, s.N))
		if errors.Is(failed, fs.ErrNotExist) || failed == nil && i.Size() != s.Bytes {
			failed = fmt.Errorf("%s is not of %d bytes: %w", segmentPath(dir, s.N), s.Bytes, fs.ErrInvalid)
		}
		err = failed
	}
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	x := &Index{dir: dir, opened: l, now: newView(l), nextSegment: l.NextSegment, desks: make(chan *desk, max(1, runtime.NumCPU()/2))}
	*x.now.holds = 1
	for range cap(x.desks) {
		x.desks <- &desk{}
	}
	x.unpack = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1+cap(x.desks)), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxItem))
	})
	return x, nil
}

// hold gives the view of now, loaded, whose files stay open until let is called with it.
func (x *Index) hold() (*view, error) {
	if _, err := x.ready(); err != nil {
		return nil, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.now == nil {
		return nil, errClosed
	}
	*x.now.holds++
	return x.now, nil
}

var errClosed = fmt.Errorf("search: the index is closed: %w", fs.ErrClosed)

// ready is the view of now, loaded. Who holds writing is the one to replace it.
func (x *Index) ready() (*view, error) {
	v := x.peek()
	if v != nil && !v.loaded {
		if err := x.load(); err != nil {
			return nil, x.noted(err)
		}
		v = x.peek()
	}
	if v == nil {
		return nil, errClosed
	}
	return v, nil
}

// let ends a hold. The last closes what is not in the view of now any more.
func (x *Index) let(v *view) {
	var done []*segment
	x.mu.Lock()
	if *v.holds--; *v.holds == 0 {
		for _, s := range v.segments {
			if s.holds--; s.holds == 0 {
				done = append(done, s.segment)
			}
		}
	}
	x.mu.Unlock()
	for _, s := range done {
		_ = s.f.Close() // it was only read
	}
}

// show puts a view in the place of the one before. The caller holds what Close waits for.
func (x *Index) show(next *view) {
	x.mu.Lock()
	old := x.now
	*next.holds = 1
	for _, s := range next.segments {
		s.holds++
	}
	x.now = next
	x.mu.Unlock()
	x.let(old)
}

// load opens the segments. It is done once.
func (x *Index) load() error {
	x.loading.Lock()
	defer x.loading.Unlock()
	old := x.peek()
	if old == nil || old.loaded {
		return nil
	}
	next := old.copy()
	if err := next.load(x.dir, x.opened); err != nil {
		return err
	}
	x.opened = listing{}
	x.show(next)
	return nil
}

// peek is the view of now, for what is always there of it; nil once closed.
func (x *Index) peek() *view {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.now
}

// Close closes the index. What was added since the last Flush is lost. It may be skipped: the plug does.
func (x *Index) Close() error {
	x.closing.Store(true)
	x.writing.Lock()
	defer x.writing.Unlock()
	x.loading.Lock()
	defer x.loading.Unlock()
	x.batch = nil
	x.mu.Lock()
	v := x.now
	x.now = nil
	x.mu.Unlock()
	if v != nil {
		x.let(v)
	}
	return nil
}

// Broken says that the index was found damaged while it was used: Discard it and open a new one.
func (x *Index) Broken() bool { return x.broken.Load() }

// Discard closes the index and deletes its files.
func (x *Index) Discard() error { return errors.Join(x.Close(), remove(x.dir)) }

// Courses says of each course in the index how far it is taken in, as far as it would survive a power cut. It never waits.
func (x *Index) Courses() []State {
	var out []State
	if v := x.peek(); v != nil {
		for _, c := range v.courses {
			if c.id != "" {
				out = append(out, c.state)
			}
		}
	}
	return out
}

// State says how far a course is taken in, what is not flushed too; false when it is not in the index.
func (x *Index) State(id content.CourseID) (State, bool) {
	x.writing.Lock()
	defer x.writing.Unlock()
	v := x.peek()
	if v == nil {
		return State{}, false
	}
	n := v.number(id)
	if n == 0 {
		return State{}, false
	}
	return x.stateOf(v, n), true
}

// Size is the files' bytes, and how many resources and rows are in them.
func (x *Index) Size() (bytes int64, resources, rows int, err error) {
	v, err := x.hold()
	if err != nil {
		return 0, 0, 0, err
	}
	defer x.let(v)
	for _, s := range v.segments {
		bytes += s.listed.Bytes
	}
	return bytes, len(v.resources) - 1, v.live, nil
}
