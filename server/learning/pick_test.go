package learning

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lamplight/content"
)

// exercise has n items, rated from easy to hard when spread is not 0.
func exercise(n, spread int) content.Exercise {
	ex := content.Exercise{ID: "e", Skill: "s", Criterion: content.Criterion{Type: "m_of_n", M: 4, N: 5}}
	for i := range n {
		it := content.Item{ID: content.ItemID(fmt.Sprint("i", i))}
		if spread != 0 {
			it.Rating = 1000 + spread*(i-n/2)
		}
		ex.Items = append(ex.Items, it)
	}
	return ex
}

// A walk is a learner in one exercise.
type walk struct {
	ex content.Exercise
	m  Mastery
	p  Practice
	n  int // minutes
}

const walker = PersonID("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")

// sevenths has a template that draws but seven different sets of numbers.
func sevenths(_ content.Item, a, b uint64) bool { return a%7 == b%7 }

func (w *walk) pick() Choice {
	c, _ := Pick(w.ex, walker, w.m.State(thousandDays), &w.p, Today{thousandDays, on(0, w.n)}, sevenths)
	return c
}

func (w *walk) answer(c Choice, right bool) {
	a := Attempt{Resource: w.ex.ID, Item: c.Item.ID, Seed: c.Seed, Skill: SkillOf(w.ex, c.Item), Rating: c.Item.Rating, Correct: right, Criterion: CriterionOf(w.ex)}
	w.m.Step(&a, on(0, w.n))
	w.p.Step(&a, on(0, w.n))
	w.n++
}

// Practice on for a while, right or wrong as it comes.
func TestPickKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spread := rapid.SampledFrom([]int{0, 0, 30, 150}).Draw(t, "spread")
		w := walk{ex: exercise(rapid.IntRange(1, 12).Draw(t, "items"), spread)}
		w.ex.Criterion.Type = rapid.SampledFrom([]string{"m_of_n", "do_all", "spaced_m_of_n"}).Draw(t, "model")
		wrongs, met := 0, map[content.ItemID]bool{}
		var last Choice
		for i := range 60 {
			st := w.m.State(nil)
			c := w.pick()
			if again := w.pick(); !reflect.DeepEqual(c, again) {
				t.Fatal("asking again gives another question")
			}
			if !Drawn(w.ex, walker, c.Item.ID, c.Seed, st) {
				t.Fatalf("seed %d is said not to have been drawn", c.Seed)
			}
			if c.Why.Key == "" {
				t.Fatal("no reason")
			}
			same, only := i > 0 && c.Item.ID == last.Item.ID, len(w.ex.Items) == 1
			switch {
			case same && sevenths(c.Item, c.Seed, last.Seed):
				t.Fatalf("the same numbers twice: %s %d after %d", c.Item.ID, c.Seed, last.Seed)
			case wrongs == 1 && !same:
				t.Fatalf("no sibling after a wrong answer: %s, %v", c.Item.ID, c.Why)
			case i > 0 && wrongs != 1 && same && !only:
				t.Fatalf("%s again after %d wrong", c.Item.ID, wrongs)
			case wrongs == 2 && !only && c.Why.Key != "easier":
				t.Fatalf("after two wrong answers comes %s: %v", c.Item.ID, c.Why)
			case wrongs == 2 && !only && last.Item.ID != "i0" && index(c.Item) > index(last.Item):
				t.Fatalf("%s is not easier than %s", c.Item.ID, last.Item.ID)
			}
			met[c.Item.ID] = true
			right := rapid.IntRange(0, 3).Draw(t, "right") > 0
			w.answer(c, right)
			if last = c; right || wrongs == 2 {
				wrongs = 0
			}
			if !right {
				wrongs++
			}
		}
		if len(met) != len(w.ex.Items) && (spread == 0 || w.ex.Criterion.Type == "do_all") {
			t.Fatalf("met %d of %d items in 60 questions", len(met), len(w.ex.Items))
		}
	})
}

func index(it content.Item) (n int) {
	_, _ = fmt.Sscanf(string(it.ID), "i%d", &n)
	return n
}

func TestFirstRoundFollowsTheAuthor(t *testing.T) {
	w := walk{ex: exercise(7, 0)}
	var got []string
	for i := range 9 {
		c := w.pick()
		got = append(got, string(c.Item.ID)+c.Why.Key)
		w.answer(c, i != 2)
	}
	if line := strings.Join(got, " "); !strings.HasPrefix(line, "i0author i1author i2author i2sibling i3author i4author") {
		t.Errorf("first round %s", line)
	}
}

func TestDoAllMeetsEveryItemWhateverGoesWrong(t *testing.T) {
	for _, wrongEvery := range []int{2, 3, 4, 5, 7} {
		w := walk{ex: exercise(20, 40)}
		w.ex.Criterion = content.Criterion{Type: "do_all"}
		met := map[content.ItemID]bool{}
		for i := range 100 {
			c := w.pick()
			met[c.Item.ID] = true
			w.answer(c, i%wrongEvery > 0)
		}
		if len(met) != 20 {
			t.Errorf("one wrong in %d: met %d of 20 items", wrongEvery, len(met))
		}
	}
}

func TestRatedItemsAreChosenNearThreeInFour(t *testing.T) {
	w := walk{ex: exercise(41, 25)} // 500 to 1500
	sum, n := 0, 0
	for i := range 120 {
		c := w.pick()
		if c.Why.Key == "level" {
			sum += w.p.Chance("s", c.Item.Rating)
			n++
		}
		w.answer(c, i%4 > 0) // right three times in four, whatever is asked
	}
	if mean := sum / n; mean < 7200 || mean > 7800 || n < 50 {
		t.Errorf("%d choices at a mean chance of %d, want about 7500", n, mean)
	}
}

func TestAStrongerLearnerIsAskedHarderItems(t *testing.T) {
	ask := func(right bool) (rating int) {
		w := walk{ex: exercise(41, 25)}
		for range 30 {
			w.answer(w.pick(), right)
		}
		for range 5 {
			c := w.pick()
			rating += c.Item.Rating / 5
			w.answer(c, right)
		}
		return rating
	}
	if weak, strong := ask(false), ask(true); weak > 700 || strong < 1300 {
		t.Errorf("after 30 wrong answers items of %d, after 30 right ones of %d", weak, strong)
	}
}

func TestEveryFifthQuestionIsOneThatIsDue(t *testing.T) {
	w := walk{ex: exercise(12, 25)}
	var due []int
	wrong := w.pick()
	w.answer(wrong, false) // into the book, and its sibling wrong too
	w.answer(w.pick(), false)
	for i := 2; i < 30; i++ {
		c := w.pick()
		if c.Why.Key == "mistake" || c.Why.Key == "due" {
			due = append(due, i)
			if len(due) == 1 && c.Item.ID != wrong.Item.ID {
				t.Errorf("%s comes back as %s, want %s", c.Item.ID, c.Why.Key, wrong.Item.ID)
			}
		}
		w.answer(c, true)
	}
	if len(due) == 0 || slices.ContainsFunc(due, func(i int) bool { return i%5 != 4 }) {
		t.Errorf("due at %v, want fifth questions", due)
	}
}

func TestPickForGivesAFreshVariantOfTheMistake(t *testing.T) {
	w := walk{ex: exercise(5, 0)}
	seen := map[uint64]bool{}
	for range 40 {
		c, ok := PickFor(w.ex, walker, w.m.State(nil), "i3", sevenths)
		if !ok || c.Item.ID != "i3" || seen[c.Seed] || !Drawn(w.ex, walker, "i3", c.Seed, w.m.State(nil)) {
			t.Fatalf("%v %s %d, seen %v", ok, c.Item.ID, c.Seed, seen[c.Seed])
		}
		seen[c.Seed] = true
		w.answer(c, len(seen)%3 > 0)
	}
	if _, ok := PickFor(w.ex, walker, ExerciseState{}, "gone", nil); ok {
		t.Error("an item that the exercise does not have")
	}
}

func TestOnlyDrawnSeedsAreTaken(t *testing.T) {
	w := walk{ex: exercise(5, 0)}
	for i := range 100 {
		if i == 50 {
			old := w.pick()
			for range 20 {
				w.answer(w.pick(), true)
			}
			if !Drawn(w.ex, walker, old.Item.ID, old.Seed, w.m.State(nil)) {
				t.Error("an answer that was kept back on a phone is refused")
			}
		}
		w.answer(w.pick(), true)
	}
	ahead := w.pick()
	if !Drawn(w.ex, walker, ahead.Item.ID, ahead.Seed, ExerciseState{FirstTries: 100}) {
		t.Error("a box that is behind refuses what another drew")
	}
	taken := 0
	for seed := range uint64(20000) {
		taken += int(bit(Drawn(w.ex, walker, "i1", seed, w.m.State(nil))))
	}
	if most := (2*triesOff + 1) * seedsATry; taken != most {
		t.Errorf("%d seeds are taken, want %d", taken, most)
	}
	for _, bad := range []bool{
		Drawn(w.ex, walker, "gone", ahead.Seed, w.m.State(nil)), Drawn(w.ex, walker, "i1", 0, w.m.State(nil)),
		Drawn(w.ex, walker, "i1", 1<<63, w.m.State(nil)), Drawn(w.ex, walker, "i1", ahead.Seed, ExerciseState{}),
	} {
		if bad {
			t.Error("a seed is taken that was never drawn")
		}
	}
}

func TestAQuestionThatHasNoVariantsIsNotAskedTwiceInARow(t *testing.T) {
	always := func(content.Item, uint64, uint64) bool { return true }
	for _, spread := range []int{0, 25} {
		w := walk{ex: exercise(4, spread)}
		last, easier := content.ItemID(""), 0
		for i := range 60 {
			c, _ := Pick(w.ex, walker, w.m.State(nil), &w.p, Today{}, always)
			if c.Item.ID == last {
				t.Fatalf("%s is asked again: %v", last, c.Why)
			}
			easier += int(bit(c.Why.Key == "easier"))
			w.answer(c, i%5 > 2)
			last = c.Item.ID
		}
		if easier < 10 {
			t.Errorf("an easier one comes %d times in 60 questions with three wrong in a row", easier)
		}
	}
	if c, ok := Pick(exercise(1, 0), walker, ExerciseState{Item: "i0", Again: true, FirstTries: 1}, nil, Today{}, always); !ok || c.Item.ID != "i0" {
		t.Error("the only question is not asked")
	}
}

func TestAnEmptyExerciseHasNoQuestion(t *testing.T) {
	if _, ok := Pick(content.Exercise{}, "x", ExerciseState{}, nil, Today{}, nil); ok {
		t.Error("a question out of nothing")
	}
}

func TestPicksAreTheSameEverywhere(t *testing.T) {
	h := uint64(14695981039346656037)
	for _, spread := range []int{0, 25} {
		w := walk{ex: exercise(12, spread)}
		for i := range 200 {
			c := w.pick()
			h = (h ^ c.Seed ^ uint64(index(c.Item))<<32) * 1099511628211
			w.answer(c, draw("golden", "pick", uint64(i))%4 > 0)
		}
	}
	if h != goldenPicks {
		t.Errorf("picks hash to %#x, want %#x", h, uint64(goldenPicks))
	}
}
