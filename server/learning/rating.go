package learning

import "math/bits"

// Ratings are an Elo model: the chance of a right first try is 1/(1+exp(−(g+t−d))), where g is how well a learner does
// all in all, t how well they do one skill beyond that, and d how hard the item is. After a try both g and t move by half of
// K(n)·(right − chance), K(n) = 1/(1+n/10), n the tries that moved that value before. d is shipped with the item and never
// moves on a box, so that what a learner's ratings are follows from their own answers alone. (Pelánek, "Applications of the
// Elo rating system in adaptive educational systems", Computers & Education 98, 2016.)
//
// All is counted in whole millionths: two boxes must agree to the last digit, and floating point does not promise that.

// million is one logit, and certainty.
const million = 1_000_000

// middle is the rating of an item that is unrated, and of d = 0; a logit is 173.7 points of rating, as in chess.
const middle = 1000

// levelOf is d of an item of that rating, 0 unrated.
func levelOf(rating int) int64 {
	if rating == 0 {
		rating = middle
	}
	return int64(min(max(rating, 1), 4000)-middle) * million * 10 / 1737
}

// A theta is g or t: its value in millionths of a logit, and the tries that moved it.
type theta struct{ value, n int64 }

// maxTheta keeps a value where the table of chances still tells neighbours apart.
const maxTheta = 8 * million

// move is one try with the error right − chance, in millionths.
func (t *theta) move(err int64) {
	t.value += err * 10 / (2 * (10 + t.n))
	t.value = min(max(t.value, -maxTheta), maxTheta)
	t.n++
}

// The table of chances has 64 steps a logit up to 16; between them it is a straight line, wrong by 3 millionths at most.
const (
	stepsPerLogit = 64
	tableLogits   = 16
)

var chances = tableOfChances()

// tableOfChances is 1/(1+exp(−x)) at each step, from integer products alone.
func tableOfChances() (out [tableLogits*stepsPerLogit + 1]int64) {
	const oneStep = 9080376907458843210 // 2^63 · exp(−1/64)
	e := uint64(1 << 63)                // 2^63 · exp(−x)
	for i := range out {
		// 1/(1+e) = 2^63·million / (2^63+e)
		hi, lo := bits.Mul64(1<<63, million)
		q, r := bits.Div64(hi, lo, 1<<63+min(e, 1<<63-1))
		out[i] = int64(q)
		if r >= 1<<62 {
			out[i]++
		}
		hi, lo = bits.Mul64(e, oneStep)
		e = hi<<1 | lo>>63
	}
	return out
}

// chance is 1/(1+exp(−x)) in millionths, x in millionths of a logit.
func chance(x int64) int64 {
	if x < 0 {
		return million - chance(-x)
	}
	const step = million / stepsPerLogit
	i, rest := x/step, x%step
	if i >= int64(len(chances))-1 {
		return chances[len(chances)-1]
	}
	return chances[i] + (chances[i+1]-chances[i])*rest/step
}
