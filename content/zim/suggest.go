package zim

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const suggestWalk = 400 // dirents looked at for one prefix, so that a list with few articles cannot take long

// cases are the ways a prefix may be written in titles: as it is, with a capital, without, each word with one, all
// capitals.
func cases(prefix string) []string {
	first, n := utf8.DecodeRuneInString(prefix)
	all := []string{
		prefix, string(unicode.ToUpper(first)) + prefix[n:], string(unicode.ToLower(first)) + prefix[n:],
		words(strings.ToLower(prefix)), strings.ToUpper(prefix), strings.ToLower(prefix),
	}
	var kept []string
	for _, c := range all {
		known := false
		for _, k := range kept {
			known = known || k == c
		}
		if !known {
			kept = append(kept, c)
		}
	}
	return kept
}

func words(s string) string {
	start := true
	return strings.Map(func(r rune) rune {
		if start {
			r = unicode.ToUpper(r)
		}
		start = unicode.IsSpace(r) || r == '-'
		return r
	}, s)
}

// titlesFrom calls fn with the front articles whose title (in a listing by path: path) begins with prefix, until it
// says false. It finds the first by binary search in the whole order walked.
func (a *archive) titlesFrom(l *listing, prefix string, fn func(i uint32, d *dirent) bool) error {
	home := a.home()
	key := func(d *dirent) string {
		if l.kind == byPath {
			return d.path
		}
		return d.title
	}
	at := func(j uint32) (uint32, *dirent, error) {
		i, err := a.entryAt(l, j)
		if err != nil {
			return 0, nil, err
		}
		d, err := a.entry(i)
		return i, d, err
	}
	lo, hi := uint32(0), l.all
	for lo < hi {
		mid := lo + (hi-lo)/2
		_, d, err := at(mid)
		if err != nil {
			return err
		}
		if l.kind != fronts && d.ns < home || (l.kind == fronts || d.ns == home) && key(d) < prefix {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	for j := lo; j < l.all && j-lo < suggestWalk; j++ {
		i, d, err := at(j)
		if err != nil {
			return err
		}
		if !strings.HasPrefix(key(d), prefix) || l.kind != fronts && d.ns != home {
			return nil
		}
		if l.kind != fronts && !a.counts(l, d) {
			continue
		}
		if !fn(i, d) {
			return nil
		}
	}
	return nil
}
