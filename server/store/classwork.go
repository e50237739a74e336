package store

import (
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/sync/clock"
)

// Work is what one learner did with one resource, in short. The zero Work is of one never touched.
type Work struct {
	Touched  bool
	Complete bool
	Help     bool   // learning.HelpAfter wrong tries in a row
	Level    Level  // of an exercise
	Percent  uint16 // basis points got through
	Attempts uint32 // answers; of a quiz those that count, as its sittings do
	Right    uint32
	Tries    uint32 // first answers
	First    uint32 // of them right without a hint
	Seconds  uint32
	Stamp    clock.Stamp // of the last that happened
}

// A Level is how well an exercise goes.
type Level uint8

const (
	NotMet Level = iota
	NotYet
	Nearly
	Can
)

// String is the message "level.…".
func (l Level) String() string { return [...]string{"notmet", "notyet", "nearly", "can"}[min(l, Can)] }

func levelOf(s string) Level {
	switch s {
	case "can":
		return Can
	case "nearly":
		return Nearly
	case "notyet":
		return NotYet
	}
	return NotMet
}

// A ClassWork is what a class did: Work has Learners rows of Resources each. All of it lies in memory, some 60 bytes a
// learner and resource.
type ClassWork struct {
	Class     learning.Class
	Teachers  []learning.Person
	Learners  []learning.Person    // by name
	Last      []learning.When      // of each learner, whatever they did; zero: nothing yet
	Today     learning.Today       // when it was read
	Resources []content.ResourceID // quizzes among them, as learning.QuizID.Resource
	Courses   []content.CourseID   // of each resource, where it was last met; "" unknown
	Work      []Work
}

// Of is what learner i did with all resources.
func (c *ClassWork) Of(i int) []Work {
	return c.Work[i*len(c.Resources) : (i+1)*len(c.Resources)]
}

// ClassWork sums up what the learners of a class or group did with some resources, nil all that any of them touched, by id;
// its teachers and administrators may read it. It reads folds alone, never the log.
func (s *Store) ClassWork(a learning.Actor, class learning.ClassID, resources []content.ResourceID) (out ClassWork, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(class); err != nil {
			return err
		}
		v.calendar = s.calendarFor(v)
		out.Today.Calendar = v.calendar
		if s.clock != nil {
			out.Today.Now = s.clock.Stamp()
		}
		if out.Class, err = v.class(class); err != nil {
			return err
		}
		out.Teachers, out.Learners = v.roster(class)
		if out.Class.Parent != "" {
			out.Teachers, _ = v.roster(out.Class.Parent)
		}
		out.Resources = resources
		v.work(&out, resources == nil)
		return nil
	})
	return out, err
}

// fewLearners are found one by one; for more it is quicker to read all that was done with a resource in one go.
const fewLearners = 64

// work fills in the resources, where all are wanted, and what was done with them.
func (v viewer) work(out *ClassWork, all bool) {
	learners := make([]learnerKey, len(out.Learners))
	for i, p := range out.Learners {
		learners[i] = learnerOf(v.school, p.ID)
	}
	v.workOf(out, learners, all)
}

// workOf is work of learners by their keys, as they stand in out.
func (v viewer) workOf(out *ClassWork, learners []learnerKey, all bool) {
	rows := make(map[learnerKey]int, len(learners))
	for i, l := range learners {
		rows[l] = i
	}
	if all {
		out.Resources = v.touchedBy(learners)
	}
	keys := make([]resourceKey, len(out.Resources))
	columns := make(map[resourceKey]int, len(keys))
	for k, r := range out.Resources {
		keys[k] = resourceOf(r)
		columns[keys[k]] = k
	}
	out.Courses = make([]content.CourseID, len(keys))
	out.Work = make([]Work, len(learners)*len(keys))
	put := func(i, k int, b []byte) {
		w, course, loose := v.readWork(out.Resources[k], b)
		if loose {
			u := readUnit(b)
			n, ok := v.closedOver(learners[i], out.Resources[k], &u)
			w.Attempts, w.Right = w.Attempts+uint32(n), w.Right+uint32(ok)
		}
		out.Work[i*len(keys)+k] = w
		if out.Courses[k] == "" && course != [16]byte{} {
			out.Courses[k] = courseID(course[:])
		}
	}
	for k, r := range keys {
		if len(learners) > fewLearners {
			v.kv.Scan(unitBucket, r[:], func(key, b []byte) bool {
				if i, ours := rows[learnerKey(key[len(r):])]; ours {
					put(i, k, b)
				}
				return true
			})
			continue
		}
		for i, l := range learners {
			if b := v.kv.Get(unitBucket, unitKey(r, l)); b != nil {
				put(i, k, b)
			}
		}
	}
	out.Last = make([]learning.When, len(learners))
	for i, l := range learners { // the unit each is at lies in the total
		t := v.total(l)
		if t.Unit != nil {
			u := readUnit(t.Unit)
			out.Last[i] = when(v.kv, u.Stamp)
		}
		if k, asked := columns[t.Hot]; t.Unit != nil && asked {
			put(i, k, t.Unit)
		}
	}
}

// touchedBy lists what any of some learners touched, by id.
func (v viewer) touchedBy(learners []learnerKey) (out []content.ResourceID) {
	met := map[resourceKey]bool{}
	for _, l := range learners {
		v.kv.Scan(touchedBucket, l[:], func(k, r []byte) bool {
			if key := resourceKey(k[len(l):]); !met[key] {
				met[key] = true
				out = append(out, content.ResourceID(r))
			}
			return true
		})
	}
	arrange.By(out, func(a, b content.ResourceID) int { return strings.Compare(string(a), string(b)) })
	return out
}

// readWork reads a unit without what only its own page needs; loose as unit.Loose.
func (v viewer) readWork(r content.ResourceID, b []byte) (w Work, course [16]byte, loose bool) {
	d := learning.Decoder{B: b}
	d.Raw(24)
	w.Touched = true
	copy(w.Stamp.Boot[:], d.Raw(8))
	w.Stamp.MS = int64(d.Uint())
	copy(course[:], d.Raw(16))
	finished := d.Bool()
	d.Uint() // views
	w.Seconds = uint32((d.Uint() + d.Uint()) / 10)
	if d.Bool() {
		d.Raw(24)
		d.Uint()
	}
	percent := d.Uint()
	d.Uint() // best
	var m learning.Mastery
	if tail := d.Uint(); tail > 0 {
		if tail == 1 {
			d.Raw(24)
		}
		m.DecodeSums(&d)
	}
	quiz := learning.QuizOf(r)
	w.Complete = finished || percent >= learning.WholePercent || m.MasteredBy(v.calendar)
	w.Percent = uint16(min(percent, 10000))
	w.Attempts, w.Right = uint32(m.Attempts), uint32(m.Correct)
	if quiz == "" {
		w.Tries, w.First, w.Help = uint32(m.Tries), uint32(m.Right), m.Help
		w.Level = levelOf(m.Level(v.calendar))
	}
	if w.Complete {
		w.Percent = 10000
	}
	d.Raw(8) // mark
	return w, course, d.Bool()
}

// Keep takes out all learners but those wanted.
func (c *ClassWork) Keep(wanted func(learning.PersonID) bool) {
	n := 0
	for i, p := range c.Learners {
		if wanted(p.ID) {
			c.Learners[n], c.Last[n] = p, c.Last[i]
			copy(c.Of(n), c.Of(i))
			n++
		}
	}
	c.Learners, c.Last, c.Work = c.Learners[:n], c.Last[:n], c.Work[:n*len(c.Resources)]
}
