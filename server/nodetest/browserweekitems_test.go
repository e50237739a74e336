//go:build browser

package nodetest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// A weekItemCount is how one question went: of each paper that is counted, what was answered and how the paper's other
// questions went.
type weekItemCount struct {
	item    *weekItem
	answers []weekGiven
}

type weekGiven struct {
	child int
	d     deed // the zero deed: not answered
	rest  int  // of the other questions right; only of papers
}

// thought is the mistake that an answer is: its code, else its words.
func (d *deed) thought() string { return cmp.Or(d.error, "given "+d.given) }

// said is a wrong answer as reports say it.
func (c *weekItemCount) said(d *deed) string {
	switch {
	case c.item.choice && d.error != "":
		return d.given + " – Look again at the " + strings.TrimPrefix(c.item.id, "word-") + "."
	case d.error != "":
		return weekSaid(d.error)
	}
	return d.given
}

// question is a question as reports name it; of a choice they tell the options too, in the order they were drawn.
func (c *weekItemCount) question() string {
	if c.item.choice {
		return "What goes with " + strings.TrimPrefix(c.item.id, "word-") + "?"
	}
	return "What is the answer to " + c.item.id + "?"
}

// papers counts a quiz by question: the last answers of everybody who handed in, or over whom it was closed.
func (w *week) papers(q weekQuiz) (out []weekItemCount) {
	for _, id := range q.items {
		_, it := weekItemOf(id)
		c := weekItemCount{item: it}
		for _, i := range w.roll(q.class) {
			if x := w.workOf(i, q.title); x.begun && (x.handed || w.closed[q.title]) {
				d := x.last[id]
				c.answers = append(c.answers, weekGiven{i, d, x.right - one(d.right)})
			}
		}
		out = append(out, c)
	}
	return out
}

// firsts counts an exercise by question: of each variant a child's first answer.
func (w *week) firsts(class int, ex *weekExercise) (out []weekItemCount) {
	for k := range ex.items {
		c := weekItemCount{item: &ex.items[k]}
		seen := map[string]bool{}
		for _, d := range w.deeds {
			key := fmt.Sprint(d.child, " ", d.seed)
			if d.at == ex.id && d.kind == "answer" && d.item == c.item.id && w.children[d.child].class == class && !seen[key] {
				seen[key] = true
				c.answers = append(c.answers, weekGiven{child: d.child, d: d})
			}
		}
		if len(c.answers) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// counts are right, asked, answered, and wrong answers by thought.
func (c *weekItemCount) counts() (right, answered int, wrong map[string]int, words map[string]string) {
	wrong, words = map[string]int{}, map[string]string{}
	for _, g := range c.answers {
		if g.d.item == "" {
			continue
		}
		answered++
		if g.d.right {
			right++
			continue
		}
		wrong[g.d.thought()]++
		words[g.d.thought()] = c.said(&g.d)
	}
	return right, answered, wrong, words
}

// questionRow is a question's line: how many had it right, and the wrong answer given most; where several were given as
// often, any of them.
func (c *weekItemCount) questionRow(paper bool) []string {
	right, _, wrong, words := c.counts()
	most, said := 0, []string{}
	for thought, n := range wrong {
		if n > most {
			most, said = n, nil
		}
		if n == most {
			said = append(said, words[thought])
		}
	}
	row := append([]string{c.question()}, texts(right, len(c.answers), weekShare(right, len(c.answers)), "", "", "")...)
	if most > 0 {
		row[4], row[5] = alternatives(said), fmt.Sprint(most)
	}
	if remarks := c.remarks(paper); len(remarks) > 0 {
		row[6] = remarks[0]
	}
	return row
}

// remarks are what the report says of a question, what matters most first. Of exercises there are no papers to compare.
func (c *weekItemCount) remarks(paper bool) (out []string) {
	right, answered, wrong, words := c.counts()
	asked, missed := len(c.answers), 0
	for _, n := range wrong {
		missed += n
	}
	top, topRight, topWrong := c.strongest()
	if paper && asked >= 20 && slices.ContainsFunc(topWrong, func(n int) bool { return n > topRight }) {
		out = append(out, "Of those who did best, more chose one wrong answer than the right one. Is the right answer the right one?")
	}
	if asked >= 5 && 5*right < asked {
		out = append(out, fmt.Sprintf("Only %d of %d had this right. Teach it once more, or ask it more simply.", right, asked))
	}
	var same []string
	for thought, n := range wrong {
		if n == slices.Max(valuesOf(wrong)) && n >= 3 && 10*n >= 4*missed {
			same = append(same, fmt.Sprintf("%d of %d wrong answers are the same: %s", n, missed, words[thought]))
		}
	}
	if len(same) > 0 {
		out = append(out, alternatives(same))
	}
	if paper && c.item.choice && answered >= 30 {
		for _, x := range c.item.wrong {
			if n := wrong[cmp.Or(x.error, "given "+x.words)]; 20*n < answered {
				d := deed{given: x.words, error: x.error}
				out = append(out, `Hardly anybody chose "`+c.said(&d)+`".`)
			}
		}
	}
	if asked >= 5 && 100*right > 95*asked {
		out = append(out, fmt.Sprintf("%d of %d had this right. It says little about who can and who cannot.", right, asked))
	}
	if paper && top > 0 && 2*topRight < top {
		out = append(out, fmt.Sprintf("%d of the %d who did best in all other questions missed it too.", top-topRight, top))
	}
	return out
}

func valuesOf(m map[string]int) (out []int) {
	for _, n := range m {
		out = append(out, n)
	}
	return out
}

// strongest is the third that did best in the other questions, and whoever did as well as the last of them; from six
// papers on. wrong has how many of them gave each wrong answer.
func (c *weekItemCount) strongest() (n, right int, wrong []int) {
	if len(c.answers) < 6 {
		return 0, 0, nil
	}
	order := slices.Clone(c.answers)
	slices.SortFunc(order, func(a, b weekGiven) int { return b.rest - a.rest })
	bar := order[max(len(order)/3, 1)-1].rest
	chosen := map[string]int{}
	for _, g := range order {
		if g.rest < bar {
			break
		}
		n++
		right += one(g.d.right)
		if g.d.item != "" && !g.d.right {
			chosen[g.d.thought()]++
		}
	}
	return n, right, valuesOf(chosen)
}

// topOf is how many of the strongest gave a wrong answer.
func (c *weekItemCount) topOf(thought string) (n int) {
	order := slices.Clone(c.answers)
	slices.SortFunc(order, func(a, b weekGiven) int { return b.rest - a.rest })
	bar := order[max(len(order)/3, 1)-1].rest
	for _, g := range order {
		n += one(g.rest >= bar && g.d.item != "" && !g.d.right && g.d.thought() == thought)
	}
	return n
}

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
