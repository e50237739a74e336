package web

import (
	"fmt"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
)

func TestAFileAsksAsMuchAsItsExerciseHasOtherNumbersFor(t *testing.T) {
	item := func(id content.ItemID, to string) content.Item {
		return content.Item{ID: id, Type: content.Number, Stem: "{a}", Lets: []content.Let{{Name: "a", Low: "1", High: to}}, Answers: []string{"a"}}
	}
	for _, c := range []struct {
		items []content.Item
		want  int
	}{
		{[]content.Item{item("one", "81")}, 10},
		{[]content.Item{item("one", "1"), item("two", "20")}, 10},
		{[]content.Item{item("one", "1"), item("two", "1")}, 2},
		{[]content.Item{item("one", "3")}, 3},
	} {
		for who := range 200 {
			x := &turn{exercise: content.Exercise{ID: content.ResourceID(strings.Repeat("1", 32)), Items: c.items}}
			drawn := x.ahead(learning.PersonID(fmt.Sprintf("%032x", who)), 10)
			for i, v := range drawn {
				if askedBefore(drawn[:i], v) {
					t.Errorf("%s is asked twice with %v", v.Item.ID, v.Values)
				}
			}
			if len(drawn) != c.want {
				t.Errorf("%d items give %d questions, want %d", len(c.items), len(drawn), c.want)
			}
		}
	}
}
