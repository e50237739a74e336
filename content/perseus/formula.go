package perseus

import (
	"html"
	"regexp"
	"strings"

	"lamplight/content/tex"
)

// formulaAt reads mathematics at the $ that s begins with: its length, and the TeX between the dollars. A dollar inside
// braces ends nothing, nor does one after a backslash. $$…$$ is mathematics too; $$ alone is an empty piece, which Khan
// Academy's writers use to make room.
func formulaAt(s string) (length int, source string) {
	from := 1
	if strings.HasPrefix(s, "$$") {
		if end := strings.Index(s[2:], "$$"); end > 0 && !strings.Contains(s[2:2+end], "\n\n") && strings.TrimSpace(s[2:2+end]) != "" {
			return end + 4, s[2 : 2+end]
		}
		return 2, ""
	}
	level := 0
	for i := from; i < len(s) && i < 4*tex.MaxSource; i++ {
		switch {
		case s[i] == '\\':
			i++
		case strings.HasPrefix(s[i:], "\n\n"):
			return 0, ""
		case s[i] == '{':
			level++
		case s[i] == '}' && level > 0:
			level--
		case s[i] == '$' && level == 0:
			return i + 1, s[from:i]
		}
	}
	return 0, ""
}

var (
	// coloured are commands that say how their argument looks.
	coloured = regexp.MustCompile(`\\(?:blue|red|green|purple|pink|orange|gray|grey|gold|teal|maroon|mint|black|white|kaBlue|kaGreen)[A-E]?([^A-Za-z]|$)`)
	colours  = regexp.MustCompile(`\\(?:textcolor|colorbox)\s*\{[^{}]*\}|\\color\s*(?:\{[^{}]*\}|\w+)`)
	sized    = regexp.MustCompile(`\\(?:tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge|displaystyle|textstyle|rm|it|bf|sf|tt|mathsf|mathtt|mathcal|nonumber|hspace\{[^{}]*\}|vspace\{[^{}]*\}|phantom\{[^{}]*\}|hphantom\{[^{}]*\}|kern[-.\d]+\w\w|rule\{[^{}]*\}\{[^{}]*\}|hline|bigg?l?|bigg?r?|Bigg?l?|Bigg?r?)([^A-Za-z]|$)`)
	environ  = regexp.MustCompile(`(?s)^(.*)\\begin\s*\{(\w+)\*?\}\s*(?:\{[^{}]*\}|\[[^\[\]]*\])?(.*?)\\end\s*\{\w+\*?\}(.*)$`)
	rows     = regexp.MustCompile(`(?:\\\\|\\cr\b|\\newline\b)+\s*(?:\[[-.\d\w]*\])?`)
	renamed  = strings.NewReplacer(`\overleftrightarrow`, `\overline`, `\overleftarrow`, `\vec`, `\underline`, ` `, `\rightleftharpoons`, `\leftrightarrow`,
		`\longrightarrow`, `\rightarrow`, `\abs`, ` `, `\mspace`, ` `, `\enspace`, ` `, `\lvert`, `|`, `\rvert`, `|`, `\degree`, `^\circ`, `\euro`, `\text{€}`,
		`\textdegree`, `^\circ`, `\ce`, `\text`, `\mathrm`, `\text`, `\cancel`, ` `, `\bcancel`, ` `, `\cdotp`, `\cdot`, `\middle`, ` `, `\tfrac`, `\frac`, `\textsf`, `\text`, `\texttt`, `\text`)
)

// formulaHTML is mathematics in HTML as package marking reads it; aligned lines become one formula each. Signs and numbers
// that need no TeX are plain text.
func formulaHTML(source string) string {
	source = strings.TrimSpace(source)
	if source == "" {
		return ""
	}
	var out []string
	for _, line := range formulaLines(source) {
		if plain := plainSigns(line); plain != "" {
			out = append(out, html.EscapeString(plain))
		} else if line != "" {
			out = append(out, html.EscapeString(`\(`+line+`\)`))
		}
	}
	return strings.Join(out, "<br>")
}

// plainSigns is TeX that says the same without being TeX: brackets, commas, whole numbers.
func plainSigns(s string) string {
	s = strings.NewReplacer(`\%`, "%", `\$`, "$", `\,`, "\u00a0", `\ `, " ", `\qquad`, "\u00a0", `\quad`, "\u00a0", `\!`, "").Replace(s)
	if strings.Trim(s, "0123456789.,:;()[] %$\u00a0") != "" || strings.Contains(s, `\(`) || strings.Contains(s, `\[`) {
		return ""
	}
	return s
}

// formulaLines takes out what is only look, and cuts aligned lines apart. Other blocks become a line in brackets, from the
// innermost out.
func formulaLines(source string) []string {
	source = simpler(source)
	for range 20 {
		m := environ.FindStringSubmatch(source)
		if m == nil {
			break
		}
		before, name, after := strings.TrimSpace(m[1]), m[2], strings.TrimSpace(m[4])
		whole := before+after == "" && !strings.HasSuffix(name, "matrix")
		var lines []string
		for _, row := range rows.Split(m[3], -1) {
			if row = strings.TrimSpace(unaligned(row, !whole || name == "cases")); row != "" {
				lines = append(lines, row)
			}
		}
		if whole {
			return lines
		}
		open, end := brackets(name)
		source = strings.TrimSpace(before + " " + open + strings.Join(lines, `;\ `) + end + " " + after)
	}
	return []string{source}
}

// unaligned is a row without its marks of columns; commas stand for them where they part numbers.
func unaligned(row string, parted bool) string {
	if parted {
		return strings.Join(splitColumns(row), `,\ `)
	}
	return strings.Join(splitColumns(row), " ")
}

// splitColumns cuts at & that no backslash precedes; empty columns go.
func splitColumns(row string) (out []string) {
	start := 0
	for i := 0; i <= len(row); i++ {
		switch {
		case i == len(row) || row[i] == '&':
			if part := strings.TrimSpace(row[start:i]); part != "" {
				out = append(out, part)
			}
			start = i + 1
		case row[i] == '\\':
			i++
		}
	}
	return out
}

func brackets(name string) (open, end string) {
	switch name {
	case "pmatrix":
		return "(", ")"
	case "bmatrix":
		return "[", "]"
	case "vmatrix":
		return "|", "|"
	case "cases":
		return `\{`, ""
	}
	return "", ""
}

// simpler takes colours and sizes out of TeX.
func simpler(s string) string {
	for range 6 {
		before := s
		s = coloured.ReplaceAllString(s, "$1")
		s = sized.ReplaceAllString(colours.ReplaceAllString(s, ""), " $1")
		if s == before {
			break
		}
	}
	return strings.Join(strings.Fields(renamed.Replace(s)), " ")
}
