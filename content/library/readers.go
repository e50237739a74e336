package library

import (
	"fmt"
	"io/fs"
	"os"
	"sync"

	"lamplight/content"
)

// maxReaders is how many courses stay open while nobody holds them. Each reader bounds its own memory by bytes.
const maxReaders = 24

// readers are the courses that are open. The zero value is ready.
type readers struct {
	mu    sync.Mutex
	open  map[content.CourseID]*shared
	clock uint64
}

// shared is one open course. It is closed when it is stale or pushed out, and nobody holds it.
type shared struct {
	once   sync.Once
	reader content.Reader
	err    error
	held   int
	used   uint64
	stale  bool
	gone   func() // called when the last holder of a stale reader lets go
}

// Reader gives the shared reader of a course, opened when first asked for, and release, which the caller calls once when
// done with it; another edition installed meanwhile does not close it. fs.ErrNotExist when the course is not installed,
// or its stick is away.
func (l *Library) Reader(id content.CourseID) (r content.Reader, release func(), err error) {
	s := l.readers.hold(id)
	s.once.Do(func() { s.reader, s.err = l.open(id) }) // looks id up while holding s, so publish cannot miss it
	if s.err != nil {
		l.readers.drop(id, s)
		l.readers.release(s)
		return nil, nil, s.err
	}
	var once sync.Once
	return s.reader, func() { once.Do(func() { l.readers.release(s) }) }, nil
}

func (l *Library) open(id content.CourseID) (content.Reader, error) {
	in, err := l.find(id)
	if err != nil {
		return nil, err
	}
	f, err := l.format(in.Format)
	if err != nil {
		return nil, err
	}
	m, err := readManifest(l.blobs, in.Manifest)
	if err == nil {
		var r content.Reader
		if r, err = f.Open(in.Course, l.files(in), m.Index); err == nil {
			return r, nil
		}
	}
	return nil, fmt.Errorf("library: opening %s: %w", in.Course.Title, err)
}

func (p *readers) hold(id content.CourseID) *shared {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open == nil {
		p.open = map[content.CourseID]*shared{}
	}
	s := p.open[id]
	if s == nil {
		p.evict()
		s = &shared{}
		p.open[id] = s
	}
	p.clock++
	s.used = p.clock
	s.held++
	return s
}

// evict makes room for one more: the reader longest unused by anybody goes. The caller holds mu.
func (p *readers) evict() {
	if len(p.open) < maxReaders {
		return
	}
	var oldest content.CourseID
	for id, s := range p.open {
		if s.held == 0 && (oldest == "" || s.used < p.open[oldest].used) {
			oldest = id
		}
	}
	if oldest != "" {
		p.open[oldest].close()
		delete(p.open, oldest)
	}
}

func (p *readers) release(s *shared) {
	p.mu.Lock()
	s.held--
	var gone func()
	if s.stale && s.held == 0 {
		s.close()
		gone = s.gone
	}
	p.mu.Unlock()
	if gone != nil {
		gone()
	}
}

// drop takes s out, if it is what id has.
func (p *readers) drop(id content.CourseID, s *shared) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open[id] == s {
		delete(p.open, id)
		s.stale = true
	}
}

// forget makes the next Reader of id open it anew, and calls gone when nobody holds the old one.
func (p *readers) forget(id content.CourseID, gone func()) {
	p.mu.Lock()
	s := p.open[id]
	delete(p.open, id)
	if s != nil {
		s.stale = true
		if s.held > 0 {
			s.gone = gone
			gone = func() {}
		} else {
			s.close()
		}
	}
	p.mu.Unlock()
	gone()
}

func (p *readers) closeAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, s := range p.open {
		s.stale = true
		if s.held == 0 {
			s.close()
		}
		delete(p.open, id)
	}
}

// close is called once, with mu held and nobody holding s.
func (s *shared) close() {
	if s.reader != nil {
		s.reader.Close()
		s.reader = nil
	}
}

// courseFiles finds the stored files of one course, in the store or where they are linked.
type courseFiles struct {
	l     *Library
	in    *installed
	names map[string]int
}

func (l *Library) files(in *installed) content.Files {
	f := &courseFiles{l: l, in: in, names: make(map[string]int, len(in.Files))}
	for i, file := range in.Files {
		f.names[file.Name] = i
	}
	return f
}

func (f *courseFiles) Path(name string) (string, int64, error) {
	i, ok := f.names[name]
	if !ok {
		return "", 0, fmt.Errorf("library: %s has no file %.80q: %w", f.in.Course.Title, name, fs.ErrNotExist)
	}
	if k, ok := f.in.Links[name]; ok {
		k, err := f.l.here(k)
		if err != nil {
			return "", 0, err
		}
		fi, err := os.Stat(k.Path)
		if err != nil {
			return "", 0, fmt.Errorf("library: linked file: %w: %w", ErrAway, err)
		}
		if fi.Size() != k.Size || k.Place == "" && fi.ModTime().UnixNano() != k.ModTime {
			return "", 0, fmt.Errorf("library: %s is not the file that was linked: import it again: %w", k.Path, fs.ErrInvalid)
		}
		return k.Path, k.Size, nil
	}
	file := f.in.Files[i]
	size, err := f.l.blobs.Size(file.Hash)
	if err == nil && size != file.Size {
		err = fmt.Errorf("library: %s: %d bytes on disk, %d expected: %w", name, size, file.Size, fs.ErrInvalid)
	}
	return f.l.blobs.Path(file.Hash), file.Size, err
}

// Names are the names of all files of the course, in the format's order: for who looks at the whole of it.
func (f *courseFiles) Names() []string {
	out := make([]string, 0, len(f.in.Files))
	for _, file := range f.in.Files {
		out = append(out, file.Name)
	}
	return out
}

func (f *courseFiles) Hash(name string) string {
	if i, ok := f.names[name]; ok {
		return f.in.Files[i].Hash
	}
	return ""
}
