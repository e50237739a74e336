// Package library keeps what is installed: which course, which edition, under which licence. It installs whole
// courses or nothing.
//
// A course is a manifest, the blobs it names, and a small file dir/installed/COURSE.json that says so: that file is the
// truth. library.db (bbolt) is an index over it: lists, which course holds a resource, what counts under which facet. Lost or
// damaged, it is made anew. A course is served until the moment its next edition's file is renamed into place. Blobs that
// would be nobody's if the plug were pulled now are listed in dir/installed/notes and deleted at the next start.
package library

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"

	"go.etcd.io/bbolt"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/content/blob"
)

var errUnsupported = errors.ErrUnsupported

// A Library is the installed courses of one data directory. Safe for concurrent use.
type Library struct {
	dir     string
	blobs   *blob.Store
	formats []content.Format

	installing sync.Mutex // one install, removal or rebuild at a time

	mu         sync.RWMutex // guards what follows; never held while reading a disk
	db         *bbolt.DB
	installed  map[content.CourseID]*installed
	list       []content.Course // by title; replaced, never changed
	changed    chan struct{}
	generation uint64
	problems   []Problem
	garbage    []string                                  // blobs of editions that are gone
	homes      map[content.ResourceID][]content.CourseID // what Resource answered since the last change
	leaving    int                                       // editions that are gone but still read
	vain       map[string]bool                           // forms of files that nothing could be made of
	places     map[string]string                         // where places are now, by id: see SetPlaces
	emptied    map[string]bool                           // places that courses have left

	partials map[content.CourseID]*partial // imports that were stopped half way
	trash    map[content.CourseID]*trashed // removed, and to be had back
	lost     map[content.CourseID]string   // installed, but what is here of it cannot be opened: their manifests

	readers readers
}

// installed is one course as library.db knows it. Never changed, only replaced.
type installed struct {
	Course       content.Course  `cbor:"1,keyasint"`
	Manifest     string          `cbor:"2,keyasint"`
	ManifestSize int64           `cbor:"3,keyasint"`
	Format       string          `cbor:"4,keyasint"`
	Files        []ManifestFile  `cbor:"5,keyasint"`
	Links        map[string]link `cbor:"6,keyasint,omitempty"`
	Places       int             `cbor:"8,keyasint,omitempty"` // resources listed; 1, the course itself, when none are
	Listed       bool            `cbor:"9,keyasint,omitempty"`
	Staff        int             `cbor:"10,keyasint,omitempty"` // of the places, those for teachers alone
	// Updates lead from editions before to this one; their blobs are kept beside it.
	Updates []content.Update `cbor:"11,keyasint,omitempty"`
}

// Open opens dir/library.db, rebuilding it from dir/installed when it is lost, damaged or behind. formats are asked in
// order. A course that cannot be had back is left out and reported by Problems. The caller holds the lock on dir.
func Open(dir string, blobs *blob.Store, formats ...content.Format) (*Library, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("library: %w", err)
	}
	l := &Library{dir: dir, blobs: blobs, formats: formats, changed: make(chan struct{}), installed: map[content.CourseID]*installed{}, vain: map[string]bool{}, partials: map[content.CourseID]*partial{}, trash: map[content.CourseID]*trashed{}, lost: map[content.CourseID]string{}}
	records, err := l.readRecords()
	if err != nil {
		return nil, fmt.Errorf("library: %w", err)
	}
	l.readTrash(records)
	if err = l.openDB(); inUse(err) {
		return nil, fmt.Errorf("library: another process has %s open: %w", l.dbPath(), err)
	}
	if err == nil {
		err = l.load()
	}
	if err == nil {
		err = l.catchUp(records)
	}
	if err != nil { // lost or damaged
		l.closeDB()
		if err := l.rebuild(records); err != nil {
			return nil, fmt.Errorf("library: rebuilding library.db: %w", err)
		}
	}
	l.readPartials()
	l.installing.Lock()
	l.garbage = l.noted()
	l.unlock()
	return l, nil
}

// Close closes every reader that is not held, and library.db. It may be skipped: the plug does.
func (l *Library) Close() error {
	l.installing.Lock()
	defer l.unlock()
	l.readers.closeAll()
	return l.closeDB()
}

// Courses lists what is installed, by title. Cheap. The caller may keep the slice but not change it.
func (l *Library) Courses() []content.Course {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.list
}

// Course finds one; fs.ErrNotExist when not installed.
func (l *Library) Course(id content.CourseID) (content.Course, error) {
	in, err := l.find(id)
	if err != nil {
		return content.Course{}, err
	}
	return in.Course, nil
}

// Holds says whether an edition that is planned seems to be installed already, in the same way: by its name and size.
func (l *Library) Holds(c content.Course, asLink bool) bool {
	in, err := l.find(c.ID)
	if err != nil {
		return false
	}
	size := in.Course.Bytes
	for _, f := range in.Files {
		if f.Published != nil {
			size += f.Published.Size - f.Size
		}
	}
	return in.Course.Edition == c.Edition && size == c.Bytes && l.Linked(c.ID) == asLink
}

// Linked says whether a course's files lie where they were imported from, so that it leaves with the stick.
func (l *Library) Linked(id content.CourseID) bool {
	in, err := l.find(id)
	if err != nil {
		return false
	}
	for _, k := range in.Links {
		return k.Place == ""
	}
	return false
}

// Resource says which courses hold a resource, in order of id; fs.ErrNotExist when none. "COURSE:PATH" answers COURSE
// if installed, whether or not PATH is in it. The caller changes nothing in the answer.
func (l *Library) Resource(id content.ResourceID) ([]content.CourseID, error) {
	if len(id) > 33 && id[32] == ':' {
		c := content.CourseID(id[:32])
		if _, err := l.find(c); err != nil {
			return nil, err
		}
		return []content.CourseID{c}, nil
	}
	l.mu.RLock()
	out, asOf := l.homes[id], l.generation
	l.mu.RUnlock()
	if out != nil {
		return out, nil
	}
	if listable(id) {
		if err := l.view(func(tx *bbolt.Tx) error { out = coursesOf(tx, id); return nil }); err != nil {
			return nil, fmt.Errorf("library: %w", err)
		}
	}
	out = slices.DeleteFunc(out, func(c content.CourseID) bool { _, err := l.find(c); return err != nil })
	if len(out) == 0 {
		return nil, fmt.Errorf("library: resource %.80q: %w", id, fs.ErrNotExist)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.homes == nil || len(l.homes) >= maxHomes {
		l.homes = map[content.ResourceID][]content.CourseID{}
	}
	if l.generation == asOf {
		l.homes[id] = out
	}
	return out, nil
}

// maxHomes bounds what is remembered of Resource, about 120 bytes each; past it remembering begins anew.
const maxHomes = 4096

// Manifest is the blob that names the edition between boxes, and its size in bytes. errors.ErrUnsupported for a
// linked course, which stays on this box.
func (l *Library) Manifest(id content.CourseID) (hash string, size int64, err error) {
	in, err := l.find(id)
	if err != nil {
		return "", 0, err
	}
	if len(in.Links) > 0 {
		return "", 0, fmt.Errorf("library: %s lies on a stick and is not handed on: %w", in.Course.Title, errUnsupported)
	}
	return in.Manifest, in.ManifestSize, nil
}

// Changed is closed at the next change; ask again afterwards.
func (l *Library) Changed() <-chan struct{} {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.changed
}

// Generation counts changes since Open.
func (l *Library) Generation() uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.generation
}

// Problems are what could not be had back when the library was opened.
func (l *Library) Problems() []Problem {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return slices.Clone(l.problems)
}

func (l *Library) problem(id content.CourseID, file string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.problems = append(l.problems, Problem{Course: id, File: file, Reason: err.Error()})
}

func (l *Library) find(id content.CourseID) (*installed, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if in := l.installed[id]; in != nil {
		return in, nil
	}
	return nil, fmt.Errorf("library: course %.80q is not installed: %w", id, fs.ErrNotExist)
}

func (l *Library) format(name string) (content.Format, error) {
	for _, f := range l.formats {
		if f.Name() == name {
			return f, nil
		}
	}
	return nil, fmt.Errorf("library: no reader for the format %.40q: %w", name, errUnsupported)
}

// publish makes in what readers of id get, nil for none, and tells those who wait. The blobs of old, if any, go when
// nobody reads it any more.
func (l *Library) publish(id content.CourseID, in, old *installed) {
	l.mu.Lock()
	if in == nil {
		delete(l.installed, id)
	} else {
		l.installed[id] = in
	}
	l.relist()
	l.generation++
	l.homes = nil
	close(l.changed)
	l.changed = make(chan struct{})
	l.mu.Unlock()
	gone := func() {}
	if old != nil {
		l.mu.Lock()
		l.leaving++
		l.mu.Unlock()
		gone = func() { l.discard(old) }
	}
	l.readers.forget(id, gone)
}

// relist makes the list anew; the caller holds mu.
func (l *Library) relist() {
	titles := make(map[content.CourseID]string, len(l.installed))
	list := make([]content.Course, 0, len(l.installed))
	for id, in := range l.installed {
		list, titles[id] = append(list, in.Course), fold(in.Course.Title)
	}
	arrange.By(list, func(a, b content.Course) int {
		return cmp.Or(cmp.Compare(titles[a.ID], titles[b.ID]), cmp.Compare(a.ID, b.ID))
	})
	l.list = list
}
