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
	if r, known := c.separates(); paper && known {
		switch {
		case r < 0:
			out = append(out, "Those who did well in the other questions missed this one more often. Look at it once more.")
		case r < .2:
			out = append(out, "It tells little about who did well in the other questions.")
		case r >= .3:
			out = append(out, "It tells well who can and who cannot.")
		}
	}
	return out
}

// separates is the correlation of a question with all others of its quiz, to a thousandth, from 60 papers on.
func (c *weekItemCount) separates() (r float64, known bool) {
	var n, sx, sy, sxy, sxx, syy float64
	for _, g := range c.answers {
		x, y := float64(one(g.d.right)), float64(g.rest)
		n, sx, sy, sxy, sxx, syy = n+1, sx+x, sy+y, sxy+x*y, sxx+x*x, syy+y*y
	}
	dx, dy := n*sxx-sx*sx, n*syy-sy*sy
	if n < 60 || dx == 0 || dy == 0 {
		return 0, false
	}
	return math.Round(1000*(n*sxy-sx*sy)/math.Sqrt(dx*dy)) / 1000, true
}

// trust is what a quiz' report says of its results: Kuder and Richardson's formula 20, from 60 papers on.
func trust(papers []weekItemCount) string {
	n, k := float64(len(papers[0].answers)), float64(len(papers))
	sum, squares, pq := 0.0, 0.0, 0.0
	for i := range papers[0].answers {
		g := papers[0].answers[i]
		total := float64(g.rest + one(g.d.right))
		sum, squares = sum+total, squares+total*total
	}
	for _, c := range papers {
		right, _, _, _ := c.counts()
		p := float64(right) / n
		pq += p * (1 - p)
	}
	variance := squares/n - sum/n*sum/n
	said := fmt.Sprintf("%d learners counted. ", len(papers[0].answers))
	switch kr := math.Round(1000 * k / (k - 1) * (1 - pq/variance)); {
	case n < 60 || variance == 0:
		return said + "Counts say enough; 60 or more are needed to say how exact the quiz is."
	case kr >= 800:
		return said + "The results of this quiz can be trusted."
	case kr < 600:
		return said + "Much here is chance: do not judge anybody by this quiz alone."
	}
	return said + "The results are a rough guide: small differences between learners mean little."
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
