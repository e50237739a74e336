package clustertest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// A Schedule is a random life of a cluster: writes, meetings in bad weather, splits, crashes; then everything heals.
// The seed gives the schedule; when bytes arrive is the scheduler's doing.
type Schedule struct {
	Seed    uint64
	Steps   int
	Boxes   []*Box
	School  *device.School
	Net     *Network
	Crashes bool
	Most    int // events written at once; 0: up to 551
	Sticks  int // carriers that go from box to box

	Meetings, Carried, Crashed int // what happened, for the record

	random *rand.Rand
	sticks []Carrier
	told   strings.Builder
}

// Run lives the schedule and then heals it. It fails the test when the boxes are not in step after that.
func (s *Schedule) Run(t *testing.T) {
	t.Helper()
	s.random = rand.New(rand.NewPCG(s.Seed, 2))
	for i := range s.Sticks {
		s.sticks = append(s.sticks, NewRawStick(s.Seed+uint64(i)))
	}
	for range s.Steps {
		s.step(t)
	}
	s.Net.Split()
	s.Net.Set(Weather{})
	if rounds, d := s.heal(t); d != "" {
		t.Fatalf("seed %d: after healing for %d rounds: %s\n%s", s.Seed, rounds, d, s.told.String())
	}
}

func (s *Schedule) say(format string, args ...any) { fmt.Fprintf(&s.told, format+"\n", args...) }

func (s *Schedule) box() *Box { return s.Boxes[s.random.IntN(len(s.Boxes))] }

func (s *Schedule) step(t *testing.T) {
	switch roll := s.random.IntN(20); {
	case roll < 9:
		scopes := []segment.Scope{"pub", "ops", s.School.Roster(), s.School.Learn(), s.School.Learn()}
		b, scope, count := s.box(), scopes[s.random.IntN(len(scopes))], 1+s.random.IntN(30)*s.random.IntN(20)
		if s.Most > 0 {
			count = 1 + count%s.Most
		}
		s.say("%s writes %d to %s", b.Name, count, scope)
		b.MustWrite(scope, count)
	case roll < 12 && s.Sticks > 0:
		s.visit(t)
	case roll < 17:
		s.meeting()
	case roll == 17:
		s.weather()
	case roll == 18:
		s.split()
	case s.Crashes:
		b := s.box()
		s.say("%s crashes", b.Name)
		s.Crashed++
		b.Crash()
	}
}

// visit plugs a stick into a box, and half the time pulls it early.
func (s *Schedule) visit(t *testing.T) {
	t.Helper()
	b, i, pulled := s.box(), s.random.IntN(len(s.sticks)), -1
	if s.random.IntN(2) == 0 {
		pulled = s.random.IntN(12)
	}
	s.Carried++
	err := s.sticks[i].Visit(b, pulled)
	s.say("stick %d at %s, pulled after %d: %v", i, b.Name, pulled, err)
	if err != nil {
		t.Errorf("seed %d: stick %d at %s: %v\n%s", s.Seed, i, b.Name, err, s.told.String())
	}
}

// meeting lets one to three pairs meet at once.
func (s *Schedule) meeting() {
	done, count := make(chan string), 1+s.random.IntN(3)
	s.Meetings += count
	for range count {
		a, b := s.box(), s.box()
		go func() {
			if a == b {
				done <- ""
				return
			}
			sum, err := a.Meet(b)
			done <- fmt.Sprintf("%s meets %s: %+v, %v", a.Name, b.Name, sum, err)
		}()
	}
	for range count {
		s.say("%s", <-done)
	}
}

func (s *Schedule) weather() {
	w := Weather{Refuse: s.random.IntN(40)}
	if s.random.IntN(2) == 0 {
		w.Cut = 1 + s.random.Int64N(40_000)
	}
	if s.random.IntN(3) == 0 {
		w.Delay = time.Millisecond
	}
	s.say("weather %+v", w)
	s.Net.Set(w)
}

func (s *Schedule) split() {
	if s.random.IntN(2) == 0 {
		s.say("healed")
		s.Net.Split()
		return
	}
	var left, right []string
	for _, b := range s.Boxes {
		if s.random.IntN(2) == 0 {
			left = append(left, b.Name)
		} else {
			right = append(right, b.Name)
		}
	}
	s.say("split %v | %v", left, right)
	s.Net.Split(left, right)
}

// heal lets all meet the first and the first all again, until nothing changes. Who holds what the first holds is left out:
// half of the time of a small schedule goes into healing it.
func (s *Schedule) heal(t *testing.T) (rounds int, differ string) {
	t.Helper()
	for rounds = 1; rounds <= 6; rounds++ {
		for _, b := range append(s.Boxes[1:len(s.Boxes):len(s.Boxes)], s.Boxes[1:]...) {
			if s.Boxes[0].Log.Vector().Equal(b.Log.Vector()) {
				continue
			}
			sum, err := s.Boxes[0].Meet(b)
			s.say("healing: %s meets %s: %+v, %v", s.Boxes[0].Name, b.Name, sum, err)
		}
		if differ = Differ(s.Boxes...); differ == "" {
			return rounds, ""
		}
	}
	return rounds, differ
}
