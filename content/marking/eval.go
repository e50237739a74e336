package marking

import (
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"strings"
)

// errDivide is a division by zero: a matter of the draw, not of the text.
var errDivide = errors.New("division by zero")

// eval works an expression out, exactly.
func (e *expr) eval(env map[string]value) (value, error) {
	switch e.op {
	case "num", "text":
		return e.val, nil
	case "name":
		v, ok := env[e.name]
		if !ok {
			return v, fmt.Errorf("nothing is called %q: %w", e.name, fs.ErrInvalid)
		}
		return v, nil
	}
	args := make([]value, len(e.args))
	for i, a := range e.args {
		v, err := a.eval(env)
		if err != nil {
			return value{}, err
		}
		args[i] = v
	}
	switch e.op {
	case "call":
		return functions[e.name].call(args)
	case "=":
		return truth(args[0].equal(args[1])), nil
	case "!=":
		return truth(!args[0].equal(args[1])), nil
	}
	for _, a := range args {
		if a.num == nil {
			return value{}, fmt.Errorf("%q is a text where a number is wanted: %w", a.text, fs.ErrInvalid)
		}
	}
	return e.operate(args)
}

// operate is eval for operators over numbers.
func (e *expr) operate(args []value) (value, error) {
	a, b := args[0].num, args[len(args)-1].num
	switch e.op {
	case "neg":
		return value{num: new(big.Rat).Neg(a)}, nil
	case "not":
		return truth(!args[0].isTrue()), nil
	case "and":
		return truth(args[0].isTrue() && args[1].isTrue()), nil
	case "or":
		return truth(args[0].isTrue() || args[1].isTrue()), nil
	case "<":
		return truth(a.Cmp(b) < 0), nil
	case "<=":
		return truth(a.Cmp(b) <= 0), nil
	case ">":
		return truth(a.Cmp(b) > 0), nil
	case ">=":
		return truth(a.Cmp(b) >= 0), nil
	case "+":
		return number(new(big.Rat).Add(a, b))
	case "-":
		return number(new(big.Rat).Sub(a, b))
	case "*":
		return number(new(big.Rat).Mul(a, b))
	}
	if b.Sign() == 0 {
		return value{}, fmt.Errorf("%w: %w", errDivide, fs.ErrInvalid)
	}
	q := new(big.Rat).Quo(a, b)
	if e.op == "%" {
		q = q.Sub(a, new(big.Rat).Mul(b, floor(q)))
	}
	return number(q)
}

// A function takes min to max values.
type function struct {
	min, max int
	call     func(args []value) (value, error)
}

var functions map[string]function

func init() {
	functions = map[string]function{
		"min":   {1, 10, numbers(func(a []*big.Rat) (*big.Rat, error) { return extreme(a, -1), nil })},
		"max":   {1, 10, numbers(func(a []*big.Rat) (*big.Rat, error) { return extreme(a, 1), nil })},
		"abs":   {1, 1, numbers(func(a []*big.Rat) (*big.Rat, error) { return new(big.Rat).Abs(a[0]), nil })},
		"floor": {1, 1, numbers(func(a []*big.Rat) (*big.Rat, error) { return floor(a[0]), nil })},
		"gcd":   {2, 2, numbers(gcd)},
		"round": {1, 2, numbers(roundTo)},
		"rep":   {2, 2, rep},
	}
}

func numbers(f func([]*big.Rat) (*big.Rat, error)) func([]value) (value, error) {
	return func(args []value) (value, error) {
		nums := make([]*big.Rat, len(args))
		for i, a := range args {
			if a.num == nil {
				return value{}, fmt.Errorf("%q is a text where a number is wanted: %w", a.text, fs.ErrInvalid)
			}
			nums[i] = a.num
		}
		r, err := f(nums)
		if err != nil {
			return value{}, err
		}
		return number(r)
	}
}

func extreme(a []*big.Rat, sign int) *big.Rat {
	best := a[0]
	for _, x := range a[1:] {
		if x.Cmp(best) == sign {
			best = x
		}
	}
	return best
}

func gcd(a []*big.Rat) (*big.Rat, error) {
	if !a[0].IsInt() || !a[1].IsInt() {
		return nil, fmt.Errorf("gcd is of whole numbers: %w", fs.ErrInvalid)
	}
	x, y := new(big.Int).Abs(a[0].Num()), new(big.Int).Abs(a[1].Num())
	return new(big.Rat).SetInt(new(big.Int).GCD(nil, nil, x, y)), nil
}

func roundTo(a []*big.Rat) (*big.Rat, error) {
	if len(a) == 1 {
		return round(a[0], 0), nil
	}
	places, err := whole(a[1], 30)
	if err != nil {
		return nil, fmt.Errorf("round: %w", err)
	}
	return round(a[0], places), nil
}

// rep is n copies of a text.
func rep(args []value) (value, error) {
	if args[1].num == nil {
		return value{}, fmt.Errorf("rep takes a text and a number of copies: %w", fs.ErrInvalid)
	}
	n, err := whole(args[1].num, 100)
	if err != nil {
		return value{}, fmt.Errorf("rep: %w", err)
	}
	unit := args[0].String()
	if len(unit) > 100 {
		return value{}, fmt.Errorf("rep: the text is longer than 100 bytes: %w", fs.ErrInvalid)
	}
	return value{text: strings.Repeat(unit, n)}, nil
}

// whole gives r as an int from 0 to max.
func whole(r *big.Rat, max int64) (int, error) {
	if !r.IsInt() || r.Sign() < 0 || r.Cmp(new(big.Rat).SetInt64(max)) > 0 {
		return 0, fmt.Errorf("%s is not a whole number from 0 to %d: %w", value{num: r}, max, fs.ErrInvalid)
	}
	return int(r.Num().Int64()), nil
}
