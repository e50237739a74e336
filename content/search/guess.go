package search

import (
	"context"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// A word in fewer rows than rare may be mistyped, for one in at least likelier times as many.
const (
	rare     = 6
	likelier = 4
)

// guess looks for what may have been meant where few things have all words: words that begin with the last one, and
// words that a mistyped one is a letter or two from. more is nil when there is nothing to add. meant is the question with
// words that nothing has replaced.
func (x *Index) guess(ctx context.Context, v *view, question string, groups []group) (more []group, meant string, err error) {
	more = slices.Clone(groups)
	added := false
	if last := &more[len(more)-1]; !last.pair && utf8.RuneCountInString(last.form) >= 2 && strings.TrimRight(question, " ") == question {
		begun, err := x.begunWith(ctx, v, last.form, 12)
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
		if !g.pair && !g.common && g.rows < rare && correctable(g.form) {
			asked = append(asked, i)
		}
	}
	if len(asked) == 0 {
		return nilUnless(added, more), "", nil
	}
	near, err := x.near(ctx, v, more, asked)
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

// begunWith lists words that begin with prefix, those in most rows first.
func (x *Index) begunWith(ctx context.Context, v *view, prefix string, n int) ([]string, error) {
	counts := map[string]int{}
	for _, s := range v.segments {
		rows, err := x.read.QueryContext(ctx, `select term, rows from posting where segment=? and term>=? and term<? limit 400`, s.n, []byte(prefix), append([]byte(prefix), 0xff))
		if err != nil {
			return nil, x.noted(err)
		}
		for rows.Next() {
			var name []byte
			var count int
			if err := rows.Scan(&name, &count); err != nil {
				rows.Close()
				return nil, x.noted(err)
			}
			counts[string(name)] += count
		}
		if err := rows.Err(); err != nil {
			return nil, x.noted(err)
		}
	}
	out := make([]string, 0, len(counts))
	for w := range counts {
		out = append(out, w)
	}
	slices.SortFunc(out, func(a, b string) int {
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

// near finds words at most a letter or two from each of the groups asked, by reading the vocabulary through.
func (x *Index) near(ctx context.Context, v *view, groups []group, asked []int) (map[int][]candidate, error) {
	type wanted struct {
		group int
		runes []rune
		mask  uint64
		edits int
		bytes int // of it
		slack int // by which a word that is near may be longer or shorter
	}
	var all []wanted
	for _, i := range asked {
		r := []rune(groups[i].form)
		edits := 1
		if len(r) >= 8 || len(r) >= 6 && r[0] >= 0x900 && r[0] < 0xe00 { // a slip in an Indic word changes a sign and its virama
			edits = 2
		}
		w := wanted{i, r, letterMask([]byte(groups[i].form)), edits, len(groups[i].form), edits}
		if w.bytes > len(r) {
			w.slack = edits * 4
		}
		all = append(all, w)
	}
	found := map[int]map[string]*candidate{}
	for _, s := range v.segments {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var w vocabulary
		if err := x.read.QueryRowContext(ctx, `select words from segment where n=?`, s.n).Scan(&w.bytes); err != nil {
			return nil, x.noted(err)
		}
		err := w.each(func(form []byte, rows int) {
			for _, a := range all {
				if off := len(form) - a.bytes; off > a.slack || -off > a.slack || bits.OnesCount64(letterMask(form)^a.mask) > 2*a.edits {
					continue
				}
				d := distance(a.runes, []rune(string(form)), a.edits)
				if d == 0 || d > a.edits {
					continue
				}
				if found[a.group] == nil {
					found[a.group] = map[string]*candidate{}
				}
				if c := found[a.group][string(form)]; c != nil {
					c.rows += rows
				} else {
					found[a.group][string(form)] = &candidate{form: string(form), rows: rows, edits: d}
				}
			}
		})
		if err != nil {
			return nil, x.noted(err)
		}
	}
	out := map[int][]candidate{}
	for i, by := range found {
		out[i] = likeliest(groups[i].form, by)
	}
	return out, nil
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
	slices.SortFunc(all, func(a, b candidate) int {
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

// letterMask has a bit for each letter of a word, of 64; n edits change at most 2n of them.
func letterMask(form []byte) (m uint64) {
	for len(form) > 0 {
		r, n := rune(form[0]), 1
		if r >= 0x80 {
			r, n = utf8.DecodeRune(form)
		}
		m |= 1 << (r & 63)
		form = form[n:]
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
