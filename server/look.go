package server

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"lamplight/server/config"
	"lamplight/server/queue"
	"lamplight/server/web"
	"lamplight/server/wire"
	"lamplight/ui/locale"
)

// looks are the folders of nodes that show what is not added yet; those of a process that was killed are swept.
func (s *Server) sweepLooks() error {
	old, err := filepath.Glob(filepath.Join(s.dir, "run", "look-*"))
	for _, dir := range old {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return err
}

// Look opens a node of its own in a folder that goes with it, which shows what an import would add as a learner would see it:
// open to guests, with nobody to sign in as, and what is answered there counts nowhere. The file is read where it lies.
// It implements web.Node. The error says why the file cannot be read.
func (s *Server) Look(ctx context.Context, t queue.Task) (*web.Look, error) {
	dir, err := os.MkdirTemp(filepath.Join(s.dir, "run"), "look-*")
	if err != nil {
		return nil, fmt.Errorf("server: look: %w", err)
	}
	p := &look{dir: dir}
	l, err := p.open(ctx, s, t)
	if err != nil {
		return nil, errors.Join(err, p.close())
	}
	return l, nil
}

// A look is such a node, with what runs for it.
type look struct {
	dir   string
	node  *Server
	stop  context.CancelFunc
	jobs  sync.WaitGroup
	plays net.Listener
}

func (p *look) open(ctx context.Context, s *Server, t queue.Task) (*web.Look, error) {
	cfg := config.Default()
	cfg.Content.ReserveMiB, cfg.Web.Guests = 0, true
	var err error
	if p.node, err = Open(Options{Dir: p.dir, Config: cfg, Log: slog.New(slog.DiscardHandler), Wall: s.wall}); err != nil {
		return nil, err
	}
	name, language := "Lamplight", "en"
	if school, err := s.Store.School(); err == nil {
		name, language = school.Name, school.Language
	}
	if err := p.node.CreateSchool(ctx, name, language); err != nil {
		return nil, err
	}
	o := importOptions(t)
	o.Own, o.OwnAll, o.Link = false, false, true
	report, err := p.node.Library.Import(ctx, []string{t.Path}, o)
	if err == nil {
		err = onlyRefused(report)
	}
	if err == nil && len(report.Courses) == 0 {
		err = fmt.Errorf("server: look: nothing is there: %w", fs.ErrInvalid)
	}
	if err != nil {
		return nil, err
	}
	pages, err := p.serve(s)
	if err != nil {
		return nil, err
	}
	return &web.Look{Pages: pages, Course: report.Courses[0].ID, Close: p.close}, nil
}

// serve starts what a node needs to show its pages; they answer through the pages of s, their packages at a port of their own.
func (p *look) serve(s *Server) (http.Handler, error) {
	host := ""
	if s.run.plays != nil {
		host, _, _ = net.SplitHostPort(s.run.plays.String())
	}
	var err error
	if p.plays, err = net.Listen("tcp", net.JoinHostPort(host, "0")); err != nil {
		return nil, fmt.Errorf("server: look: %w", err)
	}
	p.node.run.plays, p.node.run.httpPort = p.plays.Addr(), s.run.httpPort
	site := p.node.newSite()
	var ctx context.Context
	ctx, p.stop = context.WithCancel(context.Background())
	for name, job := range map[string]job{
		"record": p.node.Records.Run, "views": site.Run,
		"player": func(ctx context.Context) error {
			return serveHTTP(ctx, wire.Listen(p.plays, wire.Options{}), p.node.survive(p.node.newPlayer()))
		},
	} {
		p.jobs.Go(func() { _ = p.node.keepRunning(ctx, name, job) }) // close waits for it
	}
	return lookBar(p.node.newHandler(site)), nil
}

// lookBar ends each page with what is looked at, and the way back.
func lookBar(pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bar := ""
		if at, ok := web.LookedAt(r); ok {
			l := locale.For(at.Language)
			bar = fmt.Sprintf(`<aside class="banner" lang="%s" dir="%s"><div><p>%s</p><p><a class="button main" href="%s">%s</a></p></div></aside>`,
				l.Tag(), l.Dir(), html.EscapeString(l.T("add.looking", "title", at.Title)), html.EscapeString(at.Back), said(l, "add.looking.back"))
		}
		for _, h := range []string{"Accept-Encoding", "If-None-Match", "If-Modified-Since"} {
			r.Header.Del(h)
		}
		b := &barWriter{ResponseWriter: w, bar: bar}
		pages.ServeHTTP(b, r)
		b.finish()
	})
}

// close ends it and deletes all of it. Once.
func (p *look) close() error {
	var errs []error
	if p.stop != nil {
		p.stop()
		p.jobs.Wait()
	}
	if p.plays != nil {
		p.plays.Close()
	}
	if p.node != nil {
		errs = append(errs, p.node.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(p.dir))...)
}
