package paper

import (
	"math/bits"
	"math/rand/v2"
	"regexp"
	"strconv"
	"testing"
)

func turns(code uint32) [4]uint32 {
	one := quarter(code)
	two := quarter(one)
	return [4]uint32{code, one, two, quarter(two)}
}

func TestTheCodesAreWhatTheSearchFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 0))
	var all []uint32
	for n := 0; n < Cards; {
		c := r.Uint32() & (1<<codeBits - 1)
		if bits.OnesCount32(c)%2 == 1 {
			c ^= 1 << (codeBits / 2) // an even number of dark cells: then cards differ in an even number, too
		}
		ones := bits.OnesCount32(c)
		ok := ones >= 8 && ones <= 17
		for i, x := range turns(c) {
			ok = ok && (i == 0 || bits.OnesCount32(c^x) >= apart)
		}
		for _, x := range all {
			ok = ok && bits.OnesCount32(c^x) >= apart
		}
		if !ok {
			continue
		}
		if codes[n] != c {
			t.Fatalf("card %d is %#x, the search finds %#x", n+1, codes[n], c)
		}
		for _, x := range turns(c) {
			all = append(all, x)
		}
		n++
	}
}

func TestNoTwoCardsAreAlikeHoweverTheyAreTurned(t *testing.T) {
	least := codeBits
	for i := range codes {
		for k := range i + 1 {
			for n, x := range turns(codes[k]) {
				if i != k || n > 0 {
					least = min(least, bits.OnesCount32(codes[i]^x))
				}
			}
		}
	}
	if least != apart {
		t.Errorf("two cards differ in %d cells only, want at least %d", least, apart)
	}
}

func TestACardIsFoundTurnedAndWithTwoCellsWrong(t *testing.T) {
	for i, c := range codes {
		for n, x := range turns(c) {
			wrong := uint32(1<<(i%codeBits) | 1<<((i+7)%codeBits))
			got := nearest(x^wrong, codes[:])
			if got.card != i+1 || got.turns != n || got.wrong != wrong {
				t.Fatalf("card %d turned %d: found %+v", i+1, n, got)
			}
		}
	}
}

func TestAGridIsDrawnAsItIsRead(t *testing.T) {
	svg, cells := SVG(7), 0
	for y := range grid {
		for x := range grid {
			if dark(7, x, y) {
				cells++
			}
		}
	}
	drawn := 0
	for _, m := range regexp.MustCompile(`h(\d+)v1h-`).FindAllStringSubmatch(svg, -1) {
		n, _ := strconv.Atoi(m[1])
		drawn += n
	}
	if drawn != cells {
		t.Errorf("%d cells are drawn, %d are dark", drawn, cells)
	}
}
