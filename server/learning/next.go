package learning

import (
	"encoding/binary"

	"github.com/zeebo/blake3"

	"lamplight/content"
)

// seeds is how many variants of an exercise a learner meets before numbers come round again.
const seeds = 1 << 12

// Next chooses what a learner is asked next: a pure function of where they stand, so that reloading a page shows the
// same question, and two boxes in step choose alike.
//
// After a try that was not right comes a sibling variant of the same item (at most once, then another item).
// Otherwise items come in the author's order the first time round, later shuffled anew for each learner and round,
// never the same item twice in a row where there are two. A seed not met for thousands of tries is drawn; same, if not nil,
// says whether two seeds of an item happen to draw the same numbers, and then another is tried. False when the
// exercise has no items.
func Next(ex content.Exercise, who PersonID, st ExerciseState, same func(it content.Item, a, b uint64) bool) (it content.Item, seed uint64, ok bool) {
	if len(ex.Items) == 0 {
		return it, 0, false
	}
	last := -1
	for i := range ex.Items {
		if ex.Items[i].ID == st.Item {
			last = i
		}
	}
	i := last
	if !st.Again || last < 0 {
		i = nextItem(ex, who, st.Turn, last)
	}
	it = ex.Items[i]
	first := draw(who, ex.ID, 0) // differs between neighbours, so that answers cannot be copied
	for k := range uint64(8) {
		seed = 1 + (first+uint64(st.FirstTries)*8+k)%seeds
		if i != last || same == nil || !same(it, st.Seed, seed) {
			break
		}
	}
	return it, seed, true
}

// nextItem is the item of a turn. last is the item answered last, −1 none.
func nextItem(ex content.Exercise, who PersonID, turn, last int) int {
	n := len(ex.Items)
	round, at := turn/n, turn%n
	i := roundOrder(ex.ID, who, round, n)[at]
	if i != last || n == 1 {
		return i
	}
	// The end of one round met the start of the next, or the exercise has been edited: take a neighbour instead.
	return roundOrder(ex.ID, who, round, n)[(at+1)%n]
}

func roundOrder(ex content.ResourceID, who PersonID, round, n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if round == 0 {
		return order
	}
	for i := n - 1; i > 0; i-- {
		j := int(draw(who, ex, uint64(round)<<32|uint64(i)) % uint64(i+1))
		order[i], order[j] = order[j], order[i]
	}
	return order
}

// draw is a number that looks random and is the same everywhere.
func draw(who PersonID, ex content.ResourceID, n uint64) uint64 {
	b := append([]byte(string(who)+"\x00"+string(ex)+"\x00"), 0, 0, 0, 0, 0, 0, 0, 0)
	binary.BigEndian.PutUint64(b[len(b)-8:], n)
	h := blake3.Sum256(b)
	return binary.BigEndian.Uint64(h[:8])
}
