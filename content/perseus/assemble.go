package perseus

import (
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
)

// assemble makes one item of the text and what is to be answered in it.
func (w *writer) assemble(stem string) content.Item {
	marks := partMark.FindAllString(stem, -1)
	switch {
	case len(w.parts) == 0:
		w.fail("none", "nothing is asked in it")
		return content.Item{}
	case len(marks) != len(w.parts):
		w.fail("", "its text and its widgets do not fit together")
		return content.Item{}
	}
	for _, f := range w.lines {
		if says(stem, f) {
			w.fail("number-line", "a point to be set on a number line, which the question names, cannot be shown here")
			return content.Item{}
		}
	}
	if len(w.parts) == 1 && w.parts[0].item.Type != "" {
		if it, ok := alone(w.parts[0], stem, marks[0]); ok {
			return it
		}
	}
	return w.gaps(stem)
}

// alone makes an item of the one thing asked. What is typed must stand at the end of the text, with a unit after it at most;
// false when it stands within.
func alone(p part, stem, mark string) (content.Item, bool) {
	before, after, _ := strings.Cut(stem, mark)
	it := p.item
	if it.Type == content.Number || it.Type == content.Formula {
		unit, ok := unitOf(after)
		row := before[strings.LastIndexByte(before, '\n')+1:]
		if !ok || strings.HasPrefix(row, "|") || it.Unit == "" && unit != "" && it.Type == content.Formula {
			return it, false
		}
		if it.Unit == "" {
			it.Unit = unit
		}
		after = ""
	}
	it.Stem = strings.TrimSpace(trimBlank(before) + "\n\n" + strings.TrimSpace(after))
	return it, true
}

// trimBlank takes line ends off the end of a text, and the marks that would begin one.
func trimBlank(s string) string {
	for {
		t := strings.TrimRight(s, " \n")
		if cut, ok := strings.CutSuffix(t, `\`); ok && !strings.HasSuffix(cut, `\`) && t != s {
			t = cut
		}
		if t == s {
			return s
		}
		s = t
	}
}

// unitOf reads what stands after a field as a unit: a word or two without a meaning of their own. A full stop is none.
func unitOf(after string) (string, bool) {
	after = strings.TrimSpace(after)
	if after == "" || after == "." {
		return "", true
	}
	plain := strings.TrimSuffix(strings.NewReplacer(`\%`, "%", `\$`, "$").Replace(after), ".")
	if len([]rune(plain)) > 24 || strings.ContainsAny(plain, "\n\\$<>*_![]{}|`0123456789:;?,") || strings.Count(plain, " ") > 2 {
		return "", false
	}
	return marking.Literal(plain), true
}

// gaps makes a text with gaps, when all that is asked can be one.
func (w *writer) gaps(stem string) content.Item {
	it := content.Item{Type: content.InlineChoice, Fixed: true}
	for i, p := range w.parts {
		it.Fixed = it.Fixed && (p.item.Fixed || p.gap != nil && len(p.gap.Options) == 0)
		if p.gap == nil {
			w.fail(w.kinds(), "it is answered in several ways at once, and a question here in one")
			return it
		}
		if len(p.gap.Options) == 0 {
			it.Type = content.Cloze
		}
		it.Gaps = append(it.Gaps, *p.gap)
		it.Mistakes = append(it.Mistakes, mistakesOf(w.parts, i)...)
		stem = strings.Replace(stem, gapOpen+strconv.Itoa(i)+gapClose, "{{"+strconv.Itoa(i+1)+"}}", 1)
	}
	it.Stem = stem
	return it
}

// mistakesOf are those of the one number that is asked: of several nobody could tell in which gap one stands.
func mistakesOf(parts []part, i int) []content.Mistake {
	if len(parts) > 1 {
		return nil
	}
	return parts[i].item.Mistakes
}
