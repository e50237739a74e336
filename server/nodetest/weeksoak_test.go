package nodetest

import (
	"fmt"
	"testing"
	"time"
)

// soakSeeds weeks are played in a soak: some three minutes each.
const soakSeeds = 6

// Other weeks on two boxes: one large class, whose quizzes may be judged by indices, or several small ones.
func TestManyWeeksAreReportedAsTheyWerePlayed(t *testing.T) {
	if !soak() {
		t.Skip("a quarter of an hour: only with LAMPLIGHT_SOAK=1")
	}
	for seed := range uint64(soakSeeds) {
		t.Run(fmt.Sprintf("seed %d", 100+seed), func(t *testing.T) {
			shape := [][2]int{{1, 110}, {4, 12}, {2, 30}}[seed%3]
			apartForAWeek(t, newWeek(100+seed, shape[0], shape[1]))
		})
	}
}

func apartForAWeek(t *testing.T, p *weekPlan) {
	w := openWeek(t, p, 2)
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
