package qti

import (
	"regexp"
	"strings"

	"lamplight/content/xmltree"
)

// A v1 is an item of QTI 1.2, whose marking adds to and sets variables as its conditions are met.
type v1 struct {
	page  *page
	root  *xmltree.Node
	kind  string // what the system that wrote it calls the question: "matching_question", "" unknown
	flow  []*xmltree.Node
	asks  []*interaction
	score string // variable that holds the score
	steps *steps
}

func readV1(src *source, root *xmltree.Node, file, id string) *v1 {
	v := &v1{root: root, score: "SCORE", steps: src.steps()}
	v.page = &page{src: src, file: file, m: newMachine(&xmltree.Node{}, src.steps())}
	for f := range root.All("qtimetadatafield") {
		name := f.Child("fieldlabel")
		value := f.Child("fieldentry")
		if name != nil && value != nil && v.kind == "" && (name.Content() == "question_type" || name.Content() == "cc_profile") {
			v.kind = value.Content()
		}
	}
	for d := range root.All("decvar") {
		if name := trim(d.Attr("varname")); name != "" {
			v.score = name
		}
		break
	}
	if p := root.Child("presentation"); p != nil {
		v.gather(p)
	}
	return v
}

// gather lists what is shown and what is answered, in order, out of the flows it stands in.
func (v *v1) gather(n *xmltree.Node) {
	for _, c := range n.Elements() {
		switch c.Name {
		case "flow", "flow_mat", "response_na":
			v.gather(c)
		case "material":
			v.flow = append(v.flow, c)
		case "response_lid", "response_str", "response_num", "response_xy", "response_grp", "response_extension", "render_extension":
			v.flow = append(v.flow, c)
			v.asks = append(v.asks, v.interaction(c))
		}
	}
}

// interaction reads a response in the words of QTI 2, so that what is asked is shaped the same way.
func (v *v1) interaction(n *xmltree.Node) *interaction {
	in := &interaction{kind: n.Name, id: trim(n.Attr("ident")), base: "identifier", card: strings.ToLower(trim(n.Attr("rcardinality"))), node: n}
	if in.card == "" {
		in.card = "single"
	}
	for l := range n.All("response_label") {
		in.choices = append(in.choices, choice{id: trim(l.Attr("ident")), node: l, max: 1})
	}
	switch {
	case has(n, "render_choice") && n.Name == "response_lid":
		in.kind = "choiceInteraction"
		if in.card == "ordered" {
			in.kind = "orderInteraction"
		}
	case has(n, "render_slider"):
		in.kind, in.base = "sliderInteraction", "float"
		for r := range n.All("render_slider") {
			in.node = r
		}
	case has(n, "render_fib"), n.Name == "response_str", n.Name == "response_num":
		v.typed(in, n)
	case has(n, "render_hotspot"):
		in.kind = "render_hotspot"
	}
	return in
}

func has(n *xmltree.Node, name string) bool {
	for range n.All(name) {
		return true
	}
	return false
}

// typed reads a field. A number is asked for where the field says so, or the marking compares it as one.
func (v *v1) typed(in *interaction, n *xmltree.Node) {
	in.kind, in.base, in.choices = "textEntryInteraction", "string", nil
	for f := range n.All("render_fib") {
		switch strings.ToLower(trim(f.Attr("fibtype"))) {
		case "integer":
			in.base = "integer"
		case "decimal", "scientific":
			in.base = "float"
		}
	}
	for c := range v.root.All("varlt", "varlte", "vargt", "vargte") {
		if trim(c.Attr("respident")) == in.id {
			in.base = "float"
		}
	}
	if n.Name == "response_num" || strings.Contains(v.kind, "numerical") {
		in.base = "float"
	}
	if in.base == "string" && len(v.compared(in.id)) == 0 {
		in.kind = "extendedTextInteraction"
	}
}

// compared are the constants that a response is compared with, those of conditions under a "not" last of all left out.
func (v *v1) compared(id string) []string {
	negated := map[*xmltree.Node]bool{}
	for n := range v.root.All("not") {
		for c := range n.All() {
			negated[c] = true
		}
	}
	var out []string
	for c := range v.root.All("varequal", "varlt", "varlte", "vargt", "vargte", "varsubset", "varsubstring") {
		if text := strings.TrimSpace(c.Raw()); trim(c.Attr("respident")) == id && !negated[c] && text != "" {
			out = append(out, text)
		}
	}
	return out
}

// text is what materials say, as an item's text.
func (v *v1) text(blocks bool, nodes ...*xmltree.Node) (string, error) {
	var b strings.Builder
	for _, n := range nodes {
		v.write(&b, n)
	}
	return v.page.fromHTML(b.String(), blocks, false)
}

// write writes what a learner sees of an element as HTML.
func (v *v1) write(b *strings.Builder, n *xmltree.Node) {
	if s, ok := v.page.put[n]; ok {
		b.WriteString(v.page.mark(s))
		return
	}
	switch n.Name {
	case "mattext", "matemtext":
		v.words(b, n)
	case "matimage":
		v.page.object(b, &xmltree.Node{Attrs: []xmltree.Attr{{Name: "data", Value: n.Attr("uri")}, {Name: "type", Value: "image/"}, {Name: "alt", Value: n.Attr("label")}}}, 0)
	case "mataudio":
		v.page.object(b, &xmltree.Node{Attrs: []xmltree.Attr{{Name: "data", Value: n.Attr("uri")}, {Name: "type", Value: "audio/"}}}, 0)
	case "matvideo", "matapplet", "matapplication":
		b.WriteString("<object></object>") // refused by name
	case "matbreak":
		b.WriteString("<br>")
	case "render_choice", "render_fib", "render_hotspot", "render_slider", "altmaterial", "matref":
		for l := range n.All("response_label") {
			if s, ok := v.page.put[l]; ok {
				b.WriteString(v.page.mark(s))
			}
		}
	case "material":
		v.children(b, n, "div")
	case "":
	default:
		v.children(b, n, "")
	}
}

func (v *v1) children(b *strings.Builder, n *xmltree.Node, tag string) {
	if tag != "" {
		b.WriteString("<" + tag + ">")
	}
	for _, c := range n.Children {
		v.write(b, c)
	}
	if tag != "" {
		b.WriteString("</" + tag + ">")
	}
}

// words writes a mattext: HTML in a text or as elements, or plain text.
func (v *v1) words(b *strings.Builder, n *xmltree.Node) {
	if uri := n.Attr("uri"); uri != "" && n.Content() == "" {
		b.WriteString("<object></object>") // a text in another file is not read
		return
	}
	if len(n.Elements()) > 0 {
		for _, c := range n.Children {
			v.page.write(b, c, 0)
		}
		return
	}
	if strings.Contains(strings.ToLower(n.Attr("texttype")), "html") {
		b.WriteString(strings.Map(func(r rune) rune {
			if r >= firstMark && r <= lastMark {
				return -1
			}
			return r
		}, equations(n.Raw())))
		return
	}
	b.WriteString(strings.ReplaceAll(plain(strings.TrimSpace(n.Raw())), "\n", "<br>"))
}

var (
	equationImage = regexp.MustCompile(`<img[^>]*(?:equation_image|data-equation-content)[^>]*>`)
	equationTeX   = regexp.MustCompile(`(?:data-equation-content|title)\s*=\s*"([^"]*)"`)
)

// equations puts the TeX of Canvas's pictures of formulas, which a server of theirs draws, in their place.
func equations(source string) string {
	return equationImage.ReplaceAllStringFunc(source, func(img string) string {
		m := equationTeX.FindStringSubmatch(img)
		if m == nil || strings.TrimSpace(m[1]) == "" {
			return img
		}
		return `\(` + m[1] + `\)`
	})
}
