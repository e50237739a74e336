package qti

import (
	"fmt"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/content/marking"
)

// Our items draw their values anew for every variant, but in an exact arithmetic with few functions. So a template is drawn
// here, several times, each draw made a whole item and checked as one; what differs between them becomes lists of values
// of which a variant takes all at one place. Where the draws cannot be put together so, one of them is the question.
const (
	maxDrawn = 12 // different draws kept
	tryDrawn = 40
)

// drawn makes an item of draws of a template.
func (f *itemFile) drawn(id string) (content.Item, *content.LeftOut) {
	var kept []content.Item
	var why *content.LeftOut
	seen := map[string]bool{}
	for nth := uint64(0); nth < tryDrawn && len(kept) < maxDrawn; nth++ {
		if err := f.m.draw(id, nth); err != nil {
			return content.Item{}, (&question{id: id}).leftOut(refusal{"templateProcessing", err})
		}
		key := fmt.Sprint(f.m.drawn, f.m.correct)
		if seen[key] {
			continue
		}
		seen[key] = true
		it, left := f.question(id).item()
		if left != nil {
			if why = left; nth == 0 {
				break
			}
			continue
		}
		kept = append(kept, it)
	}
	if len(kept) == 0 {
		return content.Item{}, why
	}
	if it, ok := merge(kept); ok {
		return it, nil
	}
	return kept[0], nil
}

// A merger puts draws of one question together.
type merger struct {
	items []content.Item
	lets  []content.Let
	names map[string]string // of lists of values that are there already
	ok    bool
}

func merge(items []content.Item) (content.Item, bool) {
	if len(items) == 1 && items[0].Fixed {
		return items[0], true
	}
	m := &merger{items: items, names: map[string]string{}, ok: true}
	for i := range items { // what stands in no order of its own is laid one over the other, the right ones first
		rightFirst(items[i].Options, items[i].Type)
		for _, g := range items[i].Gaps {
			rightFirst(g.Options, content.Choice)
		}
	}
	items[0].Fixed = false // the right ones stand first now
	out := items[0]
	if len(items) == 1 || !m.alike() {
		return out, len(items) == 1
	}
	out = m.item()
	if out.Lets = m.lets; !m.ok {
		return out, false
	}
	if marking.Check(out) != nil {
		return out, false
	}
	for seed := range uint64(30) {
		if _, err := marking.Draw(out, seed); err != nil {
			return out, false
		}
	}
	return out, true
}

func rightFirst(options []content.Option, t content.ItemType) {
	if t != content.Choice && t != content.Many {
		return
	}
	arrange.Stably(options, func(a, b content.Option) int {
		switch {
		case a.Right == b.Right:
			return 0
		case a.Right:
			return -1
		}
		return 1
	})
}

// alike wants all draws to be of one shape.
func (m *merger) alike() bool {
	a := m.items[0]
	for _, b := range m.items[1:] {
		if a.Type != b.Type || len(a.Options) != len(b.Options) || len(a.Answers) != len(b.Answers) || len(a.Gaps) != len(b.Gaps) ||
			len(a.Pairs) != len(b.Pairs) || len(a.Categories) != len(b.Categories) || len(a.Distractors) != len(b.Distractors) ||
			len(a.Mistakes) != len(b.Mistakes) || len(a.Accepts) != len(b.Accepts) || len(a.Hints) != len(b.Hints) || a.Sound != b.Sound ||
			a.CaseSense != b.CaseSense || a.AccentSense != b.AccentSense {
			return false
		}
		for i, o := range a.Options {
			if p := b.Options[i]; o.Right != p.Right || o.Credit != p.Credit || o.Category != p.Category {
				return false
			}
		}
		for i, g := range a.Gaps {
			if !gapsAlike(g, b.Gaps[i]) {
				return false
			}
		}
		for i := range a.Accepts {
			if a.Accepts[i].Worth != b.Accepts[i].Worth {
				return false
			}
		}
	}
	return true
}

func gapsAlike(a, b content.Gap) bool {
	same := func(o, p content.Option) bool { return o.Right == p.Right && o.Credit == p.Credit }
	return len(a.Answers) == len(b.Answers) && len(a.Accepts) == len(b.Accepts) && a.Type == b.Type && a.Weight == b.Weight &&
		a.CaseSense == b.CaseSense && slices.EqualFunc(a.Options, b.Options, same)
}

// item lays the draws over each other.
func (m *merger) item() content.Item {
	it := m.items[0]
	at := func(get func(*content.Item) string) string { return m.text(get) }
	it.Stem = m.stem()
	it.Worked = at(func(i *content.Item) string { return i.Worked })
	it.Right = at(func(i *content.Item) string { return i.Right })
	it.Wrong = at(func(i *content.Item) string { return i.Wrong })
	it.Hints = m.list(func(i *content.Item) []string { return i.Hints })
	it.Categories = m.list(func(i *content.Item) []string { return i.Categories })
	it.Distractors = m.list(func(i *content.Item) []string { return i.Distractors })
	it.Options = m.options(func(i *content.Item) []content.Option { return i.Options })
	it.Pairs = slices.Clone(it.Pairs)
	for k := range it.Pairs {
		it.Pairs[k] = content.Pair{
			Left:  at(func(i *content.Item) string { return i.Pairs[k].Left }),
			Right: at(func(i *content.Item) string { return i.Pairs[k].Right }),
		}
	}
	it.Gaps = slices.Clone(it.Gaps)
	for k := range it.Gaps {
		m.gap(&it.Gaps[k], k)
	}
	it.Mistakes = slices.Clone(it.Mistakes)
	for k := range it.Mistakes {
		it.Mistakes[k].Answer = m.answer(it.Type, func(i *content.Item) string { return i.Mistakes[k].Answer })
		it.Mistakes[k].Feedback = at(func(i *content.Item) string { return i.Mistakes[k].Feedback })
	}
	it.Answers = m.answers(it.Type, func(i *content.Item) []string { return i.Answers })
	it.Tolerance = m.answer(content.Number, func(i *content.Item) string { return i.Tolerance })
	it.Accepts = m.accepts(it.Type, func(i *content.Item) []content.Accept { return i.Accepts })
	return it
}

func (m *merger) gap(g *content.Gap, k int) {
	t := g.Type
	g.Answers = m.answers(t, func(i *content.Item) []string { return i.Gaps[k].Answers })
	g.Tolerance = m.answer(content.Number, func(i *content.Item) string { return i.Gaps[k].Tolerance })
	g.Options = m.options(func(i *content.Item) []content.Option { return i.Gaps[k].Options })
	g.Accepts = m.accepts(t, func(i *content.Item) []content.Accept { return i.Gaps[k].Accepts })
}

// stem puts texts together piece by piece between gaps, which must stay where they are.
func (m *merger) stem() string {
	n := strings.Count(m.items[0].Stem, "{{")
	pieces := make([][]string, len(m.items))
	for i, it := range m.items {
		if pieces[i] = gapMarks.Split(it.Stem, -1); strings.Count(it.Stem, "{{") != n || len(pieces[i]) != len(pieces[0]) {
			m.ok = false
			return ""
		}
	}
	marks := gapMarks.FindAllString(m.items[0].Stem, -1)
	var b strings.Builder
	for k := range pieces[0] {
		values := make([]string, len(pieces))
		for i := range pieces {
			values[i] = pieces[i][k]
		}
		b.WriteString(m.value(values, false))
		if k < len(marks) {
			b.WriteString(marks[k])
		}
	}
	return b.String()
}

func (m *merger) text(get func(*content.Item) string) string {
	values := make([]string, len(m.items))
	for i := range m.items {
		values[i] = get(&m.items[i])
	}
	return m.value(values, false)
}

// answer is a number's expression, or a text.
func (m *merger) answer(t content.ItemType, get func(*content.Item) string) string {
	values := make([]string, len(m.items))
	for i := range m.items {
		values[i] = get(&m.items[i])
	}
	return m.value(values, t == content.Number)
}

// value is a text that all share, or the name of a list of the values it has: bare in an expression, in braces in a text.
// A list of pictures cannot be: which files a course needs is read out of the texts.
func (m *merger) value(values []string, expression bool) string {
	if len(slices.Compact(slices.Clone(values))) == 1 {
		return values[0]
	}
	key := strings.Join(values, "\x00")
	name := m.names[key]
	if name == "" {
		name = fmt.Sprintf("v%d", len(m.lets)+1)
		let := content.Let{Name: name, Values: make([]string, len(values))}
		if len(m.lets) > 0 {
			let.With = m.lets[0].Name
		}
		for i, v := range values {
			m.ok = m.ok && !strings.Contains(v, "](") && v != ""
			let.Values[i] = plainBraces.Replace(v)
		}
		m.lets, m.names[key] = append(m.lets, let), name
	}
	if expression {
		return name
	}
	return "{" + name + "}"
}

// plainBraces undoes what keeps braces from being expressions: values are put in as they are.
var plainBraces = strings.NewReplacer(`\{`, "{", `\}`, "}")

func (m *merger) list(get func(*content.Item) []string) []string {
	var out []string
	for k := range get(&m.items[0]) {
		out = append(out, m.text(func(i *content.Item) string { return get(i)[k] }))
	}
	return out
}

func (m *merger) answers(t content.ItemType, get func(*content.Item) []string) []string {
	var out []string
	for k := range get(&m.items[0]) {
		out = append(out, m.answer(t, func(i *content.Item) string { return get(i)[k] }))
	}
	return out
}

func (m *merger) options(get func(*content.Item) []content.Option) []content.Option {
	out := slices.Clone(get(&m.items[0]))
	for k := range out {
		out[k].Text = m.text(func(i *content.Item) string { return get(i)[k].Text })
		out[k].Feedback = m.text(func(i *content.Item) string { return get(i)[k].Feedback })
	}
	return keyed(out)
}

func (m *merger) accepts(t content.ItemType, get func(*content.Item) []content.Accept) []content.Accept {
	out := slices.Clone(get(&m.items[0]))
	for k := range out {
		out[k].Answer = m.answer(t, func(i *content.Item) string { return get(i)[k].Answer })
		out[k].Tolerance = m.answer(content.Number, func(i *content.Item) string { return get(i)[k].Tolerance })
		out[k].Feedback = m.text(func(i *content.Item) string { return get(i)[k].Feedback })
	}
	return out
}
