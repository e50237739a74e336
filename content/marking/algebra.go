package marking

import (
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"
)

// ErrOtherForm refuses an answer that has the right value and is not written as it was asked for: not simplified, or not
// factored. It costs nothing. It wraps fs.ErrInvalid.
var ErrOtherForm = fmt.Errorf("it is right and not written as asked for: %w", fs.ErrInvalid)

// A FormulaKey says what a formula must be to be right: equal in value to Formula whatever the letters stand for, an equation
// up to a factor of both sides. Formulas are written as readFormula says.
type FormulaKey struct {
	Formula string
	// SameForm: written as Formula is, but for the order of terms and factors: (x+1)(x−2) and not x²−x−2.
	SameForm bool
	// Simplified: multiplied out, with like terms put together, where that has a meaning: in polynomials.
	Simplified bool
	// Functions are the letters that are functions where a bracket follows: f in f(x). Everywhere else x(y) is a product.
	Functions []string
}

// Check says what is wrong with a key; nil or an error that wraps fs.ErrInvalid.
func (k FormulaKey) Check() error {
	t, err := readFormula(k.Formula, k.Functions)
	if err != nil {
		return err
	}
	if !t.comparable() {
		return fmt.Errorf("formula %q has no value at any point, so nothing can be compared with it: %w", clip(k.Formula, 80), fs.ErrInvalid)
	}
	return nil
}

// Meets says whether what a person typed is right. ErrOtherForm when only its form is not; fs.ErrInvalid when it cannot be
// read as a formula.
func (k FormulaKey) Meets(given string) (bool, error) {
	key, err := readFormula(k.Formula, k.Functions)
	if err != nil {
		return false, err
	}
	t, err := readFormula(given, k.Functions)
	if err != nil {
		return false, err
	}
	if !equalFormulas(key, t) {
		return false, nil
	}
	same := t.form() == key.form()
	simple := t.simplified() || same && !key.simplified() // what the key itself is not cannot be asked
	if k.SameForm && !same || k.Simplified && !simple {
		return false, ErrOtherForm
	}
	return true, nil
}

const (
	pointsTried = 60 // points drawn to compare at, at most
	pointsWant  = 12 // points at which both must have a value
	floatNear   = 1e-9
)

// comparable says whether a formula has a value often enough to be compared.
func (t *term) comparable() bool {
	if t.op == "rel" {
		return equalFormulas(t, t)
	}
	return sameValue(t, t, false)
}

// equalFormulas compares two formulas by value; of equations and inequalities what makes them true.
func equalFormulas(a, b *term) bool {
	fold := foldable(a, b)
	if a.op != "rel" || b.op != "rel" {
		return a.op != "rel" && b.op != "rel" && sameValue(a, b, fold)
	}
	a, b = upright(a), upright(b)
	return a.text == b.text && sameRatio(difference(a), difference(b), fold, strings.Contains("<≤", a.text))
}

// upright writes > and ≥ the other way round.
func upright(t *term) *term {
	turned := map[string]string{">": "<", "≥": "≤"}[t.text]
	if turned == "" {
		return t
	}
	return &term{op: "rel", text: turned, args: []*term{t.args[1], t.args[0]}}
}

func difference(t *term) *term {
	return &term{op: "+", args: []*term{t.args[0], {op: "neg", args: []*term{t.args[1]}}}}
}

// sameValue compares two formulas at points drawn.
func sameValue(a, b *term, fold bool) bool {
	return agree(a, b, fold, func(x, y uint64) bool { return x == y }, near)
}

func near(x, y float64) bool {
	return math.Abs(x-y) <= floatNear*max(1, math.Abs(x), math.Abs(y))
}

// sameRatio says whether a is b times a number that is not 0, above 0 where it must be.
func sameRatio(a, b *term, fold, positive bool) bool {
	var ratio uint64
	var quotient float64
	first, firstFloat := true, true
	exact := func(x, y uint64) bool {
		if y == 0 || x == 0 {
			return x == y
		}
		q := mulMod(x, powMod(y, prime-2))
		if first {
			ratio, first = q, false
		}
		return q == ratio
	}
	floats := func(x, y float64) bool {
		if math.Abs(y) < 1e-12 || math.Abs(x) < 1e-12 {
			return near(x, y)
		}
		if firstFloat {
			quotient, firstFloat = x/y, false
		}
		return near(x/y, quotient)
	}
	if !agree(a, b, fold, exact, floats) {
		return false
	}
	if positive && firstFloat { // the exact way knows no sign
		quotient = signOf(a, b, fold)
	}
	return !(first && firstFloat) && (!positive || quotient > 0)
}

// signOf is the sign of a/b where both have a value.
func signOf(a, b *term, fold bool) float64 {
	for seed := range uint64(pointsTried) {
		at := point{seed, fold}
		if q := finite(a.float(at) / b.float(at)); q != 0 && !math.IsNaN(q) {
			return q
		}
	}
	return 0
}

// agree tries points until enough have a value on both sides, and wants all of them to agree.
func agree(a, b *term, fold bool, exact func(x, y uint64) bool, floats func(x, y float64) bool) bool {
	whole := a.exact() && b.exact()
	met := 0
	for seed := uint64(1); seed <= pointsTried && met < pointsWant; seed++ {
		at := point{seed, fold}
		if whole {
			x, okX := a.mod(at)
			y, okY := b.mod(at)
			if okX && okY {
				if met++; !exact(x, y) {
					return false
				}
			}
			continue
		}
		x, y := a.float(at), b.float(at)
		if !math.IsNaN(x) && !math.IsNaN(y) {
			if met++; !floats(x, y) {
				return false
			}
		}
	}
	return met >= pointsWant/2
}

// name is the letter as a point knows it.
func (at point) name(letter string) string {
	if at.fold {
		return strings.ToLower(letter)
	}
	return letter
}

// foldable says whether letter case may be passed over: no formula has a letter in both cases.
func foldable(terms ...*term) bool {
	for _, t := range terms {
		seen := map[string]string{}
		if !t.oneCase(seen) {
			return false
		}
	}
	return true
}

func (t *term) oneCase(seen map[string]string) bool {
	if t.op == "var" {
		low := strings.ToLower(t.text)
		if was, ok := seen[low]; ok && was != t.text {
			return false
		}
		seen[low] = t.text
	}
	return !slices.ContainsFunc(t.args, func(a *term) bool { return !a.oneCase(seen) })
}
