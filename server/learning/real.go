package learning

import "math"

// Arithmetic that gives the same bits on every processor. Go may join x*y+z into one rounding where a processor can, and
// the standard exp and log are written for some processors by hand. An explicit float64(x*y) forbids the joining (Go
// specification, "Floating-point operators"); division and taking a number apart are exact everywhere.

const (
	ln2High = 0.693147180369123816490 // its last 32 bits are zero, so that whole multiples are exact
	ln2Low  = 1.90821492927058770002e-10
)

// expOf is e^x, −700 ≤ x ≤ 700.
func expOf(x float64) float64 {
	x = min(max(x, -700), 700)
	k := math.Floor(float64(x/math.Ln2) + 0.5)
	r := x - float64(k*ln2High)
	r -= float64(k * ln2Low)
	sum := 1.0
	for i := 14.0; i >= 1; i-- { // 1 + r/1·(1 + r/2·(1 + …)); |r| ≤ 0.35, so the rest is below 2^−60
		sum = 1 + float64(float64(sum*r)/i)
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
	for i := 23.0; i >= 1; i -= 2 {
		sum = float64(sum*z) + 1/i
	}
	return float64(float64(e)*ln2High) + (float64(float64(e)*ln2Low) + float64(2*float64(s*sum)))
}

// powOf is x^y of x > 0.
func powOf(x, y float64) float64 { return expOf(float64(y * logOf(x))) }
