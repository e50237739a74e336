package clustertest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

// A year is a school year of many boxes in one process, lived day by day.
type year struct {
	t       *testing.T
	boxes   []*Box
	net     *Network
	cast    *Cast
	random  *rand.Rand
	days    int
	answers int // of each box a day
	failed  int // meetings
	heap    []uint64
}

// TestASchoolYearOfBoxesEndsInOneStateWithMemoryFlat lives 200 school days of 30 boxes in a soak: answers, meetings, a split
// of a term that a stick alone crosses, a crash a day, clocks of all kinds. `go test` lives a month of six.
func TestASchoolYearOfBoxesEndsInOneStateWithMemoryFlat(t *testing.T) {
	count, days, answers := 6, 20, 60
	switch {
	case os.Getenv("LAMPLIGHT_SOAK") == "1":
		count, days, answers = 30, 200, 12
	case testing.Short():
		days = 5
	}
	var names []string
	for i := range count {
		names = append(names, fmt.Sprint("box", i))
	}
	cast, seed, began := NewCast(t, names...), rand.Uint64N(1_000_000), time.Now()
	t.Logf("seed %d", seed)
	var heap []uint64
	synctest.Test(t, func(t *testing.T) {
		y := &year{t: t, cast: cast, net: NewNetwork(seed), random: rand.New(rand.NewPCG(seed, 5)), days: days, answers: answers}
		for i := range names {
			y.boxes = append(y.boxes, cast.Box(t, y.net, i, clocks(i), years(i)))
		}
		for day := range days {
			y.live(day)
			if day%20 == 19 {
				y.month(day)
			}
		}
		y.end()
		heap = y.heap
		for _, b := range y.boxes {
			b.Stop()
		}
	})
	t.Logf("%d boxes, %d days in %v", count, days, time.Since(began).Round(time.Second))
	if n := len(heap); n >= 4 && heap[n-1] > heap[n/2]+heap[n/2]/4 {
		t.Errorf("memory grew: %d bytes in the middle of the year, %d at its end", heap[n/2], heap[n-1])
	}
}

// live is one day.
func (y *year) live(day int) {
	y.weather(day)
	for _, b := range y.boxes {
		b.MustWrite(y.cast.School.Learn(), y.answers)
		b.MustWrite("ops", 1)
		if y.random.IntN(5) == 0 {
			b.MustWrite(y.cast.School.Roster(), 1)
		}
	}
	for range len(y.boxes) {
		a, b := y.box(), y.box()
		if a == b {
			continue
		}
		if _, err := a.Meet(b); err != nil {
			y.failed++
		}
	}
	if day%5 == 4 {
		y.carry()
	}
	y.box().Crash()
	time.Sleep(24 * time.Hour)
}

func (y *year) box() *Box { return y.boxes[y.random.IntN(len(y.boxes))] }

// weather is good, bad, or a split in two for the second quarter of the year.
func (y *year) weather(day int) {
	w := Weather{Delay: time.Second * time.Duration(day%2), Refuse: y.random.IntN(40)}
	if y.random.IntN(3) == 0 {
		w.Cut = 200_000
	}
	y.net.Set(w)
	if day == y.days/4 {
		var near, far []string
		for i, b := range y.boxes {
			if i < len(y.boxes)/3 {
				near = append(near, b.Name)
			} else {
				far = append(far, b.Name)
			}
		}
		y.net.Split(near, far)
	}
	if day == y.days/2 {
		y.net.Split()
	}
}

// carry takes a stick from one end of the school to the other and back.
func (y *year) carry() {
	a, b := y.boxes[0], y.boxes[len(y.boxes)-1]
	stick := NewRawStick(y.random.Uint64())
	stick.For(b.Log.Vector())
	for _, at := range []*Box{a, b} {
		if err := stick.Visit(at, -1); err != nil {
			y.t.Error(err)
		}
	}
	back := NewRawStick(y.random.Uint64())
	back.For(a.Log.Vector())
	for _, at := range []*Box{b, a} {
		if err := back.Visit(at, -1); err != nil {
			y.t.Error(err)
		}
	}
}

// month prints how the process stands.
func (y *year) month(day int) {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	y.heap = append(y.heap, m.HeapAlloc)
	_, events := y.boxes[0].Log.State()
	y.t.Logf("day %d: %d events at the first box, heap %.1f MB, %.1f MB moved, %d meetings failed, %d goroutines", day+1, events,
		float64(m.HeapAlloc)/1e6, float64(y.net.Moved())/1e6, y.failed, runtime.NumGoroutine())
}

// end heals everything and compares.
func (y *year) end() {
	y.t.Helper()
	y.net.Split()
	y.net.Set(Weather{})
	s := &Schedule{Boxes: y.boxes, Net: y.net}
	rounds, differ := s.heal(y.t)
	state, events := y.boxes[0].Log.State()
	y.t.Logf("after %d rounds of healing all hold %d events, state %.16s", rounds, events, state)
	if differ != "" {
		y.t.Errorf("after the year: %s", differ)
	}
}
