package qti

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/xmltree"
)

// A question is one item, of whatever version, on its way into an item of ours.
type question struct {
	id     string
	asks   []*interaction
	mark   func(map[string]value) (outcome, error)
	right  func(id string) value                 // the declared correct response
	best   func(id string) string                // the response its mapping gives most, "" none
	says   func(in *interaction) []string        // what its marking compares the response with
	widths func() []string                       // numbers in its marking: how far from right is still right
	deals  func(name string) bool                // its marking uses that expression
	told   func(o outcome) (string, error)       // feedback shown for an outcome
	text   func(n *xmltree.Node) (string, error) // of a choice
	sounds func() []string                       // paths, or "missing:" and the address as written
	// stem is the question's text with put in the place of elements; blocks keeps paragraphs and tables.
	stem   func(put map[*xmltree.Node]string, blocks bool) (string, error)
	hints  []string
	worked string
}

// An attempt is a question being shaped.
type attempt struct {
	*question
	it   content.Item
	runs *trial
}

// A refusal names what cannot be shown. It wraps errors.ErrUnsupported.
type refusal struct {
	kind string
	err  error
}

func (r refusal) Error() string { return r.err.Error() }
func (r refusal) Unwrap() error { return r.err }

// item makes an item of the question, or says why it is left out.
func (q *question) item() (content.Item, *content.LeftOut) {
	a := &attempt{question: q, it: content.Item{ID: content.ItemID(q.id)}}
	err := a.shape()
	if err == nil {
		err = a.finish()
	}
	if err == nil {
		return a.it, nil
	}
	return content.Item{}, q.leftOut(err)
}

// leftOut makes a reason of an error.
func (q *question) leftOut(err error) *content.LeftOut {
	kind := "assessmentItem"
	if len(q.asks) > 0 {
		kind = q.asks[0].kind
	}
	var r refusal
	if errors.As(err, &r) {
		kind = r.kind
	}
	reason := err.Error()
	for _, kind := range []error{errors.ErrUnsupported, fs.ErrInvalid, fs.ErrNotExist} {
		reason = strings.ReplaceAll(reason, ": "+kind.Error(), "")
	}
	return &content.LeftOut{Item: content.ItemID(q.id), Type: kind, Reason: cut(strings.Join(strings.Split(reason, "\n"), "; "), 300)}
}

// finish adds what all shapes share and checks the whole.
func (a *attempt) finish() error {
	a.it.Hints, a.it.Worked = a.hints, a.worked
	sounds := slices.Compact(slices.Clone(a.sounds()))
	switch {
	case len(sounds) > 1:
		return unsupported("it has %d sounds, and one can be played", len(sounds))
	case len(sounds) == 1 && strings.HasPrefix(sounds[0], "missing:"):
		return unsupported("its sound %q is not there", strings.TrimPrefix(sounds[0], "missing:"))
	case len(sounds) == 1:
		a.it.Sound = sounds[0]
	}
	if err := marking.Check(a.it); err != nil {
		return err
	}
	_, err := marking.Draw(a.it, 1)
	return err
}

// shapes are what one interaction alone becomes.
var shapes = map[string]func(*attempt, *interaction) error{}

func init() {
	shapes["choiceInteraction"] = (*attempt).choose
	shapes["hottextInteraction"] = (*attempt).hottext
	shapes["orderInteraction"] = (*attempt).order
	shapes["matchInteraction"] = (*attempt).match
	shapes["associateInteraction"] = (*attempt).associate
	shapes["gapMatchInteraction"] = (*attempt).gapMatch
	shapes["sliderInteraction"] = (*attempt).slide
	shapes["textEntryInteraction"] = (*attempt).entry
	shapes["extendedTextInteraction"] = (*attempt).extended
	shapes["inlineChoiceInteraction"] = func(a *attempt, in *interaction) error { return a.gaps([]*interaction{in}) }
}

// maxChoices bounds what is tried; how many a page shows is for package marking to say.
const maxChoices = 40

// shape decides by its interactions what the question becomes.
func (a *attempt) shape() error {
	kinds := map[string]int{}
	for _, in := range a.asks {
		if shapes[in.kind] == nil {
			return refusal{in.kind, unsupported("%s", reasons(in.kind))}
		}
		if n := max(len(in.choices), len(in.targets)); n > maxChoices {
			return refusal{in.kind, unsupported("it has %d choices, more than %d", n, maxChoices)}
		}
		kinds[in.kind]++
	}
	n := len(a.asks)
	switch {
	case n == 0:
		return refusal{"assessmentItem", unsupported("nothing is asked")}
	case n == 1:
		return shapes[a.asks[0].kind](a, a.asks[0])
	case kinds["textEntryInteraction"]+kinds["inlineChoiceInteraction"]+a.radios() == n:
		return a.gaps(a.asks)
	}
	return unsupported("it is answered in %d ways at once (%s)", n, strings.Join(names(kinds), ", "))
}

// radios is how many interactions are a choice of one.
func (a *attempt) radios() int {
	n := 0
	for _, in := range a.asks {
		if in.kind == "choiceInteraction" && in.card == "single" {
			n++
		}
	}
	return n
}

func names(kinds map[string]int) []string {
	var out []string
	for k := range kinds {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// reasons says what is missing for kinds of interaction that are not shown.
func reasons(kind string) string {
	switch kind {
	case "hotspotInteraction", "render_hotspot", "response_xy", "selectPointInteraction", "graphicOrderInteraction", "graphicAssociateInteraction", "graphicGapMatchInteraction", "positionObjectInteraction":
		return "places on a picture cannot be chosen here"
	case "drawingInteraction":
		return "nothing can be drawn here"
	case "uploadInteraction":
		return "no file can be handed in here"
	case "customInteraction", "portableCustomInteraction":
		return "it brings a program of its own, which is not run"
	}
	return fmt.Sprintf("<%.60s> is not known here", kind)
}

// keyed gives options their keys.
func keyed(options []content.Option) []content.Option {
	texts := make([]string, len(options))
	for i, o := range options {
		texts[i] = o.Text
	}
	for i, k := range marking.Keys(texts) {
		options[i].Key = k
	}
	return options
}

// cut shortens s to n bytes, between characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}

// lines puts texts under each other in one paragraph. Behind mathematics a line end would take its last dollar's meaning.
func lines(texts []string) string {
	var b strings.Builder
	for i, t := range texts {
		if i > 0 {
			b.WriteString("\\\n")
		}
		b.WriteString(t)
		if i < len(texts)-1 && strings.HasSuffix(t, "$") {
			b.WriteString("\u200b")
		}
	}
	return b.String()
}
