package marking

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"lamplight/content"
)

// numberForms are those a number may be asked for in.
var numberForms = []content.Form{
	content.AnyForm, content.Simplified, content.Fraction, content.SimplifiedFraction, content.Mixed, content.SimplifiedMixed, content.Decimal,
}

// inForm refuses a right number that is not written as asked for.
func (b blank) inForm(typed string) error {
	asked := strings.Fields(string(b.form))
	if len(asked) == 0 {
		return nil
	}
	is, lowest := formOf(typed, b.unit)
	if slices.Contains(asked, string(content.Simplified)) && !lowest {
		return fmt.Errorf("%q is not in lowest terms: %w", clip(typed, 60), ErrOtherForm)
	}
	way := content.Form(asked[len(asked)-1])
	allowed := way == content.Simplified || is == content.AnyForm || is == way || way == content.Mixed && is == properFraction ||
		way == content.Fraction && is == properFraction
	if !allowed {
		return fmt.Errorf("%q is not a %s number: %w", clip(typed, 60), way, ErrOtherForm)
	}
	return nil
}

// properFraction is a fraction below one: a fraction, and what is left of a mixed number without its whole part.
const properFraction content.Form = "proper"

// formOf says how a number is written, AnyForm for digits alone, and whether its fraction is in lowest terms. What stands over
// 1 is not, nor is a mixed number with a fraction of one or more.
func formOf(typed, unit string) (form content.Form, lowest bool) {
	plain := strings.Join(strings.Fields(plainSigns(typed)), " ")
	plain = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(cutUnit(plain, plainSigns(unit))), "+-"))
	if m := mixedForm.FindStringSubmatch(plain); m != nil {
		return content.Mixed, coprime(m[2], m[3]) && rat(m[2]).Cmp(rat(m[3])) < 0
	}
	if m := ratioForm.FindStringSubmatch(plain); m != nil {
		if rat(m[1]).Cmp(rat(m[2])) < 0 {
			return properFraction, coprime(m[1], m[2])
		}
		return content.Fraction, coprime(m[1], m[2]) && rat(m[2]).Cmp(one) > 0
	}
	if strings.ContainsAny(plain, ".,") {
		return content.Decimal, true
	}
	return content.AnyForm, true
}

func coprime(a, b string) bool {
	return new(big.Int).GCD(nil, nil, rat(a).Num(), rat(b).Num()).Cmp(big.NewInt(1)) == 0
}
