package qti

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"lamplight/content/xmltree"
)

// formulas writes MathML; each row of a table that is all of it as a formula of its own.
func (p *page) formulas(b *strings.Builder, n *xmltree.Node) {
	table := n
	for table != nil && table.Name != "mtable" {
		kids := slices.DeleteFunc(table.Elements(), func(c *xmltree.Node) bool { return strings.HasPrefix(c.Name, "annotation") })
		if len(kids) != 1 {
			p.math(b, n)
			return
		}
		table = kids[0]
	}
	for i, row := range table.Elements() {
		if i > 0 {
			b.WriteString("<br/>")
		}
		line := &xmltree.Node{Name: "math"}
		for _, cell := range row.Elements() {
			if row.Name == "mlabeledtr" && cell == row.Elements()[0] {
				continue
			}
			line.Children = append(line.Children, &xmltree.Node{Name: "mrow", Children: cell.Children})
		}
		p.math(b, line)
	}
}

// math writes MathML with the values of template variables in it.
func (p *page) math(b *strings.Builder, n *xmltree.Node) {
	if n.Name == "" {
		b.WriteString(plain(n.Text))
		return
	}
	if n.Name == "mi" || n.Name == "ci" {
		if s, ok := p.m.mathVariable(n.Content()); ok {
			b.WriteString("<mn>" + p.mark(p.shown(s, "")) + "</mn>")
			return
		}
	}
	if n.Name == "annotation" || n.Name == "annotation-xml" {
		return
	}
	b.WriteString("<" + n.Name)
	for _, a := range n.Attrs {
		if kept[a.Name] {
			fmt.Fprintf(b, ` %s="%s"`, a.Name, html.EscapeString(a.Value))
		}
	}
	b.WriteString(">")
	for _, c := range n.Children {
		p.math(b, c)
	}
	b.WriteString("</" + n.Name + ">")
}

// mathVariable says whether a name in mathematics is a variable whose value stands there instead.
func (m *machine) mathVariable(name string) (string, bool) {
	if m == nil {
		return "", false
	}
	d := m.templates[name]
	if d == nil || d.card != "single" {
		return "", false
	}
	return name, true
}
