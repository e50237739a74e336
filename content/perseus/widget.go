package perseus

import (
	"encoding/json"
	"slices"
	"strings"
)

// A kind of widget reads its options and gives the HTML that stands in its place.
type kindOf func(w *writer, options json.RawMessage) string

var kindsOf map[string]kindOf

func init() { // they call each other
	kindsOf = map[string]kindOf{
		"radio": radio, "dropdown": dropdown,
		"numeric-input": numericInput, "input-number": inputNumber, "number-line": numberLine, "expression": expression,
		"table": table, "matrix": matrix,
		"sorter": sorter, "orderer": orderer, "matcher": matcher, "categorizer": categorizer,
		"image": image, "definition": definition, "passage": passage, "passage-ref-target": passageTarget,
		"explanation": explanation, "group": group,
	}
}

// shown are the widgets at which nothing is answered.
var shown = []string{"image", "definition", "passage", "passage-ref-target", "explanation", "group"}

// widget gives the HTML of a widget that stands in the text.
func (w *writer) widget(x widget) string {
	known := kindsOf[x.Type]
	answered := !slices.Contains(shown, x.Type)
	if answered && !slices.Contains(w.asked, x.Type) {
		w.asked = append(w.asked, clip(x.Type, 60))
	}
	switch {
	case known == nil:
		w.fail(x.Type, "its %s cannot be shown here", clip(x.Type, 60))
		return ""
	case answered && (x.Static || x.Graded != nil && !*x.Graded):
		w.fail(x.Type, "its %s is only to be looked at, and cannot be shown here", x.Type)
		return ""
	}
	return known(w, x.Options)
}

// read fills options; false, and the question left out, when they are of another shape.
func (w *writer) read(kind string, raw json.RawMessage, into any) bool {
	if len(raw) == 0 || json.Unmarshal(raw, into) != nil {
		w.fail(kind, "the %s: %w", kind, errUnreadable)
		return false
	}
	return true
}

// image shows a picture, with its title and what stands below it.
func image(w *writer, raw json.RawMessage) string {
	var o struct {
		Title, Caption, Alt word
		BackgroundImage     struct {
			URL word `json:"url"`
		} `json:"backgroundImage"`
		Labels []json.RawMessage `json:"labels"`
	}
	if !w.read("image", raw, &o) || o.BackgroundImage.URL == "" {
		return ""
	}
	if len(o.Labels) > 0 {
		w.fail("image", "labels written over a picture cannot be shown here")
		return ""
	}
	out := ""
	if o.Title != "" {
		out += "<p><b>" + w.fragment(string(o.Title)) + "</b></p>"
	}
	out += "<p>" + w.picture(string(o.Alt), string(o.BackgroundImage.URL)) + "</p>"
	if o.Caption != "" {
		out += "<p>" + w.fragment(string(o.Caption)) + "</p>"
	}
	return out
}

// fragment is a short text as HTML without blocks.
func (w *writer) fragment(source string) string {
	source = clip(source, maxText)
	m := &markdown{picture: w.picture, widget: func(string) string { return "" }}
	return m.putBack(m.inline(m.takeOut(private.Replace(strings.TrimSpace(source))), 0))
}

// definition shows a word with what it means after it.
func definition(w *writer, raw json.RawMessage) string {
	var o struct {
		TogglePrompt, Definition word
	}
	if !w.read("definition", raw, &o) {
		return ""
	}
	return w.fragment(string(o.TogglePrompt)) + " (" + w.fragment(string(o.Definition)) + ")"
}

// passage shows a text to read, with its title and notes.
func passage(w *writer, raw json.RawMessage) string {
	var o struct {
		PassageTitle, PassageText, Footnotes word
	}
	if !w.read("passage", raw, &o) {
		return ""
	}
	out := ""
	if o.PassageTitle != "" {
		out = "<p><b>" + w.fragment(string(o.PassageTitle)) + "</b></p>"
	}
	return out + w.html(renderer{Content: passageMarks.Replace(string(o.PassageText))}) + w.html(renderer{Content: string(o.Footnotes)})
}

// passageMarks are those of Perseus round sentences that a question points at.
var passageMarks = strings.NewReplacer("{{", "", "}}", "")

func passageTarget(w *writer, raw json.RawMessage) string {
	var o struct{ Content word }
	if !w.read("passage-ref-target", raw, &o) {
		return ""
	}
	return w.fragment(string(o.Content))
}

// explanation is folded away in Perseus until somebody wants it, which costs nothing there: here it stands open.
func explanation(w *writer, raw json.RawMessage) string {
	var o struct {
		ShowPrompt, Explanation word
		Widgets                 widgets
	}
	if !w.read("explanation", raw, &o) || o.Explanation == "" {
		return ""
	}
	return "<p><i>" + w.fragment(string(o.ShowPrompt)) + "</i></p>" + w.html(renderer{Content: string(o.Explanation), Widgets: o.Widgets})
}

// group is a part of the question with widgets of its own.
func group(w *writer, raw json.RawMessage) string {
	var r renderer
	if !w.read("group", raw, &r) {
		return ""
	}
	return "<div>" + w.html(r) + "</div>"
}
