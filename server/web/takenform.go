package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
)

// The form of a take-home file has fields of its own, for many questions stand on one page: "q3" for the third, or "q3.0",
// "q3.1" … where it has several. What is chosen is told by its place as shown, from 0, which is short and gives nothing
// away; a position in an order counts from 1.

// takenResponse is an answer of a file as package marking reads it; values are those of the question's fields in order.
// What cannot be is left out, and marked as no answer.
func takenResponse(v marking.Variant, values []string) url.Values {
	out, it := url.Values{}, v.Item
	value := func(i int) string {
		if i < len(values) {
			return strings.TrimSpace(values[i])
		}
		return ""
	}
	set := func(field, to string) {
		if to != "" {
			out.Add(field, to)
		}
	}
	switch it.Type {
	case content.Choice:
		set("r", keyAt(it.Options, value(0)))
	case content.Many, content.HotText:
		for _, at := range strings.Split(value(0), ",") {
			set("r", keyAt(it.Options, at))
		}
	case content.Cloze, content.InlineChoice:
		for i, g := range it.Gaps {
			if len(g.Options) > 0 {
				set("r"+strconv.Itoa(i+1), keyAt(g.Options, value(i)))
			} else {
				set("r"+strconv.Itoa(i+1), value(i))
			}
		}
	case content.Order, content.Categorise:
		for i, o := range it.Options {
			set("r."+o.Key, value(i))
		}
	case content.Match:
		for i := range it.Pairs {
			set("r."+strconv.Itoa(i), keyAt(it.Options, value(i)))
		}
	default:
		set("r", value(0))
	}
	return out
}

func keyAt(options []content.Option, place string) string {
	i, err := strconv.Atoi(place)
	if err != nil || i < 0 || i >= len(options) {
		return ""
	}
	return options[i].Key
}

// takenRight is the right answer in the fields of a file, to be compared letter by letter; false where more than one
// answer is right, or it is typed in words: what cannot be told for sure the box tells.
func takenRight(v marking.Variant) (string, bool) {
	it := v.Item
	var values []string
	switch it.Type {
	case content.Choice:
		values = rightPlaces(it.Options)
	case content.Many, content.HotText:
		values = []string{strings.Join(rightPlaces(it.Options), ",")}
	case content.InlineChoice:
		for _, g := range it.Gaps {
			values = append(values, rightPlaces(g.Options)...)
		}
	case content.Order:
		for _, o := range it.Options {
			values = append(values, strconv.Itoa(o.Category+1))
		}
	case content.Categorise:
		for _, o := range it.Options {
			values = append(values, strconv.Itoa(o.Category))
		}
	case content.Match:
		for _, p := range it.Pairs {
			values = append(values, strconv.Itoa(slices.IndexFunc(it.Options, func(o content.Option) bool { return o.Text == p.Right })))
		}
	case content.TrueFalse:
		values = it.Answers
	case content.Number:
		if len(it.Answers) != 1 || len(it.Accepts) > 0 || it.Tolerance != "" && it.Tolerance != "0" || !plainNumber(it.Answers[0]) {
			return "", false
		}
		values = it.Answers
	default:
		return "", false
	}
	line := strings.Join(values, "\t")
	result, err := marking.Mark(v, takenResponse(v, values))
	return line, err == nil && result.Correct
}

func rightPlaces(options []content.Option) (out []string) {
	for i, o := range options {
		if o.Right {
			out = append(out, strconv.Itoa(i))
		}
	}
	return out
}

// plainNumber says whether a number is written as the file's script would write it.
func plainNumber(s string) bool {
	x, err := strconv.ParseFloat(s, 64)
	return err == nil && len(s) <= 15 && strconv.FormatFloat(x, 'f', -1, 64) == s
}

// takenHash is what a file holds instead of the right answer: two passes of FNV-1a over a salt, the question's number
// and the answer, 64 bits in hex. Whoever wants to can try all answers; nobody reads it off the page.
func takenHash(salt string, n int, line string) string {
	text := salt + "|" + strconv.Itoa(n) + "|" + line
	return fnv32(2166136261, text) + fnv32(84696351, text)
}

func fnv32(h uint32, s string) string {
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	const digits = "0123456789abcdef"
	out := make([]byte, 8)
	for i := range out {
		out[i] = digits[h>>(28-4*i)&15]
	}
	return string(out)
}
