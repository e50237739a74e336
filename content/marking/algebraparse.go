package marking

import (
	"fmt"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxFormula      = 1000 // bytes of one formula
	maxFormulaDepth = 60   // of brackets, signs and powers
)

// A term is a formula read: op over args, or a number or letter at its leaves.
//
//	num text              a number in plain digits, "0.25"
//	var text              a letter with its index, "x", "v_0"; "pi"
//	+ * args…             of two or more; neg of one; / and ^ of two
//	root args             of what, and which (2 where there is one)
//	call text args        sin, log and the like (algebraeval.go); log has its base second
//	use text args         a function that nothing is known of: f(x)
//	rel text left right   = ≠ < ≤ > ≥
type term struct {
	op   string
	text string
	args []*term
}

// A formulaReader reads what a person types, "y = 10/7x" and "3(x+2)^2", and the TeX that formula editors write,
// "\frac{10}{7}x". Multiplication and division bind alike, from the left, whether or not the sign is written: 1/2x is half
// of x.
type formulaReader struct {
	toks  []string
	pos   int
	depth int
	bars  int             // open | | around
	funcs map[string]bool // letters that name functions
}

// readFormula reads a formula; functions are the letters that are functions where a bracket follows. fs.ErrInvalid when it
// is none.
func readFormula(src string, functions []string) (*term, error) {
	if len(src) > maxFormula {
		return nil, fmt.Errorf("a formula of %d bytes is longer than %d: %w", len(src), maxFormula, fs.ErrInvalid)
	}
	p := &formulaReader{toks: formulaTokens(src), funcs: map[string]bool{}}
	for _, f := range functions {
		p.funcs[f] = true
	}
	t, err := p.relation()
	if err == nil && p.tok() != "" {
		err = fmt.Errorf("%q is not expected here", p.tok())
	}
	if err != nil {
		return nil, fmt.Errorf("formula %q: %w: %w", clip(src, 80), err, fs.ErrInvalid)
	}
	return t, nil
}

func (p *formulaReader) tok() string {
	if p.pos < len(p.toks) {
		return p.toks[p.pos]
	}
	return ""
}

func (p *formulaReader) take(tok string) bool {
	if p.tok() == tok {
		p.pos++
		return true
	}
	return false
}

func (p *formulaReader) relation() (*term, error) {
	left, err := p.sum()
	if err != nil {
		return nil, err
	}
	sign := p.tok()
	if sign == "" || !strings.Contains("= ≠ < ≤ > ≥", sign) {
		return left, nil
	}
	p.pos++
	right, err := p.sum()
	return &term{op: "rel", text: sign, args: []*term{left, right}}, err
}

func (p *formulaReader) sum() (*term, error) {
	if p.depth++; p.depth > maxFormulaDepth {
		return nil, fmt.Errorf("brackets are more than %d deep", maxFormulaDepth)
	}
	defer func() { p.depth-- }()
	first, err := p.product()
	if err != nil {
		return nil, err
	}
	args := []*term{first}
	for p.tok() == "+" || p.tok() == "-" {
		minus := p.tok() == "-"
		p.pos++
		next, err := p.product()
		if err != nil {
			return nil, err
		}
		if minus {
			next = &term{op: "neg", args: []*term{next}}
		}
		args = append(args, next)
	}
	if len(args) == 1 {
		return first, nil
	}
	return &term{op: "+", args: args}, nil
}

func (p *formulaReader) product() (*term, error) {
	left, err := p.signed()
	for err == nil {
		op := "*"
		switch {
		case p.take("*"):
		case p.take("/"):
			op = "/"
		case !p.begins():
			return left, nil
		}
		var right *term
		if op == "*" && p.toks[p.pos-1] != "*" { // no sign between: no minus may follow
			right, err = p.power()
		} else {
			right, err = p.signed()
		}
		left = &term{op: op, args: []*term{left, right}}
	}
	return left, err
}

// begins says whether a factor begins here.
func (p *formulaReader) begins() bool {
	t := p.tok()
	if t == "" || t == "|" && p.bars > 0 {
		return false
	}
	r, _ := utf8.DecodeRuneInString(t)
	return isDigit(t[0]) || t[0] == '.' || unicode.IsLetter(r) || t[0] == '\\' || t == "(" || t == "{" || t == "|"
}

func (p *formulaReader) signed() (*term, error) {
	if p.depth++; p.depth > maxFormulaDepth {
		return nil, fmt.Errorf("signs are more than %d deep", maxFormulaDepth)
	}
	defer func() { p.depth-- }()
	if p.take("+") {
		return p.signed()
	}
	if p.take("-") {
		arg, err := p.signed()
		return &term{op: "neg", args: []*term{arg}}, err
	}
	return p.power()
}

func (p *formulaReader) power() (*term, error) {
	base, err := p.factor()
	if err != nil || !p.take("^") {
		return base, err
	}
	exp, err := p.signed()
	return &term{op: "^", args: []*term{base, exp}}, err
}

func (p *formulaReader) factor() (*term, error) {
	t := p.tok()
	if t == "" {
		return nil, fmt.Errorf("it ends too early")
	}
	p.pos++
	r, _ := utf8.DecodeRuneInString(t)
	switch {
	case isDigit(t[0]) || t[0] == '.':
		return formulaNumber(t)
	case t == "(" || t == "{":
		p.pos--
		return p.bracketed()
	case t == "|":
		p.bars++
		arg, err := p.inside("|")
		p.bars--
		return &term{op: "call", text: "abs", args: []*term{arg}}, err
	case t[0] == '\\':
		return p.command(t[1:])
	case unicode.IsLetter(r):
		return p.letter(t)
	}
	return nil, fmt.Errorf("%q is not expected here", t)
}

// formulaNumber reads digits with a point; a comma is one too where it can be no other.
func formulaNumber(t string) (*term, error) {
	if strings.Count(t, ",") == 1 && !strings.Contains(t, ".") {
		t = strings.Replace(t, ",", ".", 1)
	}
	if strings.Count(t, ".") > 1 || strings.Contains(t, ",") || len(t) > 40 {
		return nil, fmt.Errorf("%q is no number", clip(t, 40))
	}
	return &term{op: "num", text: t}, nil
}

// bracketed reads ( … ) or { … }, with bars counted anew inside.
func (p *formulaReader) bracketed() (*term, error) {
	end := map[string]string{"(": ")", "{": "}"}[p.tok()]
	if end == "" {
		return p.factor() // \frac12
	}
	p.pos++
	bars := p.bars
	p.bars = 0
	arg, err := p.inside(end)
	p.bars = bars
	return arg, err
}

func (p *formulaReader) inside(end string) (*term, error) {
	arg, err := p.sum()
	if err == nil && !p.take(end) {
		err = fmt.Errorf("%q is missing", end)
	}
	return arg, err
}

// letter reads a letter with what stands below it, or the function it names.
func (p *formulaReader) letter(name string) (*term, error) {
	if p.take("_") {
		index := ""
		if p.take("{") {
			for p.tok() != "}" && p.tok() != "" {
				index += p.tok()
				p.pos++
			}
			if !p.take("}") {
				return nil, fmt.Errorf("a { is not closed")
			}
		} else if index = p.tok(); index != "" {
			p.pos++
		}
		name += "_" + index
	}
	if p.funcs[name] && p.tok() == "(" {
		arg, err := p.bracketed()
		return &term{op: "use", text: name, args: []*term{arg}}, err
	}
	return &term{op: "var", text: name}, nil
}
