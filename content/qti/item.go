package qti

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/xmltree"
)

// An itemFile is an assessmentItem of QTI 2 or 3 with where it lies.
type itemFile struct {
	root *xmltree.Node
	page *page
	m    *machine
	lead []lead // what stands before its body: shared passages, rubrics of its section
}

// A lead is a part of another file that is shown before the question.
type lead struct {
	page  *page
	nodes []*xmltree.Node
}

// readItem makes an item of ours of an assessmentItem that lies at file in src.
func readItem(src *source, root *xmltree.Node, file, id string, leads []lead) (content.Item, *content.LeftOut) {
	f := &itemFile{root: root, m: newMachine(root, src.steps()), lead: leads}
	f.page = &page{src: src, file: file, m: f.m}
	f.page.shown = f.shown
	for _, ref := range root.Elements("assessmentStimulusRef") {
		if err := f.stimulus(src, file, ref.Attr("href")); err != nil {
			q := &question{id: id}
			return content.Item{}, q.leftOut(refusal{"assessmentStimulusRef", err})
		}
	}
	if f.m.template == nil {
		return f.question(id).item()
	}
	return f.drawn(id)
}

// question is what the file asks, as it is drawn now.
func (f *itemFile) question(id string) *question {
	body := f.root.Child("itemBody")
	if body == nil {
		body = &xmltree.Node{Name: "itemBody"}
	}
	f.page.pictures, f.page.sounds = nil, nil
	q := &question{id: id, asks: interactions(body, f.m), mark: f.m.mark, right: f.m.right, best: f.best, says: f.says, widths: f.widths, deals: f.deals, told: f.told}
	q.text = func(n *xmltree.Node) (string, error) { return f.page.text(false, n) }
	q.sounds = func() []string {
		var out []string
		for _, s := range f.page.sounds {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
		return out
	}
	q.stem = func(put map[*xmltree.Node]string, blocks bool) (string, error) { return f.stem(body, put, blocks) }
	f.help(q, body)
	return q
}

// stem is the body's text behind what leads to it.
func (f *itemFile) stem(body *xmltree.Node, put map[*xmltree.Node]string, blocks bool) (string, error) {
	var out []string
	for _, l := range f.lead {
		text, err := l.page.text(blocks, l.nodes...)
		if err != nil {
			return "", err
		}
		f.page.sounds = append(f.page.sounds, l.page.sounds...)
		l.page.sounds = nil
		if text != "" {
			out = append(out, text)
		}
	}
	f.page.put = put
	text, err := f.page.text(blocks, body)
	f.page.put = nil
	if err != nil {
		return "", err
	}
	if text != "" {
		out = append(out, text)
	}
	if blocks {
		return strings.Join(once(strings.Split(strings.Join(out, "\n\n"), "\n\n")), "\n\n"), nil
	}
	return lines(out), nil
}

// once takes out a paragraph that says what the one before it said: tools write the question as text and as prompt.
func once(paragraphs []string) []string { return slices.Compact(paragraphs) }

func (f *itemFile) stimulus(src *source, file, href string) error {
	p, err := src.resolve(file, href)
	if err != nil {
		return err
	}
	doc, err := src.document(p)
	if err != nil {
		return err
	}
	body := doc.Child("stimulusBody")
	if body == nil {
		return unsupported("its passage %s has no text", p)
	}
	other := &page{src: src, file: p, m: f.m, shown: f.shown}
	f.lead = append(f.lead, lead{other, []*xmltree.Node{body}})
	return nil
}

func (f *itemFile) best(id string) string {
	if d := f.m.responses[id]; d != nil && d.mapping != nil {
		return d.mapping.best()
	}
	return ""
}

// comparisons are the expressions that hold a response against something.
var comparisons = []string{"match", "stringMatch", "equal", "equalRounded", "member", "contains", "lt", "lte", "gt", "gte", "substring"}

// says are the constants that the response of in is compared with, and the keys of its mapping.
func (f *itemFile) says(in *interaction) []string {
	var out []string
	if d := f.m.responses[in.id]; d != nil && d.mapping != nil {
		for _, e := range d.mapping.entries {
			out = append(out, e.key)
		}
	}
	if f.m.process == nil {
		return out
	}
	negated := map[*xmltree.Node]bool{}
	for n := range f.m.process.All("not") {
		for c := range n.All(comparisons...) {
			negated[c] = true
		}
	}
	for n := range f.m.process.All(comparisons...) {
		about := false
		for v := range n.All("variable") {
			about = about || trim(v.Attr("identifier")) == in.id
		}
		if !about || negated[n] {
			continue
		}
		for c := range n.All("baseValue", "variable") {
			if c.Name == "baseValue" {
				out = append(out, strings.TrimSpace(c.Raw()))
			} else if v, ok := f.m.drawn[trim(c.Attr("identifier"))]; ok {
				out = append(out, v.members...)
			}
		}
	}
	return out
}

// widths are the numbers that the marking holds, and halves of what it rounds to.
func (f *itemFile) widths() []string {
	var out []string
	if f.m.process == nil {
		return nil
	}
	for n := range f.m.process.All("baseValue", "variable", "equal", "equalRounded", "roundTo", "round", "truncate") {
		switch n.Name {
		case "baseValue":
			out = append(out, trim(n.Content()))
		case "variable":
			if v, ok := f.m.drawn[trim(n.Attr("identifier"))]; ok {
				out = append(out, v.members...)
			}
		case "equal":
			for _, t := range strings.Fields(n.Attr("tolerance")) {
				out = append(out, strconv.FormatFloat((&run{machine: f.m}).amount(t, 0), 'f', -1, 64))
			}
		case "round", "truncate":
			out = append(out, "0.5", "1")
		default:
			for e := range 16 {
				out = append(out, fmt.Sprintf("1e%d", 3-e))
			}
		}
	}
	return out
}

func (f *itemFile) deals(name string) bool {
	if f.m.process == nil {
		return false
	}
	for n := range f.m.process.All(name, "stringMatch") {
		if n.Name == name || trim(n.Attr("substring")) == "true" {
			return true
		}
	}
	return false
}

// told is the feedback that an outcome shows, wherever it stands. What cannot be shown of it is left out.
func (f *itemFile) told(o outcome) (string, error) { return f.join(f.feedback(o)), nil }

// feedback are the elements an outcome shows.
func (f *itemFile) feedback(o outcome) (out []*xmltree.Node) {
	for n := range f.root.All("modalFeedback", "feedbackInline", "feedbackBlock") {
		shown := holds(o.vars[trim(n.Attr("outcomeIdentifier"))], "identifier", trim(n.Attr("identifier")))
		if shown == (trim(n.Attr("showHide")) != "hide") {
			out = append(out, n)
		}
	}
	return out
}

func (f *itemFile) join(nodes []*xmltree.Node) string {
	var out []string
	for _, n := range nodes {
		sounds := len(f.page.sounds)
		text, err := f.page.text(false, n)
		f.page.sounds = f.page.sounds[:sounds]
		if err == nil && text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return lines(out)
}

// help gathers hints and the worked answer: what asking for them shows, and what the file holds back until it is opened.
func (f *itemFile) help(q *question, body *xmltree.Node) {
	blank, err := f.m.mark(nil)
	if err != nil {
		return
	}
	before := f.feedback(blank)
	for n := range body.All("endAttemptInteraction", "infoControl") {
		var text string
		if n.Name == "infoControl" {
			text = f.join([]*xmltree.Node{n})
		} else if o, err := f.m.mark(map[string]value{trim(n.Attr("responseIdentifier")): truth(true)}); err == nil {
			nodes := slices.DeleteFunc(f.feedback(o), func(n *xmltree.Node) bool { return slices.Contains(before, n) })
			text = f.join(nodes)
		}
		about := strings.ToLower(n.Attr("responseIdentifier") + " " + n.Attr("title"))
		switch {
		case text == "" || len(q.hints) >= 10:
		case strings.Contains(about, "sol") && q.worked == "":
			q.worked = text
		default:
			q.hints = append(q.hints, text)
		}
	}
}

// shown is what stands for a template variable in the text.
func (f *itemFile) shown(id, format string) string {
	v, err := (&run{machine: f.m}).variable(id)
	if err != nil {
		return ""
	}
	return printed(v, format)
}

// printed writes a value as printedVariable does, with the part of C's formats that is used.
func printed(v value, format string) string {
	x, ok := v.num()
	format = strings.TrimPrefix(format, "%")
	switch {
	case !v.numeric():
		return marking.Plain(strings.Join(v.members, ", "))
	case !ok || format == "":
		return strings.Join(v.members, ", ")
	}
	verb, digits := format[len(format)-1], 6
	if _, after, ok := strings.Cut(format[:len(format)-1], "."); ok {
		if n, err := strconv.Atoi(after); err == nil && n >= 0 && n <= 15 {
			digits = n
		}
	}
	switch verb {
	case 'i', 'd':
		return strconv.FormatFloat(roundHalfUp(x), 'f', 0, 64)
	case 'f', 'e':
		return strconv.FormatFloat(x, verb, digits, 64)
	case 'g', 'G':
		return strconv.FormatFloat(x, 'g', max(digits, 1), 64)
	}
	return strings.Join(v.members, ", ")
}
