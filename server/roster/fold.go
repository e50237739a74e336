package roster

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters are those that one name is written with now one, now the other.
var letters = map[rune]rune{'ى': 'ي', 'ة': 'ه', 'ی': 'ي', 'ک': 'ك', 'ھ': 'ه', 'ہ': 'ه', 'ɗ': 'd', 'ɓ': 'b', 'ƙ': 'k', 'ı': 'i', 'ß': 's', 'ø': 'o', 'đ': 'd', 'ł': 'l'}

// Fold is a name as names are compared: letter case, accents, vowel marks of Arabic, punctuation and the order of its words
// do not count.
func Fold(name string) string {
	words := strings.FieldsFunc(norm.NFKD.String(name), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) && r != '\'' && r != '’' })
	for i, w := range words {
		words[i] = strings.Map(func(r rune) rune {
			switch {
			case r >= 0x300 && r <= 0x36f, r >= 0x610 && r <= 0x61a, r >= 0x64b && r <= 0x65f, r == 0x670, r == 0x640, unicode.Is(unicode.Cf, r), unicode.IsPunct(r):
				return -1
			}
			r = unicode.ToLower(r)
			if same, ok := letters[r]; ok {
				return same
			}
			return r
		}, w)
	}
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	slices.Sort(words)
	return strings.Join(words, " ")
}
