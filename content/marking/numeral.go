package marking

import (
	"fmt"
	"io/fs"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
)

const (
	maxResponse = 4 << 10 // bytes of one field of a response
	maxFields   = 200     // of a response, and values of one field
)

var (
	mixedForm = regexp.MustCompile(`^(\d+) (\d+) ?/ ?(\d+)$`)
	ratioForm = regexp.MustCompile(`^(\d+) ?/ ?(\d+)$`)
	plainForm = regexp.MustCompile(`^\d*(?:[., ]\d*)*$`)
	groupForm = regexp.MustCompile(`^\d{1,3}(?:[., ]\d{2,3})*[., ]\d{3}$`)
)

// readNumber reads a number as people write it: digits of any script; a comma or a point before the decimals; spaces,
// commas or points between thousands; a fraction 3/4 or 1 1/2 or ½; a sign; the unit after it or before it. Where a
// sign can be read both ways (1,500) both numbers are given, the decimal one first; so are 25 and a quarter of 25%. fs.ErrInvalid when it is none.
func readNumber(s, unit string) ([]*big.Rat, error) {
	plain := strings.Join(strings.Fields(plainSigns(s)), " ")
	plain = strings.TrimSpace(cutUnit(plain, plainSigns(unit)))
	plain, percent := strings.CutSuffix(plain, "%")
	negative := false
	if rest, ok := strings.CutPrefix(plain, "-"); ok {
		negative, plain = true, rest
	} else {
		plain = strings.TrimPrefix(plain, "+")
	}
	plain = strings.TrimSpace(plain)
	if plain == "" || len(plain) > 60 || strings.Trim(plain, "0123456789., /") != "" || !strings.ContainsAny(plain, "0123456789") {
		return nil, fmt.Errorf("%q is no number: %w", clip(s, 60), fs.ErrInvalid)
	}
	out := readings(plain)
	if len(out) == 0 {
		return nil, fmt.Errorf("%q is no number: %w", clip(s, 60), fs.ErrInvalid)
	}
	if negative {
		for _, r := range out {
			r.Neg(r)
		}
	}
	if percent {
		for _, r := range slices.Clone(out) {
			out = append(out, new(big.Rat).Quo(r, big.NewRat(100, 1)))
		}
	}
	return out, nil
}

// readings gives the numbers that digits, points, commas, spaces and a slash may mean.
func readings(s string) []*big.Rat {
	if m := mixedForm.FindStringSubmatch(s); m != nil {
		whole, part := rat(m[1]), ratio(m[2], m[3])
		if part == nil {
			return nil
		}
		return []*big.Rat{whole.Add(whole, part)}
	}
	if m := ratioForm.FindStringSubmatch(s); m != nil {
		if r := ratio(m[1], m[2]); r != nil {
			return []*big.Rat{r}
		}
		return nil
	}
	if !plainForm.MatchString(s) {
		return nil
	}
	last := strings.LastIndexAny(s, ".,")
	if last < 0 {
		return grouped(s, "")
	}
	head, sign, tail := s[:last], s[last:last+1], s[last+1:]
	var out []*big.Rat
	if !strings.Contains(head, sign) && !strings.Contains(tail, " ") {
		out = grouped(head, tail)
	}
	if groupForm.MatchString(s) && !strings.HasPrefix(s, "0") && sameSign(s) {
		out = append(out, grouped(s, "")...)
	}
	return out
}

// grouped reads a whole part that may be set off in thousands, and decimals.
func grouped(whole, decimals string) []*big.Rat {
	if strings.ContainsAny(whole, "., ") && (!groupForm.MatchString(whole) || !sameSign(whole)) {
		return nil
	}
	digits := ungroup.Replace(whole)
	if digits+decimals == "" {
		return nil
	}
	return []*big.Rat{rat("0" + digits + "." + decimals + "0")}
}

var ungroup = strings.NewReplacer(".", "", ",", "", " ", "")

// sameSign says whether only one sign is used between thousands.
func sameSign(s string) bool {
	n := 0
	for _, sign := range []string{".", ",", " "} {
		if strings.Contains(s, sign) {
			n++
		}
	}
	return n <= 1
}

func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return new(big.Rat) // cannot be: the forms above hold digits alone
	}
	return r
}

func ratio(a, b string) *big.Rat {
	d := rat(b)
	if d.Sign() == 0 {
		return nil
	}
	return d.Quo(rat(a), d)
}

// cutUnit takes the unit off the end or the front, case folded.
func cutUnit(s, unit string) string {
	unit = strings.TrimSpace(unit)
	if unit == "" {
		return s
	}
	folded, u := cases.Fold().String(s), cases.Fold().String(unit)
	if len(folded) != len(s) { // folding changed lengths: compare as written
		folded, u = s, unit
	}
	if strings.HasSuffix(folded, u) {
		return s[:len(s)-len(u)]
	}
	if strings.HasPrefix(folded, u) {
		return s[len(u):]
	}
	return s
}

// fractions are written out with a space before, so that 2½ is 2 1/2.
var fractions = map[rune]string{
	'½': " 1/2", '⅓': " 1/3", '⅔': " 2/3", '¼': " 1/4", '¾': " 3/4", '⅕': " 1/5", '⅖': " 2/5", '⅗': " 3/5",
	'⅘': " 4/5", '⅙': " 1/6", '⅚': " 5/6", '⅛': " 1/8", '⅜': " 3/8", '⅝': " 5/8", '⅞': " 7/8",
}

// plainSigns turns digits of every script to ASCII, and the many minus, slash, comma and space signs to one of each.
// Marks that only steer the writing direction go.
func plainSigns(s string) string {
	var b strings.Builder
	for _, r := range clip(s, maxResponse) {
		if d, ok := Digit(r); ok {
			b.WriteByte('0' + d)
			continue
		}
		if f, ok := fractions[r]; ok {
			b.WriteString(f)
			continue
		}
		switch r {
		case '−', '–', '‐', '‑', '﹣', '－':
			r = '-'
		case '＋':
			r = '+'
		case '⁄', '∕', '／':
			r = '/'
		case '٫', '．', '·':
			r = '.'
		case '،', '，':
			r = ','
		case '٬', '\'', '’':
			continue // between thousands
		}
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		case unicode.Is(unicode.Cf, r):
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
