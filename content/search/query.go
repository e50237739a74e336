package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxQuery  = 400 // bytes of a question that are read
	maxGroups = 24  // words of it

	stemmed  = 0.72 // what a word's stem is worth beside the word
	prefixed = 0.5
	mistyped = 0.45
)

// A term is one entry of the index that a word of the question may stand for.
type term struct {
	text   string
	weight float32
}

// A group is one word of the question: any of its terms will do.
type group struct {
	form   string
	from   int // where it stands in the question
	to     int
	pair   bool
	common bool // says little by itself
	terms  []term
	rows   int // it stands in, about
	idf    float32
}

// parse cuts a question into groups. langs are those of the library that have a stemmer.
func parse(question string, langs []string) []group {
	question = cut(question, maxQuery)
	var groups []group
	words(question, true, func(w word) bool {
		if slices.ContainsFunc(groups, func(g group) bool { return g.form == w.form }) {
			return true
		}
		g := group{form: w.form, from: w.from, to: w.to, pair: w.pair, terms: []term{{w.form, 1}}}
		if !w.pair {
			g.add(stemMark+w.form, stemmed)
			for _, lang := range langs {
				if s := stem(lang, w); s != "" {
					g.add(stemMark+s, stemmed)
					g.add(s, stemmed)
				}
			}
		}
		g.common = isCommon(w.form, langs)
		groups = append(groups, g)
		return len(groups) < maxGroups
	})
	if !slices.ContainsFunc(groups, func(g group) bool { return !g.common }) {
		for i := range groups {
			groups[i].common = false
		}
	}
	return groups
}

func isCommon(form string, langs []string) bool {
	if utf8.RuneCountInString(form) == 1 && form[0] < 0x80 && (form[0] < '0' || form[0] > '9') {
		return true
	}
	for _, lang := range langs {
		if commonWords()[lang][form] {
			return true
		}
	}
	return false
}

// add adds a term the group has not.
func (g *group) add(text string, weight float32) {
	if len(g.terms) < maxTerms && !slices.ContainsFunc(g.terms, func(t term) bool { return t.text == text }) {
		g.terms = append(g.terms, term{text, weight})
	}
}

// maxTerms bounds what one word may stand for.
const maxTerms = 40

// queryLanguages are the languages of the library that tell stems or common words, the asker's own first.
func (v *view) queryLanguages(own string) []string {
	var out []string
	add := func(lang string) {
		lang = baseOf(lang)
		if (stemmers[lang] != nil || commonWords()[lang] != nil) && !slices.Contains(out, lang) {
			out = append(out, lang)
		}
	}
	add(own)
	for _, c := range v.courses {
		if c.id == "" {
			continue
		}
		for _, lang := range c.languages {
			add(lang)
		}
	}
	for _, value := range v.values {
		if len(value) >= 2 && len(value) <= 12 && !strings.ContainsAny(value, "{. ") {
			add(value)
		}
	}
	return out
}
