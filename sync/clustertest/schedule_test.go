package clustertest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"lamplight/sync/clock"
	"lamplight/sync/exchange"
)

// seeds are new for each run and printed by a failure; LAMPLIGHT_SEED=N repeats one.
func seeds(t *testing.T, count int) []uint64 {
	t.Helper()
	if s, err := strconv.ParseUint(os.Getenv("LAMPLIGHT_SEED"), 10, 64); err == nil {
		return []uint64{s}
	}
	if testing.Short() {
		count = (count + 3) / 4
	}
	out := make([]uint64, count)
	for i := range out {
		out[i] = rand.Uint64N(1_000_000)
	}
	return out
}

func TestAnySendingOrderWithCutsAndSplitsEndsInOneState(t *testing.T) {
	for _, size := range []int{2, 3, 8} {
		t.Run(fmt.Sprint(size, " boxes"), func(t *testing.T) {
			for _, seed := range seeds(t, 6) {
				n := NewNetwork(seed)
				s := &Schedule{Seed: seed, Steps: 80, Net: n}
				for i := range size {
					s.Boxes = append(s.Boxes, NewBox(t, n, fmt.Sprintf("box%d", i), nil))
				}
				s.School = Found(t, s.Boxes...)
				s.Run(t)
				for _, b := range s.Boxes {
					b.Stop()
				}
			}
		})
	}
}

func TestRealLogsCrashAndEndInOneState(t *testing.T) {
	for _, size := range []int{2, 3, 8} {
		t.Run(fmt.Sprint(size, " boxes"), func(t *testing.T) {
			for _, seed := range seeds(t, 2) {
				n := NewNetwork(seed)
				s := &Schedule{Seed: seed, Steps: 60, Net: n, Crashes: true}
				for i := range size {
					s.Boxes = append(s.Boxes, NewDiskBox(t, n, fmt.Sprintf("box%d", i), clocks(i), years(i)))
				}
				s.School = Found(t, s.Boxes...)
				s.Run(t)
				_, events := s.Boxes[0].Log.State()
				t.Logf("seed %d: %d boxes agree on %d events", seed, size, events)
				for _, b := range s.Boxes {
					b.Stop()
				}
			}
		})
	}
}

// years gives box i the wrong date: 1970, 2099, or one that jumps by half a century with each look.
func years(i int) func(*exchange.Options) {
	return func(o *exchange.Options) {
		looks := 0
		o.Now = func() time.Time {
			looks++
			return time.Date([]int{1970, 2099, 1970 + looks%3*50}[i%3], 1, 1, 0, 0, 0, 0, time.UTC)
		}
	}
}

// A jumping clock goes forth and back by years while the box runs.
type jumping struct{ looks atomic.Int64 }

func (j *jumping) Stamp() clock.Stamp {
	n := j.looks.Add(1)
	return clock.Stamp{Boot: clock.Boot{byte(n % 3)}, MS: n % 7 * 1e12}
}

// clocks is what box i's eventlog takes for the time since boot; nil is the real one.
func clocks(i int) clock.Source {
	if i%3 == 2 {
		return &jumping{}
	}
	return nil
}

func TestALostRecordsFileComesBackFromTheJournal(t *testing.T) {
	n := NewNetwork(1)
	a, b := NewDiskBox(t, n, "a", nil, nil), NewDiskBox(t, n, "b", nil, nil)
	school := Found(t, a, b)
	a.MustWrite(school.Learn(), 300)
	b.MustWrite(school.Roster(), 30)
	a.MustMeet(b)
	a.Lose("records.db")
	if sum := a.MustMeet(b); !sum.InStep || sum.EventsIn != 0 {
		t.Errorf("after the loss: %+v", sum)
	}
	if d := Differ(a, b); d != "" {
		t.Error(d)
	}
}

func TestALostJournalComesBackFromThePeer(t *testing.T) {
	n := NewNetwork(1)
	a, b := NewDiskBox(t, n, "a", nil, nil), NewDiskBox(t, n, "b", nil, nil)
	school := Found(t, a, b)
	a.MustWrite(school.Learn(), 300)
	a.MustMeet(b)
	fresh := NewDiskBox(t, n, "a2", nil, nil)
	if err := fresh.Registry.SetSchool(school); err != nil {
		t.Fatal(err)
	}
	for _, box := range []*Box{fresh, b} {
		for _, other := range []*Box{fresh, a, b} {
			if err := box.Registry.Add(*other.Registry.Own()); err != nil {
				t.Fatal(err)
			}
		}
	}
	fresh.MustMeet(b)
	if d := Differ(fresh, b); d != "" {
		t.Error(d)
	}
}
