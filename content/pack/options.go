package pack

import (
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/tex"
)

func (p *itemParser) option(s string, right bool, line int) {
	parts := cut(s, " : ", 3)
	o := content.Option{Text: unescape(strings.TrimSpace(parts[0])), Right: right}
	if len(parts) > 1 {
		o.Error = strings.TrimSpace(parts[1])
	}
	if len(parts) > 2 {
		o.Feedback = unescape(strings.TrimSpace(parts[2]))
	}
	if right && len(parts) == 2 { // "(x) TEXT : feedback" has no error to name
		o.Error, o.Feedback = "", unescape(strings.TrimSpace(parts[1]))
	} else if right && o.Error != "" {
		p.fail(line, "a right option has no error code; write \"(x) TEXT : feedback\"")
	}
	p.it.Options = append(p.it.Options, o)
}

func (p *itemParser) pair(s string, line int) {
	parts := cut(" "+s, " = ", 2)
	if len(parts) != 2 {
		p.fail(line, "a pair is \"- LEFT = RIGHT\"")
		return
	}
	if strings.TrimSpace(parts[0]) == "" {
		p.it.Distractors = append(p.it.Distractors, unescape(strings.TrimSpace(parts[1])))
		return
	}
	p.it.Pairs = append(p.it.Pairs, content.Pair{Left: unescape(strings.TrimSpace(parts[0])), Right: unescape(strings.TrimSpace(parts[1]))})
}

func (p *itemParser) category(s string, line int) {
	parts := cut(s, ":", 2)
	if len(parts) != 2 {
		p.fail(line, "a category is \"> NAME: one, two\"")
		return
	}
	n := len(p.it.Categories)
	p.it.Categories = append(p.it.Categories, unescape(strings.TrimSpace(parts[0])))
	for _, o := range cut(parts[1], ",", -1) {
		if o = unescape(strings.TrimSpace(o)); o != "" {
			p.it.Options = append(p.it.Options, content.Option{Text: o, Category: n})
		}
	}
}

// keys names the options.
func (p *itemParser) keys() { nameOptions(p.it) }

// nameOptions gives the options of an item, which it owns, the keys that their texts give them.
func nameOptions(it *content.Item) {
	lists := [][]content.Option{it.Options}
	for _, g := range it.Gaps {
		lists = append(lists, g.Options)
	}
	for _, options := range lists {
		texts := make([]string, len(options))
		for i, o := range options {
			texts[i] = o.Text
		}
		for i, k := range marking.Keys(texts) {
			options[i].Key = k
		}
	}
}

// cut splits s at every sep that no backslash precedes and that stands in no {…} and in no mathematics, into at most n
// parts (-1 any).
func cut(s, sep string, n int) (out []string) {
	depth, start := 0, 0
	for i := 0; i < len(s); i++ {
		if length, _, _, ok := tex.At(s, i); ok && depth == 0 {
			i += length - 1
			continue
		}
		switch {
		case s[i] == '\\':
			i++
		case depth == 0 && strings.HasPrefix(s[i:], sep) && (n < 0 || len(out) < n-1):
			out = append(out, s[start:i])
			start = i + len(sep)
			i = start - 1
		case s[i] == '{':
			depth++
		case s[i] == '}' && depth > 0:
			depth--
		}
	}
	return append(out, s[start:])
}

// unescape takes the backslash before the signs that cut a line. Those before { } and Markdown's own stay for later, as
// do those of mathematics for ever.
func unescape(s string) string {
	if !strings.Contains(s, "$") {
		return escaped.Replace(s)
	}
	var b strings.Builder
	tex.Split(s, func(plain string) { b.WriteString(escaped.Replace(plain)) }, func(whole, _ string, _ bool) { b.WriteString(whole) })
	return b.String()
}

var escaped = strings.NewReplacer(`\:`, `:`, `\|`, `|`, `\=`, `=`, `\,`, `,`)
