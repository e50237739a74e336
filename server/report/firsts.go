package report

// Firsts counts first answers to the items of an exercise: of each variant a learner's first counts, whatever they answered
// after it.
type Firsts struct {
	items  []Item
	chosen []map[string]int
	seen   map[first]bool
}

type first struct {
	item int
	who  string
	seed uint64
}

// NewFirsts counts for so many items.
func NewFirsts(items int) *Firsts {
	return &Firsts{items: make([]Item, items), chosen: make([]map[string]int, items), seen: map[first]bool{}}
}

// Add counts an answer, unless the same learner answered the same variant before.
func (f *Firsts) Add(item int, who string, seed uint64, isRight bool, choice string) {
	key := first{item, who, seed}
	if f.seen[key] {
		return
	}
	f.seen[key] = true
	it := &f.items[item]
	it.Asked++
	it.Answered++
	if isRight {
		it.Right++
		return
	}
	if f.chosen[item] == nil {
		f.chosen[item] = map[string]int{}
	}
	f.chosen[item][choice]++
}

// Items is what was counted, most chosen wrong answers first, with the flags that answers without a total allow.
func (f *Firsts) Items() []Item {
	for i := range f.items {
		it := &f.items[i]
		it.Wrong, it.Flags = nil, nil
		for c, n := range f.chosen[i] {
			it.Wrong = append(it.Wrong, Chosen{Choice: c, N: n})
		}
		sortChosen(it.Wrong)
		it.flag(nil)
	}
	return f.items
}
