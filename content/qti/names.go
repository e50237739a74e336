package qti

import (
	"strings"

	"lamplight/content/xmltree"
)

// canonical gives every element of QTI 3 the name it had in QTI 2, and its attributes theirs, so that one reader does for
// both: qti-choice-interaction response-identifier becomes choiceInteraction responseIdentifier. HTML and MathML stay.
func canonical(root *xmltree.Node) {
	for n := range root.All() {
		name, ok := strings.CutPrefix(n.Name, "qti-")
		if !ok {
			continue
		}
		n.Name = camel(name)
		for i, a := range n.Attrs {
			if a.Space == "" && !strings.HasPrefix(a.Name, "data-") && !strings.HasPrefix(a.Name, "aria-") {
				n.Attrs[i].Name = camel(a.Name)
			}
		}
	}
}

// camel writes any-n as anyN.
func camel(s string) string {
	parts := strings.Split(s, "-")
	for i, p := range parts[1:] {
		if p != "" {
			parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "")
}
