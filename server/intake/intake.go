// Package intake keeps what browsers send until it is whole: in pieces, each of them on the card before it is acknowledged.
//
// A cut connection, a page that is left, kill -9 or the plug costs the piece that was on its way and nothing before it. In the
// folder are, by the file's id, ID.json (what it is, replaced by rename), ID.part (the bytes) and ID.have (how many of them are
// on the card: 8 bytes big-endian and their CRC-32). What is whole moves to FILES/ID/NAME, where the importers find it.
package intake

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// Who asks. Administrators see what everybody sends, teachers their own; nobody else sends anything.
type Who struct {
	Person learning.PersonID
	Role   learning.Role
}

func (w Who) may() bool { return w.Role == learning.Teacher || w.Role == learning.Administrator }

func (w Who) sees(s Sent) bool {
	return w.Role == learning.Administrator || w.Role == learning.Teacher && w.Person == s.By
}

// A Sent is one file that somebody sends or has sent.
type Sent struct {
	ID      string            `json:"id"` // 16 hex digits
	By      learning.PersonID `json:"by"`
	Name    string            `json:"name"`            // as the phone had it, without folders
	Size    int64             `json:"size"`            // −1 while nobody knows: a form says none
	Stamp   string            `json:"stamp,omitempty"` // tells versions of one name apart: the phone's date of the file
	Begun   time.Time         `json:"begun"`           // by this box's clock, which may be wrong
	Whole   bool              `json:"whole,omitempty"`
	Task    string            `json:"task,omitempty"`    // of the queue, once it is whole
	Courses []Came            `json:"courses,omitempty"` // what is installed of it, or was
	Words
	Have    int64     `json:"-"` // bytes that are on the card
	Touched time.Time `json:"-"` // when the last of them came
}

// Words are what somebody says of a file that does not say it itself.
type Words struct {
	Title   string `json:"title,omitempty"`
	Licence string `json:"licence,omitempty"` // SPDX id
	Owner   string `json:"owner,omitempty"`
	Said    bool   `json:"said,omitempty"` // they were asked
}

// A Came is a course that came of a file.
type Came struct {
	Course content.CourseID `json:"course"`
	Title  string           `json:"title"`
	Lang   string           `json:"lang,omitempty"`
	Own    bool             `json:"own"` // it was not here before: who sent it may remove it
}

// Limits of one person.
const (
	MaxOpen    = 10      // files that are neither installed nor given up
	MaxListed  = 40      // files altogether; the oldest that are done with are forgotten
	MaxFile    = 4 << 30 // bytes of a file
	MaxHeld    = 8 << 30 // bytes of all that are open
	maxName    = 180     // bytes: with what formats add it stays a file's name
	ExpireDays = 7       // after which what nobody goes on with is removed
	aDay       = 24 * time.Hour
)

// ErrFull says that a person sends too much at once; ErrLarge that a file is larger than may be sent.
var (
	ErrFull  = fmt.Errorf("intake: %d files or %d bytes are open already: %w", MaxOpen, int64(MaxHeld), fs.ErrInvalid)
	ErrLarge = fmt.Errorf("intake: more than %d bytes: %w", int64(MaxFile), fs.ErrInvalid)
)

// Options say where files lie and what they may take.
type Options struct {
	Dir   string // of what is not whole
	Files string // of what is; on the same disk
	// Fits says whether so many more bytes may come: nil, or an error that wraps syscall.ENOSPC. Room makes room for the
	// next of them, or is such an error.
	Fits, Room func(size int64) error
	Now        func() (time.Time, bool) // and whether to believe it
}

// A Store is the files on their way. Safe for concurrent use.
type Store struct {
	Options
	mu   sync.Mutex // guards sent
	sent map[string]*entry
}

// An entry is one file; busy is held by who writes its bytes.
type entry struct {
	Sent
	busy sync.Mutex
}

// Open reads what was on its way when the box stopped.
func Open(o Options) (*Store, error) {
	s := &Store{Options: o, sent: map[string]*entry{}}
	err := errors.Join(os.MkdirAll(o.Dir, 0o700), os.MkdirAll(o.Files, 0o700))
	var files []os.DirEntry
	if err == nil {
		files, err = os.ReadDir(o.Dir)
	}
	if err != nil {
		return nil, fmt.Errorf("intake: %w", err)
	}
	for _, f := range files {
		if id, ok := strings.CutSuffix(f.Name(), ".json"); ok && len(id) == 16 {
			s.read(id)
		}
	}
	for _, f := range files { // of nobody: a stop between two writes
		if id, _, _ := strings.Cut(f.Name(), "."); s.sent[id] == nil {
			_ = os.Remove(filepath.Join(o.Dir, f.Name()))
		}
	}
	return s, nil
}

// read takes up one file where it was left; one whose record is damaged is left out.
func (s *Store) read(id string) {
	b, err := os.ReadFile(s.path(id, "json"))
	e := &entry{}
	if err != nil || json.Unmarshal(b, &e.Sent) != nil || e.ID != id || cleanName(e.Name) != e.Name {
		return
	}
	if !e.Whole {
		if fi, err := os.Stat(s.File(e.Sent)); err == nil && fi.Size() == e.Size { // moved, and then the plug
			e.Whole = true
		}
	}
	if e.Whole {
		e.Have = e.Size
	} else {
		e.Have = s.readHave(id)
	}
	e.Touched = e.Begun
	if fi, err := os.Stat(s.path(id, "have")); err == nil {
		e.Touched = fi.ModTime()
	}
	s.sent[id] = e
}

func (s *Store) path(id, ending string) string { return filepath.Join(s.Dir, id+"."+ending) }

// File is where a whole file lies.
func (s *Store) File(x Sent) string { return filepath.Join(s.Files, x.ID, x.Name) }

// Holds says whether the folder called id within Files is of a whole file that nobody has decided about.
func (s *Store) Holds(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.sent[id]
	return e != nil && e.Whole && len(e.Courses) == 0
}

// Begin makes place for a file of so many bytes, −1 for unknown, or finds the same person's unfinished one of the same name,
// size and stamp, to go on with. fs.ErrPermission for who may not send, ErrLarge, ErrFull, an error that wraps
// syscall.ENOSPC when it does not fit, fs.ErrInvalid for a name that is none.
func (s *Store) Begin(who Who, name string, size int64, stamp string) (Sent, error) {
	name = cleanName(name)
	switch {
	case !who.may():
		return Sent{}, fmt.Errorf("intake: %w", fs.ErrPermission)
	case name == "" || len(stamp) > 40:
		return Sent{}, fmt.Errorf("intake: no name for a file: %w", fs.ErrInvalid)
	case size > MaxFile:
		return Sent{}, ErrLarge
	}
	s.Sweep()
	s.mu.Lock()
	defer s.mu.Unlock()
	open, held := 0, max(size, 0)
	owed := max(size, 0)
	for id, e := range s.sent {
		if e.By == who.Person && !e.Whole && size < 0 && e.Size < 0 && e.Name == name && e.busy.TryLock() {
			delete(s.sent, id) // it was cut, and is sent anew
			_ = s.delete(e)
			e.busy.Unlock()
			continue
		}
		if e.By == who.Person && !e.Whole && size >= 0 && e.Name == name && e.Size == size && e.Stamp == stamp {
			return e.Sent, nil
		}
		if !e.Whole {
			owed += max(0, e.Size-e.Have)
		}
		if e.By == who.Person && len(e.Courses) == 0 {
			open, held = open+1, held+max(e.Size, e.Have)
		}
	}
	if open >= MaxOpen || held > MaxHeld {
		return Sent{}, ErrFull
	}
	if err := s.Fits(owed); err != nil {
		return Sent{}, fmt.Errorf("intake: %w", err)
	}
	var id [8]byte
	rand.Read(id[:]) // never fails
	now, _ := s.Now()
	e := &entry{Sent: Sent{ID: hex.EncodeToString(id[:]), By: who.Person, Name: name, Size: size, Stamp: stamp, Begun: now.UTC().Truncate(time.Second), Touched: now}}
	if err := s.write(e); err != nil {
		return Sent{}, err
	}
	s.sent[e.ID] = e
	s.forgetOld(who.Person)
	return e.Sent, nil
}

// List is what a person may see, newest first.
func (s *Store) List(who Who) (out []Sent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.sent {
		if who.sees(e.Sent) {
			out = append(out, e.Sent)
		}
	}
	arrange.By(out, func(a, b Sent) int {
		return cmp.Or(b.Begun.Compare(a.Begun), strings.Compare(a.ID, b.ID))
	})
	return out
}

// Get finds one; fs.ErrNotExist when it is not there or not theirs to see.
func (s *Store) Get(who Who, id string) (Sent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(who, id)
	if err != nil {
		return Sent{}, err
	}
	return e.Sent, nil
}

// find needs mu.
func (s *Store) find(who Who, id string) (*entry, error) {
	if e := s.sent[id]; e != nil && who.sees(e.Sent) {
		return e, nil
	}
	return nil, fmt.Errorf("intake: file %.20q is not there: %w", id, fs.ErrNotExist)
}

// Change lets fn change what is written down of a file: its task, its words, the courses that came of it.
func (s *Store) Change(who Who, id string, fn func(*Sent)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(who, id)
	if err != nil {
		return err
	}
	before := e.Sent
	fn(&e.Sent)
	if err := s.write(e); err != nil {
		e.Sent = before
		return err
	}
	return nil
}

// Remembered is what a person said of the file before, the title apart: whoever adds one adds more like it.
func (s *Store) Remembered(who Who) (w Words) {
	for _, x := range s.List(who) {
		if x.By == who.Person && x.Said {
			return Words{Licence: x.Licence, Owner: x.Owner, Said: true}
		}
	}
	return w
}

// Remove forgets a file and deletes what is here of it; courses that came of it stay.
func (s *Store) Remove(who Who, id string) error {
	s.mu.Lock()
	e, err := s.find(who, id)
	if err == nil {
		delete(s.sent, id)
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	e.busy.Lock() // a piece may be on its way
	defer e.busy.Unlock()
	return s.delete(e)
}

// delete takes away an entry's files, its record last.
func (s *Store) delete(e *entry) error {
	err := errors.Join(os.RemoveAll(filepath.Join(s.Files, e.ID)), remove(s.path(e.ID, "part")), remove(s.path(e.ID, "have")), remove(s.path(e.ID, "json")))
	if err != nil {
		return fmt.Errorf("intake: %w", err)
	}
	return nil
}

func remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// ForgetPerson removes all that a person sent and that is not installed, and that they sent the rest.
func (s *Store) ForgetPerson(id learning.PersonID) error {
	var errs []error
	for _, x := range s.List(Who{Person: id, Role: learning.Teacher}) {
		errs = append(errs, s.Remove(Who{Person: id, Role: learning.Teacher}, x.ID))
	}
	return errors.Join(errs...)
}

// write replaces an entry's record; it needs mu, or that nobody else knows the entry.
func (s *Store) write(e *entry) error {
	b, err := json.Marshal(e.Sent)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(s.Dir, ".sent-*")
	if err != nil {
		return fmt.Errorf("intake: %w", err)
	}
	defer os.Remove(f.Name()) // gone already when the rename happened
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), s.path(e.ID, "json"))
	}
	if err == nil {
		err = syncDir(s.Dir)
	}
	if err != nil {
		return fmt.Errorf("intake: %w", err)
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
