package judged

import (
	"math"
	"net/url"
	"slices"
	"strconv"

	"golang.org/x/text/unicode/norm"
)

// Depth is how many results are judged: what is seen without turning a page.
const Depth = 10

// A Hit is one result of an engine, best first in a list of them.
type Hit struct {
	Course   string // a Course's Name
	Resource string // as judgements name it
	Place    string // "?chapter=3#id", "?page=4", "?t=12.5" or "": what follows the resource's address
}

// Score is the query's nDCG at Depth, 0 to 1: the gains 2^grade−1 of what was found, each divided by log2(rank+1), over
// those of the best order there is (Järvelin and Kekäläinen, 2002; gains as Burges et al., 2005). A resource found twice
// gains once. It is NaN for a query that nothing answers.
func (q Query) Score(hits []Hit) float64 {
	best := dcg(q.ideal())
	if best == 0 {
		return math.NaN()
	}
	var grades []int
	seen := map[[2]string]bool{}
	for _, h := range hits[:min(len(hits), Depth)] {
		grade := q.grade(h)
		if id := [2]string{h.Course, h.Resource}; seen[id] {
			grade = 0
		} else {
			seen[id] = true
		}
		grades = append(grades, grade)
	}
	return dcg(grades) / best
}

// grade is that of the best judgement which names the hit.
func (q Query) grade(h Hit) (best int) {
	resource := norm.NFC.String(h.Resource)
	for _, j := range q.Judgements {
		if j.Course == h.Course && j.Resource == resource && j.Place.has(h.Place) {
			best = max(best, j.Grade)
		}
	}
	return best
}

// ideal are the grades of the query's resources in their best order, each found where it is best.
func (q Query) ideal() (grades []int) {
	best := map[[2]string]int{}
	for _, j := range q.Judgements {
		id := [2]string{j.Course, j.Resource}
		best[id] = max(best[id], j.Grade)
	}
	for _, g := range best {
		grades = append(grades, g)
	}
	slices.SortFunc(grades, func(a, b int) int { return b - a })
	return grades[:min(len(grades), Depth)]
}

func dcg(grades []int) (sum float64) {
	for i, g := range grades {
		sum += (math.Exp2(float64(g)) - 1) / math.Log2(float64(i+2))
	}
	return sum
}

// has says whether a hit's place lies in p.
func (p Place) has(place string) bool {
	if p.Unit == "" {
		return true
	}
	u, err := url.Parse(place)
	if err != nil {
		return false
	}
	at, err := strconv.ParseFloat(u.Query().Get(p.Unit), 64)
	return err == nil && p.From <= at && at <= p.To
}

// Only keeps the queries that have a resource of grade 2 or 3 among the courses, and of their judgements those of the
// courses: what can be asked of an engine that holds nothing else.
func (s Set) Only(courses ...string) Set {
	out := Set{Courses: s.Courses}
	for _, q := range s.Queries {
		kept := q
		kept.Judgements = nil
		best := 0
		for _, j := range q.Judgements {
			if slices.Contains(courses, j.Course) {
				kept.Judgements = append(kept.Judgements, j)
				best = max(best, j.Grade)
			}
		}
		if best >= 2 {
			out.Queries = append(out.Queries, kept)
		}
	}
	return out
}
