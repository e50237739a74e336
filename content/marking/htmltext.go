package marking

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"lamplight/content/tex"
)

// text writes a run of text: white space joined as a browser does, TeX between its marks as mathematics.
func (w *htmlWriter) text(s string) {
	for s != "" {
		from, to, source, display := mathsIn(s)
		if from < 0 {
			break
		}
		w.run(s[:from])
		w.formula(source, display, s[from:to], s[to:])
		s = s[to:]
	}
	w.run(s)
}

func (w *htmlWriter) run(s string) {
	if s == "" {
		return
	}
	if w.pre {
		w.preformatted(s)
		return
	}
	s = strings.ReplaceAll(spaced(s), "\n", " ")
	begun := w.line.Len() == 0 || strings.HasSuffix(w.line.String(), " ") || strings.HasSuffix(w.line.String(), "\n")
	var b strings.Builder
	for _, r := range s {
		if r == ' ' {
			if !begun {
				b.WriteByte(' ')
			}
			begun = true
			continue
		}
		begun = false
		b.WriteRune(r)
	}
	text := b.String()
	if r, _ := utf8.DecodeRuneInString(text); w.mathsEnd > 0 && w.line.Len() == w.mathsEnd && spoils(r) {
		w.line.WriteString(apart)
	}
	if strings.HasSuffix(w.line.String(), "{") && strings.HasPrefix(text, "{") {
		w.line.WriteString("&#123;")
		text = text[1:]
	}
	atStart := w.line.Len() == 0 || strings.HasSuffix(w.line.String(), "\n")
	text = plainRun(text)
	if atStart && w.line.Len() > 0 {
		text = beginLine(text)
	}
	w.line.WriteString(text)
}

// preformatted keeps lines and what they are indented by.
func (w *htmlWriter) preformatted(s string) {
	s = spaced(strings.ReplaceAll(newlines.Replace(s), "\t", "    "))
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			w.lineEnd()
		}
		for strings.HasPrefix(line, " ") {
			w.line.WriteString("\u00a0")
			line = line[1:]
		}
		w.line.WriteString(beginLine(plainRun(line)))
	}
}

// mathsIn finds the first TeX that a text marks: \( \), \[ \], $$ $$; from is -1 where there is none.
func mathsIn(s string) (from, to int, source string, display bool) {
	from = -1
	for _, m := range []struct {
		open, close string
		display     bool
	}{{`\(`, `\)`, false}, {`\[`, `\]`, true}, {`$$`, `$$`, true}} {
		i := strings.Index(s, m.open)
		if i < 0 || from >= 0 && i > from {
			continue
		}
		n := strings.Index(s[i+len(m.open):], m.close)
		if n <= 0 || strings.TrimSpace(s[i+len(m.open):i+len(m.open)+n]) == "" {
			continue
		}
		from, to = i, i+len(m.open)+n+len(m.close)
		source, display = s[i+len(m.open):i+len(m.open)+n], m.display
	}
	return from, to, source, display
}

// formula writes mathematics; where ours would not read it back as one piece the words of the source stand instead.
func (w *htmlWriter) formula(source string, display bool, asWritten, after string) {
	before := w.line.String()
	alone := display && strings.TrimSpace(before) == "" && strings.TrimSpace(after) == "" && w.tight == 0
	if text, ok := Formula(source, alone, lastRune(before)); ok {
		w.line.WriteString(text)
		w.mathsEnd = w.line.Len()
	} else {
		w.line.WriteString(plainRun(asWritten))
	}
}

func lastRune(s string) rune {
	r, n := utf8.DecodeLastRuneInString(s)
	if n == 0 {
		return ' '
	}
	return r
}

// apart stands between a dollar and a letter that would take its meaning: it is neither letter nor space.
const apart = "\u200b"

// spoils says whether a rune after mathematics would undo its last dollar.
func spoils(after rune) bool {
	return after > ' ' && !strings.ContainsRune(").,;:?!'\"", after)
}

// Formula writes TeX from elsewhere as mathematics of an item's text, after the rune before; ok is false when it could
// not be read back as one piece. No letter, digit, brace or dollar may follow it at once.
func Formula(source string, display bool, before rune) (text string, ok bool) {
	source = strings.Join(strings.Fields(source), " ")
	mark := "$"
	if display {
		mark = "$$"
	}
	if strings.HasSuffix(source, "(") || strings.HasSuffix(source, "[") {
		source += "{}"
	}
	source = strings.ReplaceAll(source, "{{", "{ {") // no gap stands in mathematics
	text = mark + source + mark
	n, _, _, ok := tex.At(text, 0)
	if before > ' ' && !strings.ContainsRune("([,.;:=-<>\"'", before) {
		text = apart + text
	}
	return text, ok && n == len(source)+2*len(mark)
}

// list writes a list. In a text of one paragraph each entry is a line with a point or its number.
func (w *htmlWriter) list(e *element, depth int) {
	w.paragraph()
	n := 1
	if start, err := strconv.Atoi(e.token.Attr("start")); err == nil && start > 0 && start < 1e6 {
		n = start
	}
	var lines []string
	for _, li := range e.kids {
		if li.name == "" && strings.TrimSpace(li.text) == "" {
			continue
		}
		sign := "- "
		if e.name == "ol" {
			sign = strconv.Itoa(n) + ". "
		}
		n++
		text := strings.Join(w.part(li), "\\\n")
		if text == "" {
			continue
		}
		if w.o.Blocks && w.tight == 0 {
			lines = append(lines, sign+strings.ReplaceAll(text, "\n", "\n   "))
		} else {
			lines = append(lines, strings.NewReplacer("- ", "• ", ".", `\.`).Replace(sign)+text)
		}
	}
	if len(lines) == 0 {
		return
	}
	if w.o.Blocks && w.tight == 0 {
		w.blocks = append(w.blocks, strings.Join(lines, "\n"))
		return
	}
	w.blocks = append(w.blocks, lines...)
}

// part writes an element's content apart, and gives its blocks.
func (w *htmlWriter) part(e *element) []string {
	inner := htmlWriter{o: w.o, inside: nil, pre: w.pre, tight: w.tight}
	inner.o.Blocks = false
	if e.name == "li" || e.name == "td" || e.name == "th" || e.name == "dd" {
		inner.children(e)
	} else {
		inner.node(e)
	}
	inner.paragraph()
	w.pictures = append(w.pictures, inner.pictures...)
	if w.err == nil {
		w.err = inner.err
	}
	return inner.blocks
}
