package learning

import (
	"fmt"
	"math"
	"testing"

	"lamplight/content"
	"lamplight/sync/clock"
)

func TestChancesAreTheLogistic(t *testing.T) {
	for x := int64(-20 * million); x <= 20*million; x += 7919 {
		want := 1 / (1 + math.Exp(-float64(x)/million))
		if got := float64(chance(x)) / million; math.Abs(got-want) > 4e-6 {
			t.Fatalf("chance at %d: %f, want %f", x, got, want)
		}
		if chance(x) > chance(x+7919) {
			t.Fatalf("chance falls at %d", x)
		}
		if chance(x)+chance(-x) != million {
			t.Fatalf("chance at %d and its opposite do not make one", x)
		}
	}
}

// The table must be the same on every processor: this is what it was on the first.
func TestChancesAreTheSameEverywhere(t *testing.T) {
	h := uint64(14695981039346656037)
	for _, c := range chances {
		h = (h ^ uint64(c)) * 1099511628211
	}
	if h != goldenChances {
		t.Errorf("table of chances hashes to %#x, want %#x", h, uint64(goldenChances))
	}
}

// try is a first try at a new variant.
func try(n int, skill string, rating int, right bool) *Attempt {
	return &Attempt{ID: AttemptID(fmt.Sprint("t.", n)), Resource: "ex", Item: "i", Seed: uint64(n + 1), Skill: skill, Rating: rating, Correct: right}
}

func TestEqualItemIsEvenForWhoIsNew(t *testing.T) {
	var p Practice
	for rating, want := range map[int]int{0: 5000, 1000: 5000, 1174: 2689, 826: 7310} {
		if got := p.Chance("s", rating); got < want-3 || got > want+3 {
			t.Errorf("chance at an item of %d: %d, want %d", rating, got, want)
		}
	}
}

func TestRatingsMoveAsTheFormulaSays(t *testing.T) {
	var p Practice
	var g, s float64
	for n, right := range []bool{true, true, false, true, false, false, true, true, true, true} {
		rating := 900 + 40*n
		d := float64(rating-1000) / 173.7
		before := 1 / (1 + math.Exp(-(g + s - d)))
		if got := p.Chance("s", rating); math.Abs(float64(got)/10000-before) > 2e-4 {
			t.Errorf("try %d: chance %d, want %.4f", n, got, before)
		}
		r := -before
		if right {
			r++
		}
		g, s = g+r/(1+float64(n)/10)/2, s+r/(1+float64(n)/10)/2
		p.Step(try(n, "s", rating, right), clock.Stamp{})
	}
	if other := p.Chance("other", 1000); math.Abs(float64(other)/10000-1/(1+math.Exp(-g))) > 2e-4 {
		t.Errorf("another skill stands at %d, want what the learner does in all", other)
	}
}

// fold gives the chance of one middling item of "s" after a line of tries: r right, w wrong, h right with a hint, a right
// again and b wrong again at the same variant, R and W the same as r and w in under two seconds.
func fold(line string) (p Practice) {
	n := 0
	for _, l := range line {
		if l != 'a' && l != 'b' {
			n++
		}
		a := try(n, "s", 1000, l == 'r' || l == 'R' || l == 'h' || l == 'a')
		a.Fast = l == 'R' || l == 'W'
		a.Hints = int(bit(l == 'h'))
		p.Step(a, clock.Stamp{})
	}
	return p
}

func TestOnlyHonestFirstTriesMoveRatings(t *testing.T) {
	for _, c := range []struct{ line, same, why string }{
		{"ra", "r", "a second answer to one variant"},
		{"wa", "w", "a right answer after a wrong one to the same variant"},
		{"wbbb", "w", "wrong answers to the same variant"},
		{"h", "w", "a hint"},
		{"rWWW", "r", "three guesses in a row"},
		{"rRRRRRr", "rr", "five guesses in a row"},
		{"rWWr", "rwwr", "two quick answers"},
		{"WWWrWWr", "rwwr", "guesses and then two quick answers"},
	} {
		got, want := fold(c.line), fold(c.same)
		if got.Chance("s", 1000) != want.Chance("s", 1000) {
			t.Errorf("%s: %s leads to %d, %s to %d", c.why, c.line, got.Chance("s", 1000), c.same, want.Chance("s", 1000))
		}
	}
	if a, b := fold("rr"), fold("rw"); a.Chance("s", 1000) <= b.Chance("s", 1000) {
		t.Error("a right answer raises nothing")
	}
}

func TestStandingNeedsThreeTries(t *testing.T) {
	for line, want := range map[string]Standing{"": Unknown, "rr": Unknown, "rrrrrrrr": Can, "rrrr": Nearly, "wwww": NotYet, "rwrr": Nearly, "WWWW": Unknown} {
		p := fold(line)
		if got := p.Standing("s"); got != want {
			t.Errorf("%q: %v at %d, want %v", line, got, p.Chance("s", 0), want)
		}
	}
}

func TestQuizCountsOnceHandedIn(t *testing.T) {
	answer := func(n int, key string, seed uint64, try int, right bool) *Attempt {
		return &Attempt{ID: AttemptID(fmt.Sprint("q.", n)), Resource: "quiz:x", Item: content.ItemID(key), Seed: seed, Quiz: "x", Try: try, Skill: "s", Correct: right}
	}
	p := Practice{Question: func(_ QuizID, key string) (QuizQuestion, bool) {
		return QuizQuestion{Key: key, Course: "c", Resource: "ex", Item: content.ItemID("item-" + key)}, key != "hidden"
	}}
	st := clock.Stamp{}
	p.Step(answer(1, "a", 5, 1, false), st)
	p.Step(answer(2, "b", 5, 1, true), st)
	p.Step(answer(3, "a", 5, 1, true), st) // thought again
	p.Step(answer(4, "b", 5, 1, false), st)
	p.Step(answer(5, "hidden", 5, 1, false), st)
	if p.Chance("s", 0) != 5000 || p.Tries() != 0 {
		t.Fatalf("an open quiz moved the rating to %d", p.Chance("s", 0))
	}
	p.HandIn("x", 1)
	p.HandIn("x", 1)
	p.Step(answer(6, "a", 9, 1, false), st) // too late
	p.HandIn("x", 1)
	var want Practice
	want.Step(try(1, "s", 0, true), st)
	want.Step(try(2, "s", 0, false), st)
	want.Step(try(3, "s", 0, false), st)
	if p.Chance("s", 0) != want.Chance("s", 0) || p.Tries() != 3 {
		t.Errorf("chance %d after %d tries, want %d after 3", p.Chance("s", 0), p.Tries(), want.Chance("s", 0))
	}
	if m := p.Mistakes(Today{}); len(m) != 1 || m[0].Item != "item-b" || m[0].Resource != "ex" {
		t.Errorf("mistakes of the quiz: %+v", m)
	}
	p.Step(answer(7, "a", 5, 2, false), st) // the same numbers in another try
	p.Step(answer(8, "b", 6, 2, true), st)
	p.HandIn("x", 2)
	want.Step(try(4, "s", 0, true), st)
	if p.Chance("s", 0) != want.Chance("s", 0) {
		t.Errorf("another try with the same numbers counted: %d, want %d", p.Chance("s", 0), want.Chance("s", 0))
	}
}

func TestRatingsAreTheSameEverywhere(t *testing.T) {
	var p Practice
	for i := range 500 { // not from the simulator, whose learners are made with floating point
		h := draw("golden", "x", uint64(i))
		p.Step(try(i, fmt.Sprint("s", h%5), 600+int((h>>8)%800), (h>>32)%3 > 0), clock.Stamp{MS: int64(i) * 1000})
	}
	got := fmt.Sprint(p.all)
	for k := range 5 {
		got += fmt.Sprint(" ", p.skills[fmt.Sprint("s", k)].theta)
	}
	if got != goldenRatings {
		t.Errorf("got  %s\nwant %s", got, goldenRatings)
	}
}
