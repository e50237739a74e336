package nodetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"lamplight/content/library"
	"lamplight/server/config"
	"lamplight/server/learning"
	"lamplight/sync/clock"
)

// A weekClock is the time of the week, the same on every box of it.
type weekClock struct {
	mu  sync.Mutex
	now time.Time
}

// to goes on to an hour of a day; time never goes back.
func (c *weekClock) to(day, hour, minute int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := weekMonday.AddDate(0, 0, day).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute); at.After(c.now) {
		c.now = at
	}
}

func (c *weekClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *weekClock) at() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// A boxClock is both clocks of one box of the week.
type boxClock struct {
	*weekClock
	boot clock.Boot
	from time.Time
}

func (b *boxClock) Now() (time.Time, bool) { return b.at(), true }

func (b *boxClock) Stamp() clock.Stamp {
	return clock.Stamp{Boot: b.boot, MS: b.at().Sub(b.from).Truncate(clock.Grain).Milliseconds()}
}

// A weekBox is one box of the week with who uses it.
type weekBox struct {
	*Node
	clock  *boxClock
	staff  *Browser
	phones map[int]*Browser // of children, by their place in the plan
}

// A week is a plan being played.
type week struct {
	*weekPlan
	t       *testing.T
	clock   *weekClock
	boxes   []*weekBox
	ids     []learning.PersonID // of the children
	rooms   []learning.ClassID
	quizzes map[string]learning.QuizID // by title
	lessons map[string]learning.LessonID
	closed  map[string]bool // quizzes, by title

	link *proxy // between two boxes

	lessonsMade []weekLesson
	quizzesMade []weekQuiz

	checked, numbers int // rows and cells that were compared with the oracle's
	byHand           int // cards that no photo read
}

// openWeek starts the boxes of a week, unclaimed, on Monday morning.
func openWeek(t *testing.T, p *weekPlan, boxes int) *week {
	w := &week{weekPlan: p, t: t, clock: &weekClock{now: weekMonday.Add(6 * time.Hour)}, quizzes: map[string]learning.QuizID{}, lessons: map[string]learning.LessonID{}, closed: map[string]bool{}}
	for i := range boxes {
		b := &weekBox{clock: &boxClock{w.clock, clock.Boot{byte(i + 1), 7}, w.clock.now}, phones: map[int]*Browser{}}
		listen := fmt.Sprintf("127.0.0.%d:0", 2+i) // on addresses of their own, so that neither finds a way past the link
		o := Options{Wall: b.clock, Clock: b.clock, Config: func(c *config.Config) {
			c.Web.OwnMinutes, c.Web.TeacherMinutes = 20000, 20000 // nobody signs in again each morning
			c.Sync.Listen = listen
		}}
		b.Node = Start(t, o)
		w.boxes = append(w.boxes, b)
	}
	for _, c := range p.children {
		if boxes == 1 {
			c.box = 0
		}
	}
	return w
}

// dated tells a box's record when its run began, as its clock does at a start: the tests' clock is not the device's own.
func (w *week) dated(b *weekBox) {
	w.t.Helper()
	err := b.Store.Calibrate(w.t.Context(), learning.Box(), learning.Calibration{Boot: b.clock.boot, Start: b.clock.from, Believed: true, Source: "person"})
	if err != nil {
		w.t.Fatal(err)
	}
}

// settled is what follows the roster: the course, and what the plan's children and classes are called by the box.
func (w *week) settled() {
	w.t.Helper()
	b, box := w.boxes[0], learning.Box()
	w.dated(b)
	report, err := b.Library.Import(w.t.Context(), []string{writeWeekCourse(w.t)}, library.ImportOptions{})
	if err != nil || len(report.Courses) != 1 || report.Courses[0].ID != weekCourseID() {
		w.t.Fatalf("the week's course: %v, %+v", err, report)
	}
	if err := b.OfferCourses(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	classes, err := b.Store.Classes(box)
	if err != nil {
		w.t.Fatal(err)
	}
	w.rooms, w.ids = make([]learning.ClassID, len(w.classes)), make([]learning.PersonID, len(w.children))
	for _, c := range classes {
		_, there, err := b.Store.ClassRoster(box, c.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		for i, name := range w.classes {
			if name == c.Name {
				w.rooms[i] = c.ID
			}
		}
		for _, p := range there {
			for i, child := range w.children {
				if child.name == p.Name {
					w.ids[i] = p.ID
				}
			}
		}
	}
	for i, id := range w.ids {
		if id == "" {
			w.t.Fatalf("%s is in no class", w.children[i].name)
		}
	}
}

// evening waits until every box has written what it gathers of pages that were opened, which it does every two seconds of
// its own running time, and goes on to the morning of a day: else a page read on Monday would be noted on Tuesday.
func (w *week) evening(day int) {
	w.t.Helper()
	w.settledViews()
	w.clock.to(day, 7, 30)
}

func (w *week) settledViews() {
	w.t.Helper()
	for i, b := range w.boxes {
		was, since := b.Events(), time.Now()
		Eventually(w.t, 30*time.Second, fmt.Sprintf("box %d has written its day", i+1), func() bool {
			if now := b.Events(); now != was {
				was, since = now, time.Now()
			}
			return time.Since(since) > 2200*time.Millisecond
		})
	}
}
