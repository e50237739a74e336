package remote

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lamplight/content"
	"lamplight/content/library"
)

// A Report says what an import did. Channels are what the peer has to choose from, where none was named.
type Report struct {
	library.Report
	Channels []Channel `json:"channels,omitempty"`
}

// old is how long what was gathered of an import that nobody went on with stays.
const old = 30 * 24 * time.Hour

// one holds back a second import: two would write the same files.
var one = make(chan struct{}, 1)

// Import imports the channels that address names into l. Where it names none and the peer has several, it lists them only. dir
// is a folder of this package's own on the disk of l's files. With o.DryRun the databases alone are fetched, and each course is
// said to be as large as it would be. An error stops everything; what was gathered stays in dir for the next time.
func Import(ctx context.Context, l *library.Library, dir, address string, o library.ImportOptions) (Report, error) {
	p, err := Open(address)
	if err != nil {
		return newReport(), err
	}
	defer p.Close()
	return p.imports(ctx, l, dir, o)
}

func newReport() Report {
	return Report{Report: library.Report{Courses: []content.Course{}, Refused: []library.Refusal{}}}
}

func (p *Peer) imports(ctx context.Context, l *library.Library, dir string, o library.ImportOptions) (Report, error) {
	r := newReport()
	select {
	case one <- struct{}{}:
		defer func() { <-one }()
	case <-ctx.Done():
		return r, ctx.Err()
	}
	wanted, err := p.wanted(ctx, &r)
	if err != nil {
		return r, err
	}
	sweep(dir, time.Now())
	for _, id := range wanted {
		g := &gathering{p: p, l: l, id: id, dir: filepath.Join(dir, id), title: id, o: o}
		if err := g.run(ctx, &r); err != nil {
			if ctx.Err() != nil {
				return r, fmt.Errorf("remote: %w", ctx.Err())
			}
			r.Refused = append(r.Refused, library.Refusal{Path: g.from(), Reason: err.Error(), Err: err})
		}
	}
	return r, nil
}

// wanted are the channels to import.
func (p *Peer) wanted(ctx context.Context, r *Report) ([]string, error) {
	if !p.all && len(p.channels) > 0 {
		return p.channels, nil
	}
	all, err := p.Channels(ctx)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("remote: %s has no channels: %w", p.address, fs.ErrNotExist)
	}
	if !p.all && len(all) > 1 {
		r.Channels = all
		return nil, nil
	}
	var ids []string
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	return ids, nil
}

func (g *gathering) from() string { return g.p.address + "/" + g.id }

// run gathers one channel and imports it.
func (g *gathering) run(ctx context.Context, r *Report) error {
	if err := g.readDatabase(ctx); err != nil {
		return err
	}
	plan, err := g.plan(ctx)
	if err != nil {
		return err
	}
	if g.o.DryRun {
		r.foresee(plan)
		return nil
	}
	if err := g.files(ctx, plan); err != nil {
		return err
	}
	o := g.o
	o.Own, o.Link = true, false
	done, err := g.l.Import(ctx, []string{g.database()}, o)
	if err != nil {
		return err
	}
	g.report(done, r)
	if len(done.Courses) == 0 {
		return nil // refused; what came is kept, for the reason may pass
	}
	return os.RemoveAll(g.dir)
}

// foresee adds what a plan would install once all its files have come.
func (r *Report) foresee(p *content.Plan) {
	c := p.Course
	var copied int64
	for _, f := range p.Missing {
		c.Bytes += f.Size
		copied += f.Size
	}
	c.Missing = 0
	r.Courses = append(r.Courses, c)
	if p.Diff != nil {
		d := *p.Diff
		d.Copy += copied
		r.Changes = append(r.Changes, library.Change{Course: c.ID, Title: c.Title, Diff: d})
	}
	topics := slices.Clone(p.Topics)
	for i := range topics {
		topics[i].Missing = 0
	}
	if len(topics) > 0 {
		r.Topics = append(r.Topics, library.CourseTopics{Course: c.ID, Title: c.Title, Topics: topics})
	}
}

// report adds what the library said of the drive, in words of the peer.
func (g *gathering) report(done library.Report, r *Report) {
	r.Courses = append(r.Courses, done.Courses...)
	r.Changes = append(r.Changes, done.Changes...)
	here := func(s string) string {
		s = strings.ReplaceAll(s, g.database(), g.from())
		return strings.ReplaceAll(s, filepath.Join(g.dir, "content"), g.p.address+"/content")
	}
	for _, x := range append(g.refused, done.Refused...) {
		r.Refused = append(r.Refused, library.Refusal{Path: here(x.Path), Reason: here(x.Reason), Err: x.Err})
	}
	for _, w := range done.Warnings {
		if !strings.Contains(w, "are not on the drive") {
			r.Warnings = append(r.Warnings, here(w))
		}
	}
	if g.absent > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%s: the peer does not have %d of its files; import it from one that has to complete it", g.from(), g.absent))
	}
}

// sweep takes away what was gathered so long ago that nobody will go on with it.
func sweep(dir string, now time.Time) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if _, ok := channelID(e.Name()); !ok {
			continue
		}
		path := filepath.Join(dir, e.Name(), "content", "databases")
		if info, err := os.Stat(path); err == nil && now.Sub(info.ModTime()) > old {
			os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
}

// Add adds what another import did.
func (r *Report) Add(x Report) {
	r.Courses = append(r.Courses, x.Courses...)
	r.Refused = append(r.Refused, x.Refused...)
	r.Warnings = append(r.Warnings, x.Warnings...)
	r.Changes = append(r.Changes, x.Changes...)
	r.Topics = append(r.Topics, x.Topics...)
	r.Channels = append(r.Channels, x.Channels...)
}
