package ui

import (
	"regexp"
	"strings"
)

var (
	cssComment  = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace    = regexp.MustCompile(`\s+`)
	cssTight    = regexp.MustCompile(` ?([{};,>]) ?`)
	cssVariable = regexp.MustCompile(`var\((--[a-z]+)\)`)
	cssDeclare  = regexp.MustCompile(`(--[a-z]+):\s*([^;}]+)`)
	jsComment   = regexp.MustCompile(`(?m)^\s*//.*$`)
	jsIndent    = regexp.MustCompile(`(?m)^\s+`)
)

// compileCSS makes the sheet that is sent of the one that is read: no comments, no spaces, and before every declaration
// with a variable the same one with the variable's light value, for browsers that know no variables
// (Android's WebView 4.4, KaiOS 2.5).
func compileCSS(source string) string {
	css := cssComment.ReplaceAllString(source, "")
	css = cssTight.ReplaceAllString(cssSpace.ReplaceAllString(css, " "), "$1")
	light := lightColours(css)
	var b strings.Builder
	for css != "" {
		end := strings.IndexAny(css, "{};")
		if end < 0 {
			break
		}
		piece := css[:end]
		if css[end] != '{' && cssVariable.MatchString(piece) {
			b.WriteString(cssVariable.ReplaceAllStringFunc(piece, func(v string) string { return light[v[4:len(v)-1]] }) + ";")
		}
		b.WriteString(css[:end+1])
		css = css[end+1:]
	}
	return strings.TrimSpace(strings.ReplaceAll(b.String(), ";}", "}"))
}

// lightColours are the variables of the sheet's first rule, :root.
func lightColours(css string) map[string]string {
	start := strings.Index(css, ":root")
	if start < 0 {
		return nil
	}
	return coloursOf(css[start:])
}

// coloursOf are the variables declared in the rule that css begins with.
func coloursOf(css string) map[string]string {
	colours := map[string]string{}
	for _, m := range cssDeclare.FindAllStringSubmatch(css[:strings.IndexByte(css, '}')+1], -1) {
		colours[m[1]] = strings.TrimSpace(m[2])
	}
	return colours
}

// stripJS leaves out comment lines and indentation; the script keeps its line ends.
func stripJS(source string) string {
	js := jsIndent.ReplaceAllString(jsComment.ReplaceAllString(source, ""), "")
	return strings.TrimSpace(js) + "\n"
}
