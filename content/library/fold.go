package library

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// fold makes texts that differ only in case, accents, width, Arabic vowel signs, tatweel or the shape of alef the same
// text. Signs that are letters in their script (Indic vowels, kana marks) stay.
func fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	out := make([]rune, 0, len(s))
	for _, r := range norm.NFKD.String(s) {
		switch {
		case r >= 0x300 && r <= 0x36f, // Latin, Greek, Cyrillic accents
			r >= 0x591 && r <= 0x5c7 && unicode.Is(unicode.Mn, r), // Hebrew points
			r >= 0x610 && r <= 0x61a, r >= 0x64b && r <= 0x65f, r == 0x670, r >= 0x6d6 && r <= 0x6ed && unicode.Is(unicode.Mn, r),
			r == 0x640, r == 0x200c, r == 0x200d: // harakat, tatweel, joiners
			continue
		case r == 'ى':
			r = 'ي'
		case r == 'ة':
			r = 'ه'
		case r == 'ک':
			r = 'ك'
		case r == 'ی':
			r = 'ي'
		}
		out = append(out, r)
	}
	return norm.NFC.String(cases.Fold().String(string(out)))
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

const (
	maxWords = 24 // of a title, and of a query
	maxWord  = 48 // bytes of a word that count
)

// words cuts a text into folded words. A run in a script that writes no spaces gives a word from each of its letters
// on, so that a prefix finds what stands in the middle.
func words(s string) (out []string) {
	for _, w := range strings.FieldsFunc(fold(clip(s, 1024)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	}) {
		if len(out) >= maxWords {
			break
		}
		if !spaceless(w) {
			out = append(out, clip(w, maxWord))
			continue
		}
		for i := range w {
			if len(out) < maxWords {
				out = append(out, clip(w[i:], maxWord))
			}
		}
	}
	return out
}

// queryWords are words, but a spaceless run stays one.
func queryWords(s string) (out []string) {
	last := ""
	for _, w := range words(s) {
		if last != "" && strings.HasSuffix(last, w) && spaceless(last) {
			continue
		}
		out = append(out, w)
		last = w
	}
	return out
}

func spaceless(w string) bool {
	for _, r := range w {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
	}
	return false
}

// clip cuts s to at most n bytes, between runes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}
