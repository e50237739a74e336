package web

import (
	"fmt"
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

func TestWhatToDoNextFollowsTheShareThatIsRight(t *testing.T) {
	for _, c := range []struct {
		right, of int
		want      string
	}{{0, 0, ""}, {0, 5, "again"}, {29, 100, "again"}, {30, 100, "talk"}, {70, 100, "talk"}, {71, 100, "on"}, {1, 1, "on"}, {3, 10, "talk"}} {
		if got := advice(c.right, c.of); got != c.want {
			t.Errorf("%d of %d right: %q, want %q", c.right, c.of, got, c.want)
		}
	}
}

// given are the answers of a class in one round, "" none.
func given(rounds ...[]string) (seats []store.ClassAnswer) {
	for i := range rounds[0] {
		x := store.ClassAnswer{Seat: store.Seat{Person: learning.Person{ID: learning.PersonID(fmt.Sprint(i))}}}
		for _, r := range rounds {
			if r[i] == "" {
				x.Rounds = append(x.Rounds, nil)
				continue
			}
			x.Rounds = append(x.Rounds, &learning.Attempt{Given: r[i], Correct: r[i] == "b" || r[i] == "5"})
		}
		seats = append(seats, x)
	}
	return seats
}

func TestBarsCountEveryAnswerOnceAndNameTheWrongOneMostChosen(t *testing.T) {
	choice := marking.Variant{Item: content.Item{Type: content.Choice, Options: []content.Option{{Key: "a", Text: "one"}, {Key: "b", Text: "two", Right: true}, {Key: "c", Text: "three"}}}}
	number := marking.Variant{Item: content.Item{Type: content.Number, Answers: []string{"5"}}}
	for _, c := range []struct {
		what    string
		variant marking.Variant
		rounds  [][]string
		bars    string
		wrong   string
		n       int
	}{
		{"options as they stand", choice, [][]string{{"a", "b", "c", "c", ""}}, "[[1] [1] [2]]", "three", 2},
		{"two rounds", choice, [][]string{{"a", "b", "c", "c", ""}, {"b", "b", "b", "a", "b"}}, "[[1 1] [1 4] [2 0]]", "one", 1},
		{"anything can be answered", number, [][]string{{"5", "7", "7", "8", ""}}, "[[1] [2] [1]]", "7", 2},
		{"many other answers", number, [][]string{{"5", "11", "12", "13", "14", "15", "16", "17", "18", "19"}}, "[[1] [1] [1] [1] [1] [1] [1] [1] [2]]", "11", 1},
		{"nobody", number, [][]string{{"", ""}}, "[[0]]", "", 0},
	} {
		cls := &inClass{mode: learning.ClassMode{Rounds: make([]string, len(c.rounds))}, sheet: sheet{variant: c.variant}, seats: given(c.rounds...)}
		var v view.InClass
		fillBars(locale.For("en"), &v, cls)
		var bars [][]int
		for _, row := range v.Rows {
			var n []int
			for _, x := range row.Counts {
				n = append(n, x.N)
			}
			bars = append(bars, n)
		}
		if fmt.Sprint(bars) != c.bars || v.Wrong != c.wrong || v.WrongN != c.n {
			t.Errorf("%s: bars %v, most chosen %q by %d; want %s, %q by %d", c.what, bars, v.Wrong, v.WrongN, c.bars, c.wrong, c.n)
		}
	}
}
