package sanitize

import (
	"html"
	"strings"
)

// A tokenKind says what a scanner found.
type tokenKind int

const (
	endOfSource tokenKind = iota
	textToken
	startToken
	endToken
)

// A token is a text (unescaped), a start tag or an end tag. Names are lower-case and, in XML, without prefix.
type token struct {
	kind   tokenKind
	name   string
	text   string // of a text; of a start tag <style>, its rules
	attrs  []attr
	closed bool // a start tag that ended in "/>"
}

// An attr is one attribute, its name lower-case with its prefix, its value unescaped.
type attr struct{ name, value string }

// maxAttrs is how many attributes of one tag are looked at.
const maxAttrs = 64

// A scanner cuts a source into tokens. It accepts anything: what is not a tag is text. Comments, declarations and
// processing instructions are skipped. It is not a browser's tokenizer and need not be: the result is written anew.
type scanner struct {
	src string
	pos int
	xml bool
}

// next reads one token; of an element whose content is raw text (script, style …) the content is skipped with it.
func (s *scanner) next(foreign bool) token {
	for s.pos < len(s.src) {
		rest := s.src[s.pos:]
		if rest[0] != '<' {
			return s.text(rest)
		}
		switch {
		case strings.HasPrefix(rest, "<!--"):
			s.skipPast("-->", 4)
		case strings.HasPrefix(rest, "<![CDATA[") && (s.xml || foreign):
			return s.cdata(rest[len("<![CDATA["):])
		case strings.HasPrefix(rest, "<?") && s.xml:
			s.skipPast("?>", 2)
		case strings.HasPrefix(rest, "<!") || strings.HasPrefix(rest, "<?"):
			s.skipDeclaration()
		case len(rest) > 2 && rest[1] == '/' && isNameStart(rest[2]):
			return s.endTag()
		case len(rest) > 1 && isNameStart(rest[1]):
			return s.startTag()
		case len(rest) > 1 && rest[1] == '/':
			s.skipPast(">", 2)
		default:
			s.pos++
			return token{kind: textToken, text: "<"}
		}
	}
	return token{kind: endOfSource}
}

func (s *scanner) text(rest string) token {
	end := strings.IndexByte(rest, '<')
	if end < 0 {
		end = len(rest)
	}
	s.pos += end
	return token{kind: textToken, text: html.UnescapeString(rest[:end])}
}

func (s *scanner) cdata(rest string) token {
	end := strings.Index(rest, "]]>")
	if end < 0 {
		s.pos = len(s.src)
		return token{kind: textToken, text: rest}
	}
	s.pos += len("<![CDATA[") + end + len("]]>")
	return token{kind: textToken, text: rest[:end]}
}

// skipPast moves behind the next mark, looked for from `from` bytes on; to the end when there is none.
func (s *scanner) skipPast(mark string, from int) {
	if s.pos+from > len(s.src) {
		s.pos = len(s.src)
		return
	}
	i := strings.Index(s.src[s.pos+from:], mark)
	if i < 0 {
		s.pos = len(s.src)
		return
	}
	s.pos += from + i + len(mark)
}

// skipDeclaration skips "<!DOCTYPE …>" with an internal subset in brackets: nothing in it is ever obeyed.
func (s *scanner) skipDeclaration() {
	rest := s.src[s.pos:]
	end, open := strings.IndexByte(rest, '>'), strings.IndexByte(rest, '[')
	if s.xml && open >= 0 && (end < 0 || open < end) {
		s.skipPast("]", open)
		s.skipPast(">", 0)
		return
	}
	s.skipPast(">", 2)
}

func (s *scanner) endTag() token {
	s.pos += 2
	name := s.name()
	s.skipPast(">", 0)
	return token{kind: endToken, name: s.local(name)}
}

func (s *scanner) startTag() token {
	s.pos++
	t := token{kind: startToken, name: s.local(s.name())}
	for {
		s.skipSpace()
		if s.pos >= len(s.src) {
			return token{kind: endOfSource} // a tag cut short is no tag
		}
		switch c := s.src[s.pos]; {
		case c == '>':
			s.pos++
			return s.afterTag(t)
		case c == '/':
			s.pos++
			t.closed = s.pos < len(s.src) && s.src[s.pos] == '>'
		default:
			a := s.attr()
			if a.name != "" && len(t.attrs) < maxAttrs && !has(t.attrs, a.name) {
				t.attrs = append(t.attrs, a)
			}
		}
	}
}

// afterTag skips the content of elements that hold raw text and are never kept.
func (s *scanner) afterTag(t token) token {
	if !rawText[t.name] || (t.closed && s.xml) {
		return t
	}
	start := s.pos
	for {
		i := strings.Index(s.src[s.pos:], "</")
		if i < 0 {
			s.pos = len(s.src)
			break
		}
		s.pos += i
		if t.name == "style" {
			t.text = s.src[start:s.pos]
		}
		if after := s.src[s.pos+2:]; len(after) >= len(t.name) && strings.EqualFold(after[:len(t.name)], t.name) {
			s.skipPast(">", 2)
			break
		}
		s.pos += 2
	}
	t.closed = true
	return t
}

// attr reads one attribute and always moves on.
func (s *scanner) attr() attr {
	start := s.pos
	s.pos++
	for s.pos < len(s.src) && !strings.ContainsRune(" \t\r\n\f/>=", rune(s.src[s.pos])) {
		s.pos++
	}
	a := attr{name: strings.ToLower(s.src[start:s.pos])}
	s.skipSpace()
	if s.pos >= len(s.src) || s.src[s.pos] != '=' {
		return a
	}
	s.pos++
	s.skipSpace()
	a.value = html.UnescapeString(s.value())
	return a
}

func (s *scanner) value() string {
	if s.pos >= len(s.src) {
		return ""
	}
	if q := s.src[s.pos]; q == '"' || q == '\'' {
		s.pos++
		start := s.pos
		end := strings.IndexByte(s.src[start:], q)
		if end < 0 {
			s.pos = len(s.src)
			return ""
		}
		s.pos = start + end + 1
		return s.src[start : start+end]
	}
	start := s.pos
	for s.pos < len(s.src) && !strings.ContainsRune(" \t\r\n\f>", rune(s.src[s.pos])) {
		s.pos++
	}
	return s.src[start:s.pos]
}

func (s *scanner) name() string {
	start := s.pos
	for s.pos < len(s.src) && !strings.ContainsRune(" \t\r\n\f/>", rune(s.src[s.pos])) {
		s.pos++
	}
	return strings.ToLower(s.src[start:s.pos])
}

func (s *scanner) local(name string) string {
	if s.xml {
		return name[strings.LastIndexByte(name, ':')+1:]
	}
	return name
}

func (s *scanner) skipSpace() {
	for s.pos < len(s.src) && strings.IndexByte(" \t\r\n\f", s.src[s.pos]) >= 0 {
		s.pos++
	}
}

func isNameStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}

func has(attrs []attr, name string) bool {
	_, ok := find(attrs, name)
	return ok
}

func find(attrs []attr, name string) (string, bool) {
	for _, a := range attrs {
		if a.name == name {
			return a.value, true
		}
	}
	return "", false
}
