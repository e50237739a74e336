package search

import (
	"fmt"
	"io/fs"

	"lamplight/content"
)

// Course is the kind of a course as a whole among what is found; its Resource is "".
const Course content.Kind = "course"

// A Document is one thing to be found, without its text.
type Document struct {
	Course      content.CourseID
	Resource    content.ResourceID // "" for the course itself
	Kind        content.Kind
	Title       string
	Description string
	Language    string // BCP 47, "" unknown
	Tags        []string
	Staff       bool // for teachers alone: see Query.Staff
	// Values are those of facets that it counts under, but for its course: see content.Node.Values. nil: only its kind and
	// language.
	Values map[content.Facet][]string
}

// A Ref names a resource whose text is to be read.
type Ref struct {
	Resource content.ResourceID
	Language string
	n        uint32
}

// Begin takes a course in, title and description first. What was held of another edition of it, or of this one without all
// its titles, is forgotten. A course that is in already, of that edition, is left as it is.
func (x *Index) Begin(c content.Course) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	v, err := x.ready()
	if err != nil {
		return err
	}
	if n := v.number(c.ID); n > 0 {
		if v.courses[n].edition == c.Edition && x.stateOf(v, n).Headed {
			return nil
		}
		if v, err = x.forget(n); err != nil {
			return err
		}
	}
	if v.worn() {
		x.broken.Store(true)
		return fmt.Errorf("search: the index is to be made anew: %w", fs.ErrInvalid)
	}
	next := v.copy()
	next.courses = append(next.courses, course{
		id: c.ID, edition: c.Edition, title: c.Title, languages: c.Languages,
		state: State{Course: c.ID, Edition: c.Edition},
	})
	x.show(next) // it is in the folder's listing from the next flush on, as what is added is
	d := Document{Course: c.ID, Kind: Course, Title: c.Title, Description: c.Description, Tags: c.Labels.Tags, Values: c.Values()}
	if len(c.Languages) > 0 && c.Languages[0] != "mul" {
		d.Language = c.Languages[0]
	}
	_, err = x.add(d)
	return err
}

// worn says that numbers have run out, or that most are of what is gone: they are had back by making the index anew.
func (v *view) worn() bool {
	return len(v.courses) > maxCourses || v.rows > maxRows-2*segmentRows || len(v.resources) > 1<<18 && len(v.resources) > 4*v.live
}

// number finds a course, 0 for none.
func (v *view) number(id content.CourseID) int {
	for n := len(v.courses) - 1; n > 0; n-- {
		if v.courses[n].id == id && id != "" {
			return n
		}
	}
	return 0
}

// Add takes in a resource's title, description and labels. Its course was begun. It is found once Flush was called, or
// enough was added.
func (x *Index) Add(d Document) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	_, err := x.add(d)
	return err
}

// AddWhole is Add with the resource's text at once.
func (x *Index) AddWhole(d Document, text func(yield func(content.Passage) bool) error) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	n, err := x.add(d)
	if err != nil {
		return err
	}
	return x.addText(Ref{Resource: d.Resource, Language: d.Language, n: n}, text)
}

func (x *Index) add(d Document) (uint32, error) {
	v, err := x.begun()
	if err != nil {
		return 0, err
	}
	c := v.number(d.Course)
	if c == 0 {
		return 0, fmt.Errorf("search: course %.80q was not begun: %w", d.Course, fs.ErrNotExist)
	}
	d.Title, d.Description = cut(d.Title, 1<<10), cut(d.Description, 4<<10)
	n := x.batch.addHead(uint16(c), d)
	return n, x.flushFull()
}

// begun is ready, and there is a batch.
func (x *Index) begun() (*view, error) {
	v, err := x.ready()
	if err == nil && x.batch == nil {
		x.batch = newBatch(v, x.numbers(v))
	}
	return v, err
}

// numbers are those of all of v's values.
func (x *Index) numbers(v *view) map[string]uint32 {
	if x.known == nil {
		x.known = map[string]uint32{}
	}
	for n := len(x.known); n < len(v.values); n++ {
		x.known[v.values[n]] = uint32(n)
	}
	return x.known
}

// AddText takes in a resource's text: the passages that text yields. What text fails with is answered; the passages
// before are in.
func (x *Index) AddText(r Ref, text func(yield func(content.Passage) bool) error) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	return x.addText(r, text)
}

// Headed notes that all of a course's resources were added. Like what was added, it lasts from the next flush on.
func (x *Index) Headed(id content.CourseID) error {
	return x.advance(id, func(s *State) { s.Headed = true })
}

// Passed notes that the texts of n more resources of a course were read.
func (x *Index) Passed(id content.CourseID, n int) error {
	return x.advance(id, func(s *State) { s.Done += n })
}

// Finished notes that all text of a course was read.
func (x *Index) Finished(id content.CourseID) error {
	return x.advance(id, func(s *State) { s.Read = true })
}

func (x *Index) advance(id content.CourseID, change func(*State)) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	v, err := x.begun()
	if err != nil {
		return err
	}
	n := v.number(id)
	if n == 0 {
		return fmt.Errorf("search: course %.80q: %w", id, fs.ErrNotExist)
	}
	s := x.stateOf(v, n)
	if s.Resources == 0 {
		s.Resources = resourcesOf(n, v.resources) + resourcesOf(n, x.batch.resources)
	}
	change(&s)
	x.batch.states[n] = s
	return nil
}

// stateOf is how far course n is, flushed or not. The caller holds writing.
func (x *Index) stateOf(v *view, n int) State {
	if x.batch != nil {
		if s, ok := x.batch.states[n]; ok {
			return s
		}
	}
	return v.courses[n].state
}

func resourcesOf(course int, all []resource) (n int) {
	for _, r := range all {
		if int(r.course) == course {
			n++
		}
	}
	return n
}

// unread says where Unread goes on: so many resources of a course lie before number at.
type unread struct{ course, done, at int }

// Unread lists up to n resources of a headed course whose text is still to be read, in the order they were added. What was
// added is flushed first.
func (x *Index) Unread(id content.CourseID, n int) ([]Ref, error) {
	x.writing.Lock()
	defer x.writing.Unlock()
	v, err := x.ready()
	if err != nil {
		return nil, err
	}
	c := v.number(id)
	if c == 0 {
		return nil, fmt.Errorf("search: course %.80q: %w", id, fs.ErrNotExist)
	}
	done := x.stateOf(v, c).Done
	if x.batch != nil && resourcesOf(c, x.batch.resources) > 0 {
		if err := x.flush(); err != nil {
			return nil, err
		}
		if v, err = x.ready(); err != nil {
			return nil, err
		}
	}
	if u := x.unread; u.course != c || u.done > done {
		x.unread = unread{course: c, at: 1}
	}
	u := &x.unread
	for ; u.at < len(v.resources) && u.done < done; u.at++ {
		if int(v.resources[u.at].course) == c {
			u.done++
		}
	}
	var refs []Ref
	for i := u.at; i < len(v.resources) && len(refs) < n; i++ {
		if int(v.resources[i].course) != c {
			continue
		}
		h, err := v.head(uint32(i))
		if err != nil {
			return nil, x.noted(err)
		}
		refs = append(refs, Ref{n: uint32(i), Language: v.values[v.resources[i].language], Resource: content.ResourceID(h.id)})
	}
	return refs, nil
}
