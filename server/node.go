package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"lamplight/content"
	"lamplight/content/blob"
	"lamplight/content/epub"
	"lamplight/content/html"
	"lamplight/content/kolibri"
	"lamplight/content/library"
	"lamplight/content/media"
	"lamplight/content/pack"
	"lamplight/content/perseus"
	"lamplight/content/qti"
	"lamplight/content/questions"
	"lamplight/content/zim"
	"lamplight/hardware"
	"lamplight/hardware/rtc"
	"lamplight/server/auth"
	"lamplight/server/config"
	"lamplight/server/district"
	"lamplight/server/indexer"
	"lamplight/server/intake"
	"lamplight/server/queue"
	"lamplight/server/store"
	"lamplight/sync/bundle"
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/eventlog"
	"lamplight/ui/locale"
)

// Options say where a node's data lies and how it is to work.
type Options struct {
	Dir    string // created if empty
	Config config.Config
	Log    *slog.Logger // nil: slog.Default
	Wall   clock.Wall   // nil: the board's clock with its floor in Dir
	Clock  clock.Source // stamps events; nil: time since this process opened the folder
	// Board tells this hardware from a copy's; nil: as the machine's files say. See device.Settle.
	Board func() device.Board
	// Lazy opens the record without reading all of records.db; Run does that while it serves. See eventlog.Options.
	Lazy bool
}

// A Server is one node: its files, opened, and once Run is called everything that it does with them.
type Server struct {
	Device   *device.Device
	Registry *device.Registry
	Records  *eventlog.Log
	Store    *store.Store
	Blobs    *blob.Store
	Library  *library.Library
	Search   *indexer.Indexer
	Queue    *queue.Queue
	Intake   *intake.Store // files that browsers send
	Auth     *auth.Keeper
	Carry    *bundle.Carry // what is kept for others

	dir    string
	config config.Config
	log    *slog.Logger
	wall   *toldWall
	floor  *rtc.Clock // nil when a test set the wall
	lock   *os.File
	run    *running // what Run adds: listeners, jobs, network

	pasts   *pasts
	Schools *district.Schools // of a district; nil on a box
	board   device.Board      // what this hardware says of itself
	unclean int               // how often it stopped without being told to

	claimed   atomic.Bool
	stickCode stickCode
	turning   sync.Mutex // while a box is shut out, before hearing
	hearing   sync.Mutex // of hear
	carriage  carriage
	lines     []locale.Problem // of the school's own language files
}

// DataVersion is the version of the data folder's layout, as its file "version" says it. A newer one is refused,
// unharmed; each step up from an older one is made here when it comes.
const DataVersion = 1

// Open opens the data folder as its only owner: fs.ErrExist, naming the other process, when it has one.
func Open(o Options) (s *Server, err error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s = &Server{dir: o.Dir, config: o.Config, log: o.Log, run: newRunning()}
	if err := os.MkdirAll(filepath.Join(o.Dir, "run"), 0o700); err != nil {
		return nil, fmt.Errorf("server: data folder: %w", err)
	}
	if s.lock, err = lockFolder(o.Dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
			s = nil
		}
	}()
	if err := checkVersion(o.Dir); err != nil {
		return s, err
	}
	if err := s.openQueue(); err != nil {
		return s, err
	}
	if s.wall = (&toldWall{board: o.Wall}); o.Wall == nil {
		s.floor = rtc.Open(filepath.Join(o.Dir, "run", "floor"))
		s.wall.board = s.floor
	}
	if err := s.openRecord(o); err != nil {
		return s, err
	}
	s.openLanguages()
	if err := s.openContent(); err != nil {
		return s, err
	}
	s.openPlaces()
	return s, s.openCarriage()
}

// openLanguages reads the school's own language files. What is wrong with one is told and stops nothing.
func (s *Server) openLanguages() {
	s.lines = locale.Overlay(os.DirFS(filepath.Join(s.dir, "languages")))
	for _, p := range s.lines {
		s.log.Warn("a line of a language file cannot be used", "file", p.File, "line", p.Line, "reason", p.Reason)
	}
}

func (s *Server) openRecord(o Options) (err error) {
	keys := filepath.Join(s.dir, "keys")
	if s.Device, err = device.Open(keys); err != nil {
		return err
	}
	if err := s.settleBoard(o); err != nil {
		return err
	}
	if s.Registry, err = device.OpenRegistry(keys, s.Device); err != nil {
		return err
	}
	if s.config.Node.Role == "district" {
		s.Registry.BeDistrict()
	}
	s.noteClaimed()
	if o.Clock == nil {
		o.Clock = clock.NewMonotonic(s.Device.Boot())
	}
	s.wall.up = func() time.Duration { return time.Duration(o.Clock.Stamp().MS) * time.Millisecond }
	s.Store = store.New(store.Options{School: s.schoolID(), Wall: s.wall, Clock: o.Clock, Logger: s.log})
	s.Records, err = eventlog.Open(eventlog.Options{
		Dir: filepath.Join(s.dir, "journal"), DB: filepath.Join(s.dir, "records.db"), Device: s.Device, Registry: s.Registry,
		Applier: s.Store, Logger: s.log, Clock: o.Clock, Lazy: o.Lazy,
	})
	if err != nil {
		return err
	}
	s.Store.UseLog(s.Records)
	s.pasts = newPasts(s)
	if err := s.pasts.open(); err != nil {
		return err
	}
	if err := s.openDistrict(); err != nil {
		return err
	}
	s.Auth, err = auth.Open(auth.Options{
		Path: filepath.Join(keys, "sessions"), Roster: s.Store,
		IdleShared: time.Duration(s.config.Web.SharedMinutes) * time.Minute, IdleLearner: time.Duration(s.config.Web.OwnMinutes) * time.Minute,
		IdleStaff: time.Duration(s.config.Web.TeacherMinutes) * time.Minute, Wall: s.wall.Now,
		Elapsed: func() time.Duration { return time.Duration(o.Clock.Stamp().MS) * time.Millisecond },
	})
	return err
}

// settleBoard sees whether this folder came from another board or card, before anything is written.
func (s *Server) settleBoard(o Options) error {
	board := func() device.Board { return device.Board(hardware.Identify("/")) }
	if o.Board != nil {
		board = o.Board
	}
	s.board = board()
	cloned, err := s.Device.Settle(s.board)
	if cloned {
		s.log.Warn("this folder was copied from another board or card; what this box writes is told from what the other does", "epoch", s.Device.Epoch())
	}
	return err
}

func (s *Server) openContent() (err error) {
	floor := int64(s.config.Content.ReserveMiB) << 20
	if floor == 0 {
		floor = -1 // blob's word for none
	}
	if s.Blobs, err = blob.Open(filepath.Join(s.dir, "blobs"), blob.Options{Floor: floor}); err != nil {
		return err
	}
	zims := zim.Format{Cache: zim.NewCache(s.config.Content.ReaderMiB << 20)}
	formats := append([]content.Format{pack.Format{}, zims, epub.Format{}, kolibri.Format{}, perseus.Format{}, qti.Format{}, html.Format{}}, questions.Formats()...)
	s.Library, err = library.Open(s.dir, s.Blobs, append(formats, media.Format{})...)
	if err != nil {
		return err
	}
	s.Search = indexer.New(indexer.Options{Dir: filepath.Join(s.dir, "search"), Library: s.Library, Log: s.log})
	for _, p := range s.Library.Problems() {
		s.log.Error("a course could not be opened; import it again", "course", p.Course, "file", p.File, "err", p.Reason)
	}
	return nil
}

// Close lets go of everything, in reverse order. Nothing depends on it being called: the plug is the usual end.
func (s *Server) Close() error {
	var errs []error
	if s.Search != nil {
		errs = append(errs, s.Search.Close())
	}
	if s.Library != nil {
		errs = append(errs, s.Library.Close())
	}
	if s.Auth != nil {
		errs = append(errs, s.Auth.Close())
	}
	if s.Schools != nil {
		errs = append(errs, s.Schools.Close())
	}
	if s.Records != nil {
		errs = append(errs, s.Records.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}

// Dir is the data folder.
func (s *Server) Dir() string { return s.dir }

func (s *Server) uploads() string { return filepath.Join(s.dir, "run", "uploads") }

// schoolID is the school this box belongs to, "" before it is claimed.
func (s *Server) schoolID() string {
	if school := s.Registry.School(); school != nil {
		return school.ID()
	}
	return ""
}

// lockFolder takes the folder's lock, which the kernel lets go of when the process ends however it ends. The file holds
// the owner's process id, for the message.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "run", "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("server: lock: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		owner := make([]byte, 32)
		n, _ := f.Read(owner)
		f.Close()
		return nil, fmt.Errorf("server: %s is in use by process %s; stop it or choose another folder with --data: %w",
			dir, strings.TrimSpace(string(owner[:n])), fs.ErrExist)
	}
	if err := f.Truncate(0); err == nil {
		f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return f, nil
}

// checkVersion refuses the folder of a newer Lamplight, and marks an empty one as ours.
func checkVersion(dir string) error {
	path := filepath.Join(dir, "version")
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return writeVersion(dir, path)
	}
	if err != nil {
		return fmt.Errorf("server: %w", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || n < 1 {
		return fmt.Errorf("server: %s holds %.20q, not a version: %w", path, b, fs.ErrInvalid)
	}
	if n > DataVersion {
		return fmt.Errorf("server: %s was written by a newer Lamplight (data version %d, this one knows %d); nothing was changed: %w",
			dir, n, DataVersion, errors.ErrUnsupported)
	}
	return nil
}

// writeVersion marks a folder that holds nothing yet. One that holds records but no version is not guessed at.
func writeVersion(dir, path string) error {
	if _, err := os.Stat(filepath.Join(dir, "journal")); err == nil {
		return fmt.Errorf("server: %s holds records but no version file: %w", dir, fs.ErrInvalid)
	}
	return replaceFile(path, []byte(strconv.Itoa(DataVersion)+"\n"))
}

// Check is `lamplight check`: the record proves itself, then the library its files.
func (s *Server) Check(ctx context.Context, repair bool) (eventlog.Report, []library.Problem, error) {
	report, err := s.Records.Check(ctx, repair)
	s.Store.Forget()
	if err != nil {
		return report, nil, err
	}
	problems, err := s.Library.Verify(ctx, "", nil)
	return report, append(s.Library.Problems(), problems...), err
}
