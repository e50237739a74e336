package search

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
	_ "modernc.org/sqlite"

	"lamplight/content"
)

// An Index is dir/search.db, opened. Safe for concurrent use: any number search while one writes.
type Index struct {
	path  string
	write *sql.DB // one connection, used under writing
	read  *sql.DB

	resourceRow, passageRow, wordsRow *sql.Stmt // of read: asked for each hit or segment

	now     atomic.Pointer[view]
	desks   chan *desk // what a search works on; as many as may run
	writing sync.Mutex
	layout  sync.RWMutex // held while the file's segments and now's are not the same
	batch   *batch       // not yet in the file; nil when empty
	pack    *zstd.Encoder
	unpack  *zstd.Decoder
	broken  atomic.Bool
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

const (
	stateBegun = iota
	stateHeaded
	stateRead
)

// formVersion is in the file's user_version; a file of another is made anew.
const formVersion = 3

const schema = `
create table course(n integer primary key, id text not null, edition text not null, about blob not null, state int not null, at int not null, total int not null);
create table resource(n integer primary key, course int not null, id text not null, title text not null, description text not null);
create table passage(row integer primary key, body blob not null);
create table segment(n integer primary key, first int not null, count int not null, rows blob not null, firstresource int not null, resources blob not null, words blob not null);
create table posting(segment int not null, term blob not null, rows int not null, list blob not null, primary key(segment, term)) without rowid;
create table value(n integer primary key, value text not null);
`

// Open opens dir/search.db, or makes an empty one in the place of what is missing, damaged or of another version. The
// caller holds the lock on dir.
func Open(dir string) (*Index, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	path := filepath.Join(dir, "search.db")
	x, err := open(path)
	if err == nil || !anew(err) {
		return x, err
	}
	if err := remove(path); err != nil {
		return nil, err
	}
	return open(path)
}

// anew says whether a file that cannot be opened is to be made again rather than kept: not when the disk is full or
// forbids it.
func anew(err error) bool {
	return !errors.Is(err, fs.ErrPermission) && !full(err)
}

func remove(path string) error {
	var errs []error
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("search: %w", err))
		}
	}
	return errors.Join(errs...)
}

func open(path string) (*Index, error) {
	x := &Index{path: path, desks: make(chan *desk, max(1, runtime.NumCPU()/2))}
	for range cap(x.desks) {
		x.desks <- &desk{}
	}
	x.write = connect(path, "", 2000)
	x.write.SetMaxOpenConns(1)
	x.read = connect(path, "&_pragma=query_only(1)", 2000)
	x.read.SetMaxOpenConns(cap(x.desks) + 1)
	x.read.SetMaxIdleConns(cap(x.desks) + 1)
	err := x.prepare()
	if err == nil {
		x.resourceRow, err = x.read.Prepare(`select id, title, description from resource where n=?`)
	}
	if err == nil {
		x.passageRow, err = x.read.Prepare(`select body from passage where row=?`)
	}
	if err == nil {
		x.wordsRow, err = x.read.Prepare(`select words from segment where n=?`)
	}
	if err == nil {
		var v *view
		if v, err = x.load(); err == nil {
			x.now.Store(v)
			err = x.sweep()
		}
	}
	if err == nil {
		x.pack, err = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(16<<10), zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderCRC(true))
	}
	if err == nil {
		x.unpack, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1+cap(x.desks)), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(1<<20))
	}
	if err != nil {
		x.write.Close()
		x.read.Close()
		return nil, fmt.Errorf("search: %s: %w", path, err)
	}
	return x, nil
}

// connect opens connections with a cache of kilobytes each. Nothing is mapped: a card that is pulled must be an error.
func connect(path, more string, kilobytes int) *sql.DB {
	name := fmt.Sprintf("file:%s?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(normal)&_pragma=cache_size(-%d)&_pragma=mmap_size(0)&_pragma=temp_store(memory)&_pragma=wal_autocheckpoint(0)&_pragma=journal_size_limit(4194304)%s",
		(&url.URL{Path: path}).EscapedPath(), kilobytes, more)
	db, err := sql.Open("sqlite", name)
	if err != nil {
		panic(err) // the driver's name is wrong
	}
	return db
}

// prepare makes the tables of a new file and refuses one of another form.
func (x *Index) prepare() error {
	var version int
	if err := x.write.QueryRow(`pragma user_version`).Scan(&version); err != nil {
		return err
	}
	switch version {
	case formVersion:
		return nil
	case 0:
		tx, err := x.write.Begin()
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if _, err := tx.Exec(schema + fmt.Sprintf(`pragma user_version=%d`, formVersion)); err != nil {
			return err
		}
		return tx.Commit()
	}
	return fmt.Errorf("form %d, this one reads %d: %w", version, formVersion, errors.ErrUnsupported)
}

// Close closes the file. What was added since the last Flush is lost. It may be skipped: the plug does.
func (x *Index) Close() error {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.batch = nil
	return errors.Join(x.read.Close(), x.write.Close())
}

// Broken says that the file was found damaged while it was used: Discard it and open a new one.
func (x *Index) Broken() bool { return x.broken.Load() }

// Discard closes the index and deletes its file.
func (x *Index) Discard() error { return errors.Join(x.Close(), remove(x.path)) }

// Courses says of each course in the index how far it is taken in, as far as it would survive a power cut. It never waits.
func (x *Index) Courses() []State {
	var out []State
	for _, c := range x.now.Load().courses {
		if c.id != "" {
			out = append(out, c.state)
		}
	}
	return out
}

// State says how far a course is taken in, what is not flushed too; false when it is not in the index.
func (x *Index) State(id content.CourseID) (State, bool) {
	x.writing.Lock()
	defer x.writing.Unlock()
	n := x.now.Load().number(id)
	if n == 0 {
		return State{}, false
	}
	return x.stateOf(n), true
}

// Size is the file's bytes, and how many resources and rows are in it.
func (x *Index) Size() (bytes int64, resources, rows int) {
	for _, end := range []string{"", "-wal"} {
		if i, err := os.Stat(x.path + end); err == nil {
			bytes += i.Size()
		}
	}
	v := x.now.Load()
	return bytes, len(v.resources) - 1, v.live
}
