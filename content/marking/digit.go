package marking

import (
	"strings"
	"unicode"
)

// Digits writes the decimal digits of any script as 0 to 9 and leaves the rest: a PIN or an hour is the same on every
// keyboard.
func Digits(s string) string {
	return strings.Map(func(r rune) rune {
		if d, ok := Digit(r); ok {
			return rune('0' + d)
		}
		return r
	}, s)
}

// Digit gives a decimal digit's value. Every script's ten digits stand in a row in Unicode, from nought (§4.6); rows may
// follow each other without a gap.
func Digit(r rune) (byte, bool) {
	if r < 0x80 {
		return byte(r - '0'), r >= '0' && r <= '9'
	}
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	for _, row := range unicode.Nd.R16 {
		if r >= rune(row.Lo) && r <= rune(row.Hi) {
			return byte((r - rune(row.Lo)) % 10), true
		}
	}
	for _, row := range unicode.Nd.R32 {
		if r >= rune(row.Lo) && r <= rune(row.Hi) {
			return byte((r - rune(row.Lo)) % 10), true
		}
	}
	return 0, false
}
