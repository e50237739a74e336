package marking

import (
	"fmt"
	"io/fs"
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxExpr  = 1000 // bytes of one expression
	maxDepth = 40   // of brackets and signs
)

// An expr is a parsed expression: a tree of op over args, or a number, text or name at its leaves.
type expr struct {
	op   string // "num", "text", "name", a sign, a word operator, or "call"
	name string // of a name or call
	val  value  // of num and text
	args []*expr
}

// A parser reads one expression; precedence climbs from or to a primary.
type parser struct {
	src   string
	pos   int
	tok   string // the token at hand, "" at the end
	kind  byte   // 'n' number, 't' text, 'a' name, 's' sign, 0 end
	depth int
}

func parse(src string) (*expr, error) {
	if len(src) > maxExpr {
		return nil, fmt.Errorf("an expression of %d bytes is longer than %d: %w", len(src), maxExpr, fs.ErrInvalid)
	}
	p := &parser{src: src}
	err := p.next()
	var e *expr
	if err == nil {
		e, err = p.binary(0)
	}
	if err == nil && p.kind != 0 {
		err = fmt.Errorf("%q is not expected here", p.tok)
	}
	if err != nil {
		return nil, fmt.Errorf("expression %q: %w: %w", src, err, fs.ErrInvalid)
	}
	return e, nil
}

// next reads the next token.
func (p *parser) next() error {
	p.src = strings.TrimLeft(p.src[p.pos:], " \t")
	p.pos = 0
	if p.src == "" {
		p.tok, p.kind = "", 0
		return nil
	}
	r, _ := utf8.DecodeRuneInString(p.src)
	switch {
	case r >= '0' && r <= '9' || r == '.':
		return p.take('n', func(r rune) bool { return r >= '0' && r <= '9' || r == '.' })
	case r == '_' || unicode.IsLetter(r):
		return p.take('a', func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) })
	case r == '"':
		end := strings.IndexByte(p.src[1:], '"')
		if end < 0 {
			return fmt.Errorf("a text is not closed with \"")
		}
		p.tok, p.kind, p.pos = p.src[1:end+1], 't', end+2
		return nil
	}
	for _, sign := range []string{"!=", "<=", ">=", "+", "-", "*", "/", "%", "(", ")", ",", "=", "<", ">"} {
		if strings.HasPrefix(p.src, sign) {
			p.tok, p.kind, p.pos = sign, 's', len(sign)
			return nil
		}
	}
	return fmt.Errorf("%q is no sign of an expression", r)
}

func (p *parser) take(kind byte, part func(rune) bool) error {
	end := strings.IndexFunc(p.src, func(r rune) bool { return !part(r) })
	if end < 0 {
		end = len(p.src)
	}
	p.tok, p.kind, p.pos = p.src[:end], kind, end
	return nil
}

// levels are the binary operators, loosest first. Those of one level group from the left.
var levels = [][]string{{"or"}, {"and"}, {"=", "!=", "<", "<=", ">", ">="}, {"+", "-"}, {"*", "/", "%"}}

func (p *parser) binary(level int) (*expr, error) {
	if level == len(levels) {
		return p.unary()
	}
	left, err := p.binary(level + 1)
	for err == nil && p.isOp(levels[level]) {
		op := p.tok
		if err = p.next(); err != nil {
			break
		}
		var right *expr
		if right, err = p.binary(level + 1); err == nil {
			left = &expr{op: op, args: []*expr{left, right}}
		}
	}
	return left, err
}

func (p *parser) isOp(ops []string) bool {
	for _, op := range ops {
		if p.tok == op && (p.kind == 's' || p.kind == 'a') {
			return true
		}
	}
	return false
}

func (p *parser) unary() (*expr, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, fmt.Errorf("brackets and signs are more than %d deep", maxDepth)
	}
	defer func() { p.depth-- }()
	if p.kind == 's' && p.tok == "-" || p.kind == 'a' && p.tok == "not" {
		op := "neg"
		if p.tok == "not" {
			op = "not"
		}
		if err := p.next(); err != nil {
			return nil, err
		}
		arg, err := p.unary()
		return &expr{op: op, args: []*expr{arg}}, err
	}
	return p.primary()
}

func (p *parser) primary() (*expr, error) {
	tok, kind := p.tok, p.kind
	if kind == 0 {
		return nil, fmt.Errorf("it ends too early")
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	switch {
	case kind == 'n':
		r, ok := literal(tok)
		if !ok {
			return nil, fmt.Errorf("%q is no number", tok)
		}
		return &expr{op: "num", val: value{num: r}}, nil
	case kind == 't':
		return &expr{op: "text", val: value{text: tok}}, nil
	case kind == 'a' && p.kind == 's' && p.tok == "(":
		return p.call(tok)
	case kind == 'a':
		return &expr{op: "name", name: tok}, nil
	case tok == "(":
		e, err := p.binary(0)
		if err == nil {
			err = p.expect(")")
		}
		return e, err
	}
	return nil, fmt.Errorf("%q is not expected here", tok)
}

func (p *parser) expect(sign string) error {
	if p.kind != 's' || p.tok != sign {
		return fmt.Errorf("%q is missing", sign)
	}
	return p.next()
}

func (p *parser) call(name string) (*expr, error) {
	f, ok := functions[name]
	if !ok {
		return nil, fmt.Errorf("there is no function %q", name)
	}
	e := &expr{op: "call", name: name}
	if err := p.next(); err != nil {
		return nil, err
	}
	for {
		arg, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		e.args = append(e.args, arg)
		if p.kind == 's' && p.tok == "," {
			if err := p.next(); err != nil {
				return nil, err
			}
			continue
		}
		break
	}
	if len(e.args) < f.min || len(e.args) > f.max {
		return nil, fmt.Errorf("%s takes %d to %d values, not %d", name, f.min, f.max, len(e.args))
	}
	return e, p.expect(")")
}

// names adds the names an expression uses to set.
func (e *expr) names(set map[string]bool) {
	if e.op == "name" {
		set[e.name] = true
	}
	for _, a := range e.args {
		a.names(set)
	}
}

var one = big.NewRat(1, 1)
