package store

import (
	"encoding/binary"
	"slices"

	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A total sums a learner's units, so that a class page reads one small value a learner. It also holds the unit used
// last: a learner answers many questions of one exercise, and all learners' totals lie close together.
type total struct {
	Attempts, Right             uint64
	Started, Finished, Mastered uint64
	Mark                        uint64        // sum of the units'
	Help                        []resourceKey // where help is needed, ascending
	Hot                         resourceKey   // of Unit
	Unit                        []byte        // encoded; nil when nothing was ever touched
}

func (t *total) encode() []byte {
	var e learning.Encoder
	for _, n := range []uint64{t.Attempts, t.Right, t.Started, t.Finished, t.Mastered, uint64(len(t.Help))} {
		e.Uint(n)
	}
	for _, r := range t.Help {
		e.Raw(r[:])
	}
	e.Raw(binary.BigEndian.AppendUint64(nil, t.Mark))
	e.Raw(t.Hot[:])
	e.Raw(t.Unit)
	return e.B
}

// readTotal reads what encode wrote; nil is of somebody who did nothing yet.
func readTotal(b []byte) (t total) {
	if b == nil {
		return t
	}
	d := learning.Decoder{B: b}
	t.Attempts, t.Right, t.Started, t.Finished, t.Mastered = d.Uint(), d.Uint(), d.Uint(), d.Uint(), d.Uint()
	for n := d.Uint(); n > 0 && !d.Bad; n-- {
		t.Help = append(t.Help, readKey(&d))
	}
	if b := d.Raw(8); b != nil {
		t.Mark = binary.BigEndian.Uint64(b)
	}
	t.Hot = readKey(&d)
	t.Unit = append([]byte{}, d.B...)
	return t
}

func readKey(d *learning.Decoder) (k resourceKey) {
	copy(k[:], d.Raw(16))
	return k
}

func (t *total) help(r resourceKey, needed bool) {
	i, has := slices.BinarySearchFunc(t.Help, r, func(a, b resourceKey) int { return slices.Compare(a[:], b[:]) })
	if needed && !has {
		t.Help = slices.Insert(t.Help, i, r)
	} else if !needed && has {
		t.Help = slices.Delete(t.Help, i, i+1)
	}
}

// A count sums a school, for metrics and the district.
type count struct{ Attempts, Right, Views, Started, Finished, Mastered uint64 }

func (c *count) fields() []*uint64 {
	return []*uint64{&c.Attempts, &c.Right, &c.Views, &c.Started, &c.Finished, &c.Mastered}
}

func (c *count) encode() []byte {
	var e learning.Encoder
	for _, n := range c.fields() {
		e.Uint(*n)
	}
	return e.B
}

func readCount(b []byte) (c count) {
	d := learning.Decoder{B: b}
	for _, n := range c.fields() {
		*n = d.Uint()
	}
	return c
}

// sum carries what changed in a unit over into the learner's and the school's sums. Differences wrap round and come
// out right, since no sum falls below zero in the end.
func (p place) sum(t *total, was, is *unit, first bool) {
	delta := count{
		Attempts: is.Mastery.Attempts - was.Mastery.Attempts, Right: is.Mastery.Correct - was.Mastery.Correct,
		Views: is.Views - was.Views, Started: boolBit(first),
		Finished: boolBit(is.complete()) - boolBit(was.complete()),
		Mastered: boolBit(is.Mastery.Mastered) - boolBit(was.Mastery.Mastered),
	}
	t.Attempts += delta.Attempts
	t.Right += delta.Right
	t.Started += delta.Started
	t.Finished += delta.Finished
	t.Mastered += delta.Mastered
	t.Mark += is.Mark - was.Mark
	t.help(resourceOf(p.resource), is.Mastery.Help)
	if delta == (count{}) {
		return
	}
	tag := tagOf(p.school)
	c := readCount(p.kv.Get(countBucket, tag[:]))
	for i, n := range c.fields() {
		*n += *delta.fields()[i]
	}
	p.kv.Put(countBucket, tag[:], c.encode())
}

// notePractised keeps learn.practised in step with a unit.
func (p place) notePractised(was, is *unit) {
	key := touchedKey(p.learner, resourceOf(p.resource))
	switch {
	case is.Mastery.Spaced.Practised && !was.Mastery.Spaced.Practised:
		p.kv.Put(practisedBucket, key, nil)
	case was.Mastery.Spaced.Practised && !is.Mastery.Spaced.Practised:
		p.kv.Delete(practisedBucket, key)
	}
}

// noteLoose keeps learn.loose in step with a unit.
func (p place) noteLoose(was, is *unit) {
	key := touchedKey(p.learner, resourceOf(p.resource))
	switch {
	case is.Loose && !was.Loose:
		p.kv.Put(looseBucket, key, []byte(p.resource))
	case was.Loose && !is.Loose:
		p.kv.Delete(looseBucket, key)
	}
}

// byDays counts what a total cannot, since it changes with what is known of the days: exercises that only the days
// between answers show to be mastered, and how many of them nothing else shows to be finished.
func (v viewer) byDays(l learnerKey, t *total) (mastered, finished int) {
	v.kv.Scan(practisedBucket, l[:], func(k, _ []byte) bool {
		b := t.Unit
		if r := resourceKey(k[len(l):]); r != t.Hot {
			b = v.kv.Get(unitBucket, unitKey(r, l))
		}
		u := readUnit(b)
		if !u.Mastery.Mastered && u.Mastery.MasteredBy(v.calendar) {
			mastered++
			finished += int(boolBit(!u.complete()))
		}
		return true
	})
	return mastered, finished
}

// An activity is what one learner did in one quarter of an hour since a boot.
type activity struct{ Attempts, Right, Views, Tenths uint64 }

func (a *activity) fields() []*uint64 { return []*uint64{&a.Attempts, &a.Right, &a.Views, &a.Tenths} }

func (a *activity) add(b activity) {
	for i, n := range a.fields() {
		*n += *b.fields()[i]
	}
}

func (a *activity) encode() []byte {
	var e learning.Encoder
	for _, n := range a.fields() {
		e.Uint(*n)
	}
	return e.B
}

func readActivity(b []byte) (a activity) {
	d := learning.Decoder{B: b}
	for _, n := range a.fields() {
		*n = d.Uint()
	}
	return a
}

// account adds an attempt (whether a quiz's answers are right nobody is told before they are handed in) to the quarter of an hour it was made in, or with −1 takes it out again.
func (p place) account(c counted, sign int64) {
	n := uint64(sign)
	p.active(c.Stamp, activity{Attempts: n, Right: n * boolBit(c.Correct && !p.quiz), Tenths: n * c.Tenths})
}

func (p place) active(st clock.Stamp, by activity) {
	key := activityKey(st.Boot, slotOf(st.MS), p.learner)
	a := readActivity(p.kv.Get(activityBucket, key))
	a.add(by)
	if a == (activity{}) { // an attempt that was taken out again leaves no trace
		p.kv.Delete(activityBucket, key)
		return
	}
	p.kv.Put(activityBucket, key, a.encode())
}

// awake notes how long a boot was in use, by every event, counted or not.
func awake(kv KV, st clock.Stamp) {
	slot, last := slotOf(st.MS), kv.Get(bootBucket, st.Boot[:])
	if len(last) != 4 || binary.BigEndian.Uint32(last) < slot {
		kv.Put(bootBucket, st.Boot[:], binary.BigEndian.AppendUint32(nil, slot))
	}
}

func applyView(kv KV, school string, e *segment.Event) error {
	v, err := learning.ParseView(e)
	if err != nil {
		return err
	}
	p := placeOf(kv, school, v.Learner, v.Resource)
	o := learning.OrderOf(e)
	p.change(e, v.Course, func(u *unit) {
		u.Views++
		u.Looked += v.Tenths
		u.Finished = u.Finished || v.Action == learning.Finished
		u.Percent = max(u.Percent, uint64(v.Percent))
		if v.Scored {
			u.Best = max(u.Best, uint64(v.Score)+1)
		}
		if v.Action != learning.Opened && o.After(u.Placed) {
			u.Placed, u.Position = o, v.Position
		}
		if p.quiz {
			p.look(u, &v, o, e.Stamp)
		}
	})
	p.active(e.Stamp, activity{Views: 1, Tenths: v.Tenths})
	return nil
}

// applyAnswer keeps what a learner typed. Of two texts with one attempt id the first in order stays.
func applyAnswer(kv KV, school string, e *segment.Event) error {
	who, id, text, err := learning.ParseAnswer(e)
	if err != nil {
		return err
	}
	key, o := answerKey(learnerOf(school, who), id), learning.OrderOf(e)
	if old := kv.Get(answerBucket, key); old == nil || learning.Order(old[:24]).After(o) {
		kv.Put(answerBucket, key, join(o[:], []byte(text)))
	}
	return nil
}
