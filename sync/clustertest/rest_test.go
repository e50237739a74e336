package clustertest

import (
	"testing"

	"lamplight/sync/clock"
)

// rests meets until two boxes have nothing to call each other for, and counts how many sessions that took.
func rests(t *testing.T, a, b *Box, most int) {
	t.Helper()
	for n := 1; n <= most; n++ {
		if sum := b.MustMeet(a); sum.Unchanged && a.Node.Digest() == b.Node.Digest() {
			t.Logf("at rest in session %d", n)
			return
		}
	}
	t.Errorf("after %d sessions they are not at rest: digests %x and %x", most, a.Node.Digest(), b.Node.Digest())
}

// loses puts a card from before back into b.
func loses(b *Box, before string) {
	b.Stop()
	_ = b.Log.(Disk).Close()
	b.Dir = folder(b.t)
	copyFolder(b.t, b.Dir, before)
	b.openKeys()
	b.openLog()
	b.Start()
}

func TestTwoBoxesComeToRestAfterAFork(t *testing.T) {
	for _, forks := range []int{1, 3, 60} {
		if testing.Short() && forks > 3 {
			continue
		}
		n := NewNetwork(1)
		cast := NewCast(t, "a", "b")
		a, b := cast.Box(t, n, 0, nil, nil), cast.Box(t, n, 1, nil, nil)
		b.MustWrite(cast.School.Learn(), 10)
		a.MustMeet(b)
		before := folder(t)
		copyFolder(t, before, b.Dir)
		b.MustWrite(cast.School.Learn(), 5)
		a.MustMeet(b)
		for range forks { // each time it writes something else of the same numbers
			loses(b, before)
			b.MustWrite(cast.School.Learn(), 5)
			if _, err := b.Meet(a); err != nil {
				t.Fatal(err)
			}
		}
		rests(t, a, b, 8)
	}
}

func TestTwoBoxesRestThoughOneHoldsMoreOfARevokedBoxThanCounts(t *testing.T) {
	n := NewNetwork(1)
	cast := NewCast(t, "a", "b", "c")
	a, b, c := cast.Box(t, n, 0, nil, nil), cast.Box(t, n, 1, nil, nil), cast.Box(t, n, 2, nil, nil)
	c.MustWrite(cast.School.Learn(), 10)
	a.MustMeet(c)
	c.MustWrite(cast.School.Learn(), 5)
	b.MustMeet(c)
	for _, box := range []*Box{a, b} {
		last := clock.Vector{c.Device.Stream(cast.School.Learn()): 10}
		if err := box.Registry.Revoke(c.Device.ID(), last); err != nil {
			t.Fatal(err)
		}
	}
	rests(t, a, b, 3)
}
