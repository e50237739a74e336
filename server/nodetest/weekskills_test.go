package nodetest

import (
	"cmp"
	"math"
	"slices"
)

// skillOf is how a child stands in a skill, by the rating that the handbook tells: the chance of a right first answer is
// 1/(1+exp(−(all+skill−level))), each answer moves both by half of its error over (1 + tries/10). Four in five is "Can
// do", one in two "Nearly", and fewer than three tries tell nothing. A chance within a hair of a bound is both.
func (w *week) skillOf(child int, skill string) string {
	type mind struct{ value, n float64 }
	all, of, tries := &mind{}, map[string]*mind{}, 0
	met, level := map[string]bool{}, 0.0
	for _, x := range weekExercises {
		of[x.skill] = &mind{}
	}
	for _, d := range w.tries(child) {
		x, it := weekItemOf(d.item)
		hard := (float64(cmp.Or(it.rating, x.rating)) - 1000) / 173.7
		m := of[x.skill]
		err := float64(one(d.right)) - 1/(1+math.Exp(-(all.value+m.value-hard)))
		for _, v := range []*mind{all, m} {
			v.value += err / 2 / (1 + v.n/10)
			v.n++
		}
		if x.skill == skill {
			tries++
			if !met[it.id] {
				met[it.id] = true
				level += hard
			}
		}
	}
	if tries < 3 {
		return "Not met"
	}
	chance := 1 / (1 + math.Exp(-(all.value + of[skill].value - level/float64(len(met)))))
	var out []string
	for _, s := range []struct {
		from, to float64
		words    string
	}{{0, .5, "Not yet"}, {.5, .8, "Nearly"}, {.8, 1, "Can do"}} {
		if chance >= s.from-1e-4 && chance < s.to+1e-4 {
			out = append(out, s.words)
		}
	}
	return alternatives(out)
}

// tries are a child's first tries in the order in which they count: those at exercises when they are made, those in a quiz
// when it is handed in, of each question the last answer; where it was closed over them, at the last answer.
func (w *week) tries(child int) (out []deed) {
	open, shown := map[string][]deed{}, map[string][]string{}
	lastOf := map[string]int{}
	handed := map[string]bool{}
	for k, d := range w.deeds {
		if d.child == child {
			lastOf[d.at] = k
			handed[d.at] = handed[d.at] || d.kind == "hand-in"
		}
	}
	for k, d := range w.deeds {
		if d.child != child {
			continue
		}
		if d.kind == "answer" && exerciseAt(d.at) != nil {
			key := d.item + " " + d.seed
			if !slices.Contains(shown[d.at], key) {
				shown[d.at] = append(shown[d.at], key)
				shown[d.at] = shown[d.at][max(0, len(shown[d.at])-4):]
				out = append(out, d)
			}
			continue
		}
		if d.kind == "answer" {
			open[d.at] = append(slices.DeleteFunc(open[d.at], func(x deed) bool { return x.item == d.item }), d)
		}
		if d.kind == "hand-in" || k == lastOf[d.at] && !handed[d.at] && w.closed[d.at] {
			out = append(out, open[d.at]...)
			open[d.at] = nil
		}
	}
	return out
}

// mistakes is how many questions stand in a child's book of mistakes: a wrong first try brings one in, two right ones take
// it out, each two days after the wrong one or the right one before. What is tried within an hour is one.
func (w *week) mistakes(child int) (n int) {
	bouts := map[string][]deed{} // by item, the first try of each hour; right is of that first one
	wrong := map[string]map[int]bool{}
	for _, d := range w.tries(child) {
		all := bouts[d.item]
		if k := len(all); k == 0 || d.time.Sub(all[k-1].time).Hours() >= 1 {
			bouts[d.item] = append(all, d)
		}
		if wrong[d.item] == nil {
			wrong[d.item] = map[int]bool{}
		}
		if !d.right {
			wrong[d.item][len(bouts[d.item])-1] = true
		}
	}
	for item, all := range bouts {
		open, rights, since := false, 0, 0
		for k, d := range all {
			if open && d.right && d.day-since >= 2 {
				since = d.day
				if rights++; rights == 2 {
					open = false
				}
			}
			if wrong[item][k] {
				open, rights, since = true, 0, d.day
			}
		}
		n += one(open)
	}
	return n
}
