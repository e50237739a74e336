package html

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// nameTitle makes a title of a file's name: "ohms-law_en.zip" is "ohms law en".
func nameTitle(name string) string {
	stem := path.Base(name)
	if ext := path.Ext(stem); len(ext) < 10 {
		stem = strings.TrimSuffix(stem, ext)
	}
	if !strings.Contains(stem, " ") {
		stem = strings.Map(func(r rune) rune {
			if r == '_' || r == '-' || r == '+' {
				return ' '
			}
			return r
		}, stem)
	}
	if t := plain(norm.NFC.String(stem), 200); t != "" {
		return t
	}
	return "HTML"
}

var nameEnd = regexp.MustCompile(`[_.]([a-z]{2,3}|[a-z]{2}[_-][A-Z]{2}|[a-z]{2}[_-][A-Z][a-z]{3})\.[A-Za-z0-9]{2,8}$`)

// nameLanguage finds the language a file's name ends in: "ohms-law_sw.html", "page.pt-BR.html". Three letters count only
// where they are a language people write lessons in.
func nameLanguage(name string) string {
	m := nameEnd.FindStringSubmatch(name)
	if m == nil || len(m[1]) == 3 && !slices.Contains(threeLetters, m[1]) {
		return ""
	}
	if t := tag(strings.ReplaceAll(m[1], "_", "-")); t != "" && (len(m[1]) != 2 || commonWords[t] != nil || slices.Contains(twoLetters, t)) {
		return t
	}
	return ""
}

var (
	threeLetters = []string{"fil", "nso", "yue", "ckb", "kea", "lug", "luo", "nya", "som", "swa", "hau", "yor", "ibo", "amh"}
	twoLetters   = strings.Fields("af az bg bs ca cs da de el et eu fa fi ga gu he hr hu hy id ig ja ka kk km kn ko ku lo lt lv mg mi mk ml mn mr ms my ne nl ny om pa pl ps ro ru rw si sk sl sn so sq sr st sv ta te tg th ti tk tl tn tr uk ur uz vi wo xh yo zu ar hi bn am zh")
)

// commonWords are words that few sentences of a language are without and that few of its neighbours have.
var commonWords = map[string][]string{
	"en": {"the", "and", "of", "is", "you", "that", "with"},
	"fr": {"le", "les", "et", "des", "est", "une", "dans", "vous"},
	"es": {"el", "los", "y", "las", "es", "una", "por", "con"},
	"pt": {"o", "os", "e", "não", "uma", "em", "com", "você", "são"},
	"sw": {"na", "ya", "wa", "kwa", "ni", "katika", "za"},
	"ha": {"da", "na", "ta", "ba", "shi", "wannan", "cikin"},
	"de": {"der", "die", "und", "das", "ist", "nicht", "ein"},
	"id": {"yang", "dan", "di", "ini", "itu", "dengan", "untuk"},
}

// scripts tell a language by its letters alone where nearly all that is written in them is of one.
var scripts = []struct {
	table *unicode.RangeTable
	tag   string
}{
	{unicode.Ethiopic, "am"},
	{unicode.Bengali, "bn"},
	{unicode.Devanagari, "hi"},
	{unicode.Hangul, "ko"},
	{unicode.Hiragana, "ja"},
	{unicode.Katakana, "ja"},
	{unicode.Thai, "th"},
	{unicode.Tamil, "ta"},
	{unicode.Telugu, "te"},
	{unicode.Khmer, "km"},
	{unicode.Myanmar, "my"},
	{unicode.Lao, "lo"},
	{unicode.Georgian, "ka"},
	{unicode.Armenian, "hy"},
	{unicode.Hebrew, "he"},
	{unicode.Greek, "el"},
	{unicode.Gujarati, "gu"},
	{unicode.Gurmukhi, "pa"},
}

// guessLanguage tells the language of a page's words, "" where it is not plain: it is asked only where the page says none.
func guessLanguage(words string) string {
	letters, counts := 0, map[string]int{}
	arabic, han := 0, 0
	for _, r := range words {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		switch {
		case r < 0x250:
		case unicode.Is(unicode.Arabic, r):
			arabic++
		case unicode.Is(unicode.Han, r):
			han++
		default:
			for _, s := range scripts {
				if unicode.Is(s.table, r) {
					counts[s.tag]++
				}
			}
		}
	}
	for tag, n := range counts {
		if 3*n > letters {
			return tag
		}
	}
	switch {
	case letters < 40:
		return ""
	case 2*arabic > letters:
		return arabicLanguage(words)
	case 2*han > letters && counts["ja"] == 0:
		return "zh"
	}
	return latinLanguage(words)
}

// arabicLanguage tells Arabic from Urdu and Persian by letters that the other two have.
func arabicLanguage(words string) string {
	switch {
	case strings.ContainsAny(words, "ٹڈڑےں"):
		return "ur"
	case strings.ContainsAny(words, "پچژگ"):
		return "fa"
	}
	return "ar"
}

func latinLanguage(words string) string {
	counts, total := map[string]int{}, 0
	for w := range strings.FieldsFuncSeq(strings.ToLower(words), func(r rune) bool { return !unicode.IsLetter(r) }) {
		total++
		for tag, common := range commonWords {
			if slices.Contains(common, w) {
				counts[tag]++
			}
		}
	}
	best, second := "", 0
	for tag, n := range counts {
		switch {
		case best == "" || n > counts[best]:
			best, second = tag, counts[best]
		case n > second:
			second = n
		}
	}
	if total < 12 || 14*counts[best] < total || 4*second > 3*counts[best] {
		return ""
	}
	return best
}

// pictureNames are what packages call a picture of themselves.
var pictureNames = []string{"thumbnail", "thumb", "cover", "preview", "screenshot", "poster"}

// findPicture finds a picture of the whole: one that the page is shared with, as far as it is in the package (its address
// is often the one on the web: the longest end of it that is there counts); one named so at the top.
func findPicture(src source, root string, stated []string) string {
	for _, address := range stated {
		address, _, _ = strings.Cut(strings.TrimSpace(address), "?")
		if _, rest, remote := strings.Cut(address, "://"); remote {
			address = rest
		}
		for rest := unescape(address); rest != ""; _, rest, _ = strings.Cut(rest, "/") {
			if found, ok := src.Has(root + path.Join(".", rest)); ok && isPicture(found) {
				return found
			}
		}
	}
	for _, stem := range pictureNames {
		for _, ext := range []string{".png", ".jpg", ".jpeg", ".webp", ".gif"} {
			if found, ok := src.Has(root + stem + ext); ok {
				return found
			}
		}
	}
	return ""
}

func isPicture(name string) bool {
	switch types[strings.ToLower(path.Ext(name))] {
	case "image/png", "image/jpeg", "image/webp", "image/gif":
		return true
	}
	return false
}
