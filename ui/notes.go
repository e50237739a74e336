package ui

import (
	"hash/fnv"
	"strconv"

	"lamplight/ui/view"
)

// idOf makes an id out of any text, for labels to name their fields by.
func idOf(text string) string {
	h := fnv.New32a()
	h.Write([]byte(text)) // never fails
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// folded is k for a list, where the note stands above the form already.
func folded(k view.Keep) *view.Keep { return &k }

func goalAmount(l *localeOf, g view.Goal) string {
	if g.Amount == 0 {
		return l.Number(20)
	}
	return l.Number(g.Amount)
}

// goalWord is what to say about a week: it never counts what is missing.
func goalWord(g view.Goal) string {
	switch {
	case g.Done >= g.Amount:
		return "goal.reached"
	case g.Done > 0:
		return "goal.on-the-way"
	}
	return "goal.not-begun"
}

func goalChange(g view.Goal) string {
	if g.Of == "" {
		return "goal.set"
	}
	return "goal.change"
}
