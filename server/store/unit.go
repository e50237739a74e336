package store

import (
	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/clock"
)

// A unit is all that one learner did with one resource. Every part of it is a sum, a highest, or a fold of the
// attempts in order, so arrival order does not show.
type unit struct {
	Last     learning.Order // of any event here, duplicates too
	Stamp    clock.Stamp    // Last's
	Course   content.CourseID
	Views    uint64
	Finished bool
	Percent  uint64
	Position uint64
	Placed   learning.Order // of the view that said Position
	Looked   uint64         // tenths of a second in views
	Answered uint64         // and in counted attempts
	Tail     learning.Order // the last counted attempt; zero when there is none
	Seen     seen
	Mastery  learning.Mastery
}

func (u *unit) complete() bool {
	return u.Finished || u.Percent >= learning.WholePercent || u.Mastery.Mastered
}

// touch notes that an event happened here.
func (u *unit) touch(o learning.Order, st clock.Stamp, course content.CourseID) {
	if o.After(u.Last) {
		u.Last, u.Stamp, u.Course = o, st, course
	}
}

func (u *unit) encode() []byte {
	var e learning.Encoder
	e.Raw(u.Last[:])
	e.Raw(u.Stamp.Boot[:])
	e.Uint(uint64(u.Stamp.MS))
	course, _ := learning.Raw(u.Course)
	e.Raw(course[:])
	e.Bool(u.Finished)
	e.Uint(u.Views)
	e.Uint(u.Looked)
	e.Uint(u.Answered)
	e.Bool(u.Placed != learning.Order{})
	if u.Placed != (learning.Order{}) {
		e.Raw(u.Placed[:])
		e.Uint(u.Position)
	}
	e.Uint(u.Percent)
	e.Uint(boolBit(u.Tail != learning.Order{}) + boolBit(u.Tail == u.Last)) // 0 none, 1 given, 2 the same as Last
	if u.Tail != (learning.Order{}) {
		if u.Tail != u.Last {
			e.Raw(u.Tail[:])
		}
		u.Seen.encode(&e)
		u.Mastery.Encode(&e)
	}
	return e.B
}

// readUnit reads what encode wrote; nil is an untouched unit.
func readUnit(b []byte) (u unit) {
	if b == nil {
		return u
	}
	d := learning.Decoder{B: b}
	copy(u.Last[:], d.Raw(24))
	copy(u.Stamp.Boot[:], d.Raw(8))
	u.Stamp.MS = int64(d.Uint())
	u.Course = courseID(d.Raw(16))
	u.Finished = d.Bool()
	u.Views, u.Looked, u.Answered = d.Uint(), d.Uint(), d.Uint()
	if d.Bool() {
		copy(u.Placed[:], d.Raw(24))
		u.Position = d.Uint()
	}
	u.Percent = d.Uint()
	if n := d.Uint(); n > 0 {
		if u.Tail = u.Last; n == 1 {
			copy(u.Tail[:], d.Raw(24))
		}
		u.Seen.decode(&d)
		u.Mastery.Decode(&d)
	}
	return u
}
