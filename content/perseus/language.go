package perseus

import (
	"strings"
	"unicode"
)

// scripts are written by mostly one language of schools.
var scripts = []struct {
	tag   string
	table *unicode.RangeTable
}{
	{"ar", unicode.Arabic},
	{"he", unicode.Hebrew},
	{"hi", unicode.Devanagari},
	{"bn", unicode.Bengali},
	{"am", unicode.Ethiopic},
	{"zh", unicode.Han},
	{"ta", unicode.Tamil},
	{"te", unicode.Telugu},
	{"gu", unicode.Gujarati},
	{"pa", unicode.Gurmukhi},
	{"kn", unicode.Kannada},
	{"ml", unicode.Malayalam},
	{"my", unicode.Myanmar},
	{"km", unicode.Khmer},
	{"lo", unicode.Lao},
	{"th", unicode.Thai},
	{"ko", unicode.Hangul},
	{"ka", unicode.Georgian},
	{"el", unicode.Greek},
}

// scriptLanguage is the language of the script that more than a third of a text's letters are of; "" where there is none.
func scriptLanguage(text string) string {
	counts, letters := map[string]int{}, 0
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		for _, s := range scripts {
			if r > 0x2ff && unicode.Is(s.table, r) {
				counts[s.tag]++
				break
			}
		}
	}
	best := ""
	for tag, n := range counts {
		if n*3 > letters && (n > counts[best] || n == counts[best] && tag < best) {
			best = tag
		}
	}
	return best
}

// none is what the choice "none of the above" says where its author left that to Perseus. It stands anywhere among the
// choices here, so it says nothing of "above". These are words of the question, in its language and not the page's.
var none = map[string]string{
	"am": "ከእነዚህ ውስጥ የለም", "ar": "لا شيء مما ذُكر", "bn": "এগুলোর কোনোটিই নয়", "en": "None of these", "es": "Ninguna de estas",
	"fr": "Aucune de ces réponses", "ha": "Babu ko ɗaya", "hi": "इनमें से कोई नहीं", "pt": "Nenhuma destas", "sw": "Hakuna kati ya hizi",
	"ur": "ان میں سے کوئی نہیں", "zh": "都不是",
}

func noneOfThese(lang string) string {
	base, _, _ := strings.Cut(lang, "-")
	if said := none[base]; said != "" {
		return said
	}
	return none["en"]
}
