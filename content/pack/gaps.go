package pack

import (
	"fmt"
	"strings"

	"lamplight/content"
	"lamplight/content/tex"
)

// gaps turns the marks inside a question into {{1}}, {{2}} … and what belongs there.
func (p *itemParser) gaps() {
	it := p.it
	var b strings.Builder
	n := 0
	next := func() string { n++; return fmt.Sprintf("{{%d}}", n) }
	for s := it.Stem; s != ""; {
		if s[0] == '\\' && len(s) > 1 {
			b.WriteString(s[:2])
			s = s[2:]
			continue
		}
		if n := p.formula(it.Stem, len(it.Stem)-len(s)); n > 0 {
			b.WriteString(s[:n])
			s = s[n:]
			continue
		}
		inner, rest, ok := "", "", false
		switch it.Type {
		case content.Cloze:
			if inner, rest, ok = between(s, "[[", "]]"); ok {
				var g content.Gap
				for _, a := range cut(inner, "|", -1) {
					g.Answers = append(g.Answers, unescape(strings.TrimSpace(a)))
				}
				it.Gaps = append(it.Gaps, g)
			}
		case content.InlineChoice:
			if inner, rest, ok = between(s, "{{", "}}"); ok {
				it.Gaps = append(it.Gaps, content.Gap{Options: inlineOptions(inner)})
			}
		case content.HotText:
			if inner, rest, ok = between(s, "[", "]"); ok {
				right := strings.HasPrefix(rest, "*")
				rest = strings.TrimPrefix(rest, "*")
				it.Options = append(it.Options, span(inner, right))
			}
		}
		if !ok {
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		b.WriteString(next())
		s = rest
	}
	it.Stem = b.String()
}

// formula is the length of the mathematics that begins at stem[i:], 0 when none does or when it holds a gap, which
// marking.Check then refuses.
func (p *itemParser) formula(stem string, i int) int {
	n, source, _, ok := tex.At(stem, i)
	if !ok || p.it.Type == content.Cloze && strings.Contains(source, "[[") || p.it.Type == content.InlineChoice && strings.Contains(source, "|") {
		return 0
	}
	return n
}

// span reads "mat : error-code : feedback".
func span(s string, right bool) content.Option {
	fields := cut(s, " : ", 3)
	o := content.Option{Text: strings.TrimSpace(fields[0]), Right: right}
	if len(fields) > 1 {
		o.Error = strings.TrimSpace(fields[1])
	}
	if len(fields) > 2 {
		o.Feedback = unescape(strings.TrimSpace(fields[2]))
	}
	return o
}

// between gives what stands between open, which s begins with, and close, at the same depth of braces.
func between(s, open, close string) (inner, rest string, ok bool) {
	if !strings.HasPrefix(s, open) {
		return "", "", false
	}
	depth := 0
	for i := len(open); i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case depth == 0 && strings.HasPrefix(s[i:], close):
			return s[len(open):i], s[i+len(close):], true
		case s[i] == '{':
			depth++
		case s[i] == '}' && depth > 0:
			depth--
		}
	}
	return "", "", false
}

// inlineOptions reads "boils* | freezes : error-code".
func inlineOptions(s string) (out []content.Option) {
	for _, part := range cut(s, "|", -1) {
		fields := cut(strings.TrimSpace(part), " : ", 3)
		text, right := strings.CutSuffix(strings.TrimSpace(fields[0]), "*")
		o := content.Option{Text: unescape(strings.TrimSpace(text)), Right: right}
		if len(fields) > 1 {
			o.Error = strings.TrimSpace(fields[1])
		}
		if len(fields) > 2 {
			o.Feedback = unescape(strings.TrimSpace(fields[2]))
		}
		out = append(out, o)
	}
	return out
}
