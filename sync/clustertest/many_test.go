package clustertest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// schedules is how many to live: few in `go test`, as many as LAMPLIGHT_SCHEDULES says or 100,000 in a soak.
func schedules() int {
	if n, err := strconv.Atoi(os.Getenv("LAMPLIGHT_SCHEDULES")); err == nil {
		return n
	}
	switch {
	case os.Getenv("LAMPLIGHT_SOAK") == "1":
		return 100_000
	case testing.Short():
		return 15
	}
	return 40
}

// TestManySmallSchedulesEndInOneState is breadth where the others are depth: 2 to 9 boxes with real logs and real sessions,
// on disks in memory, in time that passes only when everybody waits.
func TestManySmallSchedulesEndInOneState(t *testing.T) {
	var names []string
	for i := range 9 {
		names = append(names, fmt.Sprint("box", i))
	}
	cast := NewCast(t, names...)
	first, count := rand.Uint64N(1_000_000_000), schedules()
	if seed, err := strconv.ParseUint(os.Getenv("LAMPLIGHT_SEED"), 10, 64); err == nil {
		first, count = seed, 1
	}
	t.Logf("%d schedules from seed %d", count, first)
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // a third of the time went there
	var next, lived, events, boxes, meetings, sticks, crashes atomic.Uint64
	began := time.Now()
	t.Run("all", func(t *testing.T) {
		for w := range min(runtime.GOMAXPROCS(0), 2) {
			t.Run(fmt.Sprint("worker ", w), func(t *testing.T) {
				t.Parallel()
				for {
					i := next.Add(1) - 1
					if i >= uint64(count) || t.Failed() || out(t) {
						return
					}
					lived.Add(1)
					synctest.Test(t, func(t *testing.T) {
						s := small(t, cast, first+i)
						s.Run(t)
						_, n := s.Boxes[0].Log.State()
						events.Add(n)
						boxes.Add(uint64(len(s.Boxes)))
						meetings.Add(uint64(s.Meetings))
						sticks.Add(uint64(s.Carried))
						crashes.Add(uint64(s.Crashed))
						for _, b := range s.Boxes {
							b.Stop()
						}
					})
					if i%1000 == 999 {
						t.Logf("%d schedules after %v", i+1, time.Since(began).Round(time.Second))
					}
				}
			})
		}
	})
	n := lived.Load()
	t.Logf("%d schedules from seed %d on, of %.1f boxes: %d meetings, %d visits of sticks, %d crashes, %d events, in %v",
		n, first, float64(boxes.Load())/float64(n), meetings.Load(), sticks.Load(), crashes.Load(), events.Load(),
		time.Since(began).Round(time.Second))
	if n < uint64(count) {
		t.Logf("%d of them were left out: the test's time was up", uint64(count)-n)
	}
}

// out says whether a test's time is nearly up.
func out(t *testing.T) bool {
	end, limited := t.Deadline()
	return limited && time.Until(end) < 10*time.Second
}

// small is a short life of 2 to 9 boxes of the cast, all of it from the seed.
func small(t *testing.T, cast *Cast, seed uint64) *Schedule {
	r := rand.New(rand.NewPCG(seed, 3))
	n := NewNetwork(seed)
	s := &Schedule{Seed: seed, Steps: 8 + r.IntN(20), Most: 40, Net: n, School: cast.School, Crashes: true, Sticks: 1 + r.IntN(2)}
	wrong := r.IntN(3)
	for i := range 2 + r.IntN(8) {
		s.Boxes = append(s.Boxes, cast.Box(t, n, i, clocks(wrong+i), years(wrong+i)))
	}
	return s
}
