package media

import (
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/text/language"
)

// tag makes BCP 47 of what a file says ("eng", "pt_br"), "" of what is no language or says there is none.
func tag(s string) string {
	t, err := language.Raw.Parse(strings.TrimSpace(s))
	if err != nil || s == "" {
		return ""
	}
	switch v := t.String(); v {
	case "und", "zxx", "mul", "mis", "":
		return ""
	default:
		return v
	}
}

// nameLanguage finds the language in a file's name: "film.sw.mp4" always; "film_sw.mp4" only of languages whose letters
// are no word or syllable people number lessons with, or behind a number ("story_0008_am.mp3").
func nameLanguage(name string) string {
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	if ext := filepath.Ext(stem); len(ext) > 2 && len(ext) < 12 && len(stem) > len(ext) && languageShape.MatchString(ext[1:]) {
		return tag(ext[1:])
	}
	if m := afterNumber.FindStringSubmatch(stem); m != nil {
		return tag(m[1])
	}
	if m := afterScore.FindStringSubmatch(stem); m != nil && common[m[1]] {
		return tag(m[1])
	}
	return ""
}

var (
	languageShape = regexp.MustCompile(`^[a-z]{2,3}([-_][A-Za-z]{4})?([-_][A-Za-z]{2})?$`)
	afterNumber   = regexp.MustCompile(`[0-9][_-]([a-z]{2})$`)
	afterScore    = regexp.MustCompile(`[_-]([a-z]{2})$`)
	common        = map[string]bool{
		"en": true, "fr": true, "es": true, "pt": true, "ar": true, "sw": true, "bn": true, "zh": true,
		"ru": true, "de": true, "ur": true, "fa": true, "ta": true, "te": true, "ha": true, "yo": true, "zu": true, "xh": true, "rw": true,
	}
)
