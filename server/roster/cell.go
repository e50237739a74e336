package roster

import "strings"

// formulaSigns begin what a spreadsheet takes for a formula, wide forms too: a name may be typed by anybody, and a formula
// may fetch an address with the names of a school in it.
const formulaSigns = "=+-@＝＋－＠"

// PlainCell is a text as it stands in a table: one that would be a formula has an apostrophe before it.
func PlainCell(s string) string {
	if rest := strings.TrimLeft(s, "'"); rest != "" && strings.ContainsAny(firstLetter(rest), formulaSigns) {
		return "'" + s
	}
	return s
}

// CellText is the text of a cell that PlainCell wrote.
func CellText(s string) string {
	if rest := strings.TrimLeft(s, "'"); rest != s && rest != "" && strings.ContainsAny(firstLetter(rest), formulaSigns) {
		return s[1:]
	}
	return s
}

func firstLetter(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}
