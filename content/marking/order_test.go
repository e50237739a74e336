package marking

import (
	"testing"

	"lamplight/content"
)

func TestAFixedItemIsShownAsItIsWrittenAndTheOthersAsBefore(t *testing.T) {
	options := []content.Option{{Key: "a", Text: "A", Right: true}, {Key: "b", Text: "B"}, {Key: "c", Text: "C"}, {Key: "d", Text: "All of the above"}}
	for _, it := range []content.Item{
		{ID: "1", Type: content.Choice, Stem: "?", Options: options},
		{ID: "2", Type: content.Many, Stem: "?", Options: options},
		{ID: "3", Type: content.InlineChoice, Stem: "{{1}}", Gaps: []content.Gap{{Options: options}}},
	} {
		moved := 0
		for seed := range uint64(20) {
			for _, fixed := range []bool{false, true} {
				it.Fixed = fixed
				v, err := Draw(it, seed)
				if err != nil {
					t.Fatal(err)
				}
				shown := v.Item.Options
				if len(shown) == 0 {
					shown = v.Item.Gaps[0].Options
				}
				same := shown[0].Key == "a" && shown[1].Key == "b" && shown[2].Key == "c"
				if fixed && !same {
					t.Errorf("%s, seed %d: a fixed item is shown as %v", it.Type, seed, shown)
				}
				if !fixed && !same {
					moved++
				}
			}
		}
		if moved == 0 {
			t.Errorf("%s: never shuffled", it.Type)
		}
	}
}
