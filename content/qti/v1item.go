package qti

import (
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/content/xmltree"
)

// readItemV1 makes an item of ours of an item of QTI 1.2.
func readItemV1(src *source, root *xmltree.Node, file, id string) (content.Item, *content.LeftOut) {
	v := readV1(src, root, file, id)
	q := v.question(id)
	switch {
	case has(root, "itemproc_extension") && strings.Contains(v.kind, "calculated"):
		return content.Item{}, q.leftOut(refusal{v.kind, unsupported("its numbers are drawn by a formula of another system")})
	case strings.Contains(v.kind, "file_upload"):
		return content.Item{}, q.leftOut(refusal{v.kind, unsupported("no file can be handed in here")})
	case strings.Contains(v.kind, "text_only"):
		return content.Item{}, q.leftOut(refusal{v.kind, unsupported("nothing is asked")})
	}
	if slots, ok := v.blanks(); ok {
		return v.inText(q, slots)
	}
	if v.lids() > 1 && v.lids() == len(v.asks) {
		return v.matching(q)
	}
	return q.item()
}

func (v *v1) question(id string) *question {
	q := &question{
		id: id, asks: v.asks, mark: v.mark, told: v.told,
		right: func(string) value { return value{} }, best: func(string) string { return "" },
		says:   func(in *interaction) []string { return v.compared(in.id) },
		widths: v.widths, deals: func(name string) bool { return name == "substring" && has(v.root, "varsubstring") },
		text: func(n *xmltree.Node) (string, error) { return v.text(false, n) },
		sounds: func() []string {
			s := slices.Clone(v.page.sounds)
			slices.Sort(s)
			return slices.Compact(s)
		},
	}
	q.stem = func(put map[*xmltree.Node]string, blocks bool) (string, error) {
		v.page.put = put
		defer func() { v.page.put = nil }()
		return v.text(blocks, v.flow...)
	}
	v.help(q)
	return q
}

// widths are all numbers in the conditions.
func (v *v1) widths() []string {
	var out []string
	for c := range v.root.All("varequal", "varlt", "varlte", "vargt", "vargte") {
		out = append(out, trim(c.Content()))
	}
	return out
}

// told is the feedback an outcome shows.
func (v *v1) told(o outcome) (string, error) {
	var out []string
	for _, id := range o.vars[""].members {
		for f := range v.root.All("itemfeedback") {
			if trim(f.Attr("ident")) != id || has(f, "hint") || has(f, "solution") {
				continue
			}
			if text := v.quiet(f); text != "" && !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	return lines(out), nil
}

// quiet is the text of something that may be left out, and is where it cannot be shown.
func (v *v1) quiet(n *xmltree.Node) string {
	sounds := len(v.page.sounds)
	text, err := v.text(false, n)
	v.page.sounds = v.page.sounds[:sounds]
	if err != nil {
		return ""
	}
	return text
}

func (v *v1) help(q *question) {
	for h := range v.root.All("hintmaterial") {
		if text := v.quiet(h); text != "" && len(q.hints) < 10 {
			q.hints = append(q.hints, text)
		}
	}
	for s := range v.root.All("solutionmaterial") {
		if text := v.quiet(s); text != "" && q.worked == "" {
			q.worked = text
		}
	}
}

// lids are the responses that choose one of a list.
func (v *v1) lids() int {
	n := 0
	for _, in := range v.asks {
		if in.kind == "choiceInteraction" && in.card == "single" {
			n++
		}
	}
	return n
}

// label is what stands before a response's list: what is to be matched, or the name of the gap.
func (v *v1) label(in *interaction) (string, error) {
	return v.text(false, in.node.Elements("material", "flow_mat")...)
}

// matching makes several choices from one list a matching: each label belongs to one choice of the list.
func (v *v1) matching(q *question) (content.Item, *content.LeftOut) {
	a := &attempt{question: q, it: content.Item{ID: content.ItemID(q.id)}}
	err := v.match(a)
	if err == nil {
		err = a.finish()
	}
	if err != nil {
		return content.Item{}, q.leftOut(err)
	}
	return a.it, nil
}

func (v *v1) match(a *attempt) error {
	var slots []*slot
	var lefts, constants []string
	var to []choice
	for _, in := range v.asks {
		label, err := v.label(in)
		if err != nil {
			return err
		}
		if label == "" {
			return a.gaps(v.asks)
		}
		lefts = append(lefts, label)
		slots = append(slots, a.pick(in))
		constants = append(constants, v.compared(in.id)...)
		for _, c := range in.choices {
			if !slices.ContainsFunc(to, func(t choice) bool { return t.id == c.id }) {
				to = append(to, c)
			}
		}
	}
	if err := a.try(slots, constants); err != nil {
		return err
	}
	if err := v.belongs(a, lefts, to); err != nil {
		return err
	}
	var stem []*xmltree.Node
	for _, n := range v.flow {
		if n.Name == "material" {
			stem = append(stem, n)
		}
	}
	var err error
	a.it.Stem, err = v.text(true, stem...)
	return err
}

// belongs writes what each label belongs to. The same words under several identifiers are one.
func (v *v1) belongs(a *attempt, lefts []string, to []choice) error {
	texts, err := a.texts(to)
	if err != nil {
		return err
	}
	rights, place := unique(texts)
	at := make([]int, len(lefts))
	for i, s := range a.runs.slots {
		right, err := s.one(lefts[i])
		if err != nil {
			return err
		}
		k := slices.IndexFunc(to, func(t choice) bool { return t.id == right })
		if k < 0 {
			return unsupported("%.60q is to be left over", lefts[i])
		}
		at[i] = place[k]
	}
	if err := a.listable(rights); err != nil {
		return err
	}
	if err := a.tellAll(); err != nil {
		return err
	}
	a.arrange(lefts, rights, at)
	return nil
}

// unique are texts without repetitions, and where each went.
func unique(texts []string) (out []string, place []int) {
	for _, t := range texts {
		i := slices.Index(out, t)
		if i < 0 {
			i = len(out)
			out = append(out, t)
		}
		place = append(place, i)
	}
	return out, place
}
