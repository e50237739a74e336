package learning

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lamplight/content"
)

// whatHappened draws what one learner did at three boxes: answers at two exercises, a quiz, the same answer posted to two
// boxes, over some days.
func whatHappened(t *rapid.T) (events []Done) {
	seq := [3]uint64{}
	lamport := uint64(0)
	id := 0
	for range rapid.IntRange(1, 60).Draw(t, "events") {
		box := rapid.IntRange(0, 2).Draw(t, "box")
		if rapid.Bool().Draw(t, "met") {
			lamport++ // else the boxes have not met: their numbers are alike
		}
		seq[box]++
		var o Order
		binary.BigEndian.PutUint64(o[:8], lamport)
		o[8] = byte(box + 1)
		binary.BigEndian.PutUint64(o[16:], seq[box])
		d := Done{Order: o, Stamp: on(rapid.IntRange(0, 9).Draw(t, "day"), rapid.IntRange(0, 300).Draw(t, "minute"))}
		kind := rapid.IntRange(0, 9).Draw(t, "kind")
		if kind == 0 {
			d.Quiz, d.Try = "q", rapid.IntRange(1, 2).Draw(t, "try")
			events = append(events, d)
			continue
		}
		if rapid.IntRange(0, 5).Draw(t, "again") > 0 {
			id++
		}
		d.Attempt = Attempt{
			ID: AttemptID(fmt.Sprint("a.", id)), Resource: content.ResourceID(fmt.Sprint("e", rapid.IntRange(0, 1).Draw(t, "exercise"))),
			Item: content.ItemID(fmt.Sprint("i", rapid.IntRange(0, 3).Draw(t, "item"))), Seed: uint64(rapid.IntRange(1, 9).Draw(t, "seed")),
			Skill: rapid.SampledFrom([]string{"", "fact-a", "b"}).Draw(t, "skill"), Rating: rapid.SampledFrom([]int{0, 800, 1200}).Draw(t, "rating"),
			Correct: rapid.Bool().Draw(t, "right"), Fast: rapid.IntRange(0, 3).Draw(t, "fast") == 0, Criterion: fourOfFive,
		}
		if kind < 3 {
			d.Quiz, d.Try, d.Resource = "q", rapid.IntRange(1, 2).Draw(t, "try"), "quiz:q"
		}
		events = append(events, d)
	}
	return events
}

func asked(_ QuizID, key string) (QuizQuestion, bool) {
	return QuizQuestion{Resource: "e0", Item: content.ItemID(key)}, key != "i3"
}

// An outcome is all that is said of a learner.
type outcome struct {
	mastery  map[content.ResourceID]ExerciseState
	chances  []int
	standing []Standing
	mistakes []Mistake
	due      []DueCard
	home     []Suggestion
	points   int
}

func outcomeOf(events []Done) (out outcome) {
	p := PracticeOf(asked, events)
	today := Today{thousandDays, on(9, 400)}
	for _, s := range []string{"e0", "e1", "quiz:q", "fact-a", "b"} {
		out.chances = append(out.chances, p.Chance(s, 1100))
		out.standing = append(out.standing, p.Standing(s))
	}
	out.mastery = map[content.ResourceID]ExerciseState{}
	counted, folds := map[AttemptID]bool{}, map[content.ResourceID]*Mastery{}
	for _, d := range events { // PracticeOf has sorted them
		if d.ID == "" || counted[d.ID] {
			continue
		}
		counted[d.ID] = true
		if folds[d.Resource] == nil {
			folds[d.Resource] = &Mastery{}
		}
		folds[d.Resource].Step(&d.Attempt, d.Stamp)
		out.mastery[d.Resource] = folds[d.Resource].State(today.Calendar)
	}
	out.mistakes, out.due, out.points = p.Mistakes(today), p.Due(today), p.Points(today.Calendar, 0)
	out.home = Suggest(Known{Today: today, Practice: p, Recent: []Progress{{Resource: "e0", Course: "c"}}})
	return out
}

func TestAnyOrderAndDuplicationOfEventsGivesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := whatHappened(t)
		want := outcomeOf(slices.Clone(events))
		// What each of three boxes holds arrives in any order, some of it more than once.
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "arrival"), 0))
		var arrived []Done
		for _, box := range []int{0, 1, 2, r.IntN(3), r.IntN(3)} {
			for _, d := range events {
				if int(d.Order[8]) == box+1 || r.IntN(4) == 0 {
					arrived = append(arrived, d)
				}
			}
		}
		r.Shuffle(len(arrived), func(i, j int) { arrived[i], arrived[j] = arrived[j], arrived[i] })
		if got := outcomeOf(arrived); !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
	})
}

// A Practice kept in memory and stepped further is the one folded anew.
func TestSteppingOnIsFoldingAnew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := whatHappened(t)
		whole := PracticeOf(nil, events)
		counted := map[AttemptID]bool{}
		var p Practice
		for i, d := range events {
			_, _ = p.Mistakes(at(9)), p.Due(at(9)) // reading changes nothing
			switch {
			case d.ID == "":
				p.HandIn(d.Quiz, d.Try)
			case !counted[d.ID]:
				counted[d.ID] = true
				p.Step(&events[i].Attempt, d.Stamp)
			}
		}
		if !reflect.DeepEqual(&p, whole) {
			t.Fatalf("got %+v, want %+v", p, *whole)
		}
	})
}
