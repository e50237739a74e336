package reconcile

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"lamplight/sync/clock"
)

func streamOf(n uint64) (s clock.Stream) {
	binary.BigEndian.PutUint64(s[:], n*0x9e3779b97f4a7c15)
	return s
}

func TestADeltaBringsTheVectorThatItWasMadeOf(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for round := range 2000 {
		base, now := clock.Vector{}, clock.Vector{}
		for range r.IntN(40) {
			s := streamOf(r.Uint64N(60))
			base[s] = r.Uint64N(1 << r.IntN(40)) // some hold nothing
			now[s] = max(base[s], 1)
			if r.IntN(3) == 0 {
				now[s] += r.Uint64N(1 << r.IntN(40))
			} else if r.IntN(9) == 0 {
				now[s] = 1 + r.Uint64N(now[s]) // records were lost, not all
			}
		}
		for range r.IntN(4) {
			now[streamOf(100+r.Uint64N(9))] = 1 + r.Uint64N(1000)
		}
		delta, ok := Delta(base, now)
		if !ok {
			t.Fatalf("round %d: no delta of %v and %v", round, base, now)
		}
		got, err := Patch(base, delta)
		if err != nil || !got.Equal(now) || Sum(got) != Sum(now) {
			t.Fatalf("round %d: %v: %v and %x is %v, want %v", round, err, base, delta, got, now)
		}
	}
}

func TestADeltaCostsAFewBytesAStream(t *testing.T) {
	base, now := clock.Vector{}, clock.Vector{}
	for i := range uint64(30) {
		base[streamOf(i)], now[streamOf(i)] = 33_333, 33_336
	}
	delta, ok := Delta(base, now)
	if !ok || len(delta) > 1+2*30 {
		t.Errorf("30 streams that grew by 3 are %d bytes (%v)", len(delta), ok)
	}
	if same, ok := Delta(base, base); !ok || len(same) != 0 {
		t.Errorf("nothing is %x, %v", same, ok)
	}
	delete(now, streamOf(4))
	if _, ok := Delta(base, now); ok {
		t.Error("a stream that is gone was left out")
	}
}

func TestADeltaOfNonsenseIsRefused(t *testing.T) {
	base := clock.Vector{streamOf(1): 5, streamOf(2): 9}
	one := streamOf(1)
	for name, delta := range map[string][]byte{
		"a stream beyond the last":  {1, 2, 2},
		"no growth":                 {1, 0, 0},
		"below nothing":             append([]byte{1, 0}, binary.AppendVarint(nil, -100)...),
		"a count without streams":   {5},
		"half a stream":             {0, 1, 2, 3},
		"a new stream that is old":  append(append([]byte{0}, one[:]...), 7),
		"a new stream of nothing":   append([]byte{0, 1, 1, 1, 1, 1, 1, 1, 1}, 0),
		"new streams out of order":  {0, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
		"a sequence above all sane": append([]byte{0, 1, 1, 1, 1, 1, 1, 1, 1}, binary.AppendUvarint(nil, 1<<63)...),
	} {
		if v, err := Patch(base, delta); err == nil {
			t.Errorf("%s: %v", name, v)
		}
	}
}

func FuzzPatch(f *testing.F) {
	base := clock.Vector{streamOf(1): 5, streamOf(2): 9, streamOf(3): 1 << 40}
	delta, _ := Delta(base, clock.Vector{streamOf(1): 6, streamOf(2): 9, streamOf(3): 1 << 41, streamOf(9): 3})
	f.Add(delta)
	f.Add([]byte{0})
	f.Fuzz(func(t *testing.T, delta []byte) {
		v, err := Patch(base, delta)
		if err != nil {
			return
		}
		again, ok := Delta(base, v)
		if back, err := Patch(base, again); !ok || err != nil || !back.Equal(v) {
			t.Fatalf("%x gives %v, and that %x, %v, %v", delta, v, again, ok, err)
		}
	})
}
