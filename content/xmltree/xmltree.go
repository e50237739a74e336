// Package xmltree reads one small XML document into a tree, within bounds: a document type is passed over, no entity is
// declared, nothing outside is fetched.
package xmltree

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// Limits of a document. The largest real manifest met has 3,000 elements, 12 deep.
const (
	MaxBytes = 8 << 20
	maxDepth = 120
	maxNodes = 200_000
)

// A Node is an element, or a run of text when Name is "".
type Node struct {
	Name     string // without its prefix
	Space    string // namespace
	Attrs    []Attr
	Children []*Node // in order
	Text     string  // of a run of text, as written, CDATA too
}

// An Attr is one attribute. Space is its namespace, that of XML for xml:lang and xml:base, "" for most. Declarations of
// namespaces are not among them: see Document.Spaces.
type Attr struct{ Space, Name, Value string }

// A Document is a root element with the namespaces declared anywhere, each once, in order.
type Document struct {
	*Node
	Spaces []string
}

// Parse reads a document of at most MaxBytes. Errors wrap fs.ErrInvalid and say what is wrong; one that declares
// entities is refused by that name, whatever it uses them for.
func Parse(doc []byte) (*Document, error) {
	if len(doc) > MaxBytes {
		return nil, fmt.Errorf("%d bytes of XML are more than %d: %w", len(doc), MaxBytes, fs.ErrInvalid)
	}
	text, err := decode(doc)
	if err != nil {
		return nil, err
	}
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	b := builder{doc: &Document{}}
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("not well-formed XML (%v): %w", err, fs.ErrInvalid)
		}
		if err := b.token(t); err != nil {
			return nil, err
		}
	}
	if b.doc.Node == nil {
		return nil, fmt.Errorf("no element in it: %w", fs.ErrInvalid)
	}
	return b.doc, nil
}

// A builder hangs tokens into the tree.
type builder struct {
	doc   *Document
	stack []*Node
	nodes int
}

func (b *builder) token(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		return b.start(t)
	case xml.EndElement:
		b.stack = b.stack[:len(b.stack)-1]
	case xml.CharData:
		if len(b.stack) > 0 {
			return b.add(&Node{Text: strings.ToValidUTF8(string(t), "\uFFFD")})
		}
	case xml.Directive:
		if bytes.Contains(bytes.ToUpper(t), []byte("<!ENTITY")) {
			return fmt.Errorf("it declares entities, which are not read: %w", fs.ErrInvalid)
		}
	}
	return nil
}

func (b *builder) start(t xml.StartElement) error {
	if len(b.stack) >= maxDepth {
		return fmt.Errorf("elements nested more than %d deep: %w", maxDepth, fs.ErrInvalid)
	}
	n := &Node{Name: t.Name.Local, Space: t.Name.Space}
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			b.space(a.Value)
			continue
		}
		n.Attrs = append(n.Attrs, Attr{a.Name.Space, a.Name.Local, a.Value})
	}
	if b.doc.Node != nil && len(b.stack) == 0 {
		return fmt.Errorf("a second root element <%s>: %w", n.Name, fs.ErrInvalid)
	}
	if b.doc.Node == nil {
		b.doc.Node = n
	} else if err := b.add(n); err != nil {
		return err
	}
	b.stack = append(b.stack, n)
	return nil
}

func (b *builder) add(n *Node) error {
	if b.nodes++; b.nodes > maxNodes {
		return fmt.Errorf("more than %d elements and runs of text: %w", maxNodes, fs.ErrInvalid)
	}
	up := b.stack[len(b.stack)-1]
	up.Children = append(up.Children, n)
	return nil
}

func (b *builder) space(uri string) {
	for _, s := range b.doc.Spaces {
		if s == uri {
			return
		}
	}
	if len(b.doc.Spaces) < 100 {
		b.doc.Spaces = append(b.doc.Spaces, uri)
	}
}

// Attr gives the value of the attribute of that local name, whatever its namespace, "" when absent.
func (n *Node) Attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// Has says whether the attribute is there.
func (n *Node) Has(name string) bool {
	for _, a := range n.Attrs {
		if a.Name == name {
			return true
		}
	}
	return false
}

// Lang is xml:lang, "" when not stated here.
func (n *Node) Lang() string {
	for _, a := range n.Attrs {
		if a.Name == "lang" {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// Elements are the child elements, of the names given or all.
func (n *Node) Elements(names ...string) []*Node {
	var out []*Node
	for _, c := range n.Children {
		if c.Name != "" && (len(names) == 0 || has(names, c.Name)) {
			out = append(out, c)
		}
	}
	return out
}

func has(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// Child is the first child element of that name, nil when there is none.
func (n *Node) Child(name string) *Node {
	for _, c := range n.Children {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Path follows names downward, the first child of each; nil when one is missing.
func (n *Node) Path(names ...string) *Node {
	for _, name := range names {
		if n = n.Child(name); n == nil {
			return nil
		}
	}
	return n
}

// All calls yield with every element below n of one of the names (all when none is given), in document order, n itself
// included, until it answers false.
func (n *Node) All(names ...string) func(yield func(*Node) bool) {
	return func(yield func(*Node) bool) { n.all(names, yield) }
}

func (n *Node) all(names []string, yield func(*Node) bool) bool {
	if n.Name != "" && (len(names) == 0 || has(names, n.Name)) && !yield(n) {
		return false
	}
	for _, c := range n.Children {
		if !c.all(names, yield) {
			return false
		}
	}
	return true
}

// Content is all text below n, white space collapsed and trimmed.
func (n *Node) Content() string {
	var b strings.Builder
	n.content(&b)
	return strings.Join(strings.Fields(b.String()), " ")
}

// Raw is all text below n as it is written.
func (n *Node) Raw() string {
	var b strings.Builder
	n.content(&b)
	return b.String()
}

func (n *Node) content(b *strings.Builder) {
	b.WriteString(n.Text)
	for _, c := range n.Children {
		c.content(b)
	}
}
