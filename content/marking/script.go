package marking

import (
	"fmt"
	"unicode"
)

// sameScript refuses a text whose letters are all of scripts that none of the answers is written in: the keyboard stood
// on another language, which is no mistake in what is asked. Answers or texts without letters are of every script.
func sameScript(given string, answers []string) error {
	wanted := map[string]bool{}
	for _, a := range answers {
		for script := range scripts(a) {
			wanted[script] = true
		}
	}
	got := scripts(given)
	if len(wanted) == 0 || len(got) == 0 {
		return nil
	}
	name := ""
	for script := range got {
		if wanted[script] {
			return nil
		}
		if name == "" || script < name {
			name = script
		}
	}
	return fmt.Errorf("it is written in %s letters, and the answer is not: %w", name, ErrOtherScript)
}

// living are the scripts that schools write, by their names in Unicode.
var living = []struct {
	name  string
	table *unicode.RangeTable
}{
	{"Latin", unicode.Latin},
	{"Arabic", unicode.Arabic},
	{"Devanagari", unicode.Devanagari},
	{"Bengali", unicode.Bengali},
	{"Ethiopic", unicode.Ethiopic},
	{"Han", unicode.Han},
	{"Han", unicode.Hiragana},
	{"Han", unicode.Katakana},
	{"Cyrillic", unicode.Cyrillic},
	{"Greek", unicode.Greek},
	{"Gujarati", unicode.Gujarati},
	{"Gurmukhi", unicode.Gurmukhi},
	{"Kannada", unicode.Kannada},
	{"Malayalam", unicode.Malayalam},
	{"Oriya", unicode.Oriya},
	{"Sinhala", unicode.Sinhala},
	{"Tamil", unicode.Tamil},
	{"Telugu", unicode.Telugu},
	{"Thaana", unicode.Thaana},
	{"Tibetan", unicode.Tibetan},
	{"Khmer", unicode.Khmer},
	{"Lao", unicode.Lao},
	{"Myanmar", unicode.Myanmar},
	{"Thai", unicode.Thai},
	{"Hangul", unicode.Hangul},
	{"Mongolian", unicode.Mongolian},
	{"Armenian", unicode.Armenian},
	{"Georgian", unicode.Georgian},
	{"Hebrew", unicode.Hebrew},
	{"Syriac", unicode.Syriac},
	{"Adlam", unicode.Adlam},
	{"Nko", unicode.Nko},
	{"Tifinagh", unicode.Tifinagh},
	{"Vai", unicode.Vai},
}

// scripts are those of the letters of s. Han, Hiragana and Katakana are one: a learner may write a word in either. A
// letter of no living script counts as of none.
func scripts(s string) map[string]bool {
	found := map[string]bool{}
	for _, r := range s {
		if !unicode.IsLetter(r) {
			continue
		}
		for _, script := range living {
			if unicode.Is(script.table, r) {
				found[script.name] = true
				break
			}
		}
	}
	return found
}
