package report

import (
	"math"
	"slices"
	"strings"

	"lamplight/content/arrange"
)

// An Outcome is what came of one question on one learner's paper.
type Outcome uint8

const (
	NotAsked Outcome = iota // it was not on this paper
	Unanswered
	Wrong
	Right
)

// An Answer is one learner's to one question. Choice tells which wrong answer it was: answers that come of the same thought
// have the same Choice, and another Choice than all others. It is "" where Outcome is not Wrong and not Right.
type Answer struct {
	Outcome Outcome
	Choice  string
}

// A Paper is one learner's answers, one for each question of the quiz in its order.
type Paper []Answer

// A Chosen is a wrong answer and how many gave it; Top of them are of the strongest third.
type Chosen struct {
	Choice string
	N, Top int
}

// A Flag says what a teacher should look at in a question.
type Flag string

const (
	TooHard    Flag = "hard"    // fewer than one in five right
	TooEasy    Flag = "easy"    // more than 95 in a hundred right
	KeySuspect Flag = "key"     // of the strongest third more chose one wrong answer than the right one: is the key right?
	DeadOption Flag = "dead"    // hardly anybody chose an option
	Popular    Flag = "popular" // one wrong answer is 40 in a hundred of them: they think alike
)

// From how many papers on something is said at all. Below, chance alone would say it.
const (
	flagFrom    = 5  // too hard, too easy
	suspectFrom = 20 // the key may be wrong
	deadFrom    = 30 // an option nobody takes
	indexFrom   = 60 // discrimination, reliability: a good question falls below .20 once in five times at 30 papers
	popularFrom = 3  // of the same wrong answer
)

// An Item is how one question went. A question is Asked on so many papers; where one was not answered it was not right.
type Item struct {
	Asked, Answered, Right int
	// Top are the papers that did best in all other questions, a third and whoever did as well as the last of them, and
	// TopRight how many of them have this right; Bottom the same from the other end. Both 0 under six papers.
	Top, TopRight, Bottom, BottomRight int
	Wrong                              []Chosen // most chosen first, then by Choice
	Dead                               []string // options that hardly anybody chose
	Flags                              []Flag
	// Separates is the corrected point-biserial correlation (question against all the others) in thousandths, of papers
	// that asked everything; Indexed says whether there were enough of them, and that it can be told.
	Separates int
	Indexed   bool
}

// A Reliability is KR-20 of a quiz in thousandths, of papers that asked everything. (Kuder and Richardson, Psychometrika 2, 1937.)
type Reliability struct {
	Papers int
	KR20   int
	Known  bool // Papers were enough, and did not all come out the same
}

// Analyse says how the questions of a quiz went. options has for each question the wrong Choices it offered, nil where
// anything could be answered. Papers may be in any order: the result is the same.
func Analyse(papers []Paper, options [][]string) ([]Item, Reliability) {
	items := make([]Item, len(options))
	totals := make([]int, len(papers))
	for i, p := range papers {
		for _, a := range p {
			totals[i] += right(a)
		}
	}
	for k := range items {
		items[k] = item(papers, totals, k)
		items[k].flag(options[k])
	}
	return items, reliability(papers, totals, len(options))
}

func right(a Answer) int {
	if a.Outcome == Right {
		return 1
	}
	return 0
}

func item(papers []Paper, totals []int, k int) (it Item) {
	var rest []int // of each paper that asked it, how many of the other questions are right
	for i, p := range papers {
		if p[k].Outcome != NotAsked {
			rest = append(rest, totals[i]-right(p[k]))
		}
	}
	low, high := thirds(rest)
	chosen := map[string]*Chosen{}
	at := 0
	for _, p := range papers {
		a := p[k]
		if a.Outcome == NotAsked {
			continue
		}
		top, bottom := rest[at] >= high && len(rest) >= 6, rest[at] <= low && len(rest) >= 6
		at++
		it.Asked++
		it.Right += right(a)
		if top {
			it.Top++
			it.TopRight += right(a)
		}
		if bottom {
			it.Bottom++
			it.BottomRight += right(a)
		}
		if a.Outcome != Unanswered {
			it.Answered++
		}
		if a.Outcome == Wrong {
			c := chosen[a.Choice]
			if c == nil {
				c = &Chosen{Choice: a.Choice}
				chosen[a.Choice] = c
			}
			c.N++
			if top {
				c.Top++
			}
		}
	}
	for _, c := range chosen {
		it.Wrong = append(it.Wrong, *c)
	}
	sortChosen(it.Wrong)
	it.Separates, it.Indexed = separates(papers, totals, k)
	return it
}

func sortChosen(all []Chosen) {
	arrange.By(all, func(a, b Chosen) int {
		if a.N != b.N {
			return b.N - a.N
		}
		return strings.Compare(a.Choice, b.Choice)
	})
}

// thirds are the scores that bound the weakest and the strongest third.
func thirds(scores []int) (low, high int) {
	if len(scores) == 0 {
		return 0, 0
	}
	sorted := slices.Clone(scores)
	slices.Sort(sorted)
	n := max(len(sorted)/3, 1)
	return sorted[n-1], sorted[len(sorted)-n]
}

// flag fills in Dead and Flags.
func (it *Item) flag(options []string) {
	wrong := 0
	for _, c := range it.Wrong {
		wrong += c.N
	}
	if it.Asked >= flagFrom && 5*it.Right < it.Asked {
		it.Flags = append(it.Flags, TooHard)
	}
	if it.Asked >= flagFrom && 100*it.Right > 95*it.Asked {
		it.Flags = append(it.Flags, TooEasy)
	}
	if it.Asked >= suspectFrom && slices.ContainsFunc(it.Wrong, func(c Chosen) bool { return c.Top > it.TopRight }) {
		it.Flags = append(it.Flags, KeySuspect)
	}
	if len(it.Wrong) > 0 && it.Wrong[0].N >= popularFrom && 100*it.Wrong[0].N >= 40*wrong {
		it.Flags = append(it.Flags, Popular)
	}
	if it.Answered >= deadFrom {
		for _, o := range options {
			i := slices.IndexFunc(it.Wrong, func(c Chosen) bool { return c.Choice == o })
			if i < 0 || 20*it.Wrong[i].N < it.Answered {
				it.Dead = append(it.Dead, o)
			}
		}
	}
	if len(it.Dead) > 0 {
		it.Flags = append(it.Flags, DeadOption)
	}
}

// whole says that a paper asked every question, so that totals compare.
func whole(p Paper) bool {
	return !slices.ContainsFunc(p, func(a Answer) bool { return a.Outcome == NotAsked })
}

// separates is r of x (right or not) and y (right in the rest): (nΣxy − ΣxΣy) / √((nΣx² − (Σx)²)(nΣy² − (Σy)²)). Sums are
// whole numbers; the two roots and the division are exact to the last bit on every processor.
func separates(papers []Paper, totals []int, k int) (thousandths int, known bool) {
	var n, sx, sy, sxy, syy int
	for i, p := range papers {
		if !whole(p) {
			continue
		}
		x := right(p[k])
		y := totals[i] - x
		n, sx, sy, sxy, syy = n+1, sx+x, sy+y, sxy+x*y, syy+y*y
	}
	dx, dy := n*sx-sx*sx, n*syy-sy*sy
	if n < indexFrom || dx == 0 || dy == 0 {
		return 0, false
	}
	return int(math.Round(float64(1000*(n*sxy-sx*sy)) / (math.Sqrt(float64(dx)) * math.Sqrt(float64(dy))))), true
}

// reliability is k/(k−1) · (1 − Σpq / σ²), all over n² so that it is whole numbers.
func reliability(papers []Paper, totals []int, k int) (r Reliability) {
	rights := make([]int, k)
	sum, squares := 0, 0
	for i, p := range papers {
		if !whole(p) {
			continue
		}
		r.Papers++
		sum, squares = sum+totals[i], squares+totals[i]*totals[i]
		for j, a := range p {
			rights[j] += right(a)
		}
	}
	spread, pq := r.Papers*squares-sum*sum, 0
	for _, n := range rights {
		pq += n * (r.Papers - n)
	}
	if r.Papers < indexFrom || k < 2 || spread == 0 {
		return r
	}
	r.KR20, r.Known = int(math.Round(float64(1000*k*(spread-pq))/float64((k-1)*spread))), true
	return r
}
