package questions

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A calculator works out the formulas of Moodle's calculated questions: + − * / % ** and brackets, the functions below,
// and names in braces.
type calculator struct {
	s     string
	value map[string]float64
	depth int
}

// work gives the value of a formula. The error says what is not understood; a result that is no number is one.
func work(formula string, value map[string]float64) (float64, error) {
	c := &calculator{s: strings.Join(strings.Fields(formula), ""), value: value}
	v, err := c.sum()
	switch {
	case err != nil:
		return 0, err
	case c.s != "":
		return 0, fmt.Errorf("%q is not understood in a formula", clip(c.s, 40))
	case math.IsNaN(v) || math.IsInf(v, 0):
		return 0, fmt.Errorf("the formula %s has no value", clip(formula, 60))
	}
	return v, nil
}

func (c *calculator) take(sign string) bool {
	rest, ok := strings.CutPrefix(c.s, sign)
	if ok {
		c.s = rest
	}
	return ok
}

func (c *calculator) sum() (float64, error) {
	if c.depth++; c.depth > 60 {
		return 0, fmt.Errorf("a formula is too deep")
	}
	defer func() { c.depth-- }()
	v, err := c.product()
	for err == nil {
		var w float64
		switch {
		case c.take("+"):
			w, err = c.product()
			v += w
		case c.take("-"):
			w, err = c.product()
			v -= w
		default:
			return v, nil
		}
	}
	return v, err
}

func (c *calculator) product() (float64, error) {
	v, err := c.signed()
	for err == nil {
		var w float64
		switch {
		case strings.HasPrefix(c.s, "**"):
			return v, fmt.Errorf("** stands where it cannot")
		case c.take("*"):
			w, err = c.signed()
			v *= w
		case c.take("/"):
			w, err = c.signed()
			v /= w
		case c.take("%"):
			w, err = c.signed()
			v = math.Mod(math.Trunc(v), math.Trunc(w))
		default:
			return v, nil
		}
	}
	return v, err
}

func (c *calculator) signed() (float64, error) {
	sign := 1.0
	for n := 0; n < 60; n++ {
		if c.take("-") {
			sign = -sign
		} else if !c.take("+") {
			break
		}
	}
	v, err := c.atom()
	if err == nil && c.take("**") {
		var w float64
		w, err = c.signed()
		v = math.Pow(v, w)
	}
	return sign * v, err
}

func (c *calculator) atom() (float64, error) {
	switch {
	case c.take("("):
		v, err := c.sum()
		if err == nil && !c.take(")") {
			err = fmt.Errorf("a bracket is not closed in a formula")
		}
		return v, err
	case c.take("{"):
		name, rest, ok := strings.Cut(c.s, "}")
		v, known := c.value[name]
		if !ok || !known {
			return 0, fmt.Errorf("{%s} has no values", clip(name, 40))
		}
		c.s = rest
		return v, nil
	}
	if n := len(c.s) - len(strings.TrimLeft(c.s, "0123456789.")); n > 0 {
		if n+1 < len(c.s) && c.s[n]|0x20 == 'e' && strings.IndexByte("0123456789+-", c.s[n+1]) >= 0 {
			n += 2
			n += len(c.s[n:]) - len(strings.TrimLeft(c.s[n:], "0123456789"))
		}
		v, err := strconv.ParseFloat(c.s[:n], 64)
		c.s = c.s[n:]
		return v, err
	}
	return c.call()
}

// call reads "name(a,b)".
func (c *calculator) call() (float64, error) {
	name, rest, ok := strings.Cut(c.s, "(")
	name = strings.ToLower(name)
	f := functions[name]
	if !ok || f == nil {
		return 0, fmt.Errorf("%q is not understood in a formula", clip(c.s, 40))
	}
	c.s = rest
	var args []float64
	for !c.take(")") {
		if len(args) > 0 && !c.take(",") || len(args) > 20 {
			return 0, fmt.Errorf("the brackets of %s( are not closed", name)
		}
		v, err := c.sum()
		if err != nil {
			return 0, err
		}
		args = append(args, v)
	}
	v, ok := f(args)
	if !ok {
		return 0, fmt.Errorf("%s does not take %d values", name, len(args))
	}
	return v, nil
}

// functions are Moodle's, by the names PHP gives them.
var functions = func() map[string]func([]float64) (float64, bool) {
	m := map[string]func([]float64) (float64, bool){}
	for name, f := range map[string]func(float64) float64{
		"abs": math.Abs, "acos": math.Acos, "acosh": math.Acosh, "asin": math.Asin, "asinh": math.Asinh, "atan": math.Atan, "atanh": math.Atanh,
		"ceil": math.Ceil, "cos": math.Cos, "cosh": math.Cosh, "exp": math.Exp, "expm1": math.Expm1, "floor": math.Floor, "log10": math.Log10,
		"log1p": math.Log1p, "sin": math.Sin, "sinh": math.Sinh, "sqrt": math.Sqrt, "tan": math.Tan, "tanh": math.Tanh,
		"deg2rad": func(x float64) float64 { return x * math.Pi / 180 }, "rad2deg": func(x float64) float64 { return x * 180 / math.Pi },
	} {
		m[name] = func(a []float64) (float64, bool) { return f(first(a)), len(a) == 1 }
	}
	for name, f := range map[string]func(x, y float64) float64{"atan2": math.Atan2, "fmod": math.Mod, "pow": math.Pow} {
		m[name] = func(a []float64) (float64, bool) {
			if len(a) != 2 {
				return 0, false
			}
			return f(a[0], a[1]), true
		}
	}
	m["pi"] = func(a []float64) (float64, bool) { return math.Pi, len(a) == 0 }
	m["log"] = func(a []float64) (float64, bool) {
		if len(a) == 2 {
			return math.Log(a[0]) / math.Log(a[1]), true
		}
		return math.Log(first(a)), len(a) == 1
	}
	m["round"] = func(a []float64) (float64, bool) {
		scale := 1.0
		if len(a) == 2 {
			scale = math.Pow(10, a[1])
		}
		return math.Round(first(a)*scale) / scale, len(a) == 1 || len(a) == 2
	}
	m["max"] = func(a []float64) (float64, bool) { return fold(a, math.Max) }
	m["min"] = func(a []float64) (float64, bool) { return fold(a, math.Min) }
	return m
}()

func first(a []float64) float64 {
	if len(a) == 0 {
		return 0
	}
	return a[0]
}

func fold(a []float64, f func(x, y float64) float64) (float64, bool) {
	v := first(a)
	for _, x := range a {
		v = f(v, x)
	}
	return v, len(a) > 0
}
