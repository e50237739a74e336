package perseus

import (
	"encoding/json"

	"lamplight/content"
)

// sorter is a row of entries to be put in order.
func sorter(w *writer, raw json.RawMessage) string {
	var o struct {
		Correct []word `json:"correct"`
	}
	if !w.read("sorter", raw, &o) {
		return ""
	}
	return w.ordered("sorter", o.Correct)
}

// orderer is the same with entries that may be left out, which ours cannot.
func orderer(w *writer, raw json.RawMessage) string {
	type entry struct{ Content word }
	var o struct {
		CorrectOptions []entry `json:"correctOptions"`
		OtherOptions   []entry `json:"otherOptions"`
	}
	if !w.read("orderer", raw, &o) {
		return ""
	}
	if len(o.OtherOptions) > 0 {
		w.fail("orderer", "entries that belong nowhere in the order cannot be shown here")
		return ""
	}
	texts := make([]word, len(o.CorrectOptions))
	for i, e := range o.CorrectOptions {
		texts[i] = e.Content
	}
	return w.ordered("orderer", texts)
}

func (w *writer) ordered(kind string, texts []word) string {
	options := make([]content.Option, len(texts))
	for i, t := range texts {
		options[i] = content.Option{Text: w.line(string(t))}
	}
	keyed(options)
	return w.add(part{kind: kind, item: content.Item{Type: content.Order, Options: options}})
}

// matcher is two columns of which the rights are put beside their lefts.
func matcher(w *writer, raw json.RawMessage) string {
	var o struct {
		Left, Right  []word
		OrderMatters flag
	}
	if !w.read("matcher", raw, &o) {
		return ""
	}
	if len(o.Left) != len(o.Right) {
		w.fail("matcher", "it has %d entries on the left and %d on the right", len(o.Left), len(o.Right))
		return ""
	}
	if o.OrderMatters {
		w.fail("matcher", "pairs that must also be put in order cannot be shown here")
		return ""
	}
	it := content.Item{Type: content.Match}
	for i := range o.Left {
		it.Pairs = append(it.Pairs, content.Pair{Left: w.line(string(o.Left[i])), Right: w.line(string(o.Right[i]))})
	}
	return w.add(part{kind: "matcher", item: it})
}

// categorizer puts each entry into a category.
func categorizer(w *writer, raw json.RawMessage) string {
	var o struct {
		Items, Categories []word
		Values            []number
	}
	if !w.read("categorizer", raw, &o) {
		return ""
	}
	if len(o.Values) != len(o.Items) {
		w.fail("categorizer", "it says the category of %d of its %d entries", len(o.Values), len(o.Items))
		return ""
	}
	it := content.Item{Type: content.Categorise}
	for _, c := range o.Categories {
		it.Categories = append(it.Categories, w.line(string(c)))
	}
	for i, e := range o.Items {
		it.Options = append(it.Options, content.Option{Text: w.line(string(e)), Category: int(o.Values[i].value)})
	}
	keyed(it.Options)
	return w.add(part{kind: "categorizer", item: it})
}
