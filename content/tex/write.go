package tex

import (
	"html"
	"strings"
)

// A writer writes nodes as presentation MathML.
type writer struct{ strings.Builder }

// ghost writes signs that only a browser without MathML shows.
func (w *writer) ghost(text string) {
	w.WriteString(`<mpadded width="0px" height="0px" depth="0px"><mphantom><mtext>` + html.EscapeString(text) + `</mtext></mphantom></mpadded>`)
}

func (w *writer) token(element, text string) {
	w.WriteString("<" + element + ">" + html.EscapeString(text) + "</" + element + ">")
}

// row writes parts in a line, and brackets for the old browser round a fraction that its neighbours would run into.
func (w *writer) row(args []*node) {
	args = flat(args)
	for i, n := range args {
		var prev, next *node
		if i > 0 {
			prev = args[i-1]
		}
		if i+1 < len(args) {
			next = args[i+1]
		}
		switch {
		case n.kind != frac:
			w.node(n)
			if function(n) && operand(next) {
				w.WriteString(`<mspace width="0.17em"></mspace>`)
				w.ghost("\u00a0")
			}
		case prev != nil && prev.kind == number && !operand(next): // 2½ is 2 1/2
			w.ghost("\u00a0")
			w.node(n)
		case operand(prev) || operand(next) || divides(prev) || divides(next):
			w.bracketed(n)
		default:
			w.node(n)
		}
	}
}

// flat takes rows without a meaning of their own out of a row.
func flat(args []*node) (out []*node) {
	for _, n := range args {
		if n.kind == row {
			out = append(out, flat(n.args)...)
		} else {
			out = append(out, n)
		}
	}
	return out
}

// operand says whether what stands beside a fraction would be read as a factor.
func operand(n *node) bool {
	return n != nil && n.kind != sign && n.kind != space && !(n.kind == words && n.text != "" && n.text[0] == ' ')
}

// function says whether n is the name of one, with scripts or without: sin, log_2.
func function(n *node) bool {
	if n.kind == script {
		n = n.args[0]
	}
	return n.kind == letter && len(n.text) > 1 && isASCIILetter(n.text[0])
}

func divides(n *node) bool { return n != nil && n.kind == sign && strings.Contains("÷/:", n.text) }

func (w *writer) node(n *node) {
	switch n.kind {
	case row:
		w.WriteString("<mrow>")
		w.row(n.args)
		w.WriteString("</mrow>")
	case number:
		w.token("mn", n.text)
	case letter:
		w.token("mi", n.text)
	case sign:
		w.token("mo", n.text)
	case words:
		w.token("mtext", hard(n.text))
	case space:
		if n.text != "" {
			w.WriteString(`<mspace width="` + n.text + `"></mspace>`)
		} else {
			w.token("mtext", "\u00a0")
		}
	default:
		w.built(n)
	}
}

// hard keeps the spaces at the ends of a text, which a browser would drop.
func hard(s string) string {
	t := strings.TrimLeft(s, " \n\t")
	s = strings.Repeat("\u00a0", min(len(s)-len(t), 1)) + t
	t = strings.TrimRight(s, " \n\t")
	return t + strings.Repeat("\u00a0", min(len(s)-len(t), 1))
}

// built writes what MathML has an element for.
func (w *writer) built(n *node) {
	switch n.kind {
	case frac:
		w.WriteString("<mfrac><mrow>")
		w.part(n.args[0])
		w.ghost("/")
		w.WriteString("</mrow>")
		w.one(n.args[1])
		w.WriteString("</mfrac>")
	case root:
		w.root(n)
	case accent:
		w.WriteString("<mover><mrow>")
		w.node(n.args[0])
		w.WriteString("</mrow>")
		w.WriteString(`<mo stretchy="true">` + html.EscapeString(n.text) + "</mo></mover>")
	case script:
		w.script(n)
	}
}

func (w *writer) root(n *node) {
	if len(n.args) == 1 {
		w.WriteString("<msqrt><mrow>")
		w.ghost("√")
		w.part(n.args[0])
		w.WriteString("</mrow></msqrt>")
		return
	}
	w.WriteString("<mroot><mrow>")
	w.part(n.args[0])
	w.ghost("^(1/")
	w.WriteString("</mrow><mrow>")
	w.node(n.args[1])
	w.ghost(")")
	w.WriteString("</mrow></mroot>")
}

// script writes base, below and above; ∑ and lim have theirs under and over them.
func (w *writer) script(n *node) {
	base, below, above := n.args[0], n.args[1], n.args[2]
	name := map[bool]string{true: "msub", false: "msup"}[above == nil]
	if below != nil && above != nil {
		name = "msubsup"
	}
	if base.text == "∑" || base.text == "∏" || base.text == "lim" {
		name = map[string]string{"msub": "munder", "msup": "mover", "msubsup": "munderover"}[name]
	}
	w.WriteString("<" + name + "><mrow>")
	w.part(base)
	if below != nil {
		w.ghost("_")
	} else if !isPrime(above) {
		w.ghost("^")
	}
	w.WriteString("</mrow>")
	if below != nil {
		w.WriteString("<mrow>")
		w.part(below)
		if above != nil && !isPrime(above) {
			w.ghost("^")
		}
		w.WriteString("</mrow>")
	}
	if above != nil {
		w.one(above)
	}
	w.WriteString("</" + name + ">")
}

func isPrime(n *node) bool { return n.kind == sign && n.text == "′" }

// part writes a part where its end must be seen: in ghostly brackets unless it is one number, letter or word. What it
// writes is one element or several.
func (w *writer) part(n *node) {
	if simple(n) {
		w.node(n)
		return
	}
	w.bracketed(n)
}

// one is part as exactly one element.
func (w *writer) one(n *node) {
	w.WriteString("<mrow>")
	w.part(n)
	w.WriteString("</mrow>")
}

func (w *writer) bracketed(n *node) {
	w.WriteString("<mrow>")
	w.ghost("(")
	w.WriteString("<mrow>") // so that a sign that begins the part is still the first of a row, and no infix
	w.node(n)
	w.WriteString("</mrow>")
	w.ghost(")")
	w.WriteString("</mrow>")
}

func simple(n *node) bool {
	switch n.kind {
	case number, letter, words, sign, space, accent:
		return true
	case root:
		return len(n.args) == 1 && simple(n.args[0])
	case row:
		f := flat(n.args)
		if len(f) == 0 || len(f) == 1 && simple(f[0]) {
			return true
		}
		return f[0].kind == sign && f[len(f)-1].kind == sign && enclosed(f)
	}
	return false
}

// enclosed says whether the first of a row is a bracket that the last one closes.
func enclosed(f []*node) bool {
	depth := 0
	for i, n := range f {
		if n.kind != sign {
			continue
		}
		switch n.text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
		}
		if depth <= 0 {
			return i == len(f)-1 && i > 0
		}
	}
	return false
}
