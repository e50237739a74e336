// Package arrange sorts. slices.SortFunc is compiled anew for each type of element, nine kilobytes of program each time; here
// all types share the standard library's one.
package arrange

import "sort"

// By sorts s so that before is negative, or 0, between each element and the next; equal ones come in any order.
func By[E any](s []E, compare func(a, b E) int) { sort.Sort(by[E]{s, compare}) }

// Stably is By, and equal elements stay in the order they were in.
func Stably[E any](s []E, compare func(a, b E) int) { sort.Stable(by[E]{s, compare}) }

type by[E any] struct {
	s       []E
	compare func(a, b E) int
}

func (b by[E]) Len() int           { return len(b.s) }
func (b by[E]) Less(i, j int) bool { return b.compare(b.s[i], b.s[j]) < 0 }
func (b by[E]) Swap(i, j int)      { b.s[i], b.s[j] = b.s[j], b.s[i] }
