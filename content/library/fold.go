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

// words cuts a text into folded words, at most 24 of its first kilobyte.
func words(s string) []string {
	out := strings.FieldsFunc(fold(clip(s, 1024)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	})
	return out[:min(len(out), 24)]
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
