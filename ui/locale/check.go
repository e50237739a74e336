package locale

import (
	"slices"
	"strings"
	"unicode"
)

// Wanted are the languages that pages are to speak in full.
var Wanted = []string{"en", "fr", "es", "pt", "ar", "sw", "ha", "hi", "bn", "ur", "am", "zh"}

// A Report compares a language with English. Keys are sorted.
type Report struct {
	Tag   string
	Total int // messages the language must have, each plural form counted
	// Missing are the messages it lacks; they are said in English.
	Missing []string
	// Extra are messages that English has not: nobody says them.
	Extra []string
	// Mismatched have other {placeholders} than English.
	Mismatched []string
	// Same are word for word English and not in the language's list "# same:".
	Same []string
}

// Percent is how much of the language is there, rounded down: 100 is all of it.
func (r Report) Percent() int {
	if r.Total == 0 {
		return 0
	}
	return 100 * (r.Total - len(r.Missing)) / r.Total
}

// Whole says that nothing is missing and nothing is amiss.
func (r Report) Whole() bool {
	return len(r.Missing)+len(r.Extra)+len(r.Mismatched)+len(r.Same) == 0
}

// Check compares the language of a tag, as it is spoken now, with English; ok is false when there is no such language.
func Check(tag string) (r Report, ok bool) {
	l, ok := (*spoken.Load())[tag]
	if !ok {
		return r, false
	}
	return l.compare(For(English)), true
}

func (l *Locale) compare(english *Locale) Report {
	r := Report{Tag: l.tag}
	wanted, forms := map[string]string{}, l.Forms() // key: English's text for it
	for key, text := range english.words().messages {
		name, form := english.split(key)
		if form == "" {
			wanted[key] = text
			continue
		}
		for _, f := range forms {
			wanted[name+"."+f] = english.words().messages[name+".other"]
		}
	}
	r.Total = len(wanted)
	for key := range wanted {
		if !l.Has(key) {
			r.Missing = append(r.Missing, key)
		}
	}
	for key, text := range l.words().messages {
		if _, known := wanted[key]; !known {
			r.Extra = append(r.Extra, key)
			continue
		}
		if !samePlaceholders(english, key, text) {
			r.Mismatched = append(r.Mismatched, key)
		}
		if l != english && text == english.words().messages[key] && hasWords(text) && !l.words().same[key] {
			r.Same = append(r.Same, key)
		}
	}
	for _, list := range [][]string{r.Missing, r.Extra, r.Mismatched, r.Same} {
		slices.Sort(list)
	}
	return r
}

var allForms = []string{"zero", "one", "two", "few", "many", "other"}

// Forms are the plural forms that whole numbers take in the language, as CLDR has them, in CLDR's order.
func (l *Locale) Forms() []string {
	seen := map[string]bool{"other": true}
	for n := range 121 { // CLDR's rules for whole numbers look at the last two digits
		seen[l.form(n)] = true
	}
	var out []string
	for _, f := range allForms {
		if seen[f] {
			out = append(out, f)
		}
	}
	return out
}

// split takes the plural form from a key: "card.pages.one" is "card.pages", "one". A key whose name English does not
// count by ("licence.other") has none. The receiver is English.
func (l *Locale) split(key string) (name, form string) {
	i := strings.LastIndexByte(key, '.')
	if i > 0 && slices.Contains(allForms, key[i+1:]) && l.Has(key[:i]+".one") && l.Has(key[:i]+".other") {
		return key[:i], key[i+1:]
	}
	return key, ""
}

// samePlaceholders says whether a text has the placeholders of English's message. "One day", "two days" and "no days" need
// not say the number.
func samePlaceholders(english *Locale, key, text string) bool {
	name, form := english.split(key)
	want := english.words().messages[key]
	if form != "" {
		want = english.words().messages[name+".other"]
	}
	if form == "zero" || form == "one" || form == "two" {
		text, want = strings.ReplaceAll(text, "{n}", ""), strings.ReplaceAll(want, "{n}", "")
	}
	return slices.Equal(placeholders(text), placeholders(want))
}

// placeholders are the {names} of a message, sorted, each once: a language may have to say a name twice.
func placeholders(text string) []string {
	var all []string
	for {
		start := strings.IndexByte(text, '{')
		if start < 0 {
			break
		}
		text = text[start:]
		end := strings.IndexByte(text, '}')
		if end < 0 {
			all = append(all, text) // a brace that is never closed is nobody's name
			break
		}
		all = append(all, text[:end+1])
		text = text[end+1:]
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// hasWords says whether a message has letters outside its placeholders.
func hasWords(text string) bool {
	inside := false
	for _, r := range text {
		switch {
		case r == '{':
			inside = true
		case r == '}':
			inside = false
		case !inside && unicode.IsLetter(r):
			return true
		}
	}
	return false
}
