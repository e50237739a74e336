package learning

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/content/arrange"
)

// A Choice is the question a learner is asked next, and why.
type Choice struct {
	Item content.Item
	Seed uint64
	Why  Reason
}

// Same says whether two seeds of an item happen to draw the same numbers; nil: never.
type Same func(it content.Item, a, b uint64) bool

const (
	aim       = 750_000 // chance of a right answer that is neither boring nor frightening, in millionths
	aimEasier = 850_000 // and after two tries that were not right
	bestOf    = 5       // items nearest the aim that one is drawn from
	everyDue  = 5       // each so manieth question is one that is due again
	maxWrong  = 2       // tries not right in a row before an easier item
)

// Pick chooses what a learner is asked next in an exercise: a pure function of where they stand, so that reloading a page
// shows the same question, and two boxes in step choose alike. p may be nil. False when the exercise has no items.
//
// After a try that was not right comes a sibling variant of the same item, if it has one, after two an easier item. Every fifth question
// is a mistake of this exercise or an item that is due again. Otherwise, in an exercise whose items are rated, one of the
// five whose chance of a right answer is nearest three in four; in others, and in all that want every item done, the items
// in the author's order until each was met, then shuffled anew for each learner and round. Never the same item twice in a
// row, where there are two, but for siblings; and never the same numbers twice in a row, as far as same can tell.
func Pick(ex content.Exercise, who PersonID, st ExerciseState, p *Practice, t Today, same Same) (Choice, bool) {
	if len(ex.Items) == 0 {
		return Choice{}, false
	}
	if p == nil {
		p = &Practice{}
	}
	k := picker{ex, who, st, p, t, same, slices.IndexFunc(ex.Items, func(it content.Item) bool { return it.ID == st.Item })}
	i, why := k.pick()
	return Choice{ex.Items[i], k.seed(i), why}, true
}

// PickFor is Pick for a mistake of the book or a due card: a variant of its item that was not met lately. False when the
// exercise has the item no more.
func PickFor(ex content.Exercise, who PersonID, st ExerciseState, item content.ItemID, same Same) (Choice, bool) {
	i := slices.IndexFunc(ex.Items, func(it content.Item) bool { return it.ID == item })
	if i < 0 {
		return Choice{}, false
	}
	k := picker{ex: ex, who: who, st: st, same: same, last: -1}
	if st.Item == item {
		k.last = i
	}
	return Choice{ex.Items[i], k.seed(i), because("sibling")}, true
}

// A picker is what one choice goes by. last is the index of the item answered last, −1 none.
type picker struct {
	ex   content.Exercise
	who  PersonID
	st   ExerciseState
	p    *Practice
	t    Today
	same Same
	last int
}

func (k *picker) pick() (int, Reason) {
	switch {
	case k.last >= 0 && k.st.Again && k.hasSibling():
		return k.last, because("sibling")
	case len(k.ex.Items) == 1 && k.last == 0:
		return 0, because("round")
	}
	if k.last >= 0 && k.struggling() {
		return k.easier(), because("easier")
	}
	if k.st.FirstTries%everyDue == everyDue-1 {
		if i, why, ok := k.due(); ok {
			return i, why
		}
	}
	if k.ex.Criterion.Type != "do_all" && slices.ContainsFunc(k.ex.Items, func(it content.Item) bool { return it.Rating != 0 }) {
		return k.level(), because("level")
	}
	return k.inOrder()
}

// struggling reports whether the last maxWrong first tries were not right, the last time around.
func (k *picker) struggling() bool {
	n := len(k.st.Dots)
	return n >= maxWrong && !slices.Contains(k.st.Dots[n-maxWrong:], DotRight)
}

func (k *picker) chance(i int) int64 {
	it := k.ex.Items[i]
	return k.p.chance(SkillOf(k.ex, it), levelOf(it.Rating))
}

func (k *picker) met(i int) *met { return k.p.items[itemKey{k.ex.ID, k.ex.Items[i].ID}] }

// easier is an item easier than the last: by rating and then by the author's order, for authors begin with the easy ones.
// Of those, one that is likely enough to come out right and no easier than needed; without ratings one that was right
// before. When the last was the easiest, the next easiest.
func (k *picker) easier() int {
	order := k.indexes()
	arrange.Stably(order, func(a, b int) int { return cmp.Compare(levelOf(k.ex.Items[a].Rating), levelOf(k.ex.Items[b].Rating)) })
	at := slices.Index(order, k.last)
	if at == 0 {
		return order[1]
	}
	order = order[:at]
	known := slices.DeleteFunc(slices.Clone(order), func(i int) bool { m := k.met(i); return m == nil || !m.last().mended })
	if levelOf(k.ex.Items[order[0]].Rating) == levelOf(k.ex.Items[k.last].Rating) {
		if len(known) == 0 {
			return order[0]
		}
		return known[k.draw(len(known))]
	}
	best := order[0]
	for _, i := range order {
		if k.chance(i) >= aimEasier && levelOf(k.ex.Items[i].Rating) < levelOf(k.ex.Items[k.last].Rating) {
			best = i
		}
	}
	return best
}

// due is a mistake of the exercise that waits, else an item that its memory says is due, the longest not met first.
func (k *picker) due() (int, Reason, bool) {
	best, bestWhy, found, mistake := 0, Reason{}, false, false
	for i := range k.ex.Items {
		m := k.met(i)
		if m == nil || i == k.last {
			continue
		}
		mi, open := m.mistake(itemKey{k.ex.ID, k.ex.Items[i].ID}, k.t)
		switch {
		case open && mi.Now && !mistake:
			best, bestWhy, found, mistake = i, mi.Why, true, true
		case !open && !found && m.dueItem(k.t):
			best, bestWhy, found = i, k.t.since("due", m.last().at), true
		}
	}
	return best, bestWhy, found
}

// level is one of the items nearest the aim.
func (k *picker) level() int {
	order := slices.DeleteFunc(k.indexes(), func(i int) bool { return i == k.last })
	off := func(i int) int64 { return max(k.chance(i)-aim, aim-k.chance(i)) }
	arrange.Stably(order, func(a, b int) int { return cmp.Compare(off(a), off(b)) })
	return order[k.draw(min(bestOf, len(order)))]
}

func (k *picker) indexes() []int {
	out := make([]int, len(k.ex.Items))
	for i := range out {
		out[i] = i
	}
	return out
}

// inOrder is the first item not met yet, and once all were met that of the turn.
func (k *picker) inOrder() (int, Reason) {
	if k.p.drills[k.ex.ID] != nil {
		for i := range k.ex.Items {
			if k.met(i) == nil && i != k.last {
				return i, because("author", "n", count(i+1))
			}
		}
	}
	i := nextItem(k.ex, k.who, k.st.Turn, k.last)
	if k.st.Turn < len(k.ex.Items) && k.p.drills[k.ex.ID] == nil {
		return i, because("author", "n", count(i+1))
	}
	return i, because("round")
}

// draw is one of n that looks random and changes with every first try.
func (k *picker) draw(n int) int {
	return int(draw(k.who, k.ex.ID, 1<<63|uint64(k.st.FirstTries)) % uint64(n))
}

// seeds is how many variants of an item a learner meets before numbers come round again: as many as events keep in two
// bytes. seedsATry are the ones looked through for numbers that differ from the last.
const (
	seeds     = 1<<14 - 1
	seedsATry = 8
	triesOff  = 32
)

// seed draws the variant of an item. It differs between neighbours, so that answers cannot be copied.
func (k *picker) seed(i int) (seed uint64) {
	for n := range uint64(seedsATry) {
		seed = k.candidate(n)
		if i != k.last || k.same == nil || !k.same(k.ex.Items[i], k.st.Seed, seed) {
			break
		}
	}
	return seed
}

// candidate is the n'th seed that may be drawn after so many first tries.
func (k *picker) candidate(n uint64) uint64 {
	return 1 + (draw(k.who, k.ex.ID, 0)%seeds+uint64(k.st.FirstTries)*seedsATry+n)%seeds
}

// hasSibling reports whether the item answered last can be asked with other numbers. One that has but one variant comes
// back later, from the mistakes book.
func (k *picker) hasSibling() bool {
	return k.same == nil || !k.same(k.ex.Items[k.last], k.st.Seed, k.seed(k.last))
}

// Drawn reports whether a seed is one that Pick or PickFor gives this learner for the item, now or within 32 tries before
// or after: a box may be behind what the learner did at another, and a phone may bring answers late. It keeps people from
// asking for the one variant they know.
func Drawn(ex content.Exercise, who PersonID, item content.ItemID, seed uint64, st ExerciseState) bool {
	if seed < 1 || seed > seeds || !slices.ContainsFunc(ex.Items, func(it content.Item) bool { return it.ID == item }) {
		return false
	}
	from := max(st.FirstTries-triesOff, 0)
	wide := uint64(st.FirstTries+triesOff+1-from) * seedsATry
	first := draw(who, ex.ID, 0)%seeds + uint64(from)*seedsATry
	return (seed-1+seeds-first%seeds)%seeds < wide
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

// roundOrder is the order of n things in a round: as they are in round 0, later shuffled for each learner and round.
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
