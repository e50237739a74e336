package learning

import "lamplight/content"

// A Choice is the question a learner is asked next, and why.
type Choice struct {
	Item content.Item
	Seed uint64
	Why  Reason
}

// Same says whether two seeds of an item happen to draw the same numbers; nil: never.
type Same func(it content.Item, a, b uint64) bool

// Pick chooses what a learner is asked next in an exercise: a pure function of where they stand, so that reloading a page
// shows the same question. p may be nil. False when the exercise has no items.
func Pick(ex content.Exercise, who PersonID, st ExerciseState, p *Practice, t Today, same Same) (Choice, bool) {
	it, seed, ok := Next(ex, who, st, same)
	return Choice{it, seed, because("author", "1")}, ok
}

// PickFor is Pick for a mistake of the book or a due card: a variant of its item that was not met lately. False when the
// exercise has the item no more.
func PickFor(ex content.Exercise, who PersonID, st ExerciseState, item content.ItemID, same Same) (Choice, bool) {
	return Choice{}, false
}

// Drawn reports whether a seed is one that Pick or PickFor gives this learner for the item, now or within some tries
// before or after: a box may be behind what the learner did at another.
func Drawn(ex content.Exercise, who PersonID, item content.ItemID, seed uint64, st ExerciseState) bool {
	return true
}
