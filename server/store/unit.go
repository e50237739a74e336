package store

import (
	"encoding/binary"
	"slices"

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
	Best     uint64 // the best score an app told, plus one; 0 none
	Position uint64
	Placed   learning.Order   // of the view that said Position
	Looked   uint64           // tenths of a second in views
	Answered uint64           // and in counted attempts
	Tail     learning.Order   // the last counted attempt; zero when there is none
	Mark     uint64           // of which attempts are counted and tries handed in; see mark
	Loose    bool             // of a quiz: some counted answer is of a try that was not handed in
	Tries    []tryMark        // of a quiz, ascending; begun or handed in
	Mastery  learning.Mastery // of a quiz its two counts alone, of what is handed in
}

// A tryMark is what views say of one try at a quiz. Its answers are in the unit's chain.
type tryMark struct {
	N      int
	Looked uint64         // tenths of a second
	Handed learning.Order // zero: not handed in; of several the first
	At     clock.Stamp    // Handed's
}

// try is the n'th, added when it is not there; nil for numbers no try has.
func (u *unit) try(n uint64) *tryMark {
	if n < 1 || n > learning.MaxTries {
		return nil
	}
	i, ok := slices.BinarySearchFunc(u.Tries, int(n), func(t tryMark, n int) int { return t.N - n })
	if !ok {
		u.Tries = slices.Insert(u.Tries, i, tryMark{N: int(n)})
	}
	return &u.Tries[i]
}

// handed is when a try was handed in, zero when it was not.
func (u *unit) handed(n int) (o learning.Order) {
	for _, t := range u.Tries {
		if t.N == n {
			return t.Handed
		}
	}
	return o
}

// mark is a number for an event such that sums of marks tell sets of events apart.
func mark(o learning.Order) uint64 {
	if o == (learning.Order{}) {
		return 0
	}
	z := uint64(0)
	for i := 0; i < len(o); i += 8 { // the finaliser of SplitMix64, chained
		z += binary.BigEndian.Uint64(o[i:]) + 0x9e3779b97f4a7c15
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		z ^= z >> 31
	}
	return z
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
	e.Uint(u.Best)
	e.Uint(boolBit(u.Tail != learning.Order{}) + boolBit(u.Tail == u.Last)) // 0 none, 1 given, 2 the same as Last
	if u.Tail != (learning.Order{}) {
		if u.Tail != u.Last {
			e.Raw(u.Tail[:])
		}
		u.Mastery.Encode(&e)
	}
	e.Raw(binary.BigEndian.AppendUint64(nil, u.Mark))
	e.Bool(u.Loose)
	for _, t := range u.Tries {
		e.Uint(uint64(t.N))
		e.Uint(t.Looked)
		e.Bool(t.Handed != learning.Order{})
		if t.Handed != (learning.Order{}) {
			e.Raw(t.Handed[:])
			e.Raw(t.At.Boot[:])
			e.Uint(uint64(t.At.MS))
		}
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
	u.Percent, u.Best = d.Uint(), d.Uint()
	if n := d.Uint(); n > 0 {
		if u.Tail = u.Last; n == 1 {
			copy(u.Tail[:], d.Raw(24))
		}
		u.Mastery.Decode(&d)
	}
	if b := d.Raw(8); b != nil {
		u.Mark = binary.BigEndian.Uint64(b)
	}
	u.Loose = d.Bool()
	for len(d.B) > 0 && !d.Bad {
		t := tryMark{N: int(d.Uint()), Looked: d.Uint()}
		if d.Bool() {
			copy(t.Handed[:], d.Raw(24))
			copy(t.At.Boot[:], d.Raw(8))
			t.At.MS = int64(d.Uint())
		}
		u.Tries = append(u.Tries, t)
	}
	return u
}
