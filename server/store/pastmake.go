package store

import (
	"bytes"
	"cmp"
	"math"
	"slices"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/sync/segment"
)

// Snapshot tells in few bytes what the school's records add up to: how far learners got, and with roster who there is and
// how they sign in. A Store that itself shows a snapshot makes none: both are nil then.
func (s *Store) Snapshot(roster bool) (learn, who []byte, err error) {
	if s.past.Load() != nil {
		return nil, nil, nil
	}
	school := s.SchoolID()
	err = s.log.View(func(kv KV) error {
		var v viewer
		if v = s.viewer(kv, learning.Box()); roster {
			c := segment.NewScribe()
			codeRoster(c, pastRecords(kv, v.tag), math.MaxInt)
			who = c.Finish()
		}
		v.calendar = s.calendarFor(v)
		v.kv = kv
		b := bookOf(v, school)
		c := segment.NewScribe()
		if err := b.code(c, maxPastRows); err != nil {
			return err
		}
		learn = c.Finish()
		return nil
	})
	return learn, who, err
}

// bookOf reads how far everybody got.
func bookOf(v viewer, school string) *pastBook {
	b := &pastBook{}
	keys := v.byClass()
	at := map[resourceKey]int{}
	for i, l := range keys {
		b.learners = append(b.learners, pastLearner{key: l, hot: -1})
		t := v.total(l)
		v.kv.Scan(touchedBucket, l[:], func(k, id []byte) bool {
			r, key := content.ResourceID(id), resourceKey(k[len(l):])
			if learning.QuizOf(r) != "" || len(id) > maxPastText {
				return true
			}
			n, known := at[key]
			if !known {
				n = len(b.resources)
				at[key] = n
				b.resources = append(b.resources, pastResource{id: r})
			}
			u := readUnit(placeAt(v.kv, school, l, r).unit(&t))
			b.resources[n].add(v, i, &u)
			if me := &b.learners[i]; u.Last.After(me.at.order()) || me.hot < 0 {
				me.hot, me.at = n, momentOf(&u)
			}
			return true
		})
	}
	b.settle()
	return b
}

// byClass lists the learners who did something, those of a class together where classes are known.
func (v viewer) byClass() []learnerKey {
	class := map[learnerKey]string{}
	v.kv.Scan(memberBucket, v.tag[:], func(k, _ []byte) bool {
		k = k[len(v.tag):]
		class[learnerOf(v.school, hexID[learning.PersonID](k[:16]))] = string(k[16:])
		return true
	})
	var out []learnerKey
	v.kv.Scan(totalBucket, nil, func(k, _ []byte) bool {
		if len(k) == 16 && len(out) < maxPastLearners {
			out = append(out, learnerKey(k))
		}
		return true
	})
	arrange.By(out, func(a, b learnerKey) int {
		return cmp.Or(cmp.Compare(class[a], class[b]), bytes.Compare(a[:], b[:]))
	})
	return out
}

func momentOf(u *unit) pastMoment {
	return pastMoment{lamportOf(u.Last), u.Stamp}
}

func lamportOf(o learning.Order) (n uint64) {
	for _, b := range o[:8] {
		n = n<<8 | uint64(b)
	}
	return n
}

// add notes how far a learner got; its moment is settled when all are known.
func (r *pastResource) add(v viewer, learner int, u *unit) {
	m := &u.Mastery
	row := pastRow{learner: learner, attempts: m.Attempts, tries: min(m.Tries, m.Attempts), correct: min(m.Correct, m.Attempts), wrong: m.Wrong}
	mastered := m.MasteredBy(v.calendar)
	for flag, set := range map[uint64]bool{
		pastAnswered: m.Attempts > 0, pastMastered: mastered, pastHelp: m.Help, pastPractised: m.Spaced.Practised && !mastered,
		pastFinished: u.Finished, pastViewed: u.Percent > 0 || u.Best > 0 || u.Placed != learning.Order{},
	} {
		if set {
			row.flags |= flag
		}
	}
	row.rights = m.Rights & (1<<pastDots - 1)
	row.percent, row.position, row.best = u.Percent/100, u.Position, u.Best
	if m.M > 0 {
		r.need, r.window = m.M, m.N
	}
	if c, ok := learning.Raw(u.Course); ok {
		r.course = c
	}
	row.last = momentOf(u)
	r.rows = append(r.rows, row)
}

// settle chooses the moments, with as many rows in each.
func (b *pastBook) settle() {
	var all []pastMoment
	for i := range b.resources {
		for _, row := range b.resources[i].rows {
			all = append(all, row.last)
		}
	}
	arrange.By(all, func(a, b pastMoment) int { return cmp.Compare(a.lamport, b.lamport) })
	for i := range pastMoments {
		if n := len(all); n > 0 {
			b.moments = append(b.moments, all[(i+1)*n/pastMoments-min(1, (i+1)*n/pastMoments)])
		}
	}
	b.moments = slices.CompactFunc(b.moments, func(a, b pastMoment) bool { return a.lamport == b.lamport })
	for i := range b.resources {
		for j := range b.resources[i].rows {
			row := &b.resources[i].rows[j]
			n, _ := slices.BinarySearchFunc(b.moments, row.last.lamport, func(m pastMoment, l uint64) int { return cmp.Compare(m.lamport, l) })
			row.moment = min(n, len(b.moments)-1)
		}
	}
}
