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

// formulaSigns brings the many ways to write one sign to one. Longer ones first.
var formulaSigns = strings.NewReplacer(
	`\left`, ` `, `\right`, ` `, `\cdot`, `*`, `\times`, `*`, `\ast`, `*`, `\div`, `/`, `\geq`, `≥`, `\leq`, `≤`, `\neq`, `≠`,
	`\gt`, `>`, `\lt`, `<`, `\ge`, `≥`, `\le`, `≤`, `\ne`, `≠`, `\dfrac`, `\frac`, `\tfrac`, `\frac`, `\cfrac`, `\frac`,
	`\lvert`, `|`, `\rvert`, `|`, `\{`, `(`, `\}`, `)`, `\,`, ` `, `\ `, ` `, `\!`, ` `, `\;`, ` `, `\:`, ` `, `\quad`, ` `,
	`<=`, `≤`, `>=`, `≥`, `!=`, `≠`, `=<`, `≤`, `=>`, `≥`, `**`, `^`, "·", `*`, "⋅", `*`, "×", `*`, "∙", `*`, "÷", `/`, "∕", `/`, "⁄", `/`,
	"−", `-`, "–", `-`, "π", ` \pi `, "√", `\sqrt `, "²", `^2`, "³", `^3`, "θ", ` \theta `, "[", "(", "]", ")", "$", " ", `\operatorname`, ` `, `\text`, ` `, `\mathrm`, ` `,
)

// formulaTokens cuts a formula: numbers, \commands, words that are functions, single letters, single signs.
func formulaTokens(src string) []string {
	s := plainSigns(formulaSigns.Replace(src))
	var out []string
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		end := i + n
		switch {
		case unicode.IsSpace(r):
			i = end
			continue
		case isDigit(s[i]) || r == '.' && end < len(s) && isDigit(s[end]):
			for end < len(s) && (isDigit(s[end]) || s[end] == '.' || s[end] == ',' && end+1 < len(s) && isDigit(s[end+1])) {
				end++
			}
		case r == '\\' || isLatin(s[i]):
			for end < len(s) && isLatin(s[end]) {
				end++
			}
			out = append(out, spell(s[i:end])...)
			i = end
			continue
		}
		out = append(out, s[i:end])
		i = end
	}
	return out
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
func isLatin(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// spell cuts a run of Latin letters into the names of functions and signs in it, and letters. A \command stays whole.
func spell(run string) (out []string) {
	if run[0] == '\\' {
		return []string{run}
	}
	for run != "" {
		n := 1
		for _, name := range spelled {
			if strings.HasPrefix(run, name) {
				n = len(name)
				break
			}
		}
		if word := run[:n]; n > 1 {
			out = append(out, `\`+word)
		} else {
			out = append(out, word)
		}
		run = run[n:]
	}
	return out
}

// spelled are the names people type without a backslash. Longer ones first.
var spelled = []string{"arcsin", "arccos", "arctan", "theta", "sqrt", "sin", "cos", "tan", "cot", "sec", "csc", "log", "abs", "ln", "pi"}

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

// command reads what follows a backslash, or a function by its name.
func (p *formulaReader) command(name string) (*term, error) {
	switch name {
	case "frac":
		over, err := p.bracketed()
		if err != nil {
			return nil, err
		}
		under, err := p.bracketed()
		return &term{op: "/", args: []*term{over, under}}, err
	case "sqrt":
		return p.root()
	case "pi", "theta", "alpha", "beta", "gamma", "phi", "lambda", "mu", "omega", "sigma", "rho", "delta", "Delta", "epsilon", "tau":
		return p.letter(name)
	}
	if _, ok := analytic[name]; !ok {
		return nil, fmt.Errorf("%q is not known", name)
	}
	return p.called(name)
}

// root reads \sqrt{a}, \sqrt[n]{a} (its [n] was made (n)), sqrt(a).
func (p *formulaReader) root() (*term, error) {
	two := &term{op: "num", text: "2"}
	bracket := p.tok() == "("
	arg, err := p.bracketed()
	if err == nil && bracket && p.tok() == "{" {
		two = arg
		arg, err = p.bracketed()
	}
	return &term{op: "root", args: []*term{arg, two}}, err
}

// called reads sin x, sin^2(x), log_2(8): without brackets the argument is the factors that follow.
func (p *formulaReader) called(name string) (*term, error) {
	out := &term{op: "call", text: name}
	var base, exp *term
	var err error
	if name == "log" && p.take("_") {
		if base, err = p.bracketed(); err != nil {
			return nil, err
		}
	}
	if p.take("^") {
		if exp, err = p.signedOrBracketed(); err != nil {
			return nil, err
		}
	}
	arg, err := p.argument()
	if err != nil {
		return nil, err
	}
	out.args = []*term{arg}
	if name == "log" {
		if base == nil {
			base = &term{op: "num", text: "10"}
		}
		out.args = append(out.args, base)
	}
	if exp != nil {
		return &term{op: "^", args: []*term{out, exp}}, nil
	}
	return out, nil
}

func (p *formulaReader) signedOrBracketed() (*term, error) {
	if t := p.tok(); t == "{" || t == "(" {
		return p.bracketed()
	}
	if p.take("-") {
		arg, err := p.factor()
		return &term{op: "neg", args: []*term{arg}}, err
	}
	return p.factor()
}

func (p *formulaReader) argument() (*term, error) {
	if t := p.tok(); t == "(" || t == "{" || t == "|" {
		return p.power()
	}
	arg, err := p.signed()
	for err == nil && p.begins() && !strings.HasPrefix(p.tok(), `\`) && p.tok() != "(" {
		var next *term
		next, err = p.power()
		arg = &term{op: "*", args: []*term{arg, next}}
	}
	return arg, err
}
