package reconcile

import (
	"errors"
	"io/fs"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"lamplight/sync/clock"
)

func stream(n uint8) clock.Stream { return clock.Stream{n % 7, n} }

func vectors() *rapid.Generator[clock.Vector] {
	return rapid.Custom(func(t *rapid.T) clock.Vector {
		v := clock.Vector{}
		for _, n := range rapid.SliceOfN(rapid.Uint8(), 0, 20).Draw(t, "streams") {
			v[stream(n)] = rapid.Uint64Range(1, 1<<40).Draw(t, "seq")
		}
		return v
	})
}

func TestAChangeTurnsTheRememberedVectorIntoTheNewOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, now := vectors().Draw(t, "base"), vectors().Draw(t, "now")
		if got := Apply(base, Change(base, now)); !maps.Equal(got, now) {
			t.Fatalf("base %v with its change is %v, want %v", base, got, now)
		}
	})
}

func TestReceivingWhatIsLackingSettlesTheDebt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mine, theirs := vectors().Draw(t, "mine"), vectors().Draw(t, "theirs")
		lacks := Lacks(mine, theirs)
		if owed := Owed(theirs, mine); owed.Streams != len(lacks) {
			t.Fatalf("%d streams owed, %d lacking", owed.Streams, len(lacks))
		}
		after := Apply(mine, lacks)
		if owed := Owed(theirs, after); owed != (Debt{}) {
			t.Fatalf("still owed after receiving all: %+v", owed)
		}
		if !maps.Equal(after, Union(mine, theirs)) {
			t.Fatalf("after receiving: %v, want the union of %v and %v", after, mine, theirs)
		}
	})
}

func TestVectorsSurviveTheWireAndDigestsTellThemApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := vectors().Draw(t, "a"), vectors().Draw(t, "b")
		got, err := Parse(Append(nil, a))
		if err != nil || !maps.Equal(got, a) {
			t.Fatalf("read back %v (%v), want %v", got, err, a)
		}
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

func TestBrokenVectorsAreRefused(t *testing.T) {
	good := Append(nil, clock.Vector{stream(1): 5, stream(2): 300})
	for name, raw := range map[string][]byte{
		"empty":           {},
		"cut":             good[:len(good)-1],
		"trailing":        append(append([]byte{}, good...), 0),
		"huge count":      {0xff, 0xff, 0xff, 0xff, 0x0f},
		"out of order":    append(append([]byte{2}, good[10:]...), good[1:10]...),
		"stream twice":    append(append([]byte{2}, good[1:10]...), good[1:10]...),
		"endless uvarint": append([]byte{1, 0, 0, 0, 0, 0, 0, 0, 0}, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
	} {
		if _, err := Parse(raw); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s: got %v, want fs.ErrInvalid", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(Append(nil, clock.Vector{stream(1): 5, stream(2): 300}))
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := Parse(raw)
		if err != nil {
			return
		}
		again, err := Parse(Append(nil, v))
		if err != nil || !maps.Equal(again, v) {
			t.Fatalf("%x: %v then %v (%v)", raw, v, again, err)
		}
	})
}
