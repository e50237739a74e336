package perseus

import (
	"html"
	"regexp"
	"strconv"
	"strings"
)

// A markdown is a text of Perseus being turned to HTML, which package marking then turns to an item's text: so all
// that is not ours loses its meaning in one place.
type markdown struct {
	widget  func(name string) string         // HTML of the widget of that name
	picture func(alt, address string) string // HTML of a picture
	short   bool                             // a choice or an entry, in which > and - are signs
	kept    []string                         // pieces of HTML taken out of the text: mathematics, widgets
}

// Marks in the text for kept[i]: private-use runes round its index.
const (
	keptOpen  = '\uE100'
	keptClose = '\uE101'
)

var (
	keptMark  = regexp.MustCompile("\uE100([0-9]+)\uE101")
	private   = strings.NewReplacer("\uE000", "", "\uE001", "", "\uE100", "", "\uE101", "")
	newlines  = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", "    ", "\u2028", "\n")
	heading   = regexp.MustCompile(`^ {0,3}#{1,6}(?:\s+|$)(.*?)\s*#*$`)
	bullet    = regexp.MustCompile(`^(\s*)([-*+•]|\d{1,9}[.)])\s+(.*)$`)
	underline = regexp.MustCompile(`^ {0,3}(=+|-+)\s*$`)
	rule      = regexp.MustCompile(`^ {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,}|={3,})$`)
	ruled     = regexp.MustCompile(`^\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?\|?\s*$`)
	fence     = regexp.MustCompile("^ {0,3}(```|~~~)")
)

// html turns a text to HTML blocks.
func (m *markdown) html(source string) string {
	source = m.takeOut(private.Replace(newlines.Replace(source)))
	var b strings.Builder
	m.blocks(&b, strings.Split(source, "\n"))
	return m.putBack(b.String())
}

// keep takes a piece of HTML out of the text.
func (m *markdown) keep(html string) string {
	m.kept = append(m.kept, html)
	return string(keptOpen) + strconv.Itoa(len(m.kept)-1) + string(keptClose)
}

func (m *markdown) putBack(s string) string {
	return keptMark.ReplaceAllStringFunc(s, func(mark string) string {
		i, err := strconv.Atoi(mark[len(string(keptOpen)) : len(mark)-len(string(keptClose))])
		if err != nil || i >= len(m.kept) {
			return ""
		}
		return m.kept[i]
	})
}

// takeOut keeps mathematics and widgets, which may hold what Markdown would read.
func (m *markdown) takeOut(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		rest := s[i:]
		switch {
		case rest[0] == '\\' && len(rest) > 1:
			b.WriteString(rest[:2])
			i += 2
			continue
		case rest[0] == '$':
			if n, source := formulaAt(rest); n > 0 {
				if math := formulaHTML(source); math != "" {
					b.WriteString(m.keep(math))
				}
				i += n
				continue
			}
		case strings.HasPrefix(rest, "[[☃"):
			if name, _, ok := strings.Cut(rest[len("[[☃"):], "]]"); ok && len(name) < 100 && !strings.Contains(name, "\n") {
				b.WriteString(m.keep(m.widget(strings.TrimSpace(name))))
				i += len("[[☃") + len(name) + len("]]")
				continue
			}
		}
		b.WriteByte(rest[0])
		i++
	}
	return b.String()
}

// blocks writes lines as paragraphs, headings, lists, tables, quotations and code.
func (m *markdown) blocks(b *strings.Builder, lines []string) {
	for i := 0; i < len(lines); {
		line := lines[i]
		switch {
		case strings.TrimSpace(line) == "" || rule.MatchString(line):
			i++
		case fence.MatchString(line):
			i = m.code(b, lines, i)
		case heading.MatchString(line):
			b.WriteString("<h3>" + m.inline(heading.FindStringSubmatch(line)[1], 0) + "</h3>")
			i++
		case strings.Contains(line, "|") && i+1 < len(lines) && ruled.MatchString(lines[i+1]):
			i = m.table(b, lines, i)
		case bullet.MatchString(line) && !m.short:
			i = m.list(b, lines, i)
		case strings.HasPrefix(strings.TrimLeft(line, " "), ">") && !m.short:
			i = m.quote(b, lines, i)
		default:
			i = m.paragraph(b, lines, i)
		}
	}
}

// ends says whether lines[i] ends a paragraph before it.
func ends(lines []string, i int) bool {
	line := lines[i]
	return strings.TrimSpace(line) == "" || rule.MatchString(line) || fence.MatchString(line) || heading.MatchString(line) || bullet.MatchString(line) ||
		strings.Contains(line, "|") && i+1 < len(lines) && ruled.MatchString(lines[i+1])
}

func (m *markdown) paragraph(b *strings.Builder, lines []string, i int) int {
	tag := "p"
	var text strings.Builder
	for first := true; i < len(lines) && (first || !ends(lines, i)); i++ {
		if underline.MatchString(lines[i]) && !first {
			tag = "h3"
			i++
			break
		}
		hard := strings.HasSuffix(lines[i], "  ") || strings.HasSuffix(lines[i], `\`) && !strings.HasSuffix(lines[i], `\\`)
		text.WriteString(strings.TrimSuffix(strings.TrimSpace(lines[i]), `\`))
		if hard {
			text.WriteString(m.keep("<br>"))
		} else {
			text.WriteByte('\n')
		}
		first = false
	}
	b.WriteString("<" + tag + ">" + m.inline(strings.TrimSpace(text.String()), 0) + "</" + tag + ">")
	return i
}

func (m *markdown) code(b *strings.Builder, lines []string, i int) int {
	end := fence.FindStringSubmatch(lines[i])[1]
	var text []string
	for i++; i < len(lines) && !strings.HasPrefix(strings.TrimSpace(lines[i]), end); i++ {
		text = append(text, html.EscapeString(lines[i]))
	}
	b.WriteString("<pre>" + strings.Join(text, "\n") + "</pre>")
	return i + 1
}

func (m *markdown) quote(b *strings.Builder, lines []string, i int) int {
	var inner []string
	for ; i < len(lines) && strings.TrimSpace(lines[i]) != ""; i++ {
		inner = append(inner, strings.TrimPrefix(strings.TrimPrefix(strings.TrimLeft(lines[i], " "), ">"), " "))
	}
	for _, line := range inner {
		if line != "" {
			b.WriteString("<p>" + m.inline(line, 0) + "</p>")
		}
	}
	return i
}

// list writes entries of one list; those of lists inside stand as entries of it.
func (m *markdown) list(b *strings.Builder, lines []string, i int) int {
	first := bullet.FindStringSubmatch(lines[i])[2]
	tag, start := "ul", ""
	if ordered(first) {
		tag, start = "ol", ` start="`+strings.TrimRight(first, ".)")+`"`
	}
	b.WriteString("<" + tag + start + ">")
	for i < len(lines) {
		parts := bullet.FindStringSubmatch(lines[i])
		if parts == nil || ordered(parts[2]) != (tag == "ol") {
			break
		}
		text := parts[3]
		for i++; i < len(lines) && !ends(lines, i); i++ {
			text += "\n" + strings.TrimSpace(lines[i])
		}
		b.WriteString("<li>" + m.inline(text, 0) + "</li>")
		next := i
		for next < len(lines) && strings.TrimSpace(lines[next]) == "" {
			next++
		}
		if next < len(lines) && bullet.MatchString(lines[next]) {
			i = next
		}
	}
	b.WriteString("</" + tag + ">")
	return i
}

// ordered says whether the sign of an entry is a number.
func ordered(sign string) bool { return strings.ContainsAny(sign, ".)") }

// table writes a table, whose rows need not have as many cells as its head.
func (m *markdown) table(b *strings.Builder, lines []string, i int) int {
	b.WriteString("<table>")
	row := func(line, tag string) {
		b.WriteString("<tr>")
		for _, cell := range cells(line) {
			b.WriteString("<" + tag + ">" + m.inline(strings.TrimSpace(cell), 0) + "</" + tag + ">")
		}
		b.WriteString("</tr>")
	}
	row(lines[i], "th")
	for i += 2; i < len(lines) && strings.Contains(lines[i], "|"); i++ {
		row(lines[i], "td")
	}
	b.WriteString("</table>")
	return i
}

// cells cuts a line at its bars.
func cells(line string) []string {
	line = strings.TrimSpace(line)
	line = strings.TrimPrefix(line, "|")
	if !strings.HasSuffix(line, `\|`) {
		line = strings.TrimSuffix(line, "|")
	}
	var out []string
	start := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '|':
			out = append(out, line[start:i])
			start = i + 1
		}
	}
	return append(out, line[start:])
}
