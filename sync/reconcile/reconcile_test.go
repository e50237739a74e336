package reconcile

import (
	"maps"
	"testing"

	"pgregory.net/rapid"

	"lamplight/sync/clock"
)

func stream(n uint8) clock.Stream { return clock.Stream{n % 7, n} }

func vectors() *rapid.Generator[clock.Vector] {
	return rapid.Custom(func(t *rapid.T) clock.Vector {
		v := clock.Vector{}
		for _, n := range rapid.SliceOfN(rapid.Uint8Range(0, 9), 0, 8).Draw(t, "streams") {
			v[stream(n)] = rapid.Uint64Range(1, 4).Draw(t, "seq")
		}
		return v
	})
}

func TestAChangeTurnsTheRememberedVectorIntoTheNewOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, now := vectors().Draw(t, "base"), vectors().Draw(t, "now")
		change, ok := Change(base, now)
		lost := false
		for s := range base {
			lost = lost || now[s] == 0
		}
		if ok == lost {
			t.Fatalf("base %v, now %v: change possible %v", base, now, ok)
		}
		if got := Apply(base, change); ok && !maps.Equal(got, now) {
			t.Fatalf("base %v with its change is %v, want %v", base, got, now)
		}
	})
}

func TestReceivingWhatIsLackingSettlesTheDebt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mine, theirs := vectors().Draw(t, "mine"), vectors().Draw(t, "theirs")
		owed := Owed(theirs, mine)
		lacking := clock.Vector{}
		for s, n := range theirs {
			if n > mine[s] {
				lacking[s] = n
			}
		}
		if owed.Streams != len(lacking) {
			t.Fatalf("%d streams owed, %d lacking", owed.Streams, len(lacking))
		}
		after := Apply(mine, lacking)
		if owed := Owed(theirs, after); owed != (Debt{}) {
			t.Fatalf("still owed after receiving all: %+v", owed)
		}
		if !after.Covers(mine) || !after.Covers(theirs) {
			t.Fatalf("after receiving: %v, want all of %v and %v", after, mine, theirs)
		}
	})
}

func TestDigestsTellVectorsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := vectors().Draw(t, "a"), vectors().Draw(t, "b")
		if (Sum(a) == Sum(b)) != maps.Equal(a, b) {
			t.Fatalf("digests of %v and %v disagree with the vectors", a, b)
		}
	})
}

func TestAStreamHeldToZeroIsNotHeld(t *testing.T) {
	if Sum(clock.Vector{stream(1): 0}) != Sum(nil) {
		t.Error("an empty stream changed the digest")
	}
}
