package search

import (
	"encoding/json"
	"math"
	"strings"

	"lamplight/content"
)

const (
	segmentRows = 4096
	batchBytes  = 3 << 20 // of text in one segment: about four times that in memory while it is made
	rowBytes    = 3 << 10 // of text in a row

	titleWeight, tagWeight, aboutWeight, headingWeight = 5, 2, 1.3, 2.5
	saturation, average                                = 1.2, 220 // of BM25: k1, and the words of an average row
)

// A batch is a segment being made.
type batch struct {
	rows          []uint32
	bodies        [][]byte // of each row its parts as packed CBOR, nil of a heading
	firstResource uint32
	resources     []resource
	heads         []head
	known, added  map[string]uint32 // values: the view's, and new ones
	values        []string          // new ones
	terms         map[string]*list
	bytes         int
	states        map[int]State // of courses that went on

	weights map[string]float32 // of the row being made
	titles  map[string]bool
	stems   map[string]string // what stem answered
}

// A part is a stretch of text in a row, with its place in the resource.
type part struct {
	Place string `cbor:"1,keyasint,omitempty"`
	Title string `cbor:"2,keyasint,omitempty"`
	Text  string `cbor:"3,keyasint"`
}

func newBatch(v *view, known map[string]uint32) *batch {
	return &batch{
		firstResource: uint32(len(v.resources)), known: known, added: map[string]uint32{}, terms: map[string]*list{}, states: map[int]State{},
		weights: map[string]float32{}, titles: map[string]bool{}, stems: map[string]string{},
	}
}

func (b *batch) full() bool { return len(b.rows) >= segmentRows || b.bytes >= batchBytes }

// value interns a string.
func (b *batch) value(s string) uint32 {
	if n, ok := b.known[s]; ok {
		return n
	}
	n, ok := b.added[s]
	if !ok {
		n = uint32(len(b.known) + len(b.values))
		b.added[s] = n
		b.values = append(b.values, s)
	}
	return n
}

// facesValue is what a document counts under, as a string that is the same for the same values.
func facesValue(d Document) string {
	f := faces{}
	for _, facet := range content.Facets {
		if values := d.Values[facet]; len(values) > 0 && facet != content.CourseFacet {
			f[facet] = values
		}
	}
	if d.Values == nil {
		f[content.KindFacet] = []string{string(d.Kind)}
		if base := baseOf(d.Language); base != "" {
			f[content.LanguageFacet] = []string{base}
		}
	}
	s, err := json.Marshal(f) // keys in order
	if err != nil {
		return ""
	}
	return string(s)
}

// addHead adds a resource and its heading, and answers its number.
func (b *batch) addHead(course uint16, d Document) uint32 {
	langs := stemLanguages(d.Language, d.Title+"\n"+d.Description)
	titled := 0
	b.enter(d.Title, langs, titleWeight, true, &titled)
	b.enter(d.Description, langs, aboutWeight, false, nil)
	b.enter(strings.Join(d.Tags, "\n"), langs, tagWeight, false, nil)
	if titled > 0 { // a word of a short title weighs more
		for t := range b.titles {
			b.weights[t] *= float32(1 / (0.6 + 0.1*float64(min(titled, 14))))
		}
	}
	r := resource{
		course: course, kind: narrow(b.value(string(d.Kind))), language: narrow(b.value(d.Language)), faces: b.value(facesValue(d)), title: uint8(min(titled, 255)), quality: qualityOf(d),
	}
	n := b.firstResource + uint32(len(b.resources))
	b.resources = append(b.resources, r)
	b.heads = append(b.heads, head{string(d.Resource), d.Title, d.Description})
	b.bytes += len(d.Title) + len(d.Description) + len(d.Resource)
	b.row(n|heading, saturation, nil)
	return n
}

// addBody adds a row of a resource's text.
func (b *batch) addBody(resource uint32, parts []part, langs []string, packed []byte) {
	count := 0
	for _, p := range parts {
		b.enter(p.Title, langs, headingWeight, true, nil)
		b.enter(p.Text, langs, 1, false, &count)
		b.bytes += len(p.Text)
	}
	b.row(resource, saturation*(0.5+0.5*float64(count)/average), packed)
}

// enter adds a text's words to the row being made.
func (b *batch) enter(text string, langs []string, weight float32, title bool, count *int) {
	words(text, false, func(w word) bool {
		if count != nil && !w.joined {
			*count++
		}
		b.weigh(w.form, weight, title)
		for _, lang := range langs {
			if s := b.stem(lang, w); s != "" {
				b.weigh(stemMark+s, weight, title)
			}
		}
		if title && weight == titleWeight && !w.pair {
			for n, prefix := range prefixes(w.form) {
				b.weigh(prefixMark+prefix, weight/float32(4-n), title)
			}
		}
		return true
	})
}

// What a term begins with: nothing for a word as it is. Words begin with a letter or digit, so these sort before.
const (
	prefixMark = "\x01" // the first one to three letters of a word of a title
	stemMark   = "\x02"
)

// prefixes are a word's first one, two and three letters.
func prefixes(form string) (out []string) {
	n := 0
	for i := range form {
		if n > 0 {
			out = append(out, form[:i])
		}
		if n++; n > 3 {
			return out
		}
	}
	return append(out, form)
}

func (b *batch) weigh(term string, weight float32, title bool) {
	if had, ok := b.weights[term]; ok {
		b.weights[term] = had + weight
	} else {
		b.weights[term] = weight
	}
	if title {
		b.titles[term] = true
	}
}

// stem is stem, remembered.
func (b *batch) stem(lang string, w word) string {
	if w.pair || w.joined {
		return ""
	}
	key := lang + w.form + "\x00" + w.plain
	s, ok := b.stems[key]
	if !ok {
		if len(b.stems) > 8_000 {
			clear(b.stems)
		}
		s = stem(lang, w)
		b.stems[strings.Clone(key)] = s
	}
	return s
}

// row ends the row being made. k is BM25's denominator beside the weight.
func (b *batch) row(resource uint32, k float64, packed []byte) {
	row := uint32(len(b.rows))
	b.rows, b.bodies = append(b.rows, resource), append(b.bodies, packed)
	for term, weight := range b.weights {
		q := byte(min(127, max(1, math.Round(127*float64(weight)/(float64(weight)+k)))))
		if b.titles[term] {
			q |= inTitle
		}
		l := b.terms[term]
		if l == nil {
			l = &list{}
			b.terms[strings.Clone(term)] = l
		}
		l.add(row, q)
	}
	clear(b.weights)
	clear(b.titles)
}

// qualityOf says, from 0 to 127, how likely a resource is what is looked for, whatever the words: what leads on before
// what is led to, and what is described before what is not.
func qualityOf(d Document) uint8 {
	q := uint8(50)
	switch d.Kind {
	case Course:
		q = 80
	case content.Topic:
		q = 60
	}
	if d.Description != "" {
		q += 10
	}
	if d.Staff {
		q |= staffOnly
	}
	return q
}

// stemLanguages are those whose stems a text in lang is entered by: its own, or the one its words tell.
func stemLanguages(lang, text string) []string {
	base := baseOf(lang)
	if _, ok := stemmers[base]; ok {
		return []string{base}
	}
	if base == "" || base == "mul" || base == "und" {
		if base = guessed(text); stemmers[base] != nil {
			return []string{base}
		}
		for _, only := range []string{"hi", "bn", "am", "ar", "ru"} { // scripts that mostly one of ours is written in
			if first := firstWord(text); first != "" && stemsIn(only, first) {
				return []string{only}
			}
		}
	}
	return nil
}

func firstWord(text string) (form string) {
	words(text, true, func(w word) bool { form = w.form; return false })
	return form
}

// baseOf is a language's tag without script and region.
func baseOf(lang string) string {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	return base
}
