// Package sanitize takes scripts and remote references out of HTML that pages bring.
//
// It reads whatever it is given (HTML or XHTML, however broken), keeps what is on its lists, and writes it anew:
// balanced, every text and attribute escaped, no element whose content a browser reads as raw text. So what a browser
// makes of the result holds only listed elements and attributes, wherever it is pasted, and it loads nothing but what
// the hooks of Options named. Styles of the source are dropped but for a few harmless properties; our style sheet
// dresses the result.
//
// It streams over a stack of open elements, at most MaxDepth deep, and never recurses.
package sanitize

import (
	"strings"
	"unicode/utf8"
)

// MaxDepth is how deeply elements of a result nest; the tags of deeper ones are dropped, their text is kept. Browsers
// themselves flatten at 512 (Chrome's and Go's parser).
const MaxDepth = 256

// DefaultMaxBytes is how much of a source is read unless Options says otherwise.
const DefaultMaxBytes = 16 << 20

// IDPrefix begins every id in a result, so that no id of a page can stand for one of ours or shadow a script's name.
const IDPrefix = "x-"

// Options say how references are rewritten. The zero value keeps references that stay on this server.
type Options struct {
	// XML reads the source as XHTML: "<a/>" is a whole element, prefixes of element names are dropped, CDATA is text.
	XML bool
	// Link answers the new href of a link. It is asked for every href that has neither scheme nor host and is not a
	// mere "#id" (that becomes "#x-id" by itself). "" leaves the link's text alone; nil keeps the href.
	Link func(href string) string
	// Anchor answers the new href of a link to an id of the same page, given as ID writes it; nil is "#id".
	Anchor func(id string) string
	// Image answers the new address of a picture, asked as Link is. "" puts the alternative text in its place; nil
	// keeps the address. Small data: pictures are kept without asking.
	Image func(src string) string
	// Media is asked for sound, film and text tracks. "" leaves them out; nil keeps them.
	Media func(src string) string
	// MaxBytes of the source that are read, DefaultMaxBytes if 0. The result may be up to six times as long.
	MaxBytes int
}

// Fragment makes HTML that may stand inside our own pages. It cannot fail: what it does not know it leaves out, of
// unknown elements it keeps the content. Sanitising a result again with zero Options changes nothing.
// Links with a scheme or a host lose their href. The same source always gives the same result.
func Fragment(source string, o Options) string {
	if o.MaxBytes == 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	w := newWriter(o)
	w.write(cut(source, o.MaxBytes))
	return w.finish()
}

// Clean says whether Fragment with zero Options leaves html as it is: the test for pages that claim to be ready.
func Clean(html string) bool {
	return len(html) <= DefaultMaxBytes && Fragment(html, Options{}) == html
}

// ID is the id under which Fragment keeps an element's id, "" when it drops it: nothing, more than 200 bytes, or
// white space or control characters inside.
func ID(id string) string {
	if id == "" || len(id) > 200 || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r == 0x7f || r == utf8.RuneError }) {
		return ""
	}
	if strings.HasPrefix(id, IDPrefix) {
		return id
	}
	return IDPrefix + id
}

// cut shortens s to at most n bytes without cutting a character, and makes it valid UTF-8.
func cut(s string, n int) string {
	if len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
