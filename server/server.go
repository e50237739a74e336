// Package server is one node: it opens the files, joins the rooms, owns every goroutine, runs until told to stop.
package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"lamplight/content"
	"lamplight/server/api"
	"lamplight/server/indexer"
	"lamplight/server/learning"
	"lamplight/server/player"
	"lamplight/server/web"
	"lamplight/server/wire"
	"lamplight/sync/exchange"
	"lamplight/ui"
)

// running is what a node has only while Run runs, and what its jobs share.
type running struct {
	blobCame chan struct{} // capacity 1: a blob became whole
	start    time.Time
	tokens   *player.Tokens // of the player, for frames
	httpPort string
	serving  atomic.Bool // Run was called
	plays    net.Addr
	network  *network
	backups  *backups
	control  net.Listener // made before Run says that it is ready; nil: serveControl listens by itself

	dating sync.Mutex           // held while the record is told the time
	dated  learning.Calibration // what it was told of this run; Boot zero: nothing yet

	claiming sync.Mutex // held by the claim that makes the school
	wishing  sync.Mutex // held by who changes what is wished for or unwanted
}

func newRunning() *running {
	return &running{blobCame: make(chan struct{}, 1), start: time.Now(), backups: newBackups()}
}

// uptime is how long this process has the folder open, by the clock that nobody sets.
func (s *Server) uptime() time.Duration { return time.Since(s.run.start) }

// Listening says where a node answers, as the first line of `serve` prints it.
type Listening struct {
	HTTP   string `json:"http"`
	Player string `json:"player"`
	Sync   string `json:"sync"`
	Claim  string `json:"claim"`
}

// Run runs the node until ctx ends: pages, player, control socket, record, sync and jobs, all in one group. A job that
// fails is started again with growing waits, since a school has no operator; an address that is taken ends Run at once.
// ready is called once everything listens.
func (s *Server) Run(ctx context.Context, commands Commander, ready func(Listening)) error {
	pages, err := listen("--http", s.config.Web.HTTP)
	if err != nil {
		return err
	}
	defer pages.Close()
	plays, err := listen("--player", s.config.Web.Player)
	if err != nil {
		return err
	}
	defer plays.Close()
	s.run.plays = plays.Addr()
	_, s.run.httpPort, _ = net.SplitHostPort(pages.Addr().String())
	s.run.tokens = player.NewTokens()
	if err := s.openNetwork(); err != nil {
		return err
	}
	claim, err := s.ClaimCode()
	if err != nil {
		return err
	}
	if s.run.control, err = s.listenControl(); err != nil {
		s.log.Error("commands cannot reach this node yet", "err", err) // its job tries again
	}
	s.run.serving.Store(true)
	if err := s.noteStart(); err != nil {
		s.log.Warn("counting starts", "err", err)
	}
	indexer.MakeRoom()
	site := s.newSite()
	group, ctx := errgroup.WithContext(ctx)
	quick := wire.Options{Prefix: web.ResourcePath, Pages: s.survive(http.HandlerFunc(site.ServeResource)), Idle: idleTimeout, Write: writeTimeout}
	group.Go(func() error { return serveHTTP(ctx, wire.Listen(pages, quick), s.survive(s.newHandler(site))) })
	group.Go(func() error { return serveHTTP(ctx, wire.Listen(plays, wire.Options{}), s.survive(s.newPlayer())) })
	for name, job := range s.jobs(site, commands) {
		group.Go(func() error { return s.keepRunning(ctx, name, job) })
	}
	ready(Listening{HTTP: localURL(pages), Player: localURL(plays), Sync: s.run.network.address(), Claim: claim})
	err = group.Wait()
	if err := s.noteStop(); err != nil {
		s.log.Warn("counting stops", "err", err)
	}
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return err
}

// listen says what to do when the address is taken.
func listen(flag, address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("server: something answers at %s already; stop it or give another address with %s: %w", address, flag, err)
	}
	if err != nil {
		return nil, fmt.Errorf("server: %s: %w", flag, err)
	}
	return l, nil
}

// Runs says whether the node's jobs run: its own process serves. A command that opened the folder by itself does their
// work when it needs it done.
func (s *Server) Runs() bool { return s.run.serving.Load() }

// A job blocks until ctx ends or it fails, and leaves no goroutine behind.
type job func(ctx context.Context) error

func (s *Server) jobs(site *web.Server, commands Commander) map[string]job {
	jobs := map[string]job{
		"record":  s.Records.Run,
		"views":   site.Run,
		"courses": s.installArrived,
		"links":   s.hashLinked,
		"search":  s.Search.Run,
		"queue":   s.Queue.Run,
		"covers":  site.MakeThumbnails,
		"house":   s.keepHouse,
		"places":  s.keepPlaces,
		"clock":   s.keepFloor,
		"time":    s.keepTime,
		"erasure": s.keepErased,
		"sticks":  s.watchSticks,
		"carry":   s.carrySticks,
		"parked":  s.settleParked,
		"ops":     s.reportOps,
		"backup":  s.keepBackups,
		"pushes":  s.carryOut,
		"hello":   s.sayHello,
		"past":    s.keepPast,
		"control": func(ctx context.Context) error { return s.serveControl(ctx, commands) },
	}
	for name, j := range s.networkJobs() {
		jobs[name] = j
	}
	return jobs
}

// sayHello introduces this box to its school, once nobody waits for a first page any more.
func (s *Server) sayHello(ctx context.Context) error {
	select {
	case <-ctx.Done():
	case <-s.Records.Proved():
		if s.Claimed() {
			if err := s.introduce(ctx); err != nil {
				s.log.Warn("introducing this box", "err", err)
			}
		}
		<-ctx.Done()
	}
	return nil
}

// keepRunning starts a failed job again after 1 s, then 2, up to a minute; one that ran well for long begins anew.
func (s *Server) keepRunning(ctx context.Context, name string, j job) error {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		began := time.Now()
		err := guard(ctx, j)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if time.Since(began) > 10*time.Minute {
			wait = time.Second
		}
		s.log.Error("a job stopped and is started again", "job", name, "wait", wait, "err", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// guard turns a panic into an error: one job's fault does not end the others.
func guard(ctx context.Context, j job) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("server: a fault of ours: %v", r)
		}
	}()
	return j(ctx)
}

// survive ends the connection over a fault of ours and logs a line of it, where net/http would print all goroutines.
// What was sent by then is not known, so nothing more is.
func (s *Server) survive(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			f := recover()
			if f == nil {
				return
			}
			if f != http.ErrAbortHandler {
				s.log.Error("a fault of ours", "path", r.URL.Path, "fault", f)
			}
			panic(http.ErrAbortHandler) // the one that net/http ends the connection for without a word
		}()
		h.ServeHTTP(w, r)
	})
}

const (
	idleTimeout  = 2 * time.Minute
	writeTimeout = 10 * time.Minute
)

// serveHTTP serves until ctx ends, then lets answers under way finish for a moment. Every read and write has a limit of
// time; package files moves that of a long download on as it gets out.
func serveHTTP(ctx context.Context, l *wire.Listener, h http.Handler) error {
	crowd := newCrowd()
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 15 * time.Second, ReadTimeout: time.Minute, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: 16 << 10,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
		ConnState:   func(c net.Conn, state http.ConnState) { wire.Note(c, state); crowd.note(c, state) },
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		stopped <- errors.Join(server.Shutdown(grace), server.Close())
	})
	err := server.Serve(l)
	if !stop() {
		<-stopped
	}
	if errors.Is(err, http.ErrServerClosed) {
		return ctx.Err()
	}
	return err
}

func (s *Server) newSite() *web.Server {
	return web.New(web.Options{
		Store: s.Store, Auth: s.Auth, Library: s.Library, Search: s.Search, Queue: s.Queue, Intake: s.Intake, Node: s, Player: s, Settings: s.config.Web,
		UploadDir: s.uploads(), ThumbDir: filepath.Join(s.dir, "thumbs"), VoiceDir: filepath.Join(s.dir, "voices"), OwnDir: filepath.Join(s.dir, "own"), Log: s.log, Now: s.wall.Now,
	})
}

func (s *Server) newHandler(site *web.Server) http.Handler {
	mux := http.NewServeMux()
	open := func() bool { return s.config.Web.Guests && s.Claimed() }
	api.New(api.Options{Store: s.Store, Auth: s.Auth, Library: s.Library, Node: s, Open: open}).Register(mux)
	mux.Handle("/", site)
	return mux
}

func (s *Server) newPlayer() http.Handler {
	return player.New(player.Options{
		Courses: s.Library, Shim: ui.Shim(), Missing: []byte("<!doctype html><title>404</title><p>This page is not here."),
		Cache: int64(s.config.Content.PageGzipMiB) << 20, Allow: s.run.tokens, Closed: !s.config.Web.Guests, Log: s.log,
	})
}

// FrameURL is where a package's file is found by the browser that sent r; what says of what is for teachers alone how much
// of it they may have. It implements web.Player.
func (s *Server) FrameURL(r *http.Request, course content.CourseID, path, what string) string {
	host, _, err := net.SplitHostPort(player.Host(r))
	if err != nil {
		host = strings.Trim(player.Host(r), "[]")
	}
	_, port, _ := net.SplitHostPort(s.run.plays.String())
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	prefix := "/p/"
	if what != "" || !s.config.Web.Guests {
		prefix += s.run.tokens.Make(string(course), player.Scope(what)) + "/"
	}
	return (&url.URL{Scheme: scheme, Host: net.JoinHostPort(host, port), Path: prefix + string(course) + "/" + path}).String()
}

// localURL opens on this machine, whatever the listener is bound to.
func localURL(l net.Listener) string {
	host, port, _ := net.SplitHostPort(l.Addr().String())
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// keepFloor saves the present every few minutes, so that a board without a clock wakes no earlier.
func (s *Server) keepFloor(ctx context.Context) error {
	for {
		if s.floor != nil {
			if err := s.floor.Save(); err != nil {
				s.log.Warn("saving the clock's floor", "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(10 * time.Minute):
		}
	}
}

// hashLinked hashes files read in place from a stick, in the background.
func (s *Server) hashLinked(ctx context.Context) error {
	for {
		changed := s.Library.Changed()
		if err := s.Library.HashLinked(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("hashing linked files", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
	}
}

var _ exchange.Wants = (*Server)(nil)
