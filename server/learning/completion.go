package learning

import "lamplight/content"

// Completed reports whether a learner is through with a resource, by c (see content.Node.CompletedBy); items is how many
// questions an exercise has, 0 unknown. What a learner said to be finished, and what was complete once, stays so.
//
// By score, Amount percent of the items must have come out right in first tries, all items having been tried as often as
// there are of them; an answer partly right counts as wrong there.
func Completed(c content.Completion, p Progress, items int) bool {
	if p.Complete {
		return true
	}
	switch c.By {
	case content.ByTime:
		return p.Seconds >= c.Amount*60
	case content.ByPages, content.ByPercent:
		return p.Percent >= min(c.Amount*100, WholePercent)
	case content.ByMastery:
		return p.Exercise != nil && p.Exercise.Mastered
	case content.ByScore:
		return p.Exercise != nil && items > 0 && p.Exercise.FirstTries >= items && min(p.Exercise.Right, items)*100 >= c.Amount*items
	}
	return false
}
