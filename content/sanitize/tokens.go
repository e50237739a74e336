package sanitize

import "iter"

// A Token is a piece of markup as it was found: a text, or the start or end of an element. Name is lower-case, "" of a text.
type Token struct {
	Text   string // of a text, unescaped
	Name   string
	End    bool // an end tag
	Closed bool // a start tag after which no end tag comes: "<br/>" in XML, elements of raw text, whose content is left out
	attrs  []attr
}

// Attr is an attribute of a start tag, unescaped, "" when absent.
func (t Token) Attr(name string) string {
	value, _ := find(t.attrs, name)
	return value
}

// Void says whether an element of HTML never has content: br, img.
func Void(name string) bool { return void[name] }

// Tokens cuts HTML, or XHTML when xml is set, into texts and tags, however broken, for who makes something else of it
// than HTML. Nothing is balanced and nothing is left out but comments, declarations and what scripts, styles and frames
// hold. It may be run over twice.
func Tokens(source string, xml bool) iter.Seq[Token] {
	return func(yield func(Token) bool) {
		s := scanner{src: cut(source, DefaultMaxBytes), xml: xml}
		for {
			t := s.next(xml)
			out := Token{Text: t.text, Name: t.name, End: t.kind == endToken, Closed: t.closed && (xml || rawText[t.name]), attrs: t.attrs}
			if t.kind == startToken {
				out.Text = ""
			}
			if t.kind == endOfSource || !yield(out) {
				return
			}
		}
	}
}
