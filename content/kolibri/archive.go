package kolibri

import (
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
)

func hexOfKey(s string) string { return hex.EncodeToString(keyOf(s).bytes()) }

// An archive is a .perseus archive being made.
type archive struct {
	ids      []string
	items    []string          // JSON, by index of ids
	pictures map[string]string // name in images/ → path in the course
}

type object map[string]any

var markdownPicture = regexp.MustCompile(`!\[([^\]]*)\]\(([^)\s]+)\)`)

// text gives the Markdown of Perseus: its pictures lie in the archive.
func (a *archive) text(s string) string {
	return markdownPicture.ReplaceAllStringFunc(s, func(m string) string {
		parts := markdownPicture.FindStringSubmatch(m)
		name := hexOfKey(parts[2]) + strings.ToLower(path.Ext(parts[2]))
		a.pictures[name] = pathOf(parts[2])
		return "![" + parts[1] + "](${☣ LOCALPATH}/images/" + name + ")"
	})
}

// pathOf is the path in its course of a picture that stands at an address of this box, as those of our own packs do.
func pathOf(address string) string {
	rest, ok := strings.CutPrefix(address, "/file/")
	_, p, found := strings.Cut(rest, "/")
	if !ok || !found {
		return address
	}
	if plain, err := url.PathUnescape(p); err == nil {
		return plain
	}
	return p
}

// add takes a question, or says why not.
func (a *archive) add(i content.Item) (reason string) {
	var widget, name string
	var options object
	switch {
	case len(i.Lets) > 0:
		return "it is drawn anew each time"
	case i.Type == content.Choice || i.Type == content.Many:
		widget, options = "radio", a.radio(i.Options, i.Type == content.Many)
		options["randomize"] = !i.Fixed
	case i.Type == content.TrueFalse && len(i.Answers) == 1:
		widget = "radio"
		options = a.radio([]content.Option{{Text: "✓", Right: i.Answers[0] == "true"}, {Text: "✗", Right: i.Answers[0] != "true"}}, false)
	case i.Type == content.Number && len(i.Answers) == 1:
		value, err := strconv.ParseFloat(i.Answers[0], 64)
		within, errWithin := strconv.ParseFloat("0"+i.Tolerance, 64)
		if err != nil || errWithin != nil {
			return "its answer is worked out"
		}
		widget = "numeric-input"
		options = object{"answers": []object{{"value": value, "status": "correct", "message": "", "simplify": "optional", "strict": false, "maxError": within}}, "coefficient": false, "labelText": "", "size": "normal"}
	default:
		return fmt.Sprintf("Kolibri has no %s of ours", i.Type)
	}
	name = widget + " 1"
	hints := []object{}
	for _, h := range i.Hints {
		hints = append(hints, object{"content": a.text(h), "images": object{}, "widgets": object{}, "replace": false})
	}
	q := object{
		"question": object{"content": a.text(i.Stem) + "\n\n[[☃ " + name + "]]", "images": object{}, "widgets": object{name: object{"type": widget, "graded": true, "alignment": "default", "static": false, "options": options, "version": object{"major": 1, "minor": 0}}}},
		"hints":    hints, "answerArea": object{"calculator": false, "options": object{}}, "itemDataVersion": object{"major": 0, "minor": 1},
	}
	a.ids, a.items = append(a.ids, hexOfKey(string(i.ID)+" "+i.Stem)), append(a.items, asJSON(q))
	return ""
}

func (a *archive) radio(options []content.Option, many bool) object {
	var choices []object
	for _, o := range options {
		choices = append(choices, object{"content": a.text(o.Text), "correct": o.Right, "clue": o.Feedback})
	}
	return object{"choices": choices, "randomize": true, "multipleSelect": many, "countChoices": false, "hasNoneOfTheAbove": false, "deselectEnabled": false, "displayCount": nil}
}

// model is a criterion as Kolibri has it; those it does not know are m of n.
func (a *archive) model(c content.Criterion) object {
	switch {
	case c.Type == "m_of_n" || c.Type == "spaced_m_of_n":
		return object{"type": "m_of_n", "m": c.M, "n": c.N}
	case c.Type == "":
		return object{"type": "m_of_n", "m": 3, "n": 5}
	}
	return object{"type": c.Type}
}

// perseus stores the archive.
func (w *channelWriter) perseus(a *archive, x content.Exercise) (string, error) {
	mapping := object{}
	for _, id := range a.ids {
		mapping[id] = "perseus_question"
	}
	about := a.model(x.Criterion)
	about["all_assessment_items"], about["assessment_mapping"], about["mastery_model"], about["randomize"] = a.ids, mapping, about["type"], true
	delete(about, "type")
	return w.zip(".perseus", func(add func(name string, fill func(io.Writer) error) error) error {
		put := func(name, text string) error {
			return add(name, func(to io.Writer) error { _, err := io.WriteString(to, text); return err })
		}
		if err := put("exercise.json", asJSON(about)); err != nil {
			return err
		}
		for i, id := range a.ids {
			if err := put(id+".json", a.items[i]); err != nil {
				return err
			}
		}
		for _, name := range slices.Sorted(maps.Keys(a.pictures)) {
			if err := w.addFile(add, "images/"+name, a.pictures[name]); err != nil {
				return err
			}
		}
		return nil
	})
}
