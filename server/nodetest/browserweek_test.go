//go:build browser

package nodetest

import (
	"net/url"
	"testing"
	"time"
)

func TestAWeekOfOneClassIsReportedAsItWasPlayed(t *testing.T) {
	p := newWeek(1, 1, 20)
	w := openWeek(t, p, 1)
	b := w.boxes[0].Browser()
	w.is("claimed", b.Post("/claim", url.Values{"code": {w.boxes[0].Listening.Claim}, "school": {"Lakeside"}, "lang": {"en"}, "name": {"Grace"}, "secret": {"lamp-light"}}))
	start := time.Now()
	w.sendList(b, "list.csv", []byte(p.csv()))
	t.Log("list", time.Since(start))
	w.settled()
	w.clock.to(0, 8, 0)
	w.register(0, 0, 0)
	w.makeWork("lesson", "Adding", 0, 0, "reading-adding", "adding")
	for i, c := range p.children {
		if c.isHere(0) {
			w.read(i, 0, "reading-adding")
			w.practise(i, 0, &weekExercises[0], 5)
		}
	}
	w.evening(1)
	w.register(0, 1, 0)
	w.makeWork("quiz", "Tuesday quiz", 0, 0, "adding sum-1-1", "adding sum-1-2", "words word-sky", "words word-cow")
	for i, c := range p.children {
		if c.isHere(1) {
			w.sit(i, 1, "Tuesday quiz", 4, i%5 != 0)
		}
	}
	w.closeQuiz("Tuesday quiz", 0)
	t.Log("played", time.Since(start))
	w.judge(0, 0, 2)
	t.Log("judged", w.checked, w.numbers, time.Since(start))
}
