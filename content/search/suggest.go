package search

import (
	"context"
	"strings"
	"unicode/utf8"

	"lamplight/content/arrange"
)

// Suggest finds up to n titles for a question still being typed: its last word may be only begun.
func (x *Index) Suggest(ctx context.Context, q Query) ([]Hit, error) {
	v, err := x.hold()
	if err != nil {
		return nil, err
	}
	defer x.let(v)
	groups := parse(q.Text, v.queryLanguages(q.Language))
	if len(groups) == 0 || q.Limit <= 0 {
		return nil, nil
	}
	t, d, leave, err := x.sit(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	if last := &groups[len(groups)-1]; !last.pair && last.to == len(strings.TrimRight(cut(q.Text, maxQuery), "\t")) {
		if utf8.RuneCountInString(last.form) <= 3 {
			last.add(prefixMark+last.form, prefixed)
		} else {
			begun, err := x.begunWith(t, v, last.form, maxTerms/2)
			if err != nil {
				return nil, err
			}
			for _, w := range begun {
				last.add(w, prefixed)
			}
		}
		last.common = false
	}
	if err := x.look(t, d, v, groups); err != nil {
		return nil, err
	}
	if err := x.scan(t, d, v, groups, true); err != nil {
		return nil, err
	}
	return x.titles(t, v, d, q, groups)
}

// titles puts what was found in titles in order.
func (x *Index) titles(t *turn, v *view, d *desk, q Query, groups []group) ([]Hit, error) {
	s, sieve := newScorer(v, groups, q.Language), newSieve(v, q)
	best, keep := make([]ranked, 0, 6*q.Limit), 3*q.Limit
	for _, r := range d.touched {
		f := d.found[r]
		if f.title&s.needed != s.needed || sieve.missed(v.resources[r]) > 0 {
			continue
		}
		if len(best) == cap(best) {
			sortRanked(best)
			best = best[:keep]
		}
		best = append(best, ranked{r, f, s.score(f, v.resources[r])})
	}
	sortRanked(best)
	var hits []Hit
	seen, show := map[string]bool{}, newShowing(x, t, v, groups)
	for _, r := range best[:min(len(best), keep)] {
		if len(hits) >= q.Limit {
			break
		}
		r.found.row = 0
		h, err := show.hit(r)
		if err != nil {
			return nil, err
		}
		if key := strings.ToLower(h.Title); !seen[key] {
			seen[key] = true
			h.Snippet = Snippet{}
			hits = append(hits, h)
		}
	}
	return hits, nil
}

func sortRanked(best []ranked) { arrange.By(best, ranked.compare) }
