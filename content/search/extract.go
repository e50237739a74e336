package search

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// An Extract is what the library itself says to a question: one to three sentences that follow one another, word for word
// as they stand in the resource. Nothing is added, left out or put together.
type Extract struct {
	Hit       // where they stand; its Place leads there
	Text      string
	Certainty float64 // 0 to 1: how much of the question the sentences and their title hold
}

// Certain is the least certainty at which an extract is given. It was chosen on half of the judged set of
// server/nodetest/judged and tried on the other; its test prints how often it errs.
const Certain = 0.6

const (
	byRank        = 0.25 // of what decides between sources is how well they were found; the rest is what they say
	otherLanguage = 0.6  // of its certainty, for a source that is not in the question's language
)

// sources is how many of the best results are read for an answer.
const sources = 8

// Ask searches and quotes what answers a question best. fs.ErrNotExist: it is not in the library, as far as words tell. q's
// Offset, Limit and Counts are not looked at.
func (x *Index) Ask(ctx context.Context, q Query) (Extract, error) {
	q.Offset, q.Limit, q.Counts = 0, sources, false
	found, err := x.Search(ctx, q)
	if err != nil {
		return Extract{}, err
	}
	return x.Quote(ctx, q, found)
}

// Quote is Ask of what was found already: the first page of results of q, as Search gave them.
func (x *Index) Quote(ctx context.Context, q Query, found Results) (Extract, error) {
	best, err := quoted(ctx, q, found)
	if err == nil && best.Certainty < Certain {
		err = fmt.Errorf("search: certain of %.2f, want %.2f: %w", best.Certainty, Certain, fs.ErrNotExist)
	}
	if err != nil {
		return Extract{}, err
	}
	return best, nil
}

// Phrase says that more than one word was looked for, so that a sentence may answer it.
func (r Results) Phrase() bool {
	words, pairs := 0, 0
	for _, g := range r.groups {
		if g.pair {
			pairs++
		} else {
			words++
		}
	}
	return words+pairs/2 > 1 || pairs > 2
}

// Question says that what was looked for reads like a question: it ends as one, or is some words with such among them as
// questions are made of.
func (r Results) Question(text string) bool {
	common := slices.ContainsFunc(r.groups, func(g group) bool { return g.common })
	return asks(strings.TrimSpace(text)) || common && len(r.groups) > 2
}

// quoted is Quote, however uncertain. What is found nowhere has certainty 0.
func quoted(ctx context.Context, q Query, found Results) (best Extract, err error) {
	language := baseOf(guessed(q.Text))
	if language == "" {
		language = baseOf(q.Language)
	}
	most := 0.0
	for _, h := range found.Hits[:min(sources, len(found.Hits))] {
		if err := ctx.Err(); err != nil {
			return best, fmt.Errorf("search: %w", err)
		}
		m := newMatcher(found.groups, h.Language)
		for _, p := range h.parts {
			run, certainty := m.quote(h.Title+"\n"+p.Title, p.Text)
			if own := baseOf(h.Language); own != "" && language != "" && own != language && baseOf(guessed(p.Text)) != language {
				certainty *= otherLanguage
			}
			rank := float64(certainty) * (1 - byRank + byRank*h.Score/found.Hits[0].Score)
			if rank <= most {
				continue
			}
			most = rank
			best = Extract{Hit: h, Text: p.Text[run.from:run.to], Certainty: float64(certainty)}
			if best.Place = p.Place; !strings.EqualFold(p.Title, h.Title) {
				best.Passage = p.Title
			}
		}
	}
	return best, nil
}
