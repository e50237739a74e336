package search

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters are those that fold to others beyond what Unicode decomposes. Sources: the alphabets of African languages
// (ɓ ɗ ƙ ŋ ɛ ɔ written plain on phones without them), Arabic and Persian keyboards, Amharic homophones.
var letters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ɖ': "d", 'ɗ': "d", 'ł': "l", 'ħ': "h", 'ı': "i", 'ŋ': "n",
	'ɓ': "b", 'ƙ': "k", 'ɛ': "e", 'ɔ': "o", 'ɣ': "g", 'ƴ': "y", 'þ': "th", 'ə': "e", 'ǝ': "e", 'ɩ': "i", 'ʋ': "v",
	'ς': "σ",
	'ٱ': "ا", 'ى': "ي", 'ة': "ه", 'ک': "ك", 'ی': "ي", 'ے': "ي", 'ہ': "ه", 'ە': "ه", 'ھ': "ه", 'ۀ': "ه",
	'ँ': "ं", 'ঁ': "ং", 'ৎ': "ত", 'ૐ': "ॐ", 'ઁ': "ં", 'ଁ': "ଂ",
	'ৰ': "র", // Assamese ra
}

// ethiopic are the rows of letters that Amharic says alike: first letter of the row, and the row it folds to.
var ethiopic = []struct{ from, to rune }{{'ሐ', 'ሀ'}, {'ኀ', 'ሀ'}, {'ሠ', 'ሰ'}, {'ዐ', 'አ'}, {'ፀ', 'ጸ'}}

// ethiopicLetters are single letters of Amharic that are written for each other: first and fourth order of what is said in the
// throat, wu and wə (ዉሻ and ውሻ are both a dog), and the rounded letters.
var ethiopicLetters = map[rune]rune{
	'ሃ': 'ሀ', 'ኣ': 'አ', 'ኻ': 'ሀ', 'ዉ': 'ው',
	'ጐ': 'ጎ', 'ኰ': 'ኮ', 'ቈ': 'ቆ', 'ኈ': 'ሆ', 'ጕ': 'ጉ', 'ኵ': 'ኩ', 'ቍ': 'ቁ', 'ኍ': 'ሁ', 'ጒ': 'ጉ', 'ኲ': 'ኩ', 'ቊ': 'ቁ', 'ኊ': 'ሁ',
}

// fold makes words that differ only in case, accents, width, joiners, harakat, tatweel, the shape of alef, nukta or
// homophone letters the same word. plain is the word in lower case with its accents, "" when that is form.
func fold(s string) (form, plain string) {
	s = cut(s, 4*maxForm)
	var b, p strings.Builder
	b.Grow(len(s))
	p.Grow(len(s))
	for _, r := range norm.NFKC.String(s) {
		if !dropped(r) {
			p.WriteRune(unicode.ToLower(r))
		}
	}
	for _, r := range norm.NFKD.String(p.String()) {
		if dropped(r) || accent(r) {
			continue
		}
		foldRune(&b, unicode.ToLower(r))
	}
	form, plain = cut(b.String(), maxForm), cut(p.String(), maxForm)
	if plain == form {
		plain = ""
	}
	return form, plain
}

// dropped runes only say how letters are to be joined or stretched.
func dropped(r rune) bool {
	return r == 0xad || r >= 0x200b && r <= 0x200f || r == 0x2060 || r == 0x640 || r == 0xfeff || classOf(r) == joiner || r == unicode.ReplacementChar
}

// accent says of a mark that words are written without it too. Indic vowel signs, viramas and kana marks are letters.
func accent(r rune) bool {
	switch {
	case r < 0x300:
		return false
	case r <= 0x36f, r >= 0x1ab0 && r <= 0x1aff, r >= 0x1dc0 && r <= 0x1dff:
		return true
	case r >= 0x591 && r <= 0x5c7, r >= 0x610 && r <= 0x61a, r >= 0x64b && r <= 0x65f, r == 0x670, r >= 0x6d6 && r <= 0x6ed:
		return unicode.Is(unicode.Mn, r)
	case r == 0x93c, r == 0x9bc, r == 0xa3c, r == 0xabc, r == 0xb3c, r == 0xcbc: // nukta
		return true
	case r >= 0x135d && r <= 0x135f: // Ethiopic gemination
		return true
	}
	return false
}

func foldRune(b *strings.Builder, r rune) {
	switch {
	case r < 0x80:
		b.WriteRune(r)
	case r >= 0x1200 && r <= 0x137f:
		b.WriteRune(foldEthiopic(r))
	case unicode.IsDigit(r):
		b.WriteRune('0' + digit(r))
	default:
		if to, ok := letters[r]; ok {
			b.WriteString(to)
		} else {
			b.WriteRune(r)
		}
	}
}

func foldEthiopic(r rune) rune {
	for _, row := range ethiopic {
		if r >= row.from && r < row.from+8 {
			r = row.to + r - row.from
			break
		}
	}
	if to, ok := ethiopicLetters[r]; ok {
		return to
	}
	return r
}

// digit is the value of a decimal digit of any script: each has its ten in a row.
func digit(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	return 0
}
