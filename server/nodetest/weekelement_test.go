package nodetest

import (
	"strings"

	"golang.org/x/net/html"
)

// An element is one of a page.
type element struct{ *html.Node }

func (p Page) find(tag, class string) []element {
	root, err := html.Parse(strings.NewReader(p.Body))
	if err != nil {
		return nil
	}
	return element{root}.find(tag, class)
}

// find lists the elements below of a tag that have a class, "" any, in the order of the page.
func (e element) find(tag, class string) (out []element) {
	for n := range e.Descendants() {
		x := element{n}
		if n.Type == html.ElementNode && n.Data == tag && (class == "" || strings.Contains(" "+x.attr("class")+" ", " "+class+" ")) {
			out = append(out, x)
		}
	}
	return out
}

func (e element) attr(name string) string {
	for _, a := range e.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text is what is read, its spaces as one.
func (e element) text() string {
	var b strings.Builder
	for n := range e.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
