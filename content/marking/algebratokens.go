package marking

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// formulaSigns brings the many ways to write one sign to one. Longer ones first.
var formulaSigns = strings.NewReplacer(
	`\left`, ` `, `\right`, ` `, `\cdot`, `*`, `\times`, `*`, `\ast`, `*`, `\div`, `/`, `\geq`, `≥`, `\leq`, `≤`, `\neq`, `≠`,
	`\gt`, `>`, `\lt`, `<`, `\ge`, `≥`, `\le`, `≤`, `\ne`, `≠`, `\dfrac`, `\frac`, `\tfrac`, `\frac`, `\cfrac`, `\frac`,
	`\lvert`, `|`, `\rvert`, `|`, `\{`, `(`, `\}`, `)`, `\,`, ` `, `\ `, ` `, `\!`, ` `, `\;`, ` `, `\:`, ` `, `\quad`, ` `,
	`<=`, `≤`, `>=`, `≥`, `!=`, `≠`, `=<`, `≤`, `=>`, `≥`, `**`, `^`, "·", `*`, "⋅", `*`, "×", `*`, "∙", `*`, "÷", `/`, "∕", `/`, "⁄", `/`,
	"−", `-`, "–", `-`, "π", ` \pi `, "√", `\sqrt `, "²", `^2`, "³", `^3`, "θ", ` \theta `, "[", "(", "]", ")", "$", " ", `\operatorname`, ` `, `\text`, ` `, `\mathrm`, ` `,
)

// formulaTokens cuts a formula: numbers, \commands, words that are functions, single letters, single signs.
func formulaTokens(src string) []string {
	s := plainSigns(formulaSigns.Replace(src))
	var out []string
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		end := i + n
		switch {
		case unicode.IsSpace(r):
			i = end
			continue
		case isDigit(s[i]) || r == '.' && end < len(s) && isDigit(s[end]):
			for end < len(s) && (isDigit(s[end]) || s[end] == '.' || s[end] == ',' && end+1 < len(s) && isDigit(s[end+1])) {
				end++
			}
		case r == '\\' || isLatin(s[i]):
			for end < len(s) && isLatin(s[end]) {
				end++
			}
			out = append(out, spell(s[i:end])...)
			i = end
			continue
		}
		out = append(out, s[i:end])
		i = end
	}
	return out
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
func isLatin(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// spell cuts a run of Latin letters into the names of functions and signs in it, and letters. A \command stays whole.
func spell(run string) (out []string) {
	if run[0] == '\\' {
		return []string{run}
	}
	for run != "" {
		n := 1
		for _, name := range spelled {
			if strings.HasPrefix(run, name) {
				n = len(name)
				break
			}
		}
		if word := run[:n]; n > 1 {
			out = append(out, `\`+word)
		} else {
			out = append(out, word)
		}
		run = run[n:]
	}
	return out
}

// spelled are the names people type without a backslash. Longer ones first.
var spelled = []string{"arcsin", "arccos", "arctan", "theta", "sqrt", "sin", "cos", "tan", "cot", "sec", "csc", "log", "abs", "ln", "pi"}
