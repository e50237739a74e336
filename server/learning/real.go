package learning

import "math"

// Arithmetic that gives the same bits on every processor. Go may join x*y+z into one rounding where a processor can, and
// the standard exp and log are written for some processors by hand. An explicit float64(x*y) forbids the joining (Go
// specification, "Floating-point operators"); division and taking a number apart are exact everywhere.

const (
	ln2High = 0.693147180369123816490 // its last 32 bits are zero, so that whole multiples are exact
	ln2Low  = 1.90821492927058770002e-10
)

// expTerms are 1/14!, 1/13! … 1/1!, 1/0!; logTerms 1/23, 1/21 … 1/3, 1.
var (
	expTerms = [...]float64{
		1.0 / 87178291200, 1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
		1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2, 1, 1,
	}
	logTerms = [...]float64{1.0 / 23, 1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3, 1}
)

// expOf is e^x, −700 ≤ x ≤ 700.
func expOf(x float64) float64 {
	x = min(max(x, -700), 700)
	k := math.Floor(float64(x*(1/math.Ln2)) + 0.5)
	r := x - float64(k*ln2High)
	r -= float64(k * ln2Low)
	sum := 0.0
	for _, c := range expTerms { // |r| ≤ 0.35, so what is left out is below 2^−60
		sum = float64(sum*r) + c
	}
	return math.Ldexp(sum, int(k))
}

// logOf is the natural logarithm of x > 0.
func logOf(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = m*2, e-1
	}
	s := (m - 1) / (m + 1) // log m = 2·(s + s³/3 + s⁵/5 + …), |s| ≤ 0.172
	z := float64(s * s)
	sum := 0.0
	for _, c := range logTerms {
		sum = float64(sum*z) + c
	}
	return float64(float64(e)*ln2High) + (float64(float64(e)*ln2Low) + float64(2*float64(s*sum)))
}

// powOf is x^y of x > 0.
func powOf(x, y float64) float64 { return expOf(float64(y * logOf(x))) }
