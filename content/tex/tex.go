// Package tex writes the mathematics of school textbooks, given in TeX, as MathML that an old browser shows as one readable
// line.
//
// # What is read
//
// Numbers, letters, + - * / = < > ( ) [ ] | , : ; ! ', groups in { }, scripts with ^ and _, and the commands of symbols.go:
// \frac \sqrt[n] \left \right \text \mathrm \overline \vec, signs, relations, Greek letters, functions, spaces. A command
// that is not known is shown as it is written. One piece of mathematics is at most MaxSource bytes, its groups MaxDepth deep.
//
// # How it shows where there is no MathML
//
// Chrome before 109 and the Android browsers made of it know no MathML: they show the text of the elements and nothing
// else, so a fraction of 1 and 2 would read 12. Wherever place alone carries meaning the result therefore holds the
// missing signs, in an mphantom of no width: "/", "^", brackets. A browser with MathML leaves them out, one without shows
// (a+b)/c, x^2, √(2). That text without the tags is also what Plain gives, and what a list of choices (option) shows.
// It all stands in a <bdi dir="ltr">, since 3+4=7 in a line of Arabic would otherwise read from the right.
package tex

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"lamplight/content/sanitize"
)

const (
	MaxSource = 2000 // bytes of one piece of mathematics
	MaxDepth  = 30   // of groups
)

// At says whether mathematics begins at text[i:], and gives the length of it with its dollars and what stands between
// them. $$…$$ stands in a line of its own (display). A single $ begins only after what is no letter and no digit and
// before what is no space; it ends after what is no space and no opening bracket, and before what is no letter, digit,
// brace or backslash: so $5 and $7, and {a}$ and {b}$ are money. \$ is a dollar anywhere. An empty line ends no mathematics: there is none then.
func At(text string, i int) (length int, source string, display, ok bool) {
	if i >= len(text) || text[i] != '$' || i > 0 && (text[i-1] == '\\' || text[i-1] == '$') {
		return 0, "", false, false
	}
	rest := text[i:]
	mark := "$"
	if strings.HasPrefix(rest, "$$") {
		mark, display = "$$", true
	} else if r, _ := utf8.DecodeLastRuneInString(text[:i]); i > 0 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
		return 0, "", false, false
	}
	end := closing(rest, mark)
	if end < 0 {
		return 0, "", false, false
	}
	source = strings.TrimSpace(rest[len(mark):end])
	if source == "" {
		return 0, "", false, false
	}
	return end + len(mark), source, display, true
}

// closing finds the mark that ends what s begins, -1 when there is none.
func closing(s, mark string) int {
	one := mark == "$"
	if one && (len(s) < 3 || isSpace(s[1])) {
		return -1
	}
	for i := len(mark); i < len(s) && i <= MaxSource; i++ {
		switch {
		case s[i] == '\\':
			i++
		case strings.HasPrefix(s[i:], "\n\n"):
			return -1
		case !one && strings.HasPrefix(s[i:], mark):
			return i
		case one && s[i] == '$' && (isSpace(s[i-1]) || i > 1 && strings.IndexByte("([", s[i-1]) >= 0):
			return -1
		case one && s[i] == '$':
			next, _ := utf8.DecodeRuneInString(s[i+1:])
			if i+1 < len(s) && (next == '{' || next == '$' || next == '\\' || unicode.IsLetter(next) || unicode.IsDigit(next)) {
				return -1
			}
			return i
		}
	}
	return -1
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' }

// Split cuts a text at its mathematics: outside gets what stands before, between and after; inside the pieces, dollars and
// all, with what At gives. Joined in order they are the text again. A nil function is not called.
func Split(text string, outside func(string), inside func(whole, source string, display bool)) {
	from := 0
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' {
			i++
			continue
		}
		n, source, display, ok := At(text, i)
		if !ok {
			continue
		}
		if outside != nil && i > from {
			outside(text[from:i])
		}
		if inside != nil {
			inside(text[i:i+n], source, display)
		}
		from = i + n
		i = from - 1
	}
	if outside != nil && from < len(text) {
		outside(text[from:])
	}
}

// HTML writes mathematics as MathML that may stand in our pages: what package sanitize leaves as it is. problems say in
// English what was not understood and is shown as written; the same source always gives the same result.
func HTML(source string, display bool) (out string, problems []string) {
	p := &parser{src: source}
	root := p.all()
	var w writer
	w.row(root.args)
	open := "<bdi dir=\"ltr\"><math displaystyle=\"true\">" // fractions of full size: small phones
	if display {
		open = "<bdi dir=\"ltr\"><math display=\"block\">"
	}
	return sanitize.Fragment(open+w.String()+"</math></bdi>", sanitize.Options{}), p.problems
}

// Plain writes mathematics in one line of plain text: (a+b)/c.
func Plain(source string) string {
	out, _ := HTML(source, false)
	var b strings.Builder
	for out != "" {
		text, rest, found := strings.Cut(out, "<")
		b.WriteString(text)
		if out = ""; found {
			_, out, _ = strings.Cut(rest, ">")
		}
	}
	return strings.ReplaceAll(html.UnescapeString(b.String()), "\u00a0", " ")
}

// PlainText is a text with its mathematics written plain.
func PlainText(text string) string {
	if !strings.Contains(text, "$") {
		return text
	}
	var b strings.Builder
	Split(text, func(s string) { b.WriteString(s) }, func(_, source string, _ bool) { b.WriteString(Plain(source)) })
	return b.String()
}
