package marking

import (
	"math/big"
	"slices"
	"strings"
)

// form writes a formula so that two that differ in the order of terms and factors alone, in where a sign stands in a
// product, or in how a fraction is written (x/2, 1/2 x), come out alike.
func (t *term) form() string {
	switch t.op {
	case "num", "var":
		return strings.ToLower(plainNumber(t))
	case "+":
		return "(" + sorted(t.flat("+"), " + ") + ")"
	case "neg", "*", "/":
		return t.productForm()
	case "rel":
		u := upright(t)
		left, right := u.args[0].form(), u.args[1].form()
		if (u.text == "=" || u.text == "≠") && right < left {
			left, right = right, left
		}
		return left + u.text + right
	}
	parts := make([]string, len(t.args))
	for i, a := range t.args {
		parts[i] = a.form()
	}
	return t.op + t.text + "(" + strings.Join(parts, ";") + ")"
}

func plainNumber(t *term) string {
	if r, ok := new(big.Rat).SetString(t.text); ok && t.op == "num" {
		return r.RatString()
	}
	return t.text
}

// flat are the parts of sums in sums, or of products in products.
func (t *term) flat(op string) (out []*term) {
	for _, a := range t.args {
		if a.op == op {
			out = append(out, a.flat(op)...)
		} else {
			out = append(out, a)
		}
	}
	return out
}

func sorted(terms []*term, sep string) string {
	parts := make([]string, len(terms))
	for i, a := range terms {
		parts[i] = a.form()
	}
	slices.Sort(parts)
	return strings.Join(parts, sep)
}

// productForm gathers numbers into one and writes what is divided by as 1/….
func (t *term) productForm() string {
	number := big.NewRat(1, 1)
	var parts []string
	t.factors(false, number, &parts)
	slices.Sort(parts)
	if len(parts) == 0 || number.Cmp(one) != 0 {
		parts = append([]string{number.RatString()}, parts...)
	}
	return strings.Join(parts, "·")
}

func (t *term) factors(under bool, number *big.Rat, parts *[]string) {
	switch t.op {
	case "neg":
		number.Neg(number)
		t.args[0].factors(under, number, parts)
	case "*":
		for _, a := range t.args {
			a.factors(under, number, parts)
		}
	case "/":
		t.args[0].factors(under, number, parts)
		t.args[1].factors(!under, number, parts)
	case "num":
		if r, ok := new(big.Rat).SetString(t.text); ok && (r.Sign() != 0 || !under) && r.Num().BitLen()+number.Num().BitLen() < maxBits {
			if under {
				r.Inv(r)
			}
			number.Mul(number, r)
			return
		}
		fallthrough
	default:
		part := t.form()
		if under {
			part = "1/" + part
		}
		*parts = append(*parts, part)
	}
}

// simplified says whether a polynomial is multiplied out with like terms put together. Of what is none nothing is asked.
// Both sides of an equation are looked at.
func (t *term) simplified() bool {
	if t.op == "rel" {
		return t.args[0].simplified() && t.args[1].simplified()
	}
	p, ok := t.polynomial()
	if !ok {
		return true
	}
	terms := []*term{t}
	if t.op == "+" {
		terms = t.flat("+")
	}
	return len(terms) == max(len(p), 1) && !slices.ContainsFunc(terms, func(a *term) bool { return !a.monomial() })
}

// monomial says whether a term is a number times powers of letters, each factor once.
func (t *term) monomial() bool {
	seen := map[string]bool{}
	numbers := 0
	return t.monomialIn(seen, &numbers) && numbers <= 1
}

func (t *term) monomialIn(seen map[string]bool, numbers *int) bool {
	switch t.op {
	case "num":
		*numbers++
		return true
	case "neg":
		return t.args[0].monomialIn(seen, numbers)
	case "*":
		for _, a := range t.args {
			if !a.monomialIn(seen, numbers) {
				return false
			}
		}
		return true
	case "/":
		return t.fraction(seen, numbers)
	case "^":
		_, ok := t.args[1].whole()
		return ok && t.args[0].op == "var" && t.args[0].monomialIn(seen, numbers)
	case "var":
		again := seen[t.text]
		seen[t.text] = true
		return !again
	}
	return false
}

// fraction takes what is divided by a number that does not go into the number above.
func (t *term) fraction(seen map[string]bool, numbers *int) bool {
	under, ok := t.args[1].whole()
	above := 0
	if !ok || !t.args[0].monomialIn(seen, &above) || above > 1 {
		return false
	}
	*numbers++
	if above == 0 {
		return true
	}
	num := new(big.Rat)
	t.args[0].numberIn(num)
	common := new(big.Int).GCD(nil, nil, new(big.Int).Abs(num.Num()), new(big.Int).Abs(big.NewInt(under)))
	return !num.IsInt() || common.Cmp(big.NewInt(1)) == 0
}

func (t *term) numberIn(out *big.Rat) {
	if t.op == "num" {
		out.SetString(t.text)
	}
	if t.op != "^" {
		for _, a := range t.args {
			a.numberIn(out)
		}
	}
}

// maxMonomials bounds a polynomial multiplied out.
const maxMonomials = 200

// polynomial multiplies t out: numbers by their monomial, "x^2·y". False for what is no polynomial, or too long.
func (t *term) polynomial() (map[string]*big.Rat, bool) {
	switch t.op {
	case "num":
		r, ok := new(big.Rat).SetString(t.text)
		return trim(map[string]*big.Rat{"": r}), ok
	case "var":
		return map[string]*big.Rat{t.text + ",": big.NewRat(1, 1)}, true
	case "^":
		return t.powered()
	case "neg", "+", "*", "/":
	default:
		return nil, false
	}
	var out map[string]*big.Rat
	for i, a := range t.args {
		p, ok := a.polynomial()
		if !ok {
			return nil, false
		}
		switch {
		case t.op == "neg":
			out = times(map[string]*big.Rat{"": big.NewRat(-1, 1)}, p)
		case i == 0:
			out = p
		case t.op == "+":
			out = plus(out, p)
		case t.op == "*":
			out = times(out, p)
		case t.op == "/":
			c := p[""]
			if c == nil || len(p) != 1 {
				return nil, false
			}
			out = times(out, map[string]*big.Rat{"": new(big.Rat).Inv(c)})
		}
		if len(out) > maxMonomials {
			return nil, false
		}
	}
	return out, true
}

func (t *term) powered() (map[string]*big.Rat, bool) {
	n, ok := t.args[1].whole()
	base, fine := t.args[0].polynomial()
	if !ok || !fine || n < 0 || n > 40 {
		return nil, false
	}
	out := map[string]*big.Rat{"": big.NewRat(1, 1)}
	for range n {
		if out = times(out, base); len(out) > maxMonomials {
			return nil, false
		}
	}
	return out, true
}

func plus(a, b map[string]*big.Rat) map[string]*big.Rat {
	out := map[string]*big.Rat{}
	for _, m := range []map[string]*big.Rat{a, b} {
		for k, v := range m {
			if out[k] == nil {
				out[k] = new(big.Rat)
			}
			out[k].Add(out[k], v)
		}
	}
	return trim(out)
}

func times(a, b map[string]*big.Rat) map[string]*big.Rat {
	out := map[string]*big.Rat{}
	for ka, va := range a {
		for kb, vb := range b {
			letters := strings.SplitAfter(ka+kb, ",")
			slices.Sort(letters)
			k := strings.Join(letters, "")
			if out[k] == nil {
				out[k] = new(big.Rat)
			}
			out[k].Add(out[k], new(big.Rat).Mul(va, vb))
		}
		if len(out) > 4*maxMonomials {
			break
		}
	}
	return trim(out)
}

// trim drops what cancelled out.
func trim(p map[string]*big.Rat) map[string]*big.Rat {
	for k, v := range p {
		if v.Sign() == 0 {
			delete(p, k)
		}
	}
	return p
}
