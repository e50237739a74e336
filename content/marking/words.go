package marking

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/content/tex"
)

// Line is the question in one line of text, as a report shows it: gaps as …, options after it.
func Line(v Variant) string {
	it := v.Item
	stem := flat(tex.PlainText(it.Stem))
	for n := 1; n <= max(len(it.Gaps), len(it.Options)); n++ {
		with := "…"
		if it.Type == content.HotText && n <= len(it.Options) {
			with = flat(tex.PlainText(it.Options[n-1].Text))
		}
		stem = strings.ReplaceAll(stem, "{{"+strconv.Itoa(n)+"}}", with)
	}
	if it.Type != content.HotText && len(it.Options) > 0 {
		texts := make([]string, len(it.Options))
		for i, o := range it.Options {
			texts[i] = flat(tex.PlainText(o.Text))
		}
		stem += " (" + strings.Join(texts, " / ") + ")"
	}
	return strings.Join(strings.Fields(stem), " ")
}

// Explain turns what the log keeps of a response (Result.Given) into what the learner saw: keys become their texts. What
// is not a key stays as it is. Mathematics in either is written plain: (a+b)/c.
func Explain(v Variant, given string) string {
	texts := map[string]string{}
	note := func(options []content.Option) {
		for _, o := range options {
			texts[o.Key] = o.Text
		}
	}
	note(v.Item.Options)
	for _, g := range v.Item.Gaps {
		note(g.Options)
	}
	for _, p := range v.Item.Pairs {
		texts[Keys([]string{p.Left})[0]] = p.Left
	}
	word := func(s string) string { return cmp.Or(words(texts[s]), s) }
	switch v.Item.Type {
	case content.Choice:
		return word(given)
	case content.Many, content.HotText, content.Order:
		return mapJoin(given, ",", word)
	case content.InlineChoice, content.Cloze:
		return mapJoin(given, " | ", word)
	case content.Match:
		return mapJoin(given, ",", func(s string) string {
			left, right, _ := strings.Cut(s, "=")
			return word(left) + " = " + word(right)
		})
	case content.Categorise:
		return mapJoin(given, ",", func(s string) string {
			key, at, _ := strings.Cut(s, "=")
			if n, err := strconv.Atoi(at); err == nil && n >= 0 && n < len(v.Item.Categories) {
				return words(v.Item.Categories[n]) + ": " + word(key)
			}
			return word(key)
		})
	}
	return given
}

func mapJoin(s, sep string, word func(string) string) string {
	parts := strings.Split(s, sep)
	for i := range parts {
		parts[i] = word(parts[i])
	}
	if sep == "," {
		return strings.Join(parts, ", ")
	}
	return strings.Join(parts, "; ") // what was typed may hold a comma
}

// Right is a wholly right response as Result.Given would keep it.
func Right(v Variant) string {
	it := v.Item
	var keys []string
	switch it.Type {
	case content.Choice, content.Many, content.HotText:
		for _, o := range it.Options {
			if o.Right {
				keys = append(keys, o.Key)
			}
		}
		slices.Sort(keys)
	case content.Order:
		in := slices.Clone(it.Options)
		arrange.By(in, func(a, b content.Option) int { return a.Category - b.Category })
		for _, o := range in {
			keys = append(keys, o.Key)
		}
	case content.Cloze, content.InlineChoice:
		return rightGaps(it)
	case content.Match:
		for _, p := range it.Pairs {
			keys = append(keys, Keys([]string{p.Left})[0]+"="+keyOf(it.Options, p.Right))
		}
		slices.Sort(keys)
	case content.Categorise:
		for _, o := range it.Options {
			keys = append(keys, o.Key+"="+strconv.Itoa(o.Category))
		}
		slices.Sort(keys)
	default:
		if len(it.Answers) > 0 {
			return it.Answers[0]
		}
	}
	return strings.Join(keys, ",")
}

func rightGaps(it content.Item) string {
	var words []string
	for _, g := range it.Gaps {
		word := ""
		if len(g.Answers) > 0 {
			word = g.Answers[0]
		}
		for _, o := range g.Options {
			if o.Right {
				word = o.Key
			}
		}
		words = append(words, word)
	}
	return strings.Join(words, " | ")
}

func keyOf(options []content.Option, text string) string {
	for _, o := range options {
		if o.Text == text {
			return o.Key
		}
	}
	return ""
}
