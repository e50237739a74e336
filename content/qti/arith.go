package qti

import (
	"math"
	"strconv"

	"lamplight/content/xmltree"
)

// result is a number as whole as what it was made of.
func result(f float64, a []value) value {
	for _, v := range a {
		if v.base != "integer" {
			return number(f)
		}
	}
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return integer(f)
	}
	return number(f)
}

// fold joins all numbers of all values; any that is none makes the result null.
func fold(f func(a, b float64) float64) operator {
	return func(_ *run, _ *xmltree.Node, a []value) (value, error) {
		sum, begun := 0.0, false
		for _, v := range a {
			if v.null() {
				return value{base: "float"}, nil
			}
			for _, m := range v.members {
				x, ok := value{v.base, "single", []string{m}}.num()
				if !ok {
					return value{base: "float"}, nil
				}
				if sum = f(sum, x); !begun {
					sum, begun = x, true
				}
			}
		}
		return result(sum, a), nil
	}
}

func arithmetic(f func(a, b float64) (float64, bool)) operator {
	return func(_ *run, _ *xmltree.Node, a []value) (value, error) {
		x, y, ok := two(a)
		if ok {
			x, ok = f(x, y)
		}
		if !ok {
			return value{base: "float"}, nil
		}
		return result(x, a), nil
	}
}

func toFloat(op operator) operator {
	return func(r *run, n *xmltree.Node, a []value) (value, error) {
		v, err := op(r, n, a)
		if v.base == "integer" {
			v.base = "float"
		}
		return v, err
	}
}

func same1(_ *run, _ *xmltree.Node, a []value) (value, error) { return a[0], nil }

func whole(f func(float64) float64) operator {
	return func(_ *run, _ *xmltree.Node, a []value) (value, error) {
		x, ok := a[0].num()
		if !ok {
			return value{base: "integer"}, nil
		}
		return integer(f(x)), nil
	}
}

// roundHalfUp is how QTI rounds: 6.5 is 7, −6.5 is −6.
func roundHalfUp(f float64) float64 { return math.Floor(f + 0.5) }

func roundTo(r *run, n *xmltree.Node, a []value) (value, error) {
	x, ok := a[0].num()
	if !ok {
		return value{base: "float"}, nil
	}
	x, ok = rounded(trim(n.Attr("roundingMode")), x, int(r.amount(n.Attr("figures"), 0)))
	if !ok {
		return value{}, unsupported("it rounds in a way that is not known")
	}
	return number(x), nil
}

// rounded rounds to significant figures (the usual mode) or decimal places, by decimal digits so that nothing of binary shows.
func rounded(mode string, x float64, figures int) (float64, bool) {
	if figures < 0 || figures > 15 {
		return 0, false
	}
	places := figures
	if mode != "decimalPlaces" {
		if figures == 0 {
			return 0, false
		}
		if x == 0 {
			return 0, true
		}
		places = figures - 1 - int(math.Floor(math.Log10(math.Abs(x))))
	}
	scale := math.Pow(10, float64(places))
	shifted, err := strconv.ParseFloat(strconv.FormatFloat(x*scale, 'g', 14, 64), 64)
	if err != nil || scale == 0 {
		return 0, false
	}
	y, err := strconv.ParseFloat(strconv.FormatFloat(roundHalfUp(shifted)/scale, 'g', 14, 64), 64)
	return y, err == nil
}

func gcd(a, b float64) float64 {
	for a, b = math.Abs(math.Trunc(a)), math.Abs(math.Trunc(b)); b != 0; {
		a, b = b, math.Mod(a, b)
	}
	return a
}

func lcm(a, b float64) float64 {
	if g := gcd(a, b); g != 0 {
		return math.Abs(a*b) / g
	}
	return 0
}

var functions = map[string]func(float64) float64{
	"sin": math.Sin, "cos": math.Cos, "tan": math.Tan, "asin": math.Asin, "acos": math.Acos, "atan": math.Atan,
	"sinh": math.Sinh, "cosh": math.Cosh, "tanh": math.Tanh, "log": math.Log10, "ln": math.Log, "exp": math.Exp, "abs": math.Abs,
	"floor": math.Floor, "ceil": math.Ceil, "toDegrees": func(x float64) float64 { return x * 180 / math.Pi },
	"toRadians": func(x float64) float64 { return x * math.Pi / 180 }, "signum": signum,
	"sec": func(x float64) float64 { return 1 / math.Cos(x) }, "csc": func(x float64) float64 { return 1 / math.Sin(x) },
	"cot": func(x float64) float64 { return 1 / math.Tan(x) },
}

func signum(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

func mathOperator(_ *run, n *xmltree.Node, a []value) (value, error) {
	name := trim(n.Attr("name"))
	x, ok := a[0].num()
	if !ok {
		return value{base: "float"}, nil
	}
	var y float64
	switch f := functions[name]; {
	case f != nil:
		y = f(x)
	case name == "atan2" && len(a) > 1:
		z, ok := a[1].num()
		if !ok {
			return value{base: "float"}, nil
		}
		y = math.Atan2(x, z)
	default:
		return value{}, unsupported("it uses the function %.40q", name)
	}
	if math.IsNaN(y) || math.IsInf(y, 0) {
		return value{base: "float"}, nil
	}
	if name == "floor" || name == "ceil" || name == "abs" && a[0].base == "integer" || name == "signum" {
		return integer(y), nil
	}
	return number(y), nil
}
