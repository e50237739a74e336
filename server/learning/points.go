package learning

// Points for effort: there are no ranks, and none is ever taken away for a wrong answer.
const (
	PointTry      = 1 // a first try
	PointMended   = 2 // a mistake that left the book
	PointMastered = 3 // an exercise mastered
	PointDay      = 1 // a day come back
)

// Points is what a learner's effort adds up to; mastered is how many exercises they have mastered.
func (p *Practice) Points(c Calendar, mastered int) int { return 0 }
