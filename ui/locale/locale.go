// Package locale says things in a person's language: messages, plurals, digits, dates and direction; a file a language, English the reference.
//
// A catalogue is messages/TAG.txt, UTF-8, one message a line:
//
//	# A note for the translator about the messages below it.
//	library.empty = No courses yet
//	library.count.one = {n} course
//	library.count.other = {n} courses
//
// Keys are lower-case words joined by dots. {names} in braces are filled in by the caller and must be the same in every
// language. A key that ends in a plural form (zero, one, two, few, many, other) belongs to N. Blank lines and lines that
// begin with # are skipped; \n does not exist, a message is one line. What a language lacks is said in English.
// A line "# same: KEY KEY …" names messages that are rightly the same words as in English.
//
// A school mends or adds a language with a file of the same form in its data folder; see Overlay.
package locale

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// A Locale speaks one language. It is immutable and safe for concurrent use.
type Locale struct {
	tag      string
	language language.Tag
	digits   string        // numbering system: "latn", "arab" …
	calendar string        // "" Gregorian; see WithCalendar
	words    func() *words // read when first asked for: a box starts at once, and holds what its people speak
	percent  func() int    // of English's messages that are there
}

// words are what a catalogue says.
type words struct {
	messages map[string]string
	same     map[string]bool // rightly as in English
}

// For finds the Locale of a BCP 47 tag: the language itself ("fr-CD" takes fr), else English. It is cheap.
func For(tag string) *Locale {
	locales := *spoken.Load()
	if l, ok := locales[tag]; ok {
		return l
	}
	if l, ok := locales[base(tag)]; ok {
		return l
	}
	return locales[English]
}

// English is the reference language.
const English = "en"

// Tag is the language's BCP 47 tag, as in the lang attribute.
func (l *Locale) Tag() string { return l.tag }

// Dir is "ltr" or "rtl".
func (l *Locale) Dir() string { return Dir(l.tag) }

// WithDigits is l with another numbering system: "latn", "arab", "deva" …; one we do not write keeps the language's own.
func (l *Locale) WithDigits(system string) *Locale {
	if zeros[system] == 0 || system == l.digits {
		return l
	}
	other := *l
	other.digits = system
	return &other
}

// T is a message. pairs are name, value, name, value …; a value that runs against the language's direction is isolated.
// A key that no language has comes back in brackets, so that a test and a reader see it.
func (l *Locale) T(key string, pairs ...string) string {
	return l.fill(l.message(key), pairs)
}

// Has says whether a message exists.
func (l *Locale) Has(key string) bool {
	_, ok := l.words().messages[key]
	return ok
}

// N is the message for n things: {n} becomes the number in the person's digits, other pairs as in T.
func (l *Locale) N(key string, n int, pairs ...string) string {
	pairs = append(pairs, "n", l.Number(n))
	for _, form := range []string{key + "." + l.form(n), key + ".other"} {
		if m, ok := l.words().messages[form]; ok {
			return l.fill(m, pairs)
		}
	}
	return l.fill(l.message(key+"."+For(English).form(n)), pairs) // English has its own forms
}

// message is in the language, else in English; in a language written from right to left English is set apart (UAX #9), so
// that its full stop stays at its end.
func (l *Locale) message(key string) string {
	if m, ok := l.words().messages[key]; ok {
		return m
	}
	if m, ok := For(English).words().messages[key]; ok {
		if l.Dir() == "rtl" {
			return "\u2068" + m + "\u2069"
		}
		return m
	}
	return "[" + key + "]"
}

func (l *Locale) fill(message string, pairs []string) string {
	if len(pairs) < 2 || !strings.Contains(message, "{") {
		return message
	}
	values := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		values = append(values, "{"+pairs[i]+"}", l.isolate(pairs[i+1]))
	}
	return strings.NewReplacer(values...).Replace(message)
}

// isolate puts FSI and PDI round text that runs the other way (UAX #9), so it does not upset the words beside it.
func (l *Locale) isolate(s string) string {
	if rtl, strong := firstStrong(s); strong && rtl != (l.Dir() == "rtl") {
		return "\u2068" + s + "\u2069"
	}
	return s
}

func firstStrong(s string) (rtl, strong bool) {
	for _, r := range s {
		if unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Thaana, unicode.Syriac, unicode.Nko, unicode.Adlam) {
			return true, true
		}
		if unicode.IsLetter(r) {
			return false, true
		}
	}
	return false, false
}

var formNames = map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other"}

// form is the CLDR cardinal category of a whole number.
func (l *Locale) form(n int) string {
	if n < 0 {
		n = -n
	}
	return formNames[plural.Cardinal.MatchPlural(l.language, n%10_000_000, 0, 0, 0, 0)]
}

// Number is a whole number in the person's digits, with the language's separators.
func (l *Locale) Number(n int) string { return l.Digits(l.grouped(strconv.Itoa(n))) }

func base(tag string) string {
	tag = strings.ReplaceAll(tag, "_", "-")
	if i := strings.IndexByte(tag, '-'); i >= 0 {
		tag = tag[:i]
	}
	return strings.ToLower(tag)
}
