package learning

// Points for effort: there are no ranks, and none is taken away for a wrong answer.
const (
	PointTry      = 1 // a first try
	PointMended   = 2 // a mistake that left the book
	PointMastered = 3 // an exercise mastered
	PointDay      = 1 // a day come back after the first
)

// Points is what a learner's effort adds up to; mastered is how many exercises they have mastered.
func (p *Practice) Points(c Calendar, mastered int) int {
	return p.tries*PointTry + p.Mended(c)*PointMended + mastered*PointMastered + max(p.Days(c)-1, 0)*PointDay
}

// Tries is how many first tries a learner made, right or wrong.
func (p *Practice) Tries() int { return p.tries }

// Days counts the days on which something was answered, as far as they are known.
func (p *Practice) Days(c Calendar) int {
	days := map[int]bool{}
	for _, st := range p.visits {
		if day, known := dayOf(c, st); known {
			days[day] = true
		}
	}
	return len(days)
}
