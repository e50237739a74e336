package learning

import "math"

// A memory is how well an item is kept in mind: FSRS-6, the free spaced repetition scheduler, with its published default
// weights. Right is its grade Good, wrong its Again; there are no others here, and weights are not fitted on a box.
// (Ye, Su, Cao: "A stochastic shortest path algorithm for optimizing spaced repetition scheduling", KDD 2022, and the
// algorithm's own pages at github.com/open-spaced-repetition.)
type memory struct {
	stability  float64 // days until nine in ten are still known; 0 never met
	difficulty float64 // 1 to 10
}

// Default weights of FSRS-6. Those for the grades Hard and Easy (1, 3, 15, 16) are not used.
const (
	w0, w2             = 0.212, 2.3065 // first stability after wrong and right
	w4, w5, w6, w7     = 6.4133, 0.8334, 3.0194, 0.001
	w8, w9, w10        = 1.8722, 0.1666, 0.796
	w11, w12, w13, w14 = 1.4835, 0.0614, 0.2629, 1.6483
	w17, w18, w19      = 0.5425, 0.0912, 0.0658
	w20                = 0.1542
)

const (
	leastStability = 0.001
	mostStability  = 36500
	maxInterval    = 180 // days: two terms
)

var (
	forgetting = expOf(0.10536051565782630123/w20) - 1 // 0.9^(−1/w20) − 1
	recalling  = expOf(w8)
	ceiling    = expOf(float64(w17 * w18))
	easyStart  = w4 - expOf(float64(w5*3)) + 1 // difficulty that all drifts to: the first one after grade Easy
)

// review is the memory after an answer, days after the one before (0 on the same day, and where nobody knows).
func (m memory) review(right bool, days int) memory {
	if m.stability == 0 {
		if right {
			return memory{w2, bounded(w4-expOf(float64(w5*2))+1, 1, 10)}
		}
		return memory{w0, w4}
	}
	var s float64
	switch {
	case days == 0:
		s = m.sameDay(right)
	case right:
		s = m.recalled(m.retrievable(days))
	default:
		s = m.forgotten(m.retrievable(days))
	}
	return memory{bounded(s, leastStability, mostStability), m.harder(right)}
}

// retrievable is the chance that the item is still known after so many days.
func (m memory) retrievable(days int) float64 {
	return powOf(1+float64(float64(forgetting*float64(days))/m.stability), -w20)
}

func (m memory) recalled(r float64) float64 {
	grow := float64(recalling * (11 - m.difficulty))
	grow = float64(grow * powOf(m.stability, -w9))
	grow = float64(grow * (expOf(float64((1-r)*w10)) - 1))
	return float64(m.stability * (1 + grow))
}

func (m memory) forgotten(r float64) float64 {
	s := float64(w11 * powOf(m.difficulty, -w12))
	s = float64(s * (powOf(m.stability+1, w13) - 1))
	s = float64(s * expOf(float64((1-r)*w14)))
	return min(s, m.stability/ceiling)
}

func (m memory) sameDay(right bool) float64 {
	grade := -2.0 // Again − Good
	if right {
		grade = 0
	}
	grow := float64(expOf(float64(w17*(grade+w18))) * powOf(m.stability, -w19))
	if right {
		grow = max(grow, 1)
	}
	return float64(m.stability * grow)
}

// harder is the difficulty after an answer: a right one leaves it where it is but for the drift.
func (m memory) harder(right bool) float64 {
	d := m.difficulty
	if !right {
		d += float64((10 - d) * (2 * w6) / 9)
	}
	return bounded(float64(w7*easyStart)+float64((1-w7)*d), 1, 10)
}

// interval is after how many whole days, 1 to maxInterval, nine in ten would still know it.
func (m memory) interval() int {
	return int(bounded(math.Floor(m.stability+0.5), 1, maxInterval))
}

func bounded(x, low, high float64) float64 { return min(max(x, low), high) }
