package server

import (
	"context"
	"sync"
	"time"

	"lamplight/server/learning"
	"lamplight/sync/clock"
)

// A toldWall is the board's clock, and what a person said of the time since this node began: the board is believed when it
// has reason to be, else the person is. It implements clock.Wall. Safe for concurrent use.
type toldWall struct {
	board clock.Wall
	up    func() time.Duration // since this run began, as events are stamped

	mu     sync.Mutex
	start  time.Time // when this run began, as it was told; zero: nobody did
	source string
	within time.Duration
}

// Now is the time and whether it may be believed.
func (w *toldWall) Now() (time.Time, bool) {
	t, believed := w.board.Now()
	if believed {
		return t, true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.start.IsZero() {
		return t, false
	}
	return w.start.Add(w.up()), true
}

// tell sets the time, until the board has reason to know better.
func (w *toldWall) tell(now time.Time, source string, within time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.start, w.source, w.within = now.Add(-w.up()), source, within
}

// A knower is a clock.Wall that says where its time comes from; hardware/rtc's is one.
type knower interface {
	Source() (source string, within time.Duration)
}

// calibration is what is known now of when this run began.
func (w *toldWall) calibration() learning.Calibration {
	t, believed := w.board.Now()
	c := learning.Calibration{Start: t.Add(-w.up()).Truncate(time.Second), Believed: believed, Source: learning.SourceRTC}
	if k, ok := w.board.(knower); ok && believed {
		c.Source, c.Within = k.Source()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !believed && !w.start.IsZero() {
		return learning.Calibration{Start: w.start.Truncate(time.Second), Believed: true, Source: w.source, Within: w.within}
	}
	return c
}

// calibrate tells the record when this run began, as far as it is known, unless it was told as much already.
func (s *Server) calibrate(ctx context.Context) error {
	s.run.dating.Lock()
	defer s.run.dating.Unlock()
	c := s.wall.calibration()
	c.Boot = s.Device.Boot()
	if was := s.run.dated; was.Boot == c.Boot && c.Compare(was) <= 0 && !corrects(c, was) {
		return nil
	}
	if err := s.Store.Calibrate(ctx, learning.Box(), c); err != nil {
		return err
	}
	s.run.dated = c
	return nil
}

// corrects says whether c, from an equally good source, says another time than was told: a teacher who mended a typing
// error, a board whose clock was set.
func corrects(c, was learning.Calibration) bool {
	apart := c.Start.Sub(was.Start).Abs()
	return c.Believed && was.Believed && c.Compare(was) == 0 && apart > max(2*c.Within, time.Minute)
}

// TellTime takes what a person, or a box that knows, says the time is, off by no more than within. Days already written of
// this run follow from it when they are read; nothing in the record is changed. It implements web.Node.
func (s *Server) TellTime(ctx context.Context, now time.Time, source string, within time.Duration) error {
	s.wall.tell(now, source, within)
	if s.floor != nil {
		s.floor.Raise(now)
	}
	if !s.Claimed() {
		return nil // told with the rest when it is
	}
	return s.calibrate(ctx)
}

// lookAtClock is how often the clock is looked at: a time server may answer long after the start.
const lookAtClock = 20 * time.Second

// introduced says whether this run told its beginning once: before that nobody is kept waiting for it.
func (s *Server) introduced() bool {
	s.run.dating.Lock()
	defer s.run.dating.Unlock()
	return s.run.dated.Boot != (clock.Boot{}) && s.Claimed()
}

// keepTime tells the record as soon as this run's beginning is known better. At rest it writes nothing.
func (s *Server) keepTime(ctx context.Context) error {
	tick := time.NewTicker(lookAtClock)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if s.introduced() {
			if err := s.calibrate(ctx); err != nil {
				s.log.Warn("telling the time", "err", err)
			}
		}
	}
}
