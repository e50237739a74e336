package learning

import "lamplight/content"

// Next is Pick without what the learner did elsewhere.
func Next(ex content.Exercise, who PersonID, st ExerciseState, same Same) (it content.Item, seed uint64, ok bool) {
	c, ok := Pick(ex, who, st, nil, Today{}, same)
	return c.Item, c.Seed, ok
}
