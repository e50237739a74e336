package marking

import "strings"

// groups cuts a piece of mathematics, where braces are TeX's. A group {a+b} that is an expression with a name in it is
// replaced by its value when all its names are drawn, and stays a group: \frac{a}{b} becomes \frac{3}{15}. Any other group
// stays as it is written, so {x+1} does where no x is drawn. What follows \text and its like is words, in which only a
// group inside is looked at: \text{ {who} has}.
func groups(formula string) (out []piece) {
	from := 0
	for i := 0; i < len(formula); i++ {
		if formula[i] == '\\' {
			i = afterCommand(formula, i)
			continue
		}
		if formula[i] != '{' {
			continue
		}
		end := strings.IndexAny(formula[i+1:], "{}\\")
		if end < 0 || formula[i+1+end] != '}' {
			continue
		}
		end += i + 2
		e, err := parse(formula[i+1 : end-1])
		if err != nil || !e.named() {
			continue
		}
		out = append(out, piece{plain: formula[from:i]}, piece{plain: formula[i:end], expr: e, group: true})
		from = end
		i = end - 1
	}
	return append(out, piece{plain: formula[from:]})
}

// afterCommand gives the place of the last byte of the command at i, with the brace that opens its words.
func afterCommand(s string, i int) int {
	end := i + 1
	for end < len(s) && s[end]|0x20 >= 'a' && s[end]|0x20 <= 'z' {
		end++
	}
	if end == i+1 {
		return end // a sign: \{
	}
	switch s[i+1 : end] {
	case "text", "mathrm", "mbox", "textrm", "textbf", "textit", "operatorname":
		if strings.HasPrefix(s[end:], "{") {
			return end
		}
	}
	return end - 1
}

// named says whether an expression has a name in it.
func (e *expr) named() bool {
	used := map[string]bool{}
	e.names(used)
	return len(used) > 0
}

// drawn says whether every name in an expression has a value.
func (e *expr) drawn(env map[string]value) bool {
	used := map[string]bool{}
	e.names(used)
	for name := range used {
		if _, ok := env[name]; !ok {
			return false
		}
	}
	return true
}
