package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/zeebo/blake3"
	"golang.org/x/sync/errgroup"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/content/pack"
	"lamplight/server/config"
	"lamplight/server/web"
	"lamplight/server/wire"
)

// PreviewOptions say what is shown, and where.
type PreviewOptions struct {
	Folder string // the course folder
	HTTP   string // where to listen; without a host at 127.0.0.1 alone
	Log    *slog.Logger
	// Ready is told the address once it answers, Built what lint says of each build, errors first; the first before Ready.
	Ready func(address string)
	Built func(problems []pack.Problem)
}

// RunPreview shows a course folder to who writes it, as learners see it, until ctx ends: a whole node of its own in a
// temporary folder, open to guests, that speaks to no other box, has nobody to sign in as and is gone afterwards. The
// folder is read anew whenever a file in it changes; the pages that are open then reload themselves.
func RunPreview(ctx context.Context, o PreviewOptions) (err error) {
	p, err := openPreview(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	return p.run(ctx)
}

// A preview is a node that shows one folder.
type preview struct {
	PreviewOptions
	temp string
	node *Server
	site *web.Server

	looking sync.Mutex
	seen    [32]byte // of the folder, when it was built last

	mutex    sync.Mutex
	version  uint64 // counts builds
	problems []pack.Problem
	course   content.CourseID // the last that could be built, "" none
}

// lookEvery is how often the folder is looked at. Its files' names, sizes and times are read, nothing else.
const lookEvery = 500 * time.Millisecond

func openPreview(ctx context.Context, o PreviewOptions) (p *preview, err error) {
	host, port, err := net.SplitHostPort(o.HTTP)
	if err != nil {
		return nil, fmt.Errorf("server: preview: %w: %w", err, fs.ErrInvalid)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	o.HTTP = net.JoinHostPort(host, port)
	if _, err := os.ReadDir(o.Folder); err != nil {
		return nil, fmt.Errorf("server: preview: %w", err)
	}
	p = &preview{PreviewOptions: o}
	if p.temp, err = os.MkdirTemp("", "lamplight-preview-*"); err != nil {
		return nil, fmt.Errorf("server: preview: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	cfg := config.Default()
	cfg.Content.ReserveMiB, cfg.Web.Guests = 0, true
	if p.node, err = Open(Options{Dir: p.temp, Config: cfg, Log: o.Log}); err != nil {
		return p, err
	}
	if err := p.node.CreateSchool(ctx, "Preview", "en"); err != nil {
		return p, err
	}
	p.site = p.node.newSite()
	p.look(ctx)
	return p, nil
}

func (p *preview) close() error {
	var errs []error
	if p.node != nil {
		errs = append(errs, p.node.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(p.temp))...)
}

// run listens and looks until ctx ends.
func (p *preview) run(ctx context.Context) error {
	pages, err := listen("--http", p.HTTP)
	if err != nil {
		return err
	}
	defer pages.Close()
	host, _, _ := net.SplitHostPort(p.HTTP)
	plays, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return fmt.Errorf("server: preview: %w", err)
	}
	defer plays.Close()
	p.node.run.plays = plays.Addr()
	_, p.node.run.httpPort, _ = net.SplitHostPort(pages.Addr().String())
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return serveHTTP(ctx, wire.Listen(pages, wire.Options{}), p.node.survive(p.handler(p.node.newHandler(p.site))))
	})
	group.Go(func() error {
		return serveHTTP(ctx, wire.Listen(plays, wire.Options{}), p.node.survive(p.node.newPlayer()))
	})
	for name, job := range map[string]job{"record": p.node.Records.Run, "views": p.site.Run, "search": p.node.Search.Run, "covers": p.site.MakeThumbnails, "look": p.watch} {
		group.Go(func() error { return p.node.keepRunning(ctx, name, job) })
	}
	if p.Ready != nil {
		p.Ready(localURL(pages))
	}
	if err = group.Wait(); errors.Is(err, context.Canceled) {
		err = nil
	}
	return err
}

// watch builds the course again when its folder has changed and stays the same for one look: an editor may save in steps.
func (p *preview) watch(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	last := p.built()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		now := folderSum(p.Folder)
		if now == last && now != p.built() {
			p.look(ctx)
		}
		last = now
	}
}

// built is what the folder was when it was built last.
func (p *preview) built() [32]byte {
	p.looking.Lock()
	defer p.looking.Unlock()
	return p.seen
}

// look builds the course as its folder is now.
func (p *preview) look(ctx context.Context) {
	p.looking.Lock()
	defer p.looking.Unlock()
	p.seen = folderSum(p.Folder)
	problems, course := p.build(ctx)
	p.mutex.Lock()
	p.version++
	p.problems = problems
	if course != "" {
		p.course = course
	}
	p.mutex.Unlock()
	if p.Built != nil {
		p.Built(problems)
	}
}

// build lints the folder and, when it has no errors, installs it; the id is "" when it could not.
func (p *preview) build(ctx context.Context) ([]pack.Problem, content.CourseID) {
	problems, err := pack.Lint(ctx, p.Folder)
	if err != nil {
		return []pack.Problem{{File: filepath.Base(p.Folder), Reason: err.Error()}}, ""
	}
	if len(problems) > 0 && !problems[0].Warning {
		return problems, ""
	}
	report, err := p.node.Library.Import(ctx, []string{p.Folder}, library.ImportOptions{})
	if err == nil && len(report.Courses) == 0 {
		err = fs.ErrInvalid
		for _, r := range report.Refused {
			err = errors.New(r.Reason)
		}
	}
	if err != nil {
		return append([]pack.Problem{{File: "course.md", Reason: err.Error()}}, problems...), ""
	}
	id := report.Courses[0].ID
	for _, c := range p.node.Library.Courses() {
		if c.ID != id { // its id was another before the last save
			if err := p.node.RemoveCourse(ctx, c.ID); err != nil {
				p.node.log.Warn("the course under its former id stays", "err", err)
			}
		}
	}
	return problems, id
}

// folderSum changes when a file of the folder does: by name, size or time. What cannot be read counts as not there.
func folderSum(dir string) (sum [32]byte) {
	h := blake3.New()
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if name := e.Name(); path != dir && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if fi, err := e.Info(); err == nil && !e.IsDir() {
			fmt.Fprintf(h, "%s\x00%d\x00%d\x00", path, fi.Size(), fi.ModTime().UnixNano())
		}
		return nil
	})
	copy(sum[:], h.Sum(nil))
	return sum
}
