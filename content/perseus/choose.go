package perseus

import (
	"encoding/json"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
)

// radio is one of several choices, or several of them.
func radio(w *writer, raw json.RawMessage) string {
	var o struct {
		Choices        []radioChoice `json:"choices"`
		MultipleSelect flag          `json:"multipleSelect"`
		Randomize      flag          `json:"randomize"`
		AutoNone       flag          `json:"noneOfTheAbove"` // of version 0: one more choice, which Perseus no longer reads
	}
	if !w.read("radio", raw, &o) {
		return ""
	}
	if o.AutoNone {
		w.fail("radio", "a choice \"none of the above\" that is not written out cannot be shown here")
		return ""
	}
	options := make([]content.Option, len(o.Choices))
	right := 0
	for i, c := range o.Choices {
		options[i] = c.option(w)
		if options[i].Right {
			right++
		}
	}
	keyed(options)
	p := part{kind: "radio", item: content.Item{Type: content.Choice, Options: options, Fixed: !bool(o.Randomize)}}
	if o.MultipleSelect {
		p.item.Type = content.Many
	}
	switch {
	case right == 0:
		w.fail("radio", "no choice is right")
	case right > 1 && !bool(o.MultipleSelect):
		w.fail("radio", "several choices are right where one can be made")
	case !bool(o.MultipleSelect) && !hasPicture(options):
		p.gap = &content.Gap{Options: options}
	}
	return w.add(p)
}

// A radioChoice is a choice. What is said of a wrong one was called clue before it was rationale.
type radioChoice struct {
	Content, Clue, Rationale word
	Correct                  flag
	IsNoneOfTheAbove         flag
}

func (c radioChoice) option(w *writer) content.Option {
	text := w.line(string(c.Content))
	if text == "" && bool(c.IsNoneOfTheAbove) {
		text = noneOfThese(w.lang)
	}
	said := string(c.Rationale)
	if said == "" {
		said = string(c.Clue)
	}
	o := content.Option{Text: text, Right: bool(c.Correct)}
	if said != "" {
		if aside := w.aside(func(inner *writer) string { return inner.html(renderer{Content: said}) }); aside != nil {
			o.Feedback = aside[0]
		}
	}
	return o
}

func hasPicture(options []content.Option) bool {
	for _, o := range options {
		if strings.Contains(o.Text, "![") {
			return true
		}
	}
	return false
}

// keyed names options by their texts.
func keyed(options []content.Option) {
	texts := make([]string, len(options))
	for i, o := range options {
		texts[i] = o.Text
	}
	for i, k := range marking.Keys(texts) {
		options[i].Key = k
	}
}

// dropdown is a list of choices within the text.
func dropdown(w *writer, raw json.RawMessage) string {
	var o struct {
		Choices []struct {
			Content word
			Correct flag
		} `json:"choices"`
	}
	if !w.read("dropdown", raw, &o) {
		return ""
	}
	options := make([]content.Option, len(o.Choices))
	for i, c := range o.Choices {
		options[i] = content.Option{Text: w.line(string(c.Content)), Right: bool(c.Correct)}
	}
	keyed(options)
	return w.add(part{kind: "dropdown", item: content.Item{Fixed: true}, gap: &content.Gap{Options: options}})
}
