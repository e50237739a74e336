package store

import (
	"sync"
	"sync/atomic"

	"lamplight/server/learning"
)

// faces remembers who was here lately and how they like their pages, and the facts of the school: every page asks for
// them and they hardly change. Whatever edits a roster empties it.
//
// Apply counts edits while it holds what View waits for, so who has read the count before a View never keeps under it
// what the View has not seen.
type faces struct {
	edits atomic.Uint64

	mu     sync.Mutex
	asOf   uint64 // edits when the rest was read
	people map[learning.PersonID]face
	school *learning.School
}

type face struct {
	person   learning.Person
	settings learning.Settings
	needs    learning.Accommodation
}

// maxFaces is more people than use one box in an hour; about 400 bytes each.
const maxFaces = 2000

// edited makes what is remembered void.
func (f *faces) edited() { f.edits.Add(1) }

// Edits changes whenever something of the roster may have: a person, a secret, a class, the school's facts. Whoever has
// read it before a question knows by it whether the answer may still hold.
func (s *Store) Edits() uint64 { return s.faces.edits.Load() }

// now empties what is void and says as of when the rest holds. The caller holds mu.
func (f *faces) now() uint64 {
	edits := f.edits.Load()
	if f.asOf != edits || len(f.people) >= maxFaces {
		f.asOf, f.people, f.school = edits, nil, nil
	}
	return edits
}

func (f *faces) face(id learning.PersonID) (known face, ok bool, asOf uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	asOf = f.now()
	known, ok = f.people[id]
	return known, ok, asOf
}

func (f *faces) keep(asOf uint64, id learning.PersonID, seen face) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.now() != asOf {
		return
	}
	if f.people == nil {
		f.people = map[learning.PersonID]face{}
	}
	f.people[id] = seen
}

func (f *faces) facts() (known *learning.School, asOf uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	asOf = f.now()
	return f.school, asOf
}

func (f *faces) keepFacts(asOf uint64, school learning.School) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.now() == asOf {
		f.school = &school
	}
}

// face is a's own person and settings; fs.ErrNotExist when a is nobody who may sign in. Every page asks three times, so one
// that is kept is given without anything for the collector.
func (s *Store) face(a learning.Actor) (face, error) {
	if a.IsGuest() {
		return face{}, notFound("person", "guest")
	}
	known, ok, asOf := s.faces.face(a.Person())
	if ok {
		return known, nil
	}
	return s.readFace(a, asOf)
}

func (s *Store) readFace(a learning.Actor, asOf uint64) (known face, err error) {
	err = s.view(a, func(v viewer) error {
		known.person = v.me
		if v.me.ID == "" {
			return notFound("person", a.Person())
		}
		var err error
		if known.settings, err = v.settings(v.me.ID); err != nil {
			return err
		}
		known.needs, err = v.needs(v.me.ID)
		return err
	})
	if err == nil {
		s.faces.keep(asOf, a.Person(), known)
	}
	return known, err
}
