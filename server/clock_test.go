package server

import (
	"testing"
	"time"

	"lamplight/server/learning"
)

// A board is a clock that a test sets.
type board struct {
	t        time.Time
	believed bool
}

func (b *board) Now() (time.Time, bool) { return b.t, b.believed }

func (b *board) Source() (string, time.Duration) { return learning.SourceNTP, time.Second }

func TestWhatATeacherSaysHoldsUntilTheBoardKnows(t *testing.T) {
	up := time.Minute
	b := &board{t: time.Unix(60, 0)} // a board without a battery: it began in 1970
	w := &toldWall{board: b, up: func() time.Duration { return up }}
	if c := w.calibration(); c.Believed || !c.Start.Equal(time.Unix(0, 0)) {
		t.Fatalf("before anybody said: %+v", c)
	}
	march := time.Date(2026, 3, 12, 9, 30, 0, 0, time.UTC)
	w.tell(march, learning.SourcePhone, 2*time.Minute)
	up += time.Hour
	if now, believed := w.Now(); !believed || !now.Equal(march.Add(time.Hour)) {
		t.Errorf("an hour later it is %v, %v", now, believed)
	}
	c := w.calibration()
	if !c.Believed || c.Source != learning.SourcePhone || c.Within != 2*time.Minute || !c.Start.Equal(march.Add(-time.Minute)) {
		t.Errorf("told the record %+v", c)
	}
	b.t, b.believed = march.Add(time.Hour+5*time.Second), true
	if now, _ := w.Now(); !now.Equal(b.t) {
		t.Errorf("once the board knows it is %v", now)
	}
	better := w.calibration()
	if better.Source != learning.SourceNTP || better.Compare(c) <= 0 {
		t.Errorf("told the record %+v, no better than %+v", better, c)
	}
}

func TestATypingErrorIsMended(t *testing.T) {
	at := time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)
	first := learning.Calibration{Start: at, Believed: true, Source: learning.SourcePerson, Within: 10 * time.Minute}
	second := first
	second.Start = at.AddDate(0, 0, 1)
	if !corrects(second, first) {
		t.Error("a day more is no correction")
	}
	second.Start = at.Add(30 * time.Second)
	if corrects(second, first) {
		t.Error("half a minute is one: a box at rest would write")
	}
}
