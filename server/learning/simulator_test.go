package learning

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"lamplight/content"
	"lamplight/sync/clock"
)

// A school is made of learners who do not exist, so that rules can be tried without anybody's answers. All of it follows
// from one seed.
//
// There are skills, each with items. An item's true difficulty is normal with deviation 1 round its skill's, which is
// normal with deviation 0.6; it is shipped with a rating that is wrong by a normal with deviation 0.2, as ratings are that
// come from some dozens of learners. A learner's general ability is normal with deviation 1, and what they have beyond it
// in each skill with deviation 0.6. The chance of a right answer is the logistic of ability + skill − difficulty, after
// which come slips (0.04 of the right ones go wrong) and guesses (0.08 of the wrong ones come out right). Each try teaches
// 0.012 logits of its skill. Learners work through one skill for a stretch of 5 to 15 items, then through another.
type school struct {
	r     *rand.Rand
	items []simItem
	skill int // how many
}

type simItem struct {
	skill      int
	difficulty float64
	rating     int
}

type simLearner struct {
	ability float64
	skills  []float64
}

func newSchool(seed uint64, skills, itemsEach int) *school {
	s := &school{r: rand.New(rand.NewPCG(seed, 0)), skill: skills}
	for k := range skills {
		middle := s.r.NormFloat64() * 0.6
		for range itemsEach {
			d := middle + s.r.NormFloat64()
			shipped := d + s.r.NormFloat64()*0.2
			s.items = append(s.items, simItem{k, d, 1000 + int(math.Round(shipped*173.7))})
		}
	}
	return s
}

func (s *school) learner() *simLearner {
	l := &simLearner{s.r.NormFloat64(), make([]float64, s.skill)}
	for i := range l.skills {
		l.skills[i] = s.r.NormFloat64() * 0.6
	}
	return l
}

// answer is whether a learner is right, and they learn by it.
func (s *school) answer(l *simLearner, it simItem) bool {
	p := 1 / (1 + math.Exp(-(l.ability + l.skills[it.skill] - it.difficulty)))
	p = p*0.96 + (1-p)*0.08
	l.skills[it.skill] += 0.012
	return s.r.Float64() < p
}

// attempts is n answers of one learner, in order.
func (s *school) attempts(n int, rated bool) (out []Attempt) {
	l := s.learner()
	for len(out) < n {
		k := s.r.IntN(s.skill)
		each := len(s.items) / s.skill
		for range 5 + s.r.IntN(11) {
			i := k*each + s.r.IntN(each)
			it := s.items[i]
			a := Attempt{
				ID: AttemptID(fmt.Sprint("a.", len(out))), Resource: content.ResourceID(fmt.Sprintf("%032x", k)), Item: content.ItemID(fmt.Sprint("i", i)),
				Seed: uint64(len(out) + 1), Skill: fmt.Sprint("s", k), Correct: s.answer(l, it), Criterion: content.Criterion{Type: "m_of_n", M: 4, N: 5},
			}
			if rated {
				a.Rating = it.rating
			}
			out = append(out, a)
		}
	}
	return out[:n]
}

// A guess is what was thought of an answer before it was given.
type guess struct {
	chance int // basis points
	right  bool
}

// predict lets a fresh Practice foresee each answer of n learners, after skip of each.
func (s *school) predict(learners, answers, skip int, rated bool) (out []guess) {
	for range learners {
		var p Practice
		for i, a := range s.attempts(answers, rated) {
			if i >= skip {
				out = append(out, guess{p.Chance(a.Skill, a.Rating), a.Correct})
			}
			p.Step(&a, clock.Stamp{MS: int64(i) * 20000})
		}
	}
	return out
}

// auc is how often, of a right answer and a wrong one, the right one was thought likelier.
func auc(gs []guess) float64 {
	slices.SortFunc(gs, func(a, b guess) int { return a.chance - b.chance })
	var rights, wrongs, sum float64
	for i := 0; i < len(gs); {
		j, r := i, 0.0
		for ; j < len(gs) && gs[j].chance == gs[i].chance; j++ {
			r += float64(bit(gs[j].right))
		}
		w := float64(j-i) - r
		sum += r*wrongs + r*w/2
		rights, wrongs = rights+r, wrongs+w
		i = j
	}
	return sum / (rights * wrongs)
}

// calibration is the mean distance, over ten bands weighted by their size, between what was thought and what came.
func calibration(gs []guess) (off float64, bands []string) {
	var n, thought, came [10]float64
	for _, g := range gs {
		b := min(g.chance/1000, 9)
		n[b]++
		thought[b] += float64(g.chance) / 10000
		came[b] += float64(bit(g.right))
	}
	for b := range n {
		if n[b] > 0 {
			off += math.Abs(thought[b]-came[b]) / float64(len(gs))
			bands = append(bands, fmt.Sprintf("%.2f/%.2f", thought[b]/n[b], came[b]/n[b]))
		}
	}
	return off, bands
}

func TestShippedRatingsForeseeSimulatedLearners(t *testing.T) {
	for seed := range uint64(3) {
		gs := newSchool(seed, 8, 25).predict(300, 120, 0, true)
		late := newSchool(seed, 8, 25).predict(300, 120, 5, true)
		bare := newSchool(seed, 8, 25).predict(300, 120, 0, false)
		off, bands := calibration(gs)
		t.Logf("seed %d: AUC %.3f (%.3f from the sixth answer on, %.3f without ratings), calibration error %.3f, thought/came %v", seed, auc(gs), auc(late), auc(bare), off, bands)
		if auc(gs) < 0.75 {
			t.Errorf("seed %d: AUC %.3f, want at least 0.75", seed, auc(gs))
		}
		if off >= 0.05 {
			t.Errorf("seed %d: calibration error %.3f, want under 0.05", seed, off)
		}
		if auc(bare) >= auc(gs) {
			t.Errorf("seed %d: shipped ratings make it no better", seed)
		}
	}
}

func TestStandingFollowsTrueAbility(t *testing.T) {
	s := newSchool(1, 4, 25)
	right, n := 0, 0
	for range 200 {
		var p Practice
		l := s.learner()
		for i := range 160 {
			it := s.items[s.r.IntN(len(s.items))]
			a := Attempt{Resource: "x", Item: content.ItemID(fmt.Sprint(i)), Seed: uint64(i), Skill: fmt.Sprint("s", it.skill), Rating: it.rating, Correct: s.answer(l, it)}
			p.Step(&a, clock.Stamp{})
		}
		for k := range 4 {
			middle := 0.0
			for _, it := range s.items[k*25 : k*25+25] {
				middle += it.difficulty / 25
			}
			truth := 1 / (1 + math.Exp(-(l.ability + l.skills[k] - middle)))
			truth = truth*0.96 + (1-truth)*0.08
			n++
			switch p.Standing(fmt.Sprint("s", k)) {
			case Can:
				right += int(bit(truth > 0.7))
			case Nearly:
				right += int(bit(truth > 0.4 && truth < 0.9))
			case NotYet:
				right += int(bit(truth < 0.6))
			}
		}
	}
	t.Logf("%d of %d standings within a tenth of the truth", right, n)
	if right*100 < n*85 {
		t.Errorf("%d of %d standings within a tenth of the truth, want 85 %%", right, n)
	}
}

func BenchmarkAnswer(b *testing.B) {
	as := newSchool(1, 8, 25).attempts(1000, true)
	b.ReportAllocs()
	p := &Practice{}
	for i := 0; b.Loop(); i++ {
		if i%1000 == 0 {
			p = &Practice{}
		}
		a := &as[i%1000]
		p.Chance(a.Skill, a.Rating)
		p.Step(a, clock.Stamp{MS: int64(i%1000) * 20000})
	}
}

func BenchmarkMistakesAndDueOfAYear(b *testing.B) {
	as := newSchool(1, 8, 25).attempts(5000, true)
	var p Practice
	for i := range as {
		p.Step(&as[i], clock.Stamp{MS: int64(i) * 200000})
	}
	t := Today{Now: clock.Stamp{MS: 5000 * 200000}}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = p.Mistakes(t), p.Due(t)
	}
}
