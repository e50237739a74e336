package tex

import (
	"strings"
	"unicode/utf8"
)

// command takes the command at hand: a backslash with letters or one sign, or one sign alone.
func (p *parser) command() string {
	start := p.pos
	if p.src[p.pos] == '\\' {
		p.pos++
	}
	end := p.pos
	for end < len(p.src) && start < p.pos && isASCIILetter(p.src[end]) {
		end++
	}
	if end == p.pos && end < len(p.src) {
		_, n := utf8.DecodeRuneInString(p.src[end:])
		end += n
	}
	p.pos = end
	return p.src[start:end]
}

// commanded reads a command with what it takes.
func (p *parser) commanded() *node {
	name := p.command()
	if text, ok := signs[name]; ok {
		return &node{kind: sign, text: text}
	}
	if text, ok := letters[name]; ok {
		return &node{kind: letter, text: text}
	}
	if text, ok := accents[name]; ok {
		return &node{kind: accent, text: text, args: []*node{p.argument()}}
	}
	if width, ok := spaces[name]; ok {
		return &node{kind: space, text: width}
	}
	switch name {
	case `\frac`, `\dfrac`, `\tfrac`, `\cfrac`:
		over := p.argument()
		return &node{kind: frac, args: []*node{over, p.argument()}}
	case `\sqrt`:
		return p.root()
	case `\left`:
		return p.fenced()
	case `\text`, `\mathrm`, `\mbox`, `\textrm`, `\textbf`, `\textit`, `\operatorname`:
		return p.words(name)
	case `\mathbb`:
		return p.hollow()
	case `\mathbf`, `\mathit`, `\displaystyle`, `\boldsymbol`, `\big`, `\Big`, `\bigl`, `\bigr`, `\limits`:
		return &node{kind: row} // how it looks is ours to say; what follows is read as it is
	}
	p.problem("%s is not known and is shown as written", name)
	return &node{kind: words, text: name}
}

func (p *parser) root() *node {
	p.skip()
	var index *node
	if strings.HasPrefix(p.src[p.pos:], "[") {
		p.pos++
		if index = p.row("]"); p.pos < len(p.src) && p.src[p.pos] == ']' {
			p.pos++
		} else {
			p.problem("a [ is not closed")
		}
	}
	out := &node{kind: root, args: []*node{p.argument()}}
	if index != nil {
		out.args = append(out.args, index)
	}
	return out
}

// fenced reads \left( … \right), which is a row of its own. A point is no bracket.
func (p *parser) fenced() *node {
	out := &node{kind: row}
	bracket := func() {
		if p.skip(); p.pos >= len(p.src) {
			p.problem(`after \left and \right a bracket is wanted`)
			return
		}
		text := p.command()
		if s, ok := signs[text]; ok {
			text = s
		}
		if text != "." {
			out.args = append(out.args, &node{kind: sign, text: text})
		}
	}
	bracket()
	out.args = append(out.args, p.row("").args...)
	if p.at(`\right`) {
		p.pos += len(`\right`)
		bracket()
	} else {
		p.problem(`\left has no \right`)
	}
	return out
}

// words reads the group after \text as it stands; groups inside lose their braces.
func (p *parser) words(name string) *node {
	p.skip()
	if p.pos >= len(p.src) || p.src[p.pos] != '{' {
		return p.argument()
	}
	depth := 0
	var b strings.Builder
	for i := p.pos; i < len(p.src); i++ {
		switch c := p.src[i]; {
		case c == '\\' && i+1 < len(p.src) && !isASCIILetter(p.src[i+1]):
			i++
			b.WriteByte(p.src[i])
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				p.pos = i + 1
				return &node{kind: words, text: b.String()}
			}
		default:
			b.WriteByte(c)
		}
	}
	p.problem("a { after %s is not closed", name)
	p.pos = len(p.src)
	return &node{kind: words, text: b.String()}
}

// hollow reads the letter of a set of numbers.
func (p *parser) hollow() *node {
	n := p.argument()
	for n.kind == row && len(n.args) == 1 {
		n = n.args[0]
	}
	if text, ok := map[string]string{"N": "ℕ", "Z": "ℤ", "Q": "ℚ", "R": "ℝ", "C": "ℂ"}[n.text]; ok {
		return &node{kind: letter, text: text}
	}
	return n
}
