package search

import "math/bits"

// A Finder finds the words of one question in texts that it is given, as Search finds them in the library: for who looks
// through one book.
type Finder struct {
	m    *matcher
	need uint32 // groups that must all be there
}

// NewFinder makes one for texts in a language, BCP 47, "" unknown. It is nil for a question of no words.
func NewFinder(question, language string) *Finder {
	var langs []string
	if base := baseOf(language); stemmers[base] != nil {
		langs = []string{base}
	}
	groups := parse(question, langs)
	if len(groups) == 0 {
		return nil
	}
	f := &Finder{}
	for i := range groups {
		groups[i].idf = 1
		if !groups[i].common && i < bits.UintSize/2 {
			f.need |= 1 << i
		}
	}
	f.m = newMatcher(groups, language)
	return f
}

// Find shows where a text has all the words; false when it has not.
func (f *Finder) Find(text string) (Snippet, bool) {
	var has uint32
	for _, found := range f.m.find(text) {
		has |= 1 << found.group
	}
	if has&f.need != f.need {
		return Snippet{}, false
	}
	return f.m.snippet(text), true
}
