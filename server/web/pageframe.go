package web

import (
	"sync"
	"time"

	"lamplight/content"
	"lamplight/server/files"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// A frameCache keeps what surrounds ready course pages, deflated, in two sorts: what all readers of a topic share, about
// 3 KB, and what is one person's own, some hundred bytes. So 200 learners in 20 topics need 220 entries and not 4,000.
type frameCache struct {
	mu     sync.Mutex
	shared map[sharedKey]files.Runs
	own    map[ownKey]files.Runs
}

// A sharedKey is all that the runs for everybody depend on.
type sharedKey struct {
	course  content.CourseID
	topic   content.ResourceID
	licence content.Licence // the page's own where it has one
	prefs   learning.Settings
	lesson  string // id of the lesson it is opened from, "" none
	role    learning.Role
	idle    time.Duration
}

// An ownKey is all that a person's own runs depend on.
type ownKey struct {
	token  string
	prefs  learning.Settings
	day    int    // counted from year 0; the foot has the date
	dates  string // the calendar it is in
	unsure bool
}

// Bounds of the two sorts: 800 KB and 500 KB when full. What is full starts anew.
const (
	maxSharedFrames = 256
	maxOwnFrames    = 512
)

// pageFrame gives what surrounds a ready page of a course. Whether the lesson in the address is the reader's is asked each
// time; the kept runs only spare the making.
func (s *Server) pageFrame(r *request, reader content.Reader, n content.Node) (files.Frame, error) {
	prefs := s.preferences(r)
	now, believed := s.Now()
	shared := sharedKey{course: reader.Course().ID, topic: n.Parent, prefs: prefs, role: r.person.Role}
	if r.signedIn() {
		shared.idle = r.session.Idle
	}
	if n.Licence != nil {
		shared.licence = *n.Licence
	}
	var p *passage
	if askedLesson(r) != "" {
		if p = s.passage(r, n.ID); p != nil {
			shared.lesson = string(p.lesson.ID)
		}
	}
	own := ownKey{token: r.session.Token, prefs: prefs, day: now.Year()*366 + now.YearDay(), unsure: !believed, dates: s.dates()}
	s.frames.mu.Lock()
	a, ok := s.frames.shared[shared]
	b, mine := s.frames.own[own]
	s.frames.mu.Unlock()
	if turnView(r) != nil { // what is left of it changes
		return s.makeFrame(r, reader, n, p, files.Frame{})
	}
	if ok && mine {
		return files.Frame{Shared: a, Own: b}, nil
	}
	f, err := s.makeFrame(r, reader, n, p, files.Frame{Shared: a})
	if err == nil {
		s.frames.keep(shared, own, f)
	}
	return f, err
}

// makeFrame makes both sorts of runs; f.Shared stays as it is if it is there.
func (s *Server) makeFrame(r *request, reader content.Reader, n content.Node, p *passage, f files.Frame) (files.Frame, error) {
	course := reader.Course()
	up := crumbs(reader, n)
	v := view.PageFrame{Frame: s.frame(r, "library", &up[len(up)-1]), Licence: nodeLicence(course, n), Crumbs: up}
	v.Path, v.Reads = "/course/"+string(course.ID), first(course.Languages)
	if p != nil {
		v.Back, v.Lesson, v.Crumbs = p.back(), string(p.lesson.ID), nil
	}
	top, bottom, err := ui.PageFrame(v)
	if err != nil {
		return files.Frame{}, err
	}
	sharedTop, ownTop := alternate(top)
	sharedBottom, ownBottom := alternate(bottom)
	if f.Shared.Top == nil {
		if f.Shared, err = files.NewRuns(sharedTop, sharedBottom, true); err != nil {
			return files.Frame{}, err
		}
	}
	f.Own, err = files.NewRuns(ownTop, ownBottom, false)
	return f, err
}

// alternate parts what stands at even places from what stands at odd ones.
func alternate(runs [][]byte) (even, odd [][]byte) {
	for i, run := range runs {
		if i%2 == 0 {
			even = append(even, run)
		} else {
			odd = append(odd, run)
		}
	}
	return even, odd
}

func (c *frameCache) keep(shared sharedKey, own ownKey, f files.Frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shared == nil || len(c.shared) >= maxSharedFrames {
		c.shared = map[sharedKey]files.Runs{}
	}
	if c.own == nil || len(c.own) >= maxOwnFrames {
		c.own = map[ownKey]files.Runs{}
	}
	c.shared[shared], c.own[own] = f.Shared, f.Own
}
