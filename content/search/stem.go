package search

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"

	"lamplight/content/arrange"
)

// A stemmer makes one form of a word's forms in one language. It is given the word in lower case with its accents, folded for Amharic.
type stemmer func(plain string) string

func snowball(stem func(*snowballstem.Env) bool) stemmer {
	return func(plain string) string {
		e := snowballstem.NewEnv(plain)
		stem(e)
		return e.Current()
	}
}

// stemmers by language. Snowball's own are published algorithms; the others take off the few endings that case and number
// put there, which is what light stemming of these languages is (Ramanathan and Rao 2003 for Hindi).
var stemmers = map[string]stemmer{
	"en": snowball(english.Stem), "fr": snowball(french.Stem), "es": snowball(spanish.Stem), "pt": snowball(portuguese.Stem),
	"de": snowball(german.Stem), "ru": snowball(russian.Stem), "ar": snowball(arabic.Stem),
	"hi": hindi, "bn": bengali, "am": amharic, "sw": swahili,
}

// scripts in which languages with a stemmer are written, by a letter range.
func stemsIn(lang, form string) bool {
	if form == "" {
		return false
	}
	var r rune
	for _, r = range form {
		break
	}
	switch lang {
	case "ar":
		return r >= 0x600 && r <= 0x6ff
	case "hi":
		return r >= 0x900 && r <= 0x97f
	case "bn":
		return r >= 0x980 && r <= 0x9ff
	case "am":
		return r >= 0x1200 && r <= 0x137f
	case "ru":
		return r >= 0x400 && r <= 0x4ff
	}
	return r >= 'a' && r <= 'z' || r >= 0xc0 && r < 0x250
}

// stem gives a word's stem, folded, "" where the language has no stemmer or the word is its own stem.
func stem(lang string, w word) string {
	s := stemmers[lang]
	if s == nil || w.pair || w.joined || len(w.form) < 3 || !stemsIn(lang, w.form) {
		return ""
	}
	plain := w.plain
	if plain == "" || lang == "am" { // its endings are written with letters that fold
		plain = w.form
	}
	out := s(plain)
	if !isASCII(out) {
		out, _ = fold(out)
	}
	if out == w.form {
		return ""
	}
	return out
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// strip takes the first ending off that leaves at least least runes.
func strip(s string, least int, endings []string) string {
	for _, e := range endings {
		if rest, ok := strings.CutSuffix(s, e); ok && len([]rune(rest)) >= least {
			return rest
		}
	}
	return s
}

// byLength puts longer endings first.
func byLength(endings string) []string {
	all := strings.Fields(endings)
	arrange.Stably(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

var (
	hindiEndings   = byLength("ियों ियाँ ियां ियो ाओं ाएं ाएँ ाऊं ुओं ुएं ुआं ों ें ओं एं यों यां याँ ाँ ां ीं ो े ू ु ी ि ा ता ती ते ना नी ने या ये यी कर")
	hindiVowels    = strings.NewReplacer("क्ख", "ख", "च्छ", "छ", "ट्ठ", "ठ", "त्थ", "थ", "द्ध", "ध", "ी", "ि", "ू", "ु", "ै", "े", "ौ", "ो", "ँ", "ं", "़", "")
	bengaliEndings = byLength("গুলোর গুলির গুলো গুলি গুলা দের েরা েদের রা টির টার টি টা টুকু খানা খানি কে ের তে য়ে েতে ে র")
	bengaliVowels  = strings.NewReplacer("ী", "ি", "ূ", "ু", "ণ", "ন", "শ", "স", "ষ", "স", "ঁ", "", "়", "")
	amharicEndings = byLength("ዎችን ኦችን ዎች ኦች ችን ች ን ው ዋ ና")
)

func hindi(s string) string { return hindiVowels.Replace(strip(s, 2, hindiEndings)) }

func bengali(s string) string { return bengaliVowels.Replace(strip(s, 2, bengaliEndings)) }

// amharic takes off object and plural marks, the article and "and", as far as letters show them.
func amharic(s string) string { return strip(strip(s, 2, amharicEndings), 2, amharicEndings) }

// swahili takes off what tells one from many before the commonest nouns (mtoto, watoto) and the place ending.
func swahili(s string) string {
	s = strip(s, 4, []string{"ni"})
	for _, p := range []string{"wa", "mi", "vi", "ki", "ma", "m"} {
		if rest, ok := strings.CutPrefix(s, p); ok && len(rest) >= 4 {
			return "-" + rest
		}
	}
	return s
}
