package marking

import (
	"fmt"
	"strings"
)

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
