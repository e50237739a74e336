package search

import "slices"

// maxQuoted is how many sentences in a row are quoted.
const maxQuoted = 3

// What a run of sentences is worth beside the words of the question that are in it.
const (
	fromTitle  = 0.6  // of a word that only the title has: the text is about it
	anotherOne = 0.05 // less for each sentence more
	openEnd    = 0.6  // of a run that ends in a question: the answer comes after it
	echoed     = 0.9  // of a run that asks the question itself first
	noSentence = 0.5  // of a run with a heading or a row of a table in it
	crowded    = 0.04 // more where a run is made of the question's words
)

// has is how surely each word of the question stands in a text, 0 to 1: less where it may only have been meant.
type has [maxGroups]float32

// quote is the run of sentences of text that says most of what is asked, and how much of it, 0 to 1: the share of the
// question's weight that its words carry, those that only the titles have at part of theirs. titles are the resource's and
// the section's.
func (m *matcher) quote(titles, text string) (run span, certainty float32) {
	var about has
	for _, f := range m.find(titles) {
		about[f.group] = max(about[f.group], m.sure(f, titles))
	}
	all := sentences(text)
	found := m.share(all, text)
	for i := range all {
		if found[i].bytes == 0 {
			continue // a run begins with what it is quoted for
		}
		var h has
		bytes, lists, echo := 0, false, false
		for n := 0; n < maxQuoted && i+n < len(all) && all[i+n].to-all[i].from <= 2*maxSentence; n++ {
			for g := range m.groups {
				h[g] = max(h[g], found[i+n].has[g])
			}
			bytes += found[i+n].bytes
			c := m.worth(h, about) - anotherOne*float32(n) + crowded*float32(bytes)/float32(all[i+n].to-all[i].from)
			last := text[all[i+n].from:all[i+n].to]
			if lists = lists || !stops(last); lists {
				c *= noSentence
			}
			switch {
			case asks(last):
				c *= openEnd
				echo = true
			case echo:
				c *= echoed
			}
			if c > certainty {
				run, certainty = span{all[i].from, all[i+n].to}, c
			}
		}
	}
	return run, min(certainty, 1)
}

// A sentence is what of the question stands in it: which words, and how many bytes are those that say something.
type sentence struct {
	has   has
	bytes int
}

// share gives each sentence the matches that lie in it.
func (m *matcher) share(all []span, text string) []sentence {
	out := make([]sentence, len(all))
	i := 0
	for _, f := range m.find(text) {
		for i < len(all) && all[i].to < f.to {
			i++
		}
		if i == len(all) {
			break
		}
		if f.from < all[i].from {
			continue
		}
		out[i].has[f.group] = max(out[i].has[f.group], m.sure(f, text))
		if !m.groups[f.group].common {
			out[i].bytes += f.to - f.from
		}
	}
	return out
}

// worth is the share of the question's weight.
func (m *matcher) worth(h, about has) float32 {
	var sum, total float32
	for g := range m.groups {
		idf := m.groups[g].idf
		total += idf
		sum += idf * max(h[g], fromTitle*about[g])
	}
	return sum / max(total, 1e-6)
}

// sure is 1 for a word that was asked for, in any of its forms, and what its term weighs for one that was only guessed.
func (m *matcher) sure(f match, text string) float32 {
	w := word{}
	w.form, w.plain = fold(text[f.from:f.to])
	terms := m.groups[f.group].terms
	for _, t := range terms {
		if t.text != w.form || t.weight >= stemmed {
			continue
		}
		for _, lang := range m.langs {
			if s := stem(lang, w); s != "" && slices.ContainsFunc(terms, func(t term) bool { return t.text == stemMark+s }) {
				return 1
			}
		}
		return t.weight
	}
	return 1
}
