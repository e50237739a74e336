package marking

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
)

// A filler replaces the expressions of an item's texts. The first error stays.
type filler struct {
	env map[string]value
	err error
}

// item gives a filled copy that shares no slice with it.
func (f *filler) item(it content.Item) content.Item {
	it.Lets, it.Where = slices.Clone(it.Lets), slices.Clone(it.Where)
	for _, s := range []*string{&it.Stem, &it.Unit, &it.Worked, &it.Right, &it.Wrong} {
		*s = f.text(*s)
	}
	it.Hints = f.texts(it.Hints)
	it.Categories = f.texts(it.Categories)
	it.Options = f.options(it.Options)
	it.Gaps = slices.Clone(it.Gaps)
	for i, g := range it.Gaps {
		it.Gaps[i] = f.gap(g)
	}
	it.Distractors = f.texts(it.Distractors)
	it.Accepts = f.accepts(it.Type, it.Accepts)
	it.Pairs = slices.Clone(it.Pairs)
	for i, p := range it.Pairs {
		it.Pairs[i] = content.Pair{Left: f.text(p.Left), Right: f.text(p.Right)}
	}
	it.Answers = f.answers(it.Type, it.Answers)
	it.Tolerance = f.value(it.Tolerance)
	it.Mistakes = f.mistakes(it.Type, it.Mistakes)
	return it
}

func (f *filler) gap(g content.Gap) content.Gap {
	g.Answers, g.Options, g.Accepts = f.answers(g.Type, g.Answers), f.options(g.Options), f.accepts(g.Type, g.Accepts)
	g.Tolerance = f.value(g.Tolerance)
	return g
}

// answers are expressions of a number, else texts.
func (f *filler) answers(t content.ItemType, in []string) []string {
	if t != content.Number {
		return f.texts(in)
	}
	out := slices.Clone(in)
	for i := range out {
		out[i] = f.value(out[i])
	}
	return out
}

func (f *filler) accepts(t content.ItemType, in []content.Accept) []content.Accept {
	out := slices.Clone(in)
	for i, a := range out {
		out[i].Answer = f.answers(t, []string{a.Answer})[0]
		out[i].Tolerance, out[i].Feedback = f.value(a.Tolerance), f.text(a.Feedback)
	}
	return out
}

func (f *filler) text(s string) string {
	if f.err != nil {
		return s
	}
	out, err := fill(s, f.env)
	if err != nil {
		f.err = err
	}
	return out
}

func (f *filler) texts(s []string) []string {
	s = slices.Clone(s)
	for i := range s {
		s[i] = f.text(s[i])
	}
	return s
}

func (f *filler) options(o []content.Option) []content.Option {
	o = slices.Clone(o)
	for i := range o {
		o[i].Text, o[i].Feedback = f.text(o[i].Text), f.text(o[i].Feedback)
	}
	return o
}

// value works out an expression that must be a number; "" stays.
func (f *filler) value(src string) string {
	if src == "" || f.err != nil {
		return src
	}
	v, err := f.number(src)
	if err != nil {
		f.err = err
	}
	return v
}

func (f *filler) number(src string) (string, error) {
	e, err := parse(src)
	if err != nil {
		return "", err
	}
	v, err := e.eval(f.env)
	if err != nil {
		return "", fmt.Errorf("%q: %w", src, err)
	}
	if v.num == nil {
		return "", fmt.Errorf("%q is a text where a number is wanted: %w", src, fs.ErrInvalid)
	}
	return v.String(), nil
}

// mistakes fills known mistakes; one that divides by zero cannot be made in this draw and is left out.
func (f *filler) mistakes(t content.ItemType, in []content.Mistake) (out []content.Mistake) {
	for _, m := range in {
		if t == content.Number {
			v, err := f.number(m.Answer)
			if errors.Is(err, errDivide) {
				continue
			}
			if err != nil && f.err == nil {
				f.err = err
			}
			m.Answer = v
		} else {
			m.Answer = f.text(m.Answer)
		}
		m.Feedback = f.text(m.Feedback)
		out = append(out, m)
	}
	return out
}

// Keys gives each text a short key that depends on the text alone, so that it stays when options are moved about, and
// tells a reader of the page's source nothing: four letters, and a number after it where two texts would share them.
func Keys(texts []string) []string {
	const letters = "bcdfghjkmnpqrstvwxyz" // no vowels, so no words
	out := make([]string, len(texts))
	for i, t := range texts {
		h, key := fnv1a(strings.TrimSpace(t)), []byte(nil)
		h ^= h >> 32
		for range 4 {
			key = append(key, letters[h%20])
			h /= 20
		}
		out[i] = string(key)
		for n := 2; slices.Contains(out[:i], out[i]); n++ {
			out[i] = string(key) + strconv.Itoa(n)
		}
	}
	return out
}
