package indexer

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"slices"
	"time"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/content/search"
)

// A worker takes courses in.
type worker struct {
	*Indexer
	index    *search.Index
	rest     func(ctx context.Context, worked time.Duration)
	progress func(Progress)
	since    time.Time // it last rested
	flushed  time.Time
}

const (
	workFor    = 100 * time.Millisecond // between rests
	flushAfter = 15 * time.Second       // so long after it was read, text is found at the latest
)

func (x *Indexer) catchUp(ctx context.Context, rest func(context.Context, time.Duration), progress func(Progress)) error {
	x.working.Lock()
	defer x.working.Unlock()
	if !x.Progress().Whole() { // memory is asked for only where there is something to do
		defer moreMemory(readMemory)()
	}
	index, release, err := x.open()
	if err != nil {
		return err
	}
	defer release()
	w := &worker{Indexer: x, index: index, rest: rest, progress: progress, since: time.Now(), flushed: time.Now()}
	err = w.all(ctx)
	return errors.Join(err, index.Flush())
}

func (w *worker) all(ctx context.Context) error {
	courses := slices.Clone(w.Library.Courses())
	if err := w.forget(courses); err != nil {
		return err
	}
	arrange.Stably(courses, func(a, b content.Course) int {
		return cmp.Or(cmp.Compare(a.Resources, b.Resources), cmp.Compare(a.Bytes, b.Bytes))
	})
	for _, take := range []func(context.Context, content.Course) error{w.head, w.read} {
		if err := w.index.Flush(); err != nil { // titles are found from here on
			return err
		}
		for _, c := range courses {
			err := take(ctx, c)
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case w.index.Broken():
				return err
			case err != nil && !errors.Is(err, fs.ErrNotExist): // away with its stick, or removed meanwhile
				w.Log.Warn("a course cannot be read for searching", "course", c.ID, "err", err)
			}
			if w.progress != nil {
				w.progress(w.Progress())
			}
		}
	}
	return nil
}

// forget removes courses that are not installed any more.
func (w *worker) forget(courses []content.Course) error {
	for _, s := range w.index.Courses() {
		if !slices.ContainsFunc(courses, func(c content.Course) bool { return c.ID == s.Course }) {
			if err := w.index.Remove(s.Course); err != nil {
				return err
			}
		}
	}
	return nil
}

// pause rests when it is time, and flushes.
func (w *worker) pause(ctx context.Context) error {
	if worked := time.Since(w.since); worked > workFor {
		w.rest(ctx, worked)
		w.since = time.Now()
	}
	if time.Since(w.flushed) > flushAfter {
		w.flushed = time.Now()
		if err := w.index.Flush(); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// head takes in the titles of a course.
func (w *worker) head(ctx context.Context, c content.Course) error {
	edition := editionOf(c)
	if s, ok := w.index.State(c.ID); ok && s.Edition == edition && s.Headed {
		return nil
	}
	reader, release, err := w.Library.Reader(c.ID)
	if err != nil {
		return err
	}
	defer release()
	full := reader.Course()
	as := full
	as.Edition = edition
	if err := w.index.Begin(as); err != nil {
		return err
	}
	if err := w.walk(ctx, reader, full); err != nil {
		return err
	}
	return w.index.Headed(c.ID)
}

// An above is a topic whose children are to be listed.
type above struct {
	id     content.ResourceID
	labels content.Labels
	depth  int
}

const (
	listed   = 200 // children asked for at once
	maxDepth = 64
)

// A storedLister lists what lies in it, without topics, in the order in which reading it all costs least: text is read in
// the order that titles came in.
type storedLister interface {
	Stored(yield func(content.Node) bool) error
}

func (w *worker) walkStored(ctx context.Context, reader storedLister, c content.Course) error {
	var failed error
	err := reader.Stored(func(n content.Node) bool {
		if failed = w.index.Add(document(c, n, c.Labels)); failed == nil {
			failed = w.pause(ctx)
		}
		return failed == nil
	})
	return errors.Join(failed, err)
}

func (w *worker) walk(ctx context.Context, reader content.Reader, c content.Course) error {
	if s, ok := reader.(storedLister); ok {
		return w.walkStored(ctx, s, c)
	}
	for todo := []above{{labels: c.Labels}}; len(todo) > 0; {
		t := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for from := 0; ; from += listed {
			nodes, total, err := reader.Children(t.id, from, listed)
			if err != nil {
				return err
			}
			for _, n := range nodes {
				if n.Kind == content.Topic && t.depth < maxDepth {
					todo = append(todo, above{n.ID, n.Labels.Within(t.labels), t.depth + 1})
				}
				if err := w.index.Add(document(c, n, t.labels)); err != nil {
					return err
				}
			}
			if err := w.pause(ctx); err != nil {
				return err
			}
			if len(nodes) == 0 || from+len(nodes) >= total {
				break
			}
		}
	}
	return nil
}

// document is a node as the index takes it.
func document(c content.Course, n content.Node, labels content.Labels) search.Document {
	d := search.Document{
		Course: c.ID, Resource: n.ID, Kind: n.Kind, Title: n.Title, Description: n.Description, Language: n.Language,
		Staff: n.Staff, Tags: n.Labelled(labels).Tags, Values: n.Values(c, labels),
	}
	if d.Language == "" && len(c.Languages) == 1 && c.Languages[0] != "mul" {
		d.Language = c.Languages[0]
	}
	return d
}

// together is how many resources are asked for at once.
const together = 64

// read takes in the text of a course, from where it was left.
func (w *worker) read(ctx context.Context, c content.Course) error {
	if s, ok := w.index.State(c.ID); !ok || s.Edition != editionOf(c) || s.Read || !s.Headed {
		return nil
	}
	reader, release, err := w.Library.Reader(c.ID)
	if err != nil {
		return err
	}
	defer release()
	texts, ok := reader.(content.TextReader)
	for ok {
		refs, err := w.index.Unread(c.ID, together)
		if err != nil {
			return err
		}
		if len(refs) == 0 {
			break
		}
		for _, ref := range refs {
			if err := w.readOne(ctx, texts, ref); err != nil {
				return err
			}
			if err := w.index.Passed(c.ID, 1); err != nil {
				return err
			}
			if err := w.pause(ctx); err != nil {
				return err
			}
		}
	}
	return w.index.Finished(c.ID)
}

// readOne takes in one resource's text. What cannot be read of it is told and left out.
func (w *worker) readOne(ctx context.Context, texts content.TextReader, ref search.Ref) error {
	if ref.Resource == "" {
		return nil
	}
	var own error // of the index, not of the course
	var said error
	own = w.index.AddText(ref, func(yield func(content.Passage) bool) error {
		said = guarded(func() error {
			return texts.Text(ref.Resource, func(p content.Passage) bool { return yield(p) && ctx.Err() == nil })
		})
		return nil
	})
	if said != nil && !errors.Is(said, errors.ErrUnsupported) {
		w.Log.Debug("text that cannot be searched", "resource", ref.Resource, "err", said)
	}
	return own
}
