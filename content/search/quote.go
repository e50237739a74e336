package search

import "slices"

// maxQuoted is how many sentences in a row are quoted.
const maxQuoted = 3

// What a run of sentences is worth beside the words of the question that are in it.
const (
	fromTitle  = 0.6  // of a word that only the title has: the text is about it
	anotherOne = 0.05 // less for each sentence more
	openEnd    = 0.6  // of a run that ends in a question: the answer comes after it
	noSentence = 0.5  // of a heading or a row of a table
	crowded    = 0.04 // more where a run is made of the question's words
)

// A quoter finds what to quote to one question.
type quoter struct {
	groups []group
	total  float32
	terms  map[string][]means
}

// means says that a term stands for a word of the question, and how well.
type means struct {
	group  int
	weight float32
}

// has is how well each word of the question stands in a text, 0 to 1.
type has [maxGroups]float32

func newQuoter(groups []group) *quoter {
	q := &quoter{groups: groups, terms: map[string][]means{}}
	for i, g := range groups {
		q.total += g.idf
		for _, t := range g.terms {
			q.terms[t.text] = append(q.terms[t.text], means{i, t.weight})
		}
	}
	return q
}

// in says which words of the question stand in text, and how many of its words they are.
func (q *quoter) in(text string, langs []string) (h has, hits, all int) {
	note := func(term string) (hit bool) {
		for _, m := range q.terms[term] {
			h[m.group] = max(h[m.group], m.weight)
			hit = hit || !q.groups[m.group].common
		}
		return hit
	}
	words(text, false, func(w word) bool {
		hit := note(w.form)
		for _, lang := range langs {
			if s := stem(lang, w); s != "" {
				hit = note(stemMark+s) || hit
			}
		}
		hit = note(stemMark+w.form) || hit
		if hit {
			hits++
		}
		all++
		return true
	})
	return h, hits, all
}

// best is the run of sentences of text that says most of what is asked, and how much of it, 0 to 1: the share of the
// question's weight that its words carry, those that only the titles have at part of theirs. title is the resource's and
// the section's.
func (q *quoter) best(title, text string, langs []string) (run span, certainty float32) {
	if q.total == 0 {
		return run, 0
	}
	about, _, _ := q.in(title, langs)
	all := sentences(text)
	found := make([]sentence, len(all))
	for i, s := range all {
		found[i].has, found[i].hits, found[i].words = q.in(text[s.from:s.to], langs)
	}
	for i := range all {
		if found[i].hits == 0 {
			continue // a run begins with what it is quoted for
		}
		var h has
		hits, words := 0, 0
		for n := 0; n < maxQuoted && i+n < len(all) && all[i+n].to-all[i].from <= 2*maxSentence; n++ {
			f := &found[i+n]
			for g := range q.groups {
				h[g] = max(h[g], f.has[g])
			}
			hits, words = hits+f.hits, words+f.words
			c := q.worth(h, about) - anotherOne*float32(n) + crowded*float32(hits)/float32(max(words, 1))
			switch last := text[all[i+n].from:all[i+n].to]; {
			case asks(last):
				c *= openEnd
			case n == 0 && !stops(last):
				c *= noSentence
			}
			if c > certainty {
				run, certainty = span{all[i].from, all[i+n].to}, c
			}
		}
	}
	return run, min(certainty, 1)
}

// A sentence is what of the question stands in it.
type sentence struct {
	has         has
	hits, words int
}

func (q *quoter) worth(h, about has) (sum float32) {
	for g := range q.groups {
		sum += q.groups[g].idf * max(h[g], fromTitle*about[g])
	}
	return sum / q.total
}

// languagesOf are those whose stems a text's words were entered with.
func languagesOf(language, text string) []string { return slices.Clone(stemLanguages(language, text)) }
