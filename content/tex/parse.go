package tex

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A kind says what a node is and which args it has.
type kind int

const (
	row    kind = iota // args in a line
	number             // text
	letter             // text: one letter, or the name of a function
	sign               // text: an operator, relation or bracket
	words              // text, upright
	space              // text: its width in em, "" as wide as a word's space
	frac               // over, under
	root               // what is under it, and the index when there are two
	script             // base, below, above; nil where there is none
	accent             // base; text stands above
)

// A node is one part of a formula.
type node struct {
	kind kind
	text string
	args []*node
}

// A parser reads one formula by recursive descent. It takes everything: what it does not understand becomes words.
type parser struct {
	src      string
	pos      int
	depth    int
	problems []string
}

func (p *parser) problem(format string, args ...any) {
	if s := fmt.Sprintf(format, args...); len(p.problems) < 10 && !slices.Contains(p.problems, s) {
		p.problems = append(p.problems, s)
	}
}

// all reads the whole source. What closes nothing is said and passed over.
func (p *parser) all() *node {
	if len(p.src) > MaxSource {
		p.problem("more than %d bytes of mathematics in one piece", MaxSource)
		return &node{kind: row, args: []*node{{kind: words, text: p.src}}}
	}
	out := p.row("")
	for p.pos < len(p.src) {
		p.problem("%q closes nothing", p.command())
		out.args = append(out.args, p.row("").args...)
	}
	return out
}

// row reads up to end ("}", "]" or "\right"), which it leaves, or to what must be the end of an outer row.
func (p *parser) row(end string) *node {
	out := &node{kind: row}
	for p.skip(); p.pos < len(p.src); p.skip() {
		if rest := p.src[p.pos:]; rest[0] == '}' || end != "" && strings.HasPrefix(rest, end) || p.at(`\right`) {
			break
		}
		out.args = append(out.args, p.scripted())
	}
	return out
}

// at says whether the command name stands here, and is not the beginning of a longer one.
func (p *parser) at(name string) bool {
	rest, ok := strings.CutPrefix(p.src[p.pos:], name)
	return ok && (rest == "" || !isASCIILetter(rest[0]))
}

func isASCIILetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

func (p *parser) skip() {
	for p.pos < len(p.src) && (isSpace(p.src[p.pos]) || p.src[p.pos] == '\r') {
		p.pos++
	}
}

// scripted reads a part and what stands above and below it.
func (p *parser) scripted() *node {
	base := &node{kind: row}
	if c := p.src[p.pos]; c != '^' && c != '_' && c != '\'' {
		base = p.atom(true)
	}
	var below, above *node
	for p.skip(); p.pos < len(p.src); p.skip() {
		switch c := p.src[p.pos]; {
		case c == '\'':
			p.pos++
			prime := &node{kind: sign, text: "′"}
			if above != nil {
				prime = &node{kind: row, args: []*node{above, prime}}
			}
			above = prime
			continue
		case c == '^' && (above == nil || isPrime(above)):
			p.pos++
			if a := p.argument(); above == nil {
				above = a
			} else {
				above = &node{kind: row, args: []*node{above, a}}
			}
			continue
		case c == '_' && below == nil:
			p.pos++
			below = p.argument()
			continue
		case c == '^' || c == '_':
			p.problem("two %c on one letter: put it in { }", c)
		}
		break
	}
	switch {
	case below == nil && above == nil:
		return base
	case below == nil && isDegree(above):
		return &node{kind: row, args: []*node{base, {kind: words, text: "°"}}}
	}
	return &node{kind: script, args: []*node{base, below, above}}
}

func isDegree(n *node) bool {
	for n.kind == row && len(n.args) == 1 {
		n = n.args[0]
	}
	return n.kind == sign && n.text == "∘"
}

// argument reads what a command or script takes: a group, or one sign.
func (p *parser) argument() *node {
	p.skip()
	if p.pos >= len(p.src) || p.src[p.pos] == '}' {
		p.problem("something is missing at the end")
		return &node{kind: row}
	}
	return p.atom(false)
}

// atom reads one part; of a number all digits where whole.
func (p *parser) atom(whole bool) *node {
	if p.depth++; p.depth > MaxDepth {
		p.problem("groups are more than %d deep", MaxDepth)
		rest := p.src[p.pos:]
		p.pos = len(p.src)
		p.depth--
		return &node{kind: words, text: rest}
	}
	defer func() { p.depth-- }()
	r, n := utf8.DecodeRuneInString(p.src[p.pos:])
	switch {
	case r == '{':
		return p.group()
	case r == '\\':
		return p.commanded()
	case unicode.IsDigit(r):
		return p.number(whole, n)
	case r == '^' || r == '_' || r == '\'': // after ^ or _: a script of nothing
		return &node{kind: row}
	case isASCIILetter(byte(r)) && r < 0x80 || r >= 'Α' && r <= 'ω':
		p.pos += n
		return &node{kind: letter, text: string(r)}
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return p.word()
	}
	p.pos += n
	switch r {
	case '-':
		r = '−'
	case '*':
		r = '∗'
	case '~':
		return &node{kind: space}
	case utf8.RuneError:
		return &node{kind: words, text: "\uFFFD"}
	}
	return &node{kind: sign, text: string(r)}
}

func (p *parser) group() *node {
	p.pos++
	out := p.row("")
	if p.pos < len(p.src) && p.src[p.pos] == '}' {
		p.pos++
	} else {
		p.problem("a { is not closed")
	}
	return out
}

// number reads digits with points and commas between them.
func (p *parser) number(whole bool, first int) *node {
	end := p.pos + first
	for whole && end < len(p.src) {
		r, n := utf8.DecodeRuneInString(p.src[end:])
		if r == '.' || r == ',' || r == '٫' || r == '٬' {
			after, m := utf8.DecodeRuneInString(p.src[end+n:])
			if !unicode.IsDigit(after) {
				break
			}
			n += m
		} else if !unicode.IsDigit(r) {
			break
		}
		end += n
	}
	out := &node{kind: number, text: p.src[p.pos:end]}
	p.pos = end
	return out
}

// word reads letters of other scripts, which are joined.
func (p *parser) word() *node {
	end := strings.IndexFunc(p.src[p.pos:], func(r rune) bool { return r < 0x80 || !unicode.IsLetter(r) && !unicode.IsMark(r) })
	if end < 0 {
		end = len(p.src) - p.pos
	}
	out := &node{kind: words, text: p.src[p.pos : p.pos+end]}
	p.pos += end
	return out
}
