package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// A table is what is printed at the end: a line a figure, its target beside it.
type table struct {
	rows   []row
	notes  []string
	missed int
}

type row struct{ work, ours, theirs, figure, target, word string }

// add writes a line. got is compared with most (at most) or, when atLeast, the other way round.
func (t *table) add(work, ours, theirs, figure, target string, met bool) {
	word := "met"
	if !met {
		word = "MISSED"
		t.missed++
	}
	t.rows = append(t.rows, row{work, ours, theirs, figure, target, word})
}

// tell writes a line that has no target.
func (t *table) tell(work, ours, theirs, figure string) {
	t.rows = append(t.rows, row{work, ours, theirs, figure, "", ""})
}

// skip writes that a part could not be measured, which is neither met nor missed.
func (t *table) skip(work string, why error) {
	t.rows = append(t.rows, row{work: work, word: "not measured"})
	t.note("%s: not measured: %v", work, why)
}

func (t *table) note(format string, v ...any) { t.notes = append(t.notes, fmt.Sprintf(format, v...)) }

func (t *table) String() string {
	var s strings.Builder
	w := tabwriter.NewWriter(&s, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "work\tLamplight\tbeside it\tfigure\ttarget\t")
	fmt.Fprintln(w, "----\t---------\t---------\t------\t------\t")
	for _, r := range t.rows {
		fmt.Fprintln(w, strings.Join([]string{r.work, r.ours, r.theirs, r.figure, r.target, r.word}, "\t"))
	}
	w.Flush()
	for _, n := range t.notes {
		fmt.Fprintln(&s, "note:", n)
	}
	return s.String()
}

// median is the middle of v, the upper of two; 0 of nothing.
func median[T cmp.Ordered](v []T) T {
	if len(v) == 0 {
		var zero T
		return zero
	}
	s := slices.Sorted(slices.Values(v))
	return s[len(s)/2]
}

func chosen(only, name string) bool {
	return only == "" || slices.Contains(strings.Split(only, ","), name)
}

func times(a, b float64) string {
	if b == 0 {
		return "no figure"
	}
	r := a / b
	if r < 0.2 {
		return fmt.Sprintf("1/%.0f×", 1/r)
	}
	return fmt.Sprintf("%.2f×", r)
}
