//go:build browser

package nodetest

import (
	"testing"
	"time"
)

// A school plays a week on one box: see testdata/browser/week.mjs for what is done in Chromium. All numbers of all reports
// are those of what the script did.
func TestBrowserPlaysASchoolWeek(t *testing.T) {
	w := openWeek(t, newWeek(1, 3, 40), 1)
	start := time.Now()
	s := &site{Node: w.boxes[0].Node, out: openOutside(t), week: w, told: map[string]any{"csv": w.csv(), "me": w.children[0].name}}
	s.addresses()
	s.walk(t, "week")
	t.Logf("%d rows, %d numbers, %d cards by hand, %v", w.checked, w.numbers, w.byHand, time.Since(start))
}

// The same week on two boxes that meet on Wednesday evening and on Friday: all reports on both are as they were played,
// and the files of both are the same to the byte.
func TestBrowserReportsAWeekOnTwoBoxesAsOnOne(t *testing.T) {
	apartForAWeek(t, newWeek(2, 3, 40))
}
