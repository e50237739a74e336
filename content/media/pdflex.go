package media

import (
	"strconv"
)

// PDF objects (ISO 32000-1, 7.3): nil, bool, float64, pdfName, pdfString, []any, pdfDict, pdfRef.
type (
	pdfName   string
	pdfString []byte
	pdfDict   map[pdfName]any
	pdfRef    struct{ num, gen int }
	keyword   string
)

// A pdfLexer reads objects from a window of a file. It never fails: what it cannot read is nil, and short says that the
// window ended inside something.
type pdfLexer struct {
	b     []byte
	pos   int
	short bool
	depth int
}

const maxPDFDepth = 64

func isPDFSpace(c byte) bool {
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '
}

func isPDFDelimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

func (l *pdfLexer) skip() {
	for l.pos < len(l.b) {
		switch c := l.b[l.pos]; {
		case isPDFSpace(c):
			l.pos++
		case c == '%':
			for l.pos < len(l.b) && l.b[l.pos] != '\n' && l.b[l.pos] != '\r' {
				l.pos++
			}
		default:
			return
		}
	}
}

// object reads the next object; a bare word comes as keyword.
func (l *pdfLexer) object() any {
	l.skip()
	if l.pos >= len(l.b) {
		l.short = true
		return nil
	}
	if l.depth++; l.depth > maxPDFDepth {
		l.pos, l.short = len(l.b), true
	}
	defer func() { l.depth-- }()
	if l.pos >= len(l.b) {
		return nil
	}
	switch c := l.b[l.pos]; {
	case c == '/':
		return l.name()
	case c == '(':
		return l.literal()
	case c == '[':
		return l.array()
	case c == '<' && l.pos+1 < len(l.b) && l.b[l.pos+1] == '<':
		return l.dict()
	case c == '<':
		return l.hex()
	case c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.':
		return l.numberOrRef()
	case isPDFDelimiter(c):
		l.pos++
		return keyword(c)
	}
	return l.word()
}

func (l *pdfLexer) word() any {
	start := l.pos
	for l.pos < len(l.b) && !isPDFSpace(l.b[l.pos]) && !isPDFDelimiter(l.b[l.pos]) {
		l.pos++
	}
	switch w := string(l.b[start:l.pos]); w {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	default:
		return keyword(w)
	}
}

func (l *pdfLexer) name() any {
	l.pos++
	var n []byte
	for l.pos < len(l.b) && !isPDFSpace(l.b[l.pos]) && !isPDFDelimiter(l.b[l.pos]) {
		c := l.b[l.pos]
		if c == '#' && l.pos+2 < len(l.b) {
			if v, err := strconv.ParseUint(string(l.b[l.pos+1:l.pos+3]), 16, 8); err == nil {
				c = byte(v)
				l.pos += 2
			}
		}
		n = append(n, c)
		l.pos++
	}
	return pdfName(n)
}

// numberOrRef reads a number, or "12 0 R".
func (l *pdfLexer) numberOrRef() any {
	first, whole := l.number()
	if !whole || first < 0 {
		return first
	}
	back := l.pos
	l.skip()
	if l.pos < len(l.b) && l.b[l.pos] >= '0' && l.b[l.pos] <= '9' {
		gen, whole := l.number()
		l.skip()
		if whole && l.pos < len(l.b) && l.b[l.pos] == 'R' && (l.pos+1 == len(l.b) || isPDFSpace(l.b[l.pos+1]) || isPDFDelimiter(l.b[l.pos+1])) && first < 1<<31 {
			l.pos++
			return pdfRef{int(first), int(gen)}
		}
	}
	l.pos = back
	return first
}

func (l *pdfLexer) number() (v float64, whole bool) {
	start := l.pos
	for l.pos < len(l.b) {
		c := l.b[l.pos]
		if !(c >= '0' && c <= '9' || c == '.' || l.pos == start && (c == '-' || c == '+')) {
			break
		}
		l.pos++
	}
	s := string(l.b[start:l.pos])
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return float64(n), true
	}
	v, _ = strconv.ParseFloat(s, 64)
	return v, false
}

func (l *pdfLexer) literal() any {
	l.pos++
	var s pdfString
	for nested := 1; l.pos < len(l.b); l.pos++ {
		c := l.b[l.pos]
		switch c {
		case '(':
			nested++
		case ')':
			if nested--; nested == 0 {
				l.pos++
				return s
			}
		case '\\':
			s = l.escape(s)
			continue
		}
		s = append(s, c)
	}
	l.short = true
	return s
}

var pdfEscapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

// escape reads what follows a backslash and leaves pos on its last byte.
func (l *pdfLexer) escape(s pdfString) pdfString {
	l.pos++
	if l.pos >= len(l.b) {
		return s
	}
	c := l.b[l.pos]
	switch {
	case c == '\r':
		if l.pos+1 < len(l.b) && l.b[l.pos+1] == '\n' {
			l.pos++
		}
		return s
	case c == '\n':
		return s
	case c >= '0' && c <= '7':
		v := 0
		n := 0
		for ; n < 3 && l.pos+n < len(l.b) && l.b[l.pos+n] >= '0' && l.b[l.pos+n] <= '7'; n++ {
			v = v*8 + int(l.b[l.pos+n]-'0')
		}
		l.pos += n - 1
		return append(s, byte(v))
	}
	if e, ok := pdfEscapes[c]; ok {
		c = e
	}
	return append(s, c)
}

func (l *pdfLexer) hex() any {
	l.pos++
	var s pdfString
	var digits []byte
	for l.pos < len(l.b) {
		c := l.b[l.pos]
		l.pos++
		if c == '>' {
			if len(digits) == 1 {
				digits = append(digits, '0')
			}
			if len(digits) == 2 {
				v, _ := strconv.ParseUint(string(digits), 16, 8)
				s = append(s, byte(v))
			}
			return s
		}
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' {
			digits = append(digits, c)
		}
		if len(digits) == 2 {
			v, _ := strconv.ParseUint(string(digits), 16, 8)
			s, digits = append(s, byte(v)), digits[:0]
		}
	}
	l.short = true
	return s
}

func (l *pdfLexer) array() any {
	l.pos++
	a := []any{}
	for {
		l.skip()
		if l.pos >= len(l.b) {
			l.short = true
			return a
		}
		if l.b[l.pos] == ']' {
			l.pos++
			return a
		}
		at := l.pos
		v := l.object()
		if _, stray := v.(keyword); !stray {
			a = append(a, v)
		}
		if l.pos == at {
			l.pos++
		}
	}
}

func (l *pdfLexer) dict() any {
	l.pos += 2
	d := pdfDict{}
	for {
		l.skip()
		if l.pos+1 >= len(l.b) {
			l.short = true
			return d
		}
		if l.b[l.pos] == '>' {
			l.pos = min(l.pos+2, len(l.b))
			return d
		}
		at := l.pos
		key, ok := l.object().(pdfName)
		if !ok {
			if l.pos == at {
				l.pos++
			}
			continue
		}
		l.skip()
		if l.pos < len(l.b) && l.b[l.pos] == '>' {
			continue
		}
		if v := l.object(); v != nil {
			d[key] = v
		}
	}
}
