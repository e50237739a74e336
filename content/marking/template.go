package marking

import (
	"fmt"
	"io/fs"
	"strings"

	"lamplight/content/tex"
)

// A piece of a template is plain text, or an expression to be replaced by its value.
type piece struct {
	plain string
	expr  *expr
	group bool // in mathematics: plain stands unless every name in expr is drawn, and braces stay round the value
}

// split cuts a text at its {expressions}. "\{" and "\}" are the signs themselves; "{{7}}" is a gap mark, kept as it is.
// Other backslashes are Markdown's. Mathematics is cut by its own rule: see groups.
func split(text string) ([]piece, error) {
	var out []piece
	var plain strings.Builder
	for i := 0; i < len(text); {
		rest := text[i:]
		if n, _, _, ok := tex.At(text, i); ok {
			out = append(out, piece{plain: plain.String()})
			plain.Reset()
			out = append(out, groups(rest[:n])...)
			i += n
			continue
		}
		if strings.HasPrefix(rest, `\{`) || strings.HasPrefix(rest, `\}`) {
			plain.WriteByte(rest[1])
			i += 2
			continue
		}
		if n := gapMark(rest); n > 0 {
			plain.WriteString(rest[:n])
			i += n
			continue
		}
		if rest[0] != '{' {
			plain.WriteByte(rest[0])
			i++
			continue
		}
		end := closing(rest)
		if end < 0 {
			return nil, fmt.Errorf("%q: a { is not closed; write \\{ for the sign itself: %w", clip(rest, 60), fs.ErrInvalid)
		}
		e, err := parse(rest[1:end])
		if err != nil {
			return nil, err
		}
		out = append(out, piece{plain: plain.String()}, piece{expr: e})
		plain.Reset()
		i += end + 1
	}
	return append(out, piece{plain: plain.String()}), nil
}

// closing finds the } that ends the expression s begins with, which may hold one in a text; -1 when there is none.
func closing(s string) int {
	quoted := false
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '}' && !quoted:
			return i
		}
	}
	return -1
}

// gapMark is the length of the {{N}} that s begins with, 0 when it begins otherwise.
func gapMark(s string) int {
	if !strings.HasPrefix(s, "{{") {
		return 0
	}
	end := strings.Index(s, "}}")
	if end < 3 || end > 5 || strings.Trim(s[2:end], "0123456789") != "" {
		return 0
	}
	return end + 2
}

// maxText is how long a filled text may be, in bytes.
const maxText = 64 << 10

// fill replaces a text's expressions.
func fill(text string, env map[string]value) (string, error) {
	if !strings.ContainsAny(text, `{}`) {
		return text, nil
	}
	pieces, err := split(text)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, p := range pieces {
		if p.expr == nil || p.group && !p.expr.drawn(env) {
			b.WriteString(p.plain)
			continue
		}
		v, err := p.expr.eval(env)
		if err != nil {
			return "", fmt.Errorf("%q: %w", clip(text, 80), err)
		}
		if p.group {
			b.WriteString("{" + v.String() + "}")
		} else {
			b.WriteString(v.String())
		}
		if b.Len() > maxText {
			return "", fmt.Errorf("%q grows beyond %d bytes: %w", clip(text, 80), maxText, fs.ErrInvalid)
		}
	}
	return b.String(), nil
}

// clip cuts s to at most n bytes, between runes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}
