package qti

import (
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/xmltree"
)

// Canvas writes gaps as [name] in the text, with a choice for each whose label is the name: of a list, or, in
// "fill_in_multiple_blanks_question", of the texts that are right.

// blanks are the names of such gaps; ok is false when the item is none of these.
func (v *v1) blanks() ([]string, bool) {
	if !strings.Contains(v.kind, "multiple_blanks") && !strings.Contains(v.kind, "dropdowns") || v.lids() != len(v.asks) || len(v.asks) == 0 {
		return nil, false
	}
	var b strings.Builder
	for _, n := range v.flow {
		if n.Name == "material" {
			b.WriteString(n.Raw())
		}
	}
	var out []string
	for _, in := range v.asks {
		name := ""
		for _, m := range in.node.Elements("material") {
			name = m.Content()
		}
		if name == "" || strings.Count(b.String(), "["+name+"]") != 1 {
			return nil, false
		}
		out = append(out, name)
	}
	return out, true
}

// inText puts gaps where their names stand.
func (v *v1) inText(q *question, names []string) (content.Item, *content.LeftOut) {
	typed := strings.Contains(v.kind, "multiple_blanks")
	var materials []*xmltree.Node
	for _, n := range v.flow {
		if n.Name == "material" {
			materials = append(materials, n)
		}
	}
	q.stem = func(_ map[*xmltree.Node]string, blocks bool) (string, error) {
		text, err := v.text(blocks, materials...)
		for i, name := range names {
			text = strings.Replace(text, marking.Plain("["+name+"]"), gapMark(i), 1)
		}
		return text, err
	}
	a := &attempt{question: q, it: content.Item{ID: content.ItemID(q.id)}}
	err := v.fill(a, typed)
	if err == nil {
		err = a.finish()
	}
	if err != nil {
		return content.Item{}, q.leftOut(err)
	}
	return a.it, nil
}

func (v *v1) fill(a *attempt, typed bool) error {
	if !typed {
		return a.gaps(v.asks)
	}
	if err := a.tryGaps(v.asks); err != nil {
		return err
	}
	a.it.Type = content.Cloze
	for i, in := range v.asks {
		var g content.Gap
		for _, c := range in.choices {
			for _, r := range a.runs.slots[i].right {
				if r == c.id {
					g.Answers = append(g.Answers, marking.Literal(c.node.Content()))
				}
			}
		}
		a.it.Gaps = append(a.it.Gaps, g)
	}
	if err := a.tellAll(); err != nil {
		return err
	}
	var err error
	a.it.Stem, err = a.stem(nil, false)
	return err
}
