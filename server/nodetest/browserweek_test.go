//go:build browser

package nodetest

import (
	"testing"
	"time"
)

func TestASchoolWeekIsReportedAsItWasPlayed(t *testing.T) {
	w := openWeek(t, newWeek(1, 3, 40), 1)
	start := time.Now()
	w.boot()
	w.settled()
	w.prepare(nil)
	w.clock.to(0, 8, 0)
	for day, play := range []func(byHand){w.monday, w.tuesday, w.wednesday, w.thursday, w.friday} {
		if day > 0 {
			w.evening(day)
		}
		play(nil)
		w.settledViews()
		for class := range w.classes {
			w.judgeHome(class, 0, day)
		}
	}
	w.allJudged(4)
	t.Logf("%d rows, %d numbers, %d cards by hand, %v", w.checked, w.numbers, w.byHand, time.Since(start))
}

// The same week on two boxes that meet on Wednesday evening and on Friday: all reports on both are as they were played,
// and the files of both are the same to the byte.
func TestAWeekOnTwoBoxesIsReportedAsOnOne(t *testing.T) {
	w := openWeek(t, newWeek(2, 3, 40), 2)
	start := time.Now()
	w.boot()
	w.settled()
	w.prepare(nil)
	w.paired()
	w.clock.to(0, 8, 0)
	w.apart()
	w.monday(nil)
	w.evening(1)
	w.tuesday(nil)
	w.evening(2)
	w.wednesday(nil)
	w.settledViews()
	w.meet()
	w.apart()
	w.evening(3)
	w.thursday(nil)
	w.evening(4)
	w.friday(nil)
	w.settledViews()
	w.meet()
	w.allJudged(4)
	t.Logf("%d rows, %d numbers, %d cards by hand, %v", w.checked, w.numbers, w.byHand, time.Since(start))
}
