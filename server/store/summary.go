package store

import (
	"encoding/binary"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/clock"
)

// A LearnerSummary is a line of a class page.
type LearnerSummary struct {
	Person        learning.Person
	Last          *learning.When // nil: never seen
	AttemptsToday int
	RightToday    int
	SecondsToday  int
	ViewsToday    int  // pages opened, finished or gone on with
	TodayKnown    bool // false: the day is not known, and the …Today fields are 0
	Attempts      int  // in all
	Right         int
	Started       int // resources
	Finished      int
	Mastered      int // exercises
	NeedsHelp     []content.ResourceID
}

// A ClassSummary is a teacher's view of one class.
type ClassSummary struct {
	Class    learning.Class
	Teachers []learning.Person
	Learners []LearnerSummary // by name
}

// A LearnerDetail is all a teacher sees of one learner.
type LearnerDetail struct {
	LearnerSummary
	Classes  []learning.Class
	Progress []learning.Progress // last used first
}

// ClassSummary is a class at a glance; its teachers and administrators may read it.
func (s *Store) ClassSummary(a learning.Actor, id learning.ClassID) (out ClassSummary, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(id); err != nil {
			return err
		}
		out.Class, err = v.class(id)
		var learners []learning.Person
		out.Teachers, learners = v.roster(id)
		v.calendar = s.calendarFor(v)
		out.Learners = v.summaries(learners, s.today(v))
		return err
	})
	return out, err
}

// LearnerDetail is one learner in full; themselves, their teachers and administrators may read it.
func (s *Store) LearnerDetail(a learning.Actor, id learning.PersonID) (out LearnerDetail, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayRead(id); err != nil {
			return err
		}
		p, err := v.person(id)
		if err != nil {
			return err
		}
		v.calendar = s.calendarFor(v)
		out.LearnerSummary = v.summaries([]learning.Person{p}, s.today(v))[0]
		out.Classes, out.Progress = v.classesSeen(id), v.touched(id)
		return nil
	})
	return out, err
}

func (v viewer) summaries(people []learning.Person, day *period) []LearnerSummary {
	out := make([]LearnerSummary, len(people))
	at := map[learnerKey]*LearnerSummary{}
	for i, p := range people {
		l := learnerOf(v.school, p.ID)
		at[l] = &out[i]
		t := v.total(l)
		out[i] = LearnerSummary{
			Person: p, TodayKnown: day != nil, Attempts: int(t.Attempts), Right: int(t.Right),
			Started: int(t.Started), Finished: int(t.Finished), Mastered: int(t.Mastered),
		}
		mastered, finished := v.byDays(l, &t)
		out[i].Mastered, out[i].Finished = out[i].Mastered+mastered, out[i].Finished+finished
		answers, right := v.allClosedOver(l, &t)
		out[i].Attempts, out[i].Right = out[i].Attempts+int(answers), out[i].Right+int(right)
		if t.Unit != nil {
			u := readUnit(t.Unit)
			w := when(v.kv, u.Stamp)
			out[i].Last = &w
		}
		for _, r := range t.Help {
			out[i].NeedsHelp = append(out[i].NeedsHelp, content.ResourceID(v.kv.Get(touchedBucket, touchedKey(l, r))))
		}
	}
	if day != nil {
		v.active(*day, func(l learnerKey, a activity) {
			if s := at[l]; s != nil {
				s.AttemptsToday += int(a.Attempts)
				s.RightToday += int(a.Right)
				s.SecondsToday += int(a.Tenths / 10)
				s.ViewsToday += int(a.Views)
			}
		})
	}
	return out
}

// A period is from one moment up to but not including another.
type period struct{ from, to time.Time }

// today is the school's day, nil when the date is not known.
func (s *Store) today(v viewer) *period {
	if s.wall == nil {
		return nil
	}
	now, believed := s.wall.Now()
	if !believed {
		return nil
	}
	zone := time.FixedZone("", v.schoolFacts().Zone*60)
	y, m, d := now.In(zone).Date()
	start := time.Date(y, m, d, 0, 0, 0, 0, zone)
	return &period{start, start.AddDate(0, 0, 1)}
}

// active passes what learners did in a period, as far as proven: boots whose beginning is not known, or not believed,
// are left out. A quarter of an hour belongs to the period its beginning lies in.
func (v viewer) active(p period, fn func(learnerKey, activity)) {
	v.activeAt(p, func(_ time.Time, l learnerKey, a activity) { fn(l, a) })
}

// activeAt is active with when each quarter of an hour began.
func (v viewer) activeAt(p period, fn func(time.Time, learnerKey, activity)) {
	type boot struct {
		id   clock.Boot
		last uint32
	}
	var boots []boot
	v.kv.Scan(bootBucket, nil, func(k, b []byte) bool {
		boots = append(boots, boot{clock.Boot(k), binary.BigEndian.Uint32(b)})
		return true
	})
	for _, b := range boots {
		w := when(v.kv, clock.Stamp{Boot: b.id})
		if !w.Believed {
			continue
		}
		from, to := ceilSlot(p.from.Sub(w.Time)), ceilSlot(p.to.Sub(w.Time))
		for slot := from; slot < to && slot <= int64(b.last); slot++ {
			prefix := activityPrefix(b.id, uint32(slot))
			v.kv.Scan(activityBucket, prefix, func(k, a []byte) bool {
				fn(w.Time.Add(time.Duration(slot)*slotMS*time.Millisecond), learnerKey(k[len(prefix):]), readActivity(a))
				return true
			})
		}
	}
}

// ceilSlot is the first quarter of an hour since boot that begins at or after d.
func ceilSlot(d time.Duration) int64 {
	return max((d.Milliseconds()+slotMS-1)/slotMS, 0)
}
