package marking

import (
	"regexp"
	"strings"
	"unicode"

	"lamplight/content/tex"
)

// Plain makes an item's text of a text that is not ours, in which nothing has a meaning: braces are braces, stars stars,
// dollars money. A line end is a line end, an empty line begins a paragraph. Other control characters are left out.
func Plain(s string) string {
	var b strings.Builder
	lines := strings.Split(strings.TrimSpace(spaced(newlines.Replace(s))), "\n")
	empty := true
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" {
			empty = true
			continue
		}
		switch {
		case b.Len() == 0:
		case empty:
			b.WriteString("\n\n")
		default:
			b.WriteString("\\\n")
		}
		empty = false
		b.WriteString(beginLine(plainRun(line)))
	}
	return b.String()
}

var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\v", "\n", "\f", "\n")

// spaced puts spaces in the place of control characters other than line ends.
func spaced(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// beginLine takes the meaning from a sign that would have one at the start of a line: of a heading, a list, a quotation, a
// rule, what underlines a heading or heads a table.
func beginLine(line string) string {
	if line == "" {
		return ""
	}
	at := -1
	rest := strings.TrimLeft(line, "0123456789")
	ends := func(i int) bool { return i >= len(line) || line[i] == ' ' || line[i] == '\n' }
	switch digits := len(line) - len(rest); {
	case digits > 0:
		if digits < 10 && rest != "" && (rest[0] == '.' || rest[0] == ')') && ends(digits+1) {
			at = digits
		}
	case line[0] == '>', line[0] == '=' && strings.Trim(line, "= ") == "", line[0] == ':' && strings.HasPrefix(line, ":-"):
		at = 0
	case line[0] == '-' && (ends(1) || line[1] == '-' || line[1] == ':'), line[0] == '+' && ends(1):
		at = 0
	case line[0] == '#' && ends(len(line)-len(strings.TrimLeft(line, "#"))):
		at = 0
	}
	if at < 0 {
		return line
	}
	return line[:at] + `\` + line[at:]
}

// plainRun is Plain within a line, wherever in it.
func plainRun(s string) string {
	if !strings.ContainsAny(s, "\\`*_{}[]<>$|&!~") && strings.IndexFunc(s, unicode.IsControl) < 0 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '{' && i > 0 && s[i-1] == '{':
			b.WriteString("&#123;") // two of them and a number would be a gap
			continue
		case r == '\\' && i == len(s)-1:
			b.WriteString("&#92;") // a line end may follow, which would be taken for what it ends
			continue
		case r == '&' && !entity.MatchString(s[i:]):
		case strings.ContainsRune("\\`*_{}[]<>$|&~", r):
			b.WriteByte('\\')
		case unicode.IsControl(r):
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String()
}

var entity = regexp.MustCompile(`^&(?:#[0-9xX]|[A-Za-z])`)

// Literal makes an answer, a unit or a known mistake of a text that is not ours: what marking compares, in which no
// Markdown is read, so only braces need to lose their meaning.
func Literal(s string) string {
	if !strings.ContainsAny(s, "{}") {
		return s
	}
	var b strings.Builder
	if !strings.Contains(s, "$") {
		return literalBraces.Replace(s)
	}
	for i, part := range strings.Split(s, `"`) { // beside dollars a backslash may mean nothing: the text is an expression
		if i > 0 {
			b.WriteByte('"')
		}
		for part != "" {
			piece := clip(part, 200)
			b.WriteString(`{"` + piece + `"}`)
			part = part[len(piece):]
		}
	}
	return b.String()
}

var literalBraces = strings.NewReplacer("{", `\{`, "}", `\}`)

// maxTextItem is how long a text of an item from elsewhere may be, in bytes.
const maxTextItem = 32 << 10

var (
	tableRule = regexp.MustCompile(`(?m)^\|(?: :?-+:? \|)+$`)
	tableRow  = regexp.MustCompile(`(?m)^\| (.*) \|$`)
)

// flat is a text that may hold blocks as one line of Markdown.
func flat(s string) string {
	if !strings.Contains(s, "\n") {
		return s
	}
	s = strings.ReplaceAll(s, "\\\n", " ")
	s = tableRow.ReplaceAllString(tableRule.ReplaceAllString(s, ""), "$1")
	return strings.Join(strings.Fields(s), " ")
}

var (
	pictureMark = regexp.MustCompile(`!\[((?:\\.|[^\]\\])*)\]\([^)\s]*\)`)
	markupTag   = regexp.MustCompile(`</?(?:b|i|u|sub|sup|code)>|<br>`)
	escapedSign = regexp.MustCompile("\\\\([!-/:-@\\[-`{-~])")
)

// words is a short text of an item without its marks, as somebody reads it: pictures by what they show.
func words(s string) string {
	s = tex.PlainText(s)
	if !strings.ContainsAny(s, "\\<*&![") {
		return s
	}
	s = pictureMark.ReplaceAllString(flat(s), "$1")
	s = strings.ReplaceAll(markupTag.ReplaceAllString(s, ""), "**", "")
	return escapedSign.ReplaceAllString(strings.NewReplacer("&#123;", "{", "&#92;", "\\", "\\&", "&").Replace(s), "$1")
}
