package epub

import (
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"
	"unicode/utf8"

	"lamplight/content/charset"
)

// decode turns a document into UTF-8.
func decode(b []byte) string { return charset.Decode(b) }

var reference = regexp.MustCompile(`&[A-Za-z_][A-Za-z0-9._-]*;`)

// dropEntities takes out the references to entities a document declares itself: they are never expanded.
func dropEntities(s string) string {
	if !strings.Contains(s, "<!ENTITY") {
		return s
	}
	return reference.ReplaceAllStringFunc(s, func(r string) string {
		name := r[1 : len(r)-1]
		if _, ok := xml.HTMLEntity[name]; ok || name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos" {
			return r
		}
		return ""
	})
}

// An elem is one element of a small document: its local name, attributes and all the text below it.
type elem struct {
	name  string
	attrs []xml.Attr
	path  []string // local names of its ancestors, outermost first
}

func (e elem) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// Limits of the small documents of a book.
const (
	maxXMLDepth = 256
	maxXMLText  = 64 << 10 // of one element
)

// walk reads a document element by element: start is called at each start tag, end at its end with its own text,
// white space collapsed. It never recurses and keeps no tree.
func walk(doc []byte, start func(e elem), end func(e elem, text string)) error {
	d := xml.NewDecoder(strings.NewReader(dropEntities(decode(doc))))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	type open struct {
		elem
		text strings.Builder
	}
	var stack []*open
	var names []string
	for {
		t, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("not well-formed (%v): %w", err, fs.ErrInvalid)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if len(stack) >= maxXMLDepth {
				return fmt.Errorf("nested more than %d deep: %w", maxXMLDepth, fs.ErrInvalid)
			}
			o := &open{elem: elem{name: t.Name.Local, attrs: t.Attr, path: names[:len(names):len(names)]}}
			stack, names = append(stack, o), append(names, t.Name.Local)
			if start != nil {
				start(o.elem)
			}
		case xml.CharData:
			for _, o := range stack[max(0, len(stack)-4):] { // text of a title may lie in a few elements inside it
				if o.text.Len() < maxXMLText {
					o.text.Write(t[:min(len(t), maxXMLText)])
				}
			}
		case xml.EndElement:
			if n := len(stack) - 1; n >= 0 {
				o := stack[n]
				stack, names = stack[:n], names[:n]
				if end != nil {
					end(o.elem, clean(o.text.String()))
				}
			}
		}
	}
}

// clean collapses white space and takes out control characters.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

// cutText shortens a text to n bytes at a character.
func cutText(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
