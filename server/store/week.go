package store

import (
	"encoding/binary"

	"lamplight/server/learning"
	"lamplight/sync/clock"
)

// A Week is what a learner has done since the day the school's week begins with, as far as the days are known.
type Week struct {
	Answers int
	Seconds int
	Known   bool // false: what day it is is not known, and the rest is 0
}

// longestBoot is how many days a box is taken to run without a restart; of one that ran longer the rest is not found.
const longestBoot = 120

// Week is what a learner has done since their school's week began, 00:00 of its zone; who may read their record may ask.
func (s *Store) Week(a learning.Actor, learner learning.PersonID) (out Week, err error) {
	now := s.Today()
	err = s.view(a, func(v viewer) error {
		if err := v.mayRead(learner); err != nil {
			return err
		}
		cal := s.calendarFor(v)
		day, known := cal.Day(now.Now)
		if !known {
			return nil
		}
		begins := day - (int(learning.WeekdayOf(day))-v.schoolFacts().First+7)%7
		out.Known = true
		sum := v.since(cal, learnerOf(v.school, learner), int64(begins)*dayMS-cal.zone)
		out.Answers, out.Seconds = int(sum.Attempts), int(sum.Tenths/10)
		return nil
	})
	return out, err
}

// since sums what a learner did from a moment (milliseconds since 1970) on. A quarter of an hour belongs to when it began.
func (v viewer) since(cal *calendar, l learnerKey, from int64) (sum activity) {
	for boot, start := range cal.starts {
		if start < from-longestBoot*dayMS {
			continue
		}
		last := v.kv.Get(bootBucket, boot[:])
		if len(last) != 4 {
			continue
		}
		v.slots(boot, max((from-start+slotMS-1)/slotMS, 0), int64(binary.BigEndian.Uint32(last)), l, &sum)
	}
	return sum
}

func (v viewer) slots(boot clock.Boot, from, to int64, l learnerKey, sum *activity) {
	for slot := from; slot <= to && slot < from+longestBoot*24*4; slot++ {
		if b := v.kv.Get(activityBucket, activityKey(boot, uint32(slot), l)); b != nil {
			sum.add(readActivity(b))
		}
	}
}
