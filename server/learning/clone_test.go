package learning

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"lamplight/sync/clock"
)

// What reads a Practice must never see it stepped, and a clone stepped on must end where the original would.
func TestACloneIsSteppedAlone(t *testing.T) {
	if n := reflect.TypeFor[Practice]().NumField(); n != 11 {
		t.Fatalf("Practice has %d fields; see that Clone copies the new ones, and count them here", n)
	}
	r := rand.New(rand.NewPCG(3, 4))
	quiz := NewID[QuizID]()
	step := func(p *Practice, i int) {
		a := classAttempt(r, []PersonID{"p"}, i, true)
		st := clock.Stamp{MS: int64(i) * 600_000}
		switch i % 7 {
		case 5:
			a.Quiz, a.Try, a.Item = quiz, 1+i/70, "q"
			a.Resource = quiz.Resource()
		case 6:
			p.HandIn(quiz, i/70)
			return
		}
		p.Step(&a, st)
	}
	whole, first := &Practice{}, &Practice{}
	for i := range 200 {
		step(first, i)
	}
	kept := fmt.Sprintf("%+v", deref(first))
	second := first.Clone()
	for i := range 200 {
		step(second, 200+i)
	}
	if got := fmt.Sprintf("%+v", deref(first)); got != kept {
		t.Error("stepping the clone changed the original")
	}
	r = rand.New(rand.NewPCG(3, 4))
	for i := range 400 {
		step(whole, i)
	}
	if !reflect.DeepEqual(second, whole) {
		t.Error("the clone did not end where one Practice ends")
	}
}

// deref is a Practice's values, pointers followed, maps in the order fmt prints them.
func deref(p *Practice) []any {
	out := []any{p.all, p.asked, p.guesses, p.run, p.tries, p.visits, values(p.skills), values(p.drills), values(p.quizzes)}
	items := map[string]met{}
	for k, v := range p.items {
		items[fmt.Sprint(k)] = *v
	}
	return append(out, items)
}

func values[K comparable, V any](m map[K]*V) map[string]V {
	out := map[string]V{}
	for k, v := range m {
		out[fmt.Sprint(k)] = *v
	}
	return out
}
