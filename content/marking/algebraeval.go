package marking

import (
	"math"
	"math/big"
	"math/bits"
)

// Formulas are compared by working them out at points drawn by chance. Where a formula holds nothing but + − · / and whole
// powers that is done in the whole numbers modulo the prime 2^61 − 1: exact, and two formulas of degree d that differ agree at
// a point with a chance of d in 2^61 (the lemma of Schwartz and Zippel). π, and what a function of unknown rule gives, are
// drawn like letters. Roots, logarithms and angles are worked out in floating point instead, at points where they exist.

// prime is 2^61 − 1.
const prime = 1<<61 - 1

func mulMod(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	sum := lo&prime + (lo>>61 | hi<<3)
	return reduce(sum)
}

func reduce(x uint64) uint64 {
	if x >= prime {
		x -= prime
	}
	return x
}

func powMod(a, n uint64) uint64 {
	out := uint64(1)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			out = mulMod(out, a)
		}
		a = mulMod(a, a)
	}
	return out
}

// analytic are functions with a rule, of real numbers. log is of its base, which is the second argument.
var analytic = map[string]func(x float64) float64{
	"sin": math.Sin, "cos": math.Cos, "tan": math.Tan, "arcsin": math.Asin, "arccos": math.Acos, "arctan": math.Atan,
	"cot": func(x float64) float64 { return 1 / math.Tan(x) }, "sec": func(x float64) float64 { return 1 / math.Cos(x) },
	"csc": func(x float64) float64 { return 1 / math.Sin(x) }, "ln": math.Log, "abs": math.Abs, "log": math.Log,
}

// A point gives every letter a value: one drawn from its name and the point's seed.
type point struct {
	seed uint64
	fold bool // letter case of letters does not matter
}

func (at point) draw(name string) uint64 { return newSource(at.seed, name).next() }

// exact says whether t can be worked out modulo the prime.
func (t *term) exact() bool {
	switch t.op {
	case "root", "call":
		return false
	case "^":
		if _, ok := t.args[1].whole(); !ok {
			return false
		}
		return t.args[0].exact()
	}
	for _, a := range t.args {
		if !a.exact() {
			return false
		}
	}
	return true
}

// whole is a small whole number written as one, with its sign.
func (t *term) whole() (int64, bool) {
	sign := int64(1)
	for t.op == "neg" {
		sign, t = -sign, t.args[0]
	}
	if t.op != "num" {
		return 0, false
	}
	r, ok := new(big.Rat).SetString(t.text)
	if !ok || !r.IsInt() || !r.Num().IsInt64() || r.Num().Int64() > 10000 {
		return 0, false
	}
	return sign * r.Num().Int64(), true
}

// mod works t out at a point modulo the prime; false where it divides by 0.
func (t *term) mod(at point) (uint64, bool) {
	switch t.op {
	case "num":
		return numberMod(t.text)
	case "var":
		return at.draw(at.name(t.text)) % prime, true
	case "^":
		return t.powerMod(at)
	}
	vals := make([]uint64, len(t.args))
	for i, a := range t.args {
		v, ok := a.mod(at)
		if !ok {
			return 0, false
		}
		vals[i] = v
	}
	switch t.op {
	case "neg":
		return reduce(prime - vals[0]), true
	case "use":
		return point{seed: at.seed ^ vals[0]*0x9e3779b97f4a7c15}.draw(t.text+"()") % prime, true
	case "/":
		return mulMod(vals[0], powMod(vals[1], prime-2)), vals[1] != 0
	}
	out := vals[0]
	for _, v := range vals[1:] {
		if t.op == "+" {
			out = reduce(out + v)
		} else {
			out = mulMod(out, v)
		}
	}
	return out, true
}

func (t *term) powerMod(at point) (uint64, bool) {
	base, ok := t.args[0].mod(at)
	n, _ := t.args[1].whole()
	if n < 0 {
		return powMod(powMod(base, prime-2), uint64(-n)), ok && base != 0
	}
	return powMod(base, uint64(n)), ok
}

func numberMod(text string) (uint64, bool) {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return 0, false
	}
	p := big.NewInt(prime)
	num, den := new(big.Int).Mod(r.Num(), p).Uint64(), new(big.Int).Mod(r.Denom(), p).Uint64()
	return mulMod(num, powMod(den, prime-2)), den != 0
}

// float works t out at a point; NaN where it does not exist.
func (t *term) float(at point) float64 {
	switch t.op {
	case "num":
		r, ok := new(big.Rat).SetString(t.text)
		if !ok {
			return math.NaN()
		}
		f, _ := r.Float64()
		return f
	case "var":
		return at.real(t.text)
	}
	vals := make([]float64, len(t.args))
	for i, a := range t.args {
		vals[i] = a.float(at)
	}
	switch t.op {
	case "neg":
		return -vals[0]
	case "/":
		return finite(vals[0] / vals[1])
	case "^":
		return finite(math.Pow(vals[0], vals[1]))
	case "root":
		return finite(rootOf(vals[0], vals[1]))
	case "use":
		return point{seed: at.seed ^ math.Float64bits(math.Round(vals[0]*1e6)/1e6)}.real(t.text + "()")
	case "call":
		if t.text == "log" {
			return finite(math.Log(vals[0]) / math.Log(vals[1]))
		}
		return finite(analytic[t.text](vals[0]))
	}
	out := vals[0]
	for _, v := range vals[1:] {
		if t.op == "+" {
			out += v
		} else {
			out *= v
		}
	}
	return finite(out)
}

// real is the value of a letter: half the points lie among positive numbers alone, where roots and logarithms exist.
func (at point) real(name string) float64 {
	if name == "pi" {
		return math.Pi
	}
	v := float64(at.draw(at.name(name))>>11)/(1<<53)*4 + 0.1
	if at.seed%2 == 1 {
		v -= 2.1
	}
	return v
}

func rootOf(x, n float64) float64 {
	if x < 0 && n == math.Trunc(n) && math.Mod(n, 2) != 0 {
		return -math.Pow(-x, 1/n)
	}
	return math.Pow(x, 1/n)
}

func finite(f float64) float64 {
	if math.IsInf(f, 0) {
		return math.NaN()
	}
	return f
}
