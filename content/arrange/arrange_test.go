package arrange

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestTheOrderIsThatOfTheStandardLibrary(t *testing.T) {
	type card struct{ number, drawn int }
	r := rand.New(rand.NewPCG(3, 5))
	for n := range 60 {
		drawn := make([]card, n)
		for i := range drawn {
			drawn[i] = card{r.IntN(8), i}
		}
		byNumber := func(a, b card) int { return cmp.Compare(a.number, b.number) }
		want, stable, any := slices.Clone(drawn), slices.Clone(drawn), slices.Clone(drawn)
		slices.SortStableFunc(want, byNumber)
		Stably(stable, byNumber)
		By(any, byNumber)
		if !slices.Equal(stable, want) {
			t.Fatalf("Stably gives %v, want %v", stable, want)
		}
		if !slices.IsSortedFunc(any, byNumber) {
			t.Fatalf("By gives %v", any)
		}
	}
}
