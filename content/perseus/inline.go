package perseus

import (
	"html"
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	maxInline = 8       // how deep marks of emphasis nest
	maxMark   = 4 << 10 // bytes looked through for the end of a mark: what a paragraph may have
)

var (
	imageMark = regexp.MustCompile(`^!\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]\(\s*<?((?:[^()\s<>]|\([^()\s]*\)|\{[^{}]*\})*(?: LOCALPATH\}[^()\s<>]*)?)>?(?:\s+["'][^"']*["'])?(?:\s*=[\d.]*x[\d.]*)?\s*\)`)
	linkMark  = regexp.MustCompile(`^\[((?:[^\[\]\\]|\\.)*)\]\(\s*<?(?:[^()\s<>]|\([^()\s]*\))*>?(?:\s+["'][^"']*["'])?\s*\)`)
	autoMark  = regexp.MustCompile(`^<((?:https?|mailto):[^\s<>]+)>`)
)

// inline writes a run of text: emphasis, code, pictures, links by their words.
func (m *markdown) inline(s string, depth int) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		rest := s[i:]
		html, n := m.mark(s, i, depth)
		if n > 0 {
			b.WriteString(html)
			i += n
			continue
		}
		_, size := utf8.DecodeRuneInString(rest)
		b.WriteString(escape(rest[:size]))
		i += size
	}
	return b.String()
}

// escape keeps text from being read as HTML, or as TeX between \( and \) or dollars.
func escape(s string) string { return apart.Replace(html.EscapeString(s)) }

var apart = strings.NewReplacer(`\`, `\<wbr>`, `$`, `$<wbr>`)

// mark reads what has a meaning at s[i:]: its HTML and length, 0 when nothing has.
func (m *markdown) mark(s string, i, depth int) (string, int) {
	rest := s[i:min(len(s), i+maxMark)]
	switch rest[0] {
	case '\\':
		return escaped(rest)
	case '!':
		if p := imageMark.FindStringSubmatch(rest); p != nil {
			return m.picture(unescape(p[1]), unescape(p[2])), len(p[0])
		}
	case '[':
		if p := linkMark.FindStringSubmatch(rest); p != nil && depth < maxInline {
			return m.inline(p[1], depth+1), len(p[0])
		}
	case '<':
		if p := autoMark.FindStringSubmatch(rest); p != nil {
			return escape(p[1]), len(p[0])
		}
	case '&':
		if end := strings.IndexByte(rest, ';'); end > 1 && end < 10 {
			if plain := html.UnescapeString(rest[:end+1]); plain != rest[:end+1] {
				return escape(plain), end + 1
			}
		}
	case '`':
		ticks := rest[:len(rest)-len(strings.TrimLeft(rest, "`"))]
		if end := strings.Index(rest[len(ticks):], ticks); end > 0 {
			return "<code>" + escape(strings.TrimSpace(rest[len(ticks):len(ticks)+end])) + "</code>", end + 2*len(ticks)
		}
		return escape(ticks), len(ticks)
	case '*', '_', '~':
		return m.emphasis(s, i, depth)
	}
	return "", 0
}

// escaped reads a backslash: before a sign it takes its meaning.
func escaped(rest string) (string, int) {
	if len(rest) > 1 && rest[1] < 0x80 && !isLetterOrDigit(rest[1]) && rest[1] != ' ' && rest[1] != '\n' {
		return escape(rest[1:2]), 2
	}
	return escape(`\`), 1
}

func isLetterOrDigit(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// emphasis reads **bold**, __bold__, *italic*, _italic_ and ~~struck~~, with spaces inside them or not.
func (m *markdown) emphasis(s string, i, depth int) (string, int) {
	rest := s[i:min(len(s), i+maxMark)]
	sign, tag := rest[:1], "i"
	if len(rest) > 1 && rest[1] == rest[0] {
		sign, tag = rest[:2], "b"
	}
	if depth >= maxInline || sign == "~" || rest[0] == '_' && i > 0 && isLetterOrDigit(s[i-1]) {
		return escape(sign), len(sign)
	}
	end := closing(rest, sign)
	if end < 0 || strings.TrimSpace(rest[len(sign):end]) == "" || sign == "*" && strings.HasPrefix(rest[1:], " ") {
		return escape(sign), len(sign)
	}
	inner := m.inline(rest[len(sign):end], depth+1)
	if sign != "~~" {
		inner = "<" + tag + ">" + inner + "</" + tag + ">"
	}
	return inner, end + len(sign)
}

// closing finds the sign that ends what s begins with it; -1 when there is none.
func closing(s, sign string) int {
	for i := len(sign); i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case strings.HasPrefix(s[i:], sign):
			double := len(sign) == 1 && strings.HasPrefix(s[i:], sign+sign)
			if double { // ** inside *…*: a bold part
				i++
				continue
			}
			if len(sign) == 2 && strings.HasPrefix(s[i+1:], sign) { // ***: the last two
				i++
			}
			after := i + len(sign)
			if sign[0] == '_' && after < len(s) && isLetterOrDigit(s[after]) {
				continue
			}
			return i
		}
	}
	return -1
}

// unescape takes backslashes out of what is no Markdown: a picture's words and address.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && s[i+1] < 0x80 && !isLetterOrDigit(s[i+1]) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
