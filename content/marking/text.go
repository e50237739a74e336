package marking

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// normalise makes answers that a teacher would call the same the same: compatibility forms, quotes, dashes, digits of
// any script, spaces and a full stop at the end always; letter case unless caseSense; accents, Arabic vowel signs and
// Hebrew points unless accentSense. Vowel signs of Indic and other scripts are letters and stay.
func normalise(s string, caseSense, accentSense bool) string {
	s = norm.NFKD.String(clip(s, maxResponse))
	var b strings.Builder
	for _, r := range s {
		if d, ok := Digit(r); ok {
			b.WriteByte('0' + d)
			continue
		}
		switch {
		case !accentSense && accent(r), r == 'ـ', unicode.Is(unicode.Cf, r):
			continue
		case strings.ContainsRune("‘’ʼ`´", r):
			r = '\''
		case strings.ContainsRune("“”„«»", r):
			r = '"'
		case strings.ContainsRune("‐‑–—−", r):
			r = '-'
		case unicode.IsControl(r):
			r = ' '
		}
		b.WriteRune(r)
	}
	s = norm.NFC.String(b.String())
	if !caseSense {
		s = cases.Fold().String(s)
	}
	s = strings.Join(strings.Fields(s), " ")
	if t := strings.TrimRight(s, ".!?。؟۔।… "); t != "" {
		s = t
	}
	return s
}

// accent says whether r is a mark that a learner may leave out: of Latin, Greek and Cyrillic letters, Arabic harakat,
// Hebrew points.
func accent(r rune) bool {
	return r >= 0x300 && r <= 0x36f || r >= 0x64b && r <= 0x655 || r == 0x670 || r >= 0x591 && r <= 0x5c7 && unicode.Is(unicode.Mn, r)
}
