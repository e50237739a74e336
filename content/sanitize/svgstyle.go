package sanitize

import (
	"regexp"
	"strings"
	"sync"
)

// Limits of what is learnt from the style sheets of drawings.
const (
	maxSheet   = 256 << 10
	maxClasses = 2000
)

var classRule = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`((?:\.[A-Za-z_][\w-]*\s*,?\s*)+)\{([^{}]{0,1000})\}`)
})

// learn takes the rules for plain classes (".st0 { fill: red }") out of a drawing's style sheet. Drawing programs write
// all colours so; the sheet itself is dropped and each element gets the properties of its classes.
func (w *writer) learn(sheet string) {
	if len(sheet) > maxSheet {
		return
	}
	if w.classes == nil {
		w.classes = map[string]string{}
	}
	for _, m := range classRule().FindAllStringSubmatch(sheet, -1) {
		for _, name := range strings.FieldsFunc(m[1], func(r rune) bool { return r == '.' || r == ',' || r <= ' ' }) {
			if len(w.classes) < maxClasses {
				w.classes[name] = cut(w.classes[name]+m[2]+";", 1000)
			}
		}
	}
}

// svgStyle joins the properties of an element's classes and its own.
func (w *writer) svgStyle(attrs []attr) string {
	var all string
	if class, ok := find(attrs, "class"); ok && w.classes != nil {
		for _, name := range strings.Fields(cut(class, 200)) {
			all += w.classes[name]
		}
	}
	own, _ := find(attrs, "style")
	style := safeStyle(cut(all, 3000) + ";" + own)
	if w.inServer() && strings.Contains(style, "url") {
		return ""
	}
	return style
}
