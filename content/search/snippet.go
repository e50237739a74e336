package search

import (
	"fmt"
	"io/fs"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// A Snippet is a stretch of a source's own text, white space put together, with what was asked for in it.
type Snippet struct {
	Text  string
	Marks []Mark // in order, apart
}

// A Mark is bytes of a snippet that match.
type Mark struct{ From, To int }

// Marked writes a snippet with open before and close after each match, and every piece as escape writes it.
func (s Snippet) Marked(open, close string, escape func(string) string) string {
	var b strings.Builder
	at := 0
	for _, m := range s.Marks {
		b.WriteString(escape(s.Text[at:m.From]))
		b.WriteString(open + escape(s.Text[m.From:m.To]) + close)
		at = m.To
	}
	b.WriteString(escape(s.Text[at:]))
	return b.String()
}

// passage reads the parts of a row.
func (x *Index) passage(v *view, row uint32) ([]part, error) {
	s, n := v.segmentOf(row)
	packed, err := s.item(bodyColumn, s.footer.bodies, n, nil)
	if err != nil {
		return nil, x.noted(fmt.Errorf("segment %d: row %d: %w", s.listed.N, n, err))
	}
	unpack, err := x.unpack()
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	b, err := unpack.DecodeAll(packed, nil)
	var parts []part
	if err == nil {
		err = decoding.Unmarshal(b, &parts)
	}
	if err != nil {
		return nil, x.noted(fmt.Errorf("segment %d: row %d: %w: %w", s.listed.N, n, err, fs.ErrInvalid))
	}
	return parts, nil
}

// A match is a word of a text that a group of the question stands for.
type match struct {
	from, to int
	group    int
}

// matcher finds the words of texts that groups stand for.
type matcher struct {
	groups []group
	exact  map[string]int
	starts map[string]int // first letters of all forms, so that few words are stemmed
	langs  []string
	known  map[string][]match // by text
	single bool               // one letter of a script without spaces is asked for
}

// newMatcher makes one for texts in a language, "" unknown.
func newMatcher(groups []group, language string) *matcher {
	m := &matcher{known: map[string][]match{}, groups: groups, exact: map[string]int{}, starts: map[string]int{}}
	for i, g := range groups {
		m.single = m.single || g.pair && utf8.RuneCountInString(g.form) == 1
		for _, t := range g.terms {
			form := strings.TrimPrefix(t.text, stemMark)
			if _, ok := m.exact[t.text]; !ok {
				m.exact[t.text] = i
			}
			m.starts[cut(form, 3)] = i
		}
	}
	if base := baseOf(language); stemmers[base] != nil {
		m.langs = []string{base}
	} else if base == "" {
		for lang := range stemmers {
			if lang != "sw" {
				m.langs = append(m.langs, lang)
			}
		}
	}
	return m
}

// group says which group a word stands for.
func (m *matcher) group(w word) (int, bool) {
	if g, ok := m.exact[w.form]; ok {
		return g, true
	}
	if w.pair {
		return 0, false
	}
	if _, ok := m.starts[cut(w.form, 3)]; !ok && !(len(m.langs) == 1 && m.langs[0] == "sw") { // whose stems have lost their beginning
		return 0, false
	}
	for _, lang := range m.langs {
		if s := stem(lang, w); s != "" {
			if g, ok := m.exact[stemMark+s]; ok {
				return g, true
			}
		}
	}
	return 0, false
}

// find lists the matches in a text, at most as many as a snippet could show of 4 KiB. It remembers them.
func (m *matcher) find(text string) []match {
	if known, ok := m.known[text]; ok {
		return known
	}
	var out []match
	words(text, !m.single, func(w word) bool {
		if g, ok := m.group(w); ok {
			out = append(out, match{w.from, w.to, g})
		}
		return len(out) < 400
	})
	m.known[text] = out
	return out
}

// bestPart is the part of a row with most of the question in it.
func (m *matcher) bestPart(parts []part) part {
	if len(parts) == 0 {
		return part{}
	}
	best, most := 0, float32(-1)
	for i, p := range parts {
		var mask uint32
		for _, f := range m.find(p.Text) {
			mask |= 1 << f.group
		}
		for _, f := range m.find(p.Title) {
			mask |= 1 << f.group
		}
		var sum float32
		for ; mask != 0; mask &= mask - 1 {
			sum += m.groups[bits.TrailingZeros32(mask)].idf
		}
		if sum > most {
			best, most = i, sum
		}
	}
	return parts[best]
}

const snippetBytes = 240

// snippet is the stretch of a text that shows most of the question.
func (m *matcher) snippet(text string) Snippet {
	found := m.find(text)
	from := 0
	var most float32
	for i, first := range found {
		var mask uint32
		var sum float32
		span := 0
		for _, f := range found[i:] {
			if f.to-first.from > snippetBytes {
				break
			}
			if mask&(1<<f.group) == 0 {
				mask |= 1 << f.group
				sum += m.groups[f.group].idf
				span = f.to - first.from
			}
		}
		sum *= 1 - float32(span)/(4*snippetBytes) // of those that show as much, the one where it stands closest
		if sum > most {
			most, from = sum, first.from
		}
	}
	from = beginning(text, from)
	to := ending(text, from)
	return collapse(text, from, to, found)
}

// beginning is where a snippet with its first match at at begins: at the start of its sentence, if that is near, else at a word.
func beginning(text string, at int) int {
	low := max(0, at-80)
	if low == 0 {
		return 0
	}
	best := -1
	for i := at - 1; i >= low; i-- {
		if text[i] == '\n' {
			return i + 1
		}
		if best < 0 && i < at-1 && (strings.HasPrefix(text[i:], ". ") || strings.HasPrefix(text[i:], "। ") || strings.HasPrefix(text[i:], "。")) {
			_, n := utf8.DecodeRuneInString(text[i:])
			return i + n
		}
	}
	for i := low; i < at; i++ {
		if text[i] == ' ' {
			return i + 1
		}
	}
	return runeStart(text, low)
}

func ending(text string, from int) int {
	to := from + snippetBytes
	if to >= len(text) {
		return len(text)
	}
	for i := to; i > to-40 && i > from; i-- {
		if text[i] == ' ' || text[i] == '\n' {
			return i
		}
	}
	return runeStart(text, to)
}

func runeStart(s string, at int) int {
	for at > 0 && at < len(s) && !utf8.RuneStart(s[at]) {
		at--
	}
	return at
}

// collapse cuts a stretch out, each run of white space as one space, and moves the marks with it.
func collapse(text string, from, to int, found []match) Snippet {
	var b strings.Builder
	if from > 0 {
		b.WriteString("… ")
	}
	at := make([]int, to-from+1) // where each byte came to stand
	space := true
	for i := from; i < to; i++ {
		at[i-from] = b.Len()
		if c := text[i]; c == ' ' || c == '\n' || c == '\t' || c == '\r' {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		b.WriteByte(text[i])
		space = false
	}
	at[to-from] = b.Len()
	out := Snippet{}
	for _, f := range found {
		if f.from < from || f.to > to {
			continue
		}
		m := Mark{at[f.from-from], at[f.to-from]}
		if n := len(out.Marks); n > 0 && m.From <= out.Marks[n-1].To {
			out.Marks[n-1].To = max(m.To, out.Marks[n-1].To)
			continue
		}
		out.Marks = append(out.Marks, m)
	}
	out.Text = strings.TrimRight(b.String(), " ")
	for n := len(out.Marks); n > 0 && out.Marks[n-1].To > len(out.Text); n-- {
		out.Marks = out.Marks[:n-1]
	}
	if to < len(text) {
		out.Text += " …"
	}
	return out
}

// nearness is the share of the best by which a resource gains whose words stand together, in the order asked.
const nearness = 0.3

// rerank puts the best in order once more, by how near to each other the words stand in the best passage.
func (s *showing) rerank(best []ranked) error {
	for i := range best {
		r := &best[i]
		if r.found.row == 0 || bits.OnesCount32(r.found.near) < 2 {
			continue
		}
		parts, err := s.parts(r.found.row - 1)
		if err != nil {
			return err
		}
		var near float32
		m := s.matcher(s.v.values[s.v.resources[r.resource].language])
		for _, p := range parts {
			near = max(near, together(m.find(p.Text), s.groups))
		}
		r.score *= 1 + nearness*near
	}
	sortRanked(best)
	return nil
}

// together says, from 0 to 1, how much of the question stands side by side.
func together(found []match, groups []group) float32 {
	var total, most float32
	for _, g := range groups {
		total += g.idf
	}
	for i, first := range found {
		mask, sum, last := uint32(1)<<first.group, groups[first.group].idf, first
		for _, f := range found[i+1:] {
			if f.from-last.to > 30 || mask&(1<<f.group) != 0 {
				break
			}
			share := float32(1)
			if f.from-last.to > 3 {
				share = 0.5
			}
			if f.group != last.group+1 {
				share *= 0.7
			}
			mask |= 1 << f.group
			sum += share * groups[f.group].idf
			last = f
		}
		if bits.OnesCount32(mask) > 1 {
			most = max(most, sum/total)
		}
	}
	return most
}
