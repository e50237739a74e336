package marking

import (
	"fmt"
	"io/fs"
	"math/big"
	"strings"
)

// A value is an exact number or a text.
type value struct {
	num  *big.Rat // nil for a text; never changed once made
	text string
}

// maxBits bounds numerator plus denominator: about 600 digits.
const maxBits = 2048

func number(r *big.Rat) (value, error) {
	if r.Num().BitLen()+r.Denom().BitLen() > maxBits {
		return value{}, fmt.Errorf("a number grows beyond %d bits: %w", maxBits, fs.ErrInvalid)
	}
	return value{num: r}, nil
}

func truth(b bool) value {
	if b {
		return value{num: big.NewRat(1, 1)}
	}
	return value{num: new(big.Rat)}
}

func (v value) isTrue() bool { return v.num != nil && v.num.Sign() != 0 }

func (v value) equal(w value) bool {
	if v.num == nil || w.num == nil {
		return v.num == nil && w.num == nil && v.text == w.text
	}
	return v.num.Cmp(w.num) == 0
}

// String writes a whole number as digits, one that ends after the point in decimals, any other as a/b. ASCII.
func (v value) String() string {
	if v.num == nil {
		return v.text
	}
	if v.num.IsInt() {
		return v.num.Num().String()
	}
	if places, ok := v.num.FloatPrec(); ok && places <= 30 {
		return v.num.FloatString(places)
	}
	return v.num.String()
}

// floor is the largest whole number that is not above r.
func floor(r *big.Rat) *big.Rat {
	q := new(big.Int).Div(r.Num(), r.Denom()) // Euclidean, and the denominator is positive: rounds down
	return new(big.Rat).SetInt(q)
}

// round rounds half away from zero, to places after the point.
func round(r *big.Rat, places int) *big.Rat {
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
	x := new(big.Rat).Mul(r, scale)
	x = floor(new(big.Rat).Add(x.Abs(x), big.NewRat(1, 2)))
	if r.Sign() < 0 {
		x.Neg(x)
	}
	return x.Quo(x, scale)
}

// literal reads a number as an author writes it in a let or an answer: digits, at most one point, a leading minus.
func literal(s string) (*big.Rat, bool) {
	s = strings.TrimSpace(s)
	digits, ok := strings.CutPrefix(s, "-")
	if digits == "" || len(digits) > 40 || strings.Trim(digits, "0123456789.") != "" || strings.Count(digits, ".") > 1 || digits == "." {
		return nil, false
	}
	r, good := new(big.Rat).SetString(digits)
	if good && ok {
		r.Neg(r)
	}
	return r, good
}
