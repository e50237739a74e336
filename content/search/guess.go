package search

import (
	"bytes"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"lamplight/content/arrange"
)

// A word in fewer rows than rare may be mistyped, for one in at least likelier times as many.
const (
	rare     = 6
	likelier = 4
)

// guess looks for what may have been meant where few things have all words: words that begin with the last one, and
// words that a mistyped one is a letter or two from. more is nil when there is nothing to add. meant is the question with
// words that nothing has replaced.
func (x *Index) guess(t *turn, v *view, question string, groups []group, full int) (more []group, meant string, err error) {
	more = slices.Clone(groups)
	added := false
	if last := &more[len(more)-1]; !last.pair && utf8.RuneCountInString(last.form) >= 2 && strings.TrimRight(question, " ") == question {
		begun, err := x.begunWith(t, v, last.form, 12)
		if err != nil {
			return nil, "", err
		}
		last.terms = slices.Clone(last.terms)
		for _, w := range begun {
			if w != last.form {
				last.add(w, prefixed)
				added = true
			}
		}
	}
	var asked []int
	for i, g := range more {
		if !g.pair && !g.common && (g.rows == 0 || g.rows < rare && full == 0) && correctable(g.form) {
			asked = append(asked, i)
		}
	}
	if len(asked) == 0 {
		return nilUnless(added, more), "", nil
	}
	near, err := x.near(t, v, more, asked)
	if err != nil {
		return nil, "", err
	}
	meant = question
	for i := len(more) - 1; i >= 0; i-- { // from the end, so that places stay right
		for n, w := range near[i] {
			if w.rows < likelier*more[i].rows {
				continue
			}
			if n == 0 {
				more[i].terms = slices.Clone(more[i].terms)
			}
			if more[i].add(w.form, mistyped*w.share); n == 0 && more[i].rows == 0 {
				meant = meant[:more[i].from] + w.form + meant[more[i].to:]
			}
			added = true
		}
	}
	if meant == question {
		meant = ""
	}
	return nilUnless(added, more), meant, nil
}

func nilUnless(added bool, groups []group) []group {
	if !added {
		return nil
	}
	return groups
}

// maxBegun words of a segment are looked at that begin alike.
const maxBegun = 400

// begunWith lists words that begin with prefix, those in most rows first.
func (x *Index) begunWith(t *turn, v *view, prefix string, n int) ([]string, error) {
	counts := map[string]int{}
	for _, s := range v.segments {
		if err := t.rest(); err != nil {
			return nil, err
		}
		looked := 0
		err := s.each(prefix, func(e *entry) (bool, error) {
			if !bytes.HasPrefix(e.term, []byte(prefix)) {
				return false, nil
			}
			counts[string(e.term)] += int(e.rows)
			looked++
			return looked < maxBegun, nil
		})
		if err != nil {
			return nil, x.noted(fmt.Errorf("segment %d: %w", s.listed.N, err))
		}
	}
	out := make([]string, 0, len(counts))
	for w := range counts {
		out = append(out, w)
	}
	arrange.By(out, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	return out[:min(n, len(out))], nil
}

// A candidate is a word that a mistyped one may have been.
type candidate struct {
	form  string
	rows  int
	edits int
	share float32 // of the best candidate's likelihood
}

// maxCandidates of one word are looked for.
const maxCandidates = 4

// smallLibrary has so few rows that all its words are looked through in a few milliseconds.
const smallLibrary = 4 * segmentRows

// A wanted word is one that may be mistyped.
type wanted struct {
	group int
	runes []rune
	mask  uint64
	edits int
	bytes int // of it
	slack int // by which a word that is near may be longer or shorter
}

func newWanted(group int, form string) wanted {
	w := wanted{group: group, runes: []rune(form), mask: letterMask(form), edits: 1, bytes: len(form)}
	if n := len(w.runes); n >= 8 || n >= 6 && w.runes[0] >= 0x900 && w.runes[0] < 0xe00 { // a slip in an Indic word changes a sign and its virama
		w.edits = 2
	}
	if w.slack = w.edits; w.bytes > len(w.runes) {
		w.slack *= 4
	}
	return w
}

// near finds words at most a letter or two from each of the groups asked: among those that begin with its first letter, or
// its second; where there is none and the library is small, among all.
func (x *Index) near(t *turn, v *view, groups []group, asked []int) (map[int][]candidate, error) {
	out := map[int][]candidate{}
	all := make([]wanted, 0, len(asked))
	for _, i := range asked {
		all = append(all, newWanted(i, groups[i].form))
	}
	for _, anywhere := range []bool{false, true} {
		if anywhere && v.live > smallLibrary {
			break
		}
		found, err := x.nearOf(t, v, all, anywhere)
		if err != nil {
			return nil, err
		}
		for i, by := range found {
			out[i] = likeliest(groups[i].form, by)
		}
		if all = slices.DeleteFunc(all, func(w wanted) bool { return len(out[w.group]) > 0 }); len(all) == 0 {
			break
		}
	}
	return out, nil
}

func (x *Index) nearOf(t *turn, v *view, all []wanted, anywhere bool) (map[int]map[string]*candidate, error) {
	begins := func(first rune) bool {
		return anywhere || slices.ContainsFunc(all, func(w wanted) bool { return w.runes[0] == first || w.runes[1] == first })
	}
	found := map[int]map[string]*candidate{}
	look := func(form []byte, mask uint64, rows int) {
		for _, w := range all {
			if off := len(form) - w.bytes; off > w.slack || -off > w.slack || bits.OnesCount64(mask^w.mask) > 2*w.edits {
				continue
			}
			d := distance(w.runes, []rune(string(form)), w.edits)
			if d == 0 || d > w.edits {
				continue
			}
			if found[w.group] == nil {
				found[w.group] = map[string]*candidate{}
			}
			if c := found[w.group][string(form)]; c != nil {
				c.rows += rows
			} else {
				found[w.group][string(form)] = &candidate{form: string(form), rows: rows, edits: d}
			}
		}
	}
	var buf []byte
	for _, s := range v.segments {
		if err := t.rest(); err != nil {
			return nil, err
		}
		var err error
		if buf, err = s.eachWord(begins, buf, look); err != nil {
			return nil, x.noted(fmt.Errorf("segment %d: %w", s.listed.N, err))
		}
	}
	return found, nil
}

// likeliest are the best candidates: few edits first, the same first letter, then in many rows.
func likeliest(form string, by map[string]*candidate) []candidate {
	first, _ := utf8.DecodeRuneInString(form)
	likely := func(c *candidate) float64 {
		l := float64(bits.Len(uint(c.rows)))
		if c.edits == 1 {
			l += 12
		}
		if r, _ := utf8.DecodeRuneInString(c.form); r == first {
			l += 6
		}
		return l
	}
	var all []candidate
	for _, c := range by {
		all = append(all, *c)
	}
	arrange.By(all, func(a, b candidate) int {
		if la, lb := likely(&a), likely(&b); la != lb {
			if la > lb {
				return -1
			}
			return 1
		}
		return strings.Compare(a.form, b.form)
	})
	all = all[:min(len(all), maxCandidates)]
	for i := range all {
		all[i].share = float32(likely(&all[i]) / likely(&all[0]))
	}
	return all
}

// letterMask has a bit for each letter of a word, of 64; n edits change at most 2n of them. The last byte of a letter holds
// its lowest six bits.
func letterMask(form string) (m uint64) {
	for i := range len(form) {
		if i+1 == len(form) || utf8.RuneStart(form[i+1]) {
			m |= 1 << (form[i] & 63)
		}
	}
	return m
}

// distance is how many letters must be changed, put in, taken out or swapped with their neighbour to make b of a (the
// restricted Damerau–Levenshtein distance); more than most is most+1.
func distance(a, b []rune, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	var buf [3][maxForm + 2]int
	before, last, row := buf[0][:], buf[1][:], buf[2][:]
	if len(b) > maxForm || len(a) > maxForm {
		return most + 1
	}
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], most+1)
}
