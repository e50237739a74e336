// Package district is the schools that a district holds: a folder each, with a log and folds of its own through the same code as a box's, opened when asked for.
//
//	DIR/SCHOOL/keys/         the school's public key, its boxes' certificates; a key of its own that never writes
//	DIR/SCHOOL/journal/      what was received: scopes pub, ops and learn, never a name
//	DIR/SCHOOL/records.db    the folds
//	DIR/SCHOOL/summary.cbor  what the table of schools says of it, so that the table opens no log; may be lost
//
// What a school costs does not depend on how many there are: a table row in memory, and while somebody asks for it its log.
package district

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"lamplight/content/arrange"
	"lamplight/server/store"
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
)

// A Contact is when and how a box was met last, and how far it then said that it held each stream.
type Contact struct {
	Last  time.Time // by the district's clock; zero never
	Way   string    // "lan", "upstream", "stick"; "" not known
	Heard clock.Vector
}

// Options say where the schools lie. All but Dir may be left out.
type Options struct {
	Dir     string
	Own     exchange.Log                // the district's own log: what it pushes is in it
	Ours    func(clock.Stream) bool     // whether a stream of it is the district's own
	Contact func(device string) Contact // by the exchange
	Wall    clock.Wall                  // nil: the machine's
	Logger  *slog.Logger                // nil: slog.Default
	Idle    int                         // how many logs stay open that nobody uses; 0: 8
}

// Schools are a district's. Safe for concurrent use. It implements exchange.Schools.
type Schools struct {
	o Options

	mu    sync.Mutex // never held while a log is opened or closed
	known map[string]*entry
	tags  map[[8]byte]string
	turn  uint64
}

var _ exchange.Schools = (*Schools)(nil)

// An entry is one school, open or not.
type entry struct {
	opening sync.Mutex // held while its log is opened or closed; before Schools.mu

	school  *School // nil while closed; Schools.mu
	users   int
	used    uint64 // turn of the last use
	summary Summary
}

// Open looks which schools there are. It opens none of them.
func Open(o Options) (*Schools, error) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Wall == nil {
		o.Wall = machine{}
	}
	if o.Contact == nil {
		o.Contact = func(string) Contact { return Contact{} }
	}
	if o.Ours == nil {
		o.Ours = func(clock.Stream) bool { return false }
	}
	if o.Idle == 0 {
		o.Idle = 8
	}
	s := &Schools{o: o, known: map[string]*entry{}, tags: map[[8]byte]string{}}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("district: %w", err)
	}
	folders, err := os.ReadDir(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("district: %w", err)
	}
	for _, f := range folders {
		if _, err := os.Stat(filepath.Join(o.Dir, f.Name(), "keys", "school.pub")); err == nil {
			s.add(f.Name(), s.readSummary(f.Name()))
		}
	}
	return s, nil
}

func (s *Schools) add(id string, sum Summary) {
	s.known[id] = &entry{summary: sum}
	s.tags[exchange.SchoolTag(id)] = id
}

func (s *Schools) folder(id string) string { return filepath.Join(s.o.Dir, id) }

// Join takes a school in, by its public key; doing it again keeps what is there and takes over the name.
func (s *Schools) Join(public []byte, name string) (id string, err error) {
	id = device.ID(public)
	s.mu.Lock()
	known := s.known[id] != nil && s.known[id].summary.Name == name
	s.mu.Unlock()
	if known {
		return id, nil
	}
	keys := filepath.Join(s.folder(id), "keys")
	own, err := device.Open(keys)
	if err != nil {
		return "", fmt.Errorf("district: school %s: %w", id, err)
	}
	reg, err := device.OpenRegistry(keys, own)
	if err == nil {
		err = reg.Oversee(public, name)
	}
	if err != nil {
		return "", fmt.Errorf("district: school %s: %w", id, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[id] == nil {
		s.add(id, Summary{School: id, Joined: s.now().Unix()})
	}
	s.known[id].summary.Name = name
	return id, s.saveSummary(&s.known[id].summary)
}

// Adopt takes a school in with the certificate of one of its boxes, as a pairing brings them. Twice is once.
func (s *Schools) Adopt(school device.Authority, box device.Certificate) error {
	id, err := s.Join(school.Public, school.Name)
	if err != nil {
		return err
	}
	return s.Use(id, func(x *School) error { return x.Registry.Pair(box) })
}

// machine is the clock of the machine, believed.
type machine struct{}

func (machine) Now() (time.Time, bool) { return time.Now(), true }

func (s *Schools) now() time.Time {
	t, _ := s.o.Wall.Now()
	return t
}

// IDs lists the schools.
func (s *Schools) IDs() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.known))
}

// enter opens a school unless it is open, and keeps it so until exit. fs.ErrNotExist: there is no such school here.
func (s *Schools) enter(id string) (*entry, *School, error) {
	s.mu.Lock()
	e := s.known[id]
	if e == nil {
		s.mu.Unlock()
		return nil, nil, fmt.Errorf("district: school %.20q: %w", id, fs.ErrNotExist)
	}
	e.users++
	s.mu.Unlock()
	e.opening.Lock()
	defer e.opening.Unlock()
	if e.school != nil { // changed by who holds opening alone
		return e, e.school, nil
	}
	school, err := s.open(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		e.users--
		return nil, nil, err
	}
	e.school = school
	return e, school, nil
}

// exit ends a use, notes what changed, and closes what was not used for longest when too many are open.
func (s *Schools) exit(e *entry) {
	e.opening.Lock()
	school := e.school
	e.opening.Unlock()
	if err := s.summarize(e, school); err != nil {
		s.o.Logger.Warn("a school's row of the table", "school", school.ID, "err", err)
	}
	s.mu.Lock()
	e.users--
	s.turn++
	e.used = s.turn
	victims := s.idle()
	s.mu.Unlock()
	for _, v := range victims {
		s.close(v)
	}
}

// idle lists what is open and unused beyond what may stay, longest unused first. The caller holds mu.
func (s *Schools) idle() []*entry {
	var out []*entry
	for _, e := range s.known {
		if e.school != nil && e.users == 0 {
			out = append(out, e)
		}
	}
	arrange.By(out, func(a, b *entry) int { return int(int64(a.used) - int64(b.used)) })
	return out[:max(0, len(out)-s.o.Idle)]
}

// close closes a school's log unless somebody uses it again.
func (s *Schools) close(e *entry) {
	e.opening.Lock()
	defer e.opening.Unlock()
	s.mu.Lock()
	school := e.school
	if e.users > 0 || school == nil {
		s.mu.Unlock()
		return
	}
	e.school = nil
	s.mu.Unlock()
	if err := school.Log.Close(); err != nil {
		s.o.Logger.Error("closing a school's record; what it received is in its journal", "school", school.ID, "err", err)
	}
}

// Use calls fn with a school opened; it must not keep it.
func (s *Schools) Use(id string, fn func(*School) error) error {
	e, school, err := s.enter(id)
	if err != nil {
		return err
	}
	defer s.exit(e)
	return fn(school)
}

// Place implements exchange.Schools.
func (s *Schools) Place(_ context.Context, tag [8]byte) (exchange.Place, error) {
	s.mu.Lock()
	id, ok := s.tags[tag]
	s.mu.Unlock()
	if !ok {
		return exchange.Place{}, fmt.Errorf("district: a school that is not of this district: %w", fs.ErrNotExist)
	}
	e, school, err := s.enter(id)
	if err != nil {
		return exchange.Place{}, err
	}
	if _, err := school.Store.ShutOut(school.Registry, "", school.Log.Held()); err != nil {
		s.o.Logger.Warn("a school's revocations are not heeded", "school", id, "err", err)
	}
	if _, letters, err := school.Store.Heard(school.Registry); err != nil || school.Registry.HearLetters(store.Stays(letters)) != nil {
		s.o.Logger.Warn("who stays in a school is not heeded", "school", id, "err", err)
	}
	log := exchange.Log(school.Log)
	if s.o.Own != nil {
		log = exchange.Together(log, s.o.Own, s.o.Ours)
	}
	return exchange.Place{School: id, Log: log, Registry: school.Registry, Snapshot: func(bool) ([]byte, []byte, error) { return school.snapshot() }, Leave: func() { s.exit(e) }}, nil
}

// OpenNow says how many logs are open.
func (s *Schools) OpenNow() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.known {
		if e.school != nil {
			n++
		}
	}
	return n
}

// Close closes every log. Nothing depends on it.
func (s *Schools) Close() error {
	s.mu.Lock()
	all := slices.Collect(maps.Values(s.known))
	s.mu.Unlock()
	var errs []error
	for _, e := range all {
		e.opening.Lock()
		if e.school != nil {
			errs = append(errs, e.school.Log.Close())
			s.mu.Lock()
			e.school = nil
			s.mu.Unlock()
		}
		e.opening.Unlock()
	}
	return errors.Join(errs...)
}
