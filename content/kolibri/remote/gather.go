package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"lamplight/content"
	"lamplight/content/library"
)

// A gathering is one channel on its way here.
type gathering struct {
	p       *Peer
	l       *library.Library
	id      string
	dir     string // its folder
	title   string
	o       library.ImportOptions
	mu      sync.Mutex // guards what follows, and o.Progress
	done    int64
	total   int64
	absent  int               // files that the peer does not have
	refused []library.Refusal // files that are not what they should be
}

func (g *gathering) database() string {
	return filepath.Join(g.dir, "content", "databases", g.id+".sqlite3")
}

func (g *gathering) place(name string) string {
	return filepath.Join(g.dir, "content", "storage", name[:1], name[1:2], name)
}

func (g *gathering) progress(delta int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.done += delta; g.o.Progress != nil {
		g.o.Progress(g.done, max(g.total, g.done), g.title)
	}
}

const maxDatabase = 2 << 30

// readDatabase fetches the channel's database.
func (g *gathering) readDatabase(ctx context.Context) error {
	f := fetching{
		p: g.p, path: g.p.prefix + "/content/databases/" + g.id + ".sqlite3", to: g.database(), limit: maxDatabase,
		dated: true, room: g.l.Room, progress: g.progress, whole: isDatabase,
	}
	if err := os.MkdirAll(filepath.Join(g.dir, "content", "storage"), 0o755); err != nil {
		return err
	}
	if err := f.run(ctx); err != nil {
		return fmt.Errorf("its database: %w", err)
	}
	return nil
}

// isDatabase looks at a file's first bytes (SQLite's file format, §1.3): a page of words has been taken for less.
func isDatabase(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 16)
	if _, err := io.ReadFull(f, head); err != nil || string(head) != "SQLite format 3\x00" {
		return fmt.Errorf("what the peer gives is no channel's database: %w", fs.ErrInvalid)
	}
	return nil
}

// plan says what the channel needs that is not gathered yet.
func (g *gathering) plan(ctx context.Context) (*content.Plan, error) {
	p, err := g.l.Plan(ctx, "kolibri", g.database(), g.o.ImportOptions)
	if err == nil {
		g.title = p.Course.Title
	}
	return p, err
}

// files fetches what is lacking, as many at once as there are connections.
func (g *gathering) files(ctx context.Context, p *content.Plan) error {
	var stated []content.PlanFile
	for _, f := range p.Missing {
		if f.MD5 != nil { // else nobody could say what came
			stated = append(stated, f)
		}
	}
	left, err := g.l.Lend(ctx, "kolibri", p.Course.ID, stated, g.place)
	if err != nil {
		return err
	}
	var size int64
	for _, f := range left {
		size += f.Size
	}
	if err := g.l.Room(size); err != nil {
		return err
	}
	g.done, g.total = 0, size
	return g.fetchAll(ctx, left)
}

func (g *gathering) fetchAll(ctx context.Context, left []content.PlanFile) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	todo := make(chan content.PlanFile)
	var workers sync.WaitGroup
	for range connections {
		workers.Go(func() { // ends when todo is closed, below
			for f := range todo {
				if ctx.Err() != nil {
					continue
				}
				if err := g.fetch(ctx, f); err != nil {
					stop(fmt.Errorf("%s: %w; what came is kept: import it again to go on", f.Name, err))
				}
			}
		})
	}
	for _, f := range left {
		todo <- f
	}
	close(todo)
	workers.Wait()
	return context.Cause(ctx)
}

// fetch fetches one file. One that the peer does not have, or has damaged, stops no other.
func (g *gathering) fetch(ctx context.Context, f content.PlanFile) error {
	x := fetching{
		p: g.p, path: g.p.prefix + "/content/storage/" + f.Name[:1] + "/" + f.Name[1:2] + "/" + f.Name, to: g.place(f.Name),
		limit: limitOf(f.Size), md5: f.MD5, room: g.l.Room, progress: g.progress,
	}
	err := x.run(ctx)
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		g.absent++
		return nil
	case errors.Is(err, fs.ErrInvalid):
		g.refused = append(g.refused, library.Refusal{Path: f.Name, Reason: err.Error(), Err: err})
		return nil
	}
	return err
}
