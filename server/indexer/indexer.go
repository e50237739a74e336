// Package indexer keeps the search index in step with the library, in the background, and lets only so many search at once.
//
// Titles of all courses come first, so that something is found soon; then their text, smallest courses first. How far it
// came is in the index itself, so it goes on after a power cut. It works on a thread of low priority and rests
// between batches; searches run on threads of a lower priority than pages. So reading waits for neither.
package indexer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/content/search"
)

// ErrBusy says that as many search as may wait.
var ErrBusy = errors.New("too many are searching at once")

// Options are what an Indexer works with.
type Options struct {
	Dir     string // of the index
	Library *library.Library
	Log     *slog.Logger
}

// An Indexer owns the index. Safe for concurrent use.
type Indexer struct {
	Options
	opening sync.Mutex
	index   atomic.Pointer[search.Index] // nil until it is first asked for, and while it is made anew
	using   sync.RWMutex                 // held for reading by who uses index
	working sync.Mutex                   // held by who takes courses in
	lost    chan struct{}                // told when the index was thrown away and is to be filled again
	crew    crew
	ended   atomic.Bool

	searched sync.Once
}

// New makes an indexer. It opens nothing yet.
func New(o Options) *Indexer {
	x := &Indexer{Options: o, lost: make(chan struct{}, 1)}
	x.crew.init()
	return x
}

// Close closes the index, once. It may be skipped.
func (x *Indexer) Close() error {
	if x.ended.Swap(true) {
		return nil
	}
	x.crew.close()
	x.using.Lock()
	defer x.using.Unlock()
	if i := x.index.Swap(nil); i != nil {
		return i.Close()
	}
	return nil
}

// open gives the index, opened, and release. A damaged one is thrown away first.
func (x *Indexer) open() (i *search.Index, release func(), err error) {
	x.using.RLock()
	if i = x.index.Load(); i != nil && !i.Broken() {
		return i, x.using.RUnlock, nil
	}
	x.using.RUnlock()
	if err := x.reopen(); err != nil {
		return nil, nil, err
	}
	x.using.RLock()
	if i = x.index.Load(); i == nil {
		x.using.RUnlock()
		return nil, nil, fmt.Errorf("indexer: closed: %w", errors.ErrUnsupported)
	}
	return i, x.using.RUnlock, nil
}

func (x *Indexer) reopen() error {
	x.opening.Lock()
	defer x.opening.Unlock()
	x.using.Lock()
	defer x.using.Unlock()
	if x.ended.Load() {
		return nil
	}
	if i := x.index.Load(); i != nil {
		if !i.Broken() {
			return nil
		}
		x.Log.Warn("the search index is damaged and is made anew")
		x.index.Store(nil)
		if err := i.Discard(); err != nil {
			return err
		}
		select {
		case x.lost <- struct{}{}:
		default: // told already
		}
	}
	i, err := search.Open(x.Dir)
	if err != nil {
		return err
	}
	x.index.Store(i)
	return nil
}

// with lets f use the index on one of the crew's threads. Where f finds it damaged, it is asked again of the new one, which
// says that it has not been filled yet rather than that something is broken.
func (x *Indexer) with(ctx context.Context, f func(*search.Index) error) error {
	return x.crew.do(ctx, func() error {
		x.searched.Do(func() { moreMemory(searchMemory) }) // for good: what the index holds in memory stays there
		for again := false; ; again = true {
			i, release, err := x.open()
			if err != nil {
				return err
			}
			err = f(i)
			damaged := err != nil && i.Broken()
			release()
			if !damaged || again {
				return err
			}
		}
	})
}

// Search searches. ErrBusy when too many do, at once; ctx's error when it ends first.
func (x *Indexer) Search(ctx context.Context, q search.Query) (out search.Results, err error) {
	err = x.with(ctx, func(i *search.Index) error {
		out, err = i.Search(ctx, q)
		return err
	})
	return out, err
}

// Suggest finds titles for a question still being typed. ErrBusy as for Search.
func (x *Indexer) Suggest(ctx context.Context, q search.Query) (out []search.Hit, err error) {
	err = x.with(ctx, func(i *search.Index) error {
		out, err = i.Suggest(ctx, q)
		return err
	})
	return out, err
}

// Progress is how much of the library can be found.
type Progress struct {
	Courses int // installed
	Headed  int // whose titles are all in
	Read    int // whose text is all in
}

// Whole says that all of it can be.
func (p Progress) Whole() bool { return p.Read >= p.Courses }

// Progress says how much of the library can be found now.
func (x *Indexer) Progress() (p Progress) {
	courses := x.Library.Courses()
	p.Courses = len(courses)
	i, release, err := x.open()
	if err != nil {
		return p
	}
	defer release()
	states := statesOf(i)
	for _, c := range courses {
		if s, ok := states[c.ID]; ok && s.Edition == editionOf(c) {
			if s.Headed {
				p.Headed++
			}
			if s.Read {
				p.Read++
			}
		}
	}
	return p
}

func statesOf(i *search.Index) map[content.CourseID]search.State {
	out := map[content.CourseID]search.State{}
	for _, s := range i.Courses() {
		out[s.Course] = s
	}
	return out
}

// editionOf is what of a course's manifest makes its index out of date: an edition installed again with more of its files
// is another one here.
func editionOf(c content.Course) string {
	return fmt.Sprintf("%s %d %d", c.Edition, c.Missing, c.Bytes)
}

// AwaitTitles waits until the titles of all courses can be found, at most for a while: who has just imported something
// looks for it next.
func (x *Indexer) AwaitTitles(ctx context.Context, most time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for look := time.NewTicker(20 * time.Millisecond); ; {
		if p := x.Progress(); p.Headed >= p.Courses {
			look.Stop()
			return
		}
		select {
		case <-ctx.Done():
			look.Stop()
			return
		case <-look.C:
		}
	}
}

// Run takes in what the library has, and then whatever changes in it, until ctx ends.
func (x *Indexer) Run(ctx context.Context) error {
	for {
		changed := x.Library.Changed()
		if err := x.keepUp(ctx); err != nil && ctx.Err() == nil {
			return err // the node starts it again, after a while
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		case <-x.lost:
		}
	}
}

// keepUp is catchUp in the background.
func (x *Indexer) keepUp(ctx context.Context) error {
	return lowly(readNice, func() error { return x.catchUp(ctx, rest, nil) })
}

// CatchUp takes in what the library has, at full speed. progress is told now and then, may be nil.
func (x *Indexer) CatchUp(ctx context.Context, progress func(Progress)) error {
	return x.catchUp(ctx, func(context.Context, time.Duration) {}, progress)
}

// rest gives others the card and the bus for a tenth of the time that was worked.
func rest(ctx context.Context, worked time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(min(worked/10, time.Second)):
	}
}
