package gossip

import (
	"bytes"
	"slices"
	"testing"
	"time"
)

var secondKey = bytes.Repeat([]byte{5}, 32)

func (b *box) turnTo(key []byte) { b.SetSchool(&School{ID: "a1b2", Key: key}) }

// speaks says which key a box's pool speaks, and how many it understands.
func (b *box) speaks() (primary []byte, understood int) {
	b.Pools.school.mu.Lock()
	defer b.Pools.school.mu.Unlock()
	if b.Pools.school.ring == nil {
		return nil, 0
	}
	return b.Pools.school.ring.GetPrimaryKey(), len(b.Pools.school.ring.GetKeys())
}

func (b *box) turnedTo(key []byte) bool {
	primary, n := b.speaks()
	return n == 1 && bytes.Equal(primary, key)
}

func TestAPoolTurnsToAnotherKeyWhileOneMemberIsAway(t *testing.T) {
	quick := func(o *Options) { o.Pace.Turn = 200 * time.Millisecond }
	a := inSchool(start(t, 1, quick, nil))
	until(t, "a runs", func() bool { return a.Addr() != "" })
	seed := func() []string { return []string{a.Addr()} }
	b, away, stolen := inSchool(start(t, 2, quick, seed)), inSchool(start(t, 3, quick, seed)), inSchool(start(t, 4, quick, seed))
	until(t, "four see each other", func() bool { return a.sees(b, away, stolen) && b.sees(a, away, stolen) })
	away.stop()
	until(t, "one is missed", func() bool { return a.sees(b, stolen) && b.sees(a, stolen) })

	lost := 0
	a.turnTo(secondKey)
	b.turnTo(secondKey) // as it hears in a session with a
	took := until(t, "a and b have turned", func() bool {
		if !slices.ContainsFunc(a.Near(), func(p Peer) bool { return p.Device == b.id }) {
			lost++
		}
		return a.turnedTo(secondKey) && b.turnedTo(secondKey)
	})
	t.Logf("turned in %v", took)
	if lost > 0 {
		t.Errorf("a missed b %d times meanwhile", lost)
	}
	until(t, "the stolen box is seen no more", func() bool { return a.sees(b) && b.sees(a) })

	back := inSchool(start(t, 3, quick, seed)) // knows the old key alone
	until(t, "it has tried", func() bool {
		back.Pools.school.rejoiner.mu.Lock()
		defer back.Pools.school.rejoiner.mu.Unlock()
		for _, tr := range back.Pools.school.rejoiner.tries {
			if !tr.under && !tr.next.IsZero() {
				return true
			}
		}
		return false
	})
	if a.sees(b, back) {
		t.Error("the old key still lets a box in")
	}
	back.turnTo(secondKey) // as it hears by address
	until(t, "the one that was away is back", func() bool { return a.sees(b, back) && b.sees(a, back) && back.sees(a, b) })
	if len(stolen.Near()) > 2 {
		t.Errorf("the stolen box sees %v", stolen.Near())
	}
}

func TestASecondTurnBeforeTheFirstIsOverEndsInTheSecond(t *testing.T) {
	quick := func(o *Options) { o.Pace.Turn = 300 * time.Millisecond }
	a := inSchool(start(t, 1, quick, nil))
	until(t, "a runs", func() bool { return a.Addr() != "" })
	b := inSchool(start(t, 2, quick, func() []string { return []string{a.Addr()} }))
	until(t, "two see each other", func() bool { return a.sees(b) && b.sees(a) })
	third := bytes.Repeat([]byte{6}, 32)
	a.turnTo(secondKey)
	until(t, "a understands both", func() bool { _, n := a.speaks(); return n == 2 })
	a.turnTo(third)
	b.turnTo(third)
	until(t, "both have turned", func() bool { return a.turnedTo(third) && b.turnedTo(third) })
	if !a.sees(b) || !b.sees(a) {
		t.Errorf("a sees %v, b sees %v", a.Near(), b.Near())
	}
}
