package content

import (
	"slices"
	"strings"
)

// Labels say what a resource is about and for whom, in the codes of the vocabulary that Kolibri's channels are labelled
// with (le-utils, labels), which are stable: "d&WXdXWF.qs0Xlaxq" is school mathematics, and lies within "d&WXdXWF". Codes
// that this release does not know are kept and not shown. Tags are free words.
type Labels struct {
	Activities    []string `cbor:"1,keyasint,omitempty" json:"activities,omitempty"`
	Subjects      []string `cbor:"2,keyasint,omitempty" json:"subjects,omitempty"`
	Levels        []string `cbor:"3,keyasint,omitempty" json:"levels,omitempty"`
	Types         []string `cbor:"4,keyasint,omitempty" json:"types,omitempty"`
	Accessibility []string `cbor:"5,keyasint,omitempty" json:"accessibility,omitempty"`
	Needs         []string `cbor:"6,keyasint,omitempty" json:"needs,omitempty"`
	Tags          []string `cbor:"7,keyasint,omitempty" json:"tags,omitempty"`
}

// A Facet is one side from which a library is looked through.
type Facet string

// The facets whose values are labels: names of the vocabulary, as in "label.FACET.NAME" of the message catalogues.
const (
	ActivityFacet      Facet = "activity"
	SubjectFacet       Facet = "subject"
	LevelFacet         Facet = "level"
	TypeFacet          Facet = "type"
	AccessibilityFacet Facet = "accessibility"
	NeedFacet          Facet = "need"
)

// The other facets.
const (
	LanguageFacet Facet = "language" // BCP 47, the language alone: "pt" of "pt-BR"
	LicenceFacet  Facet = "licence"  // a Licence's Family
	KindFacet     Facet = "kind"     // a Kind, "course" of a course that is not listed
	CourseFacet   Facet = "course"   // a CourseID
)

// Facets are all of them, in the order that pages show them in.
var Facets = []Facet{
	ActivityFacet, SubjectFacet, LevelFacet, LanguageFacet, KindFacet, TypeFacet, AccessibilityFacet, NeedFacet, LicenceFacet, CourseFacet,
}

// A Label is one code of the vocabulary and its name here, which is unique within its facet and never changes meaning.
type Label struct {
	Facet Facet
	Name  string // lower-case words joined by dashes
	Code  string
}

// Vocabulary lists every label known, in the order of pages. The caller changes nothing in it.
func Vocabulary() []Label { return vocabulary }

type facetWord struct {
	facet Facet
	word  string
}

var byName, byCode = func() (names, codes map[facetWord]*Label) {
	names, codes = make(map[facetWord]*Label, len(vocabulary)), make(map[facetWord]*Label, len(vocabulary))
	for i := range vocabulary {
		l := &vocabulary[i]
		names[facetWord{l.Facet, l.Name}], codes[facetWord{l.Facet, l.Code}] = l, l
	}
	return names, codes
}()

// LabelCode is the code of a name; "" when the facet has no such name.
func LabelCode(f Facet, name string) string {
	if l := byName[facetWord{f, name}]; l != nil {
		return l.Code
	}
	return ""
}

// LabelName is the name of a code; "" when this release does not know it.
func LabelName(f Facet, code string) string {
	if l := byCode[facetWord{f, code}]; l != nil {
		return l.Name
	}
	return ""
}

// LabelNames are the names of codes and of all that they lie within, outermost first, each once.
func LabelNames(f Facet, codes []string) (names []string) {
	for _, code := range codes {
		for i := 0; i <= len(code); i++ {
			if i < len(code) && code[i] != '.' {
				continue
			}
			if name := LabelName(f, code[:i]); name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// Depth is how deep a code lies within others, 0 at the top.
func (l Label) Depth() int { return strings.Count(l.Code, ".") }

// Of are the codes of one facet; nil for a facet whose values are no labels.
func (l Labels) Of(f Facet) []string {
	switch f {
	case ActivityFacet:
		return l.Activities
	case SubjectFacet:
		return l.Subjects
	case LevelFacet:
		return l.Levels
	case TypeFacet:
		return l.Types
	case AccessibilityFacet:
		return l.Accessibility
	case NeedFacet:
		return l.Needs
	}
	return nil
}

// Within are l where it says something, else what the topic or course above says of all that lies in it: subjects, levels,
// needs and tags. What one does with a resource, its type and its accessibility are its own.
func (l Labels) Within(above Labels) Labels {
	or := func(own, other []string) []string {
		if len(own) > 0 {
			return own
		}
		return other
	}
	l.Subjects, l.Levels = or(l.Subjects, above.Subjects), or(l.Levels, above.Levels)
	l.Needs, l.Tags = or(l.Needs, above.Needs), or(l.Tags, above.Tags)
	return l
}

// kindActivity is what one does with what has no label that says so, as Kolibri has it.
var kindActivity = map[Kind]string{
	Video: "watch", Audio: "listen", Practice: "practice", App: "explore",
	Page: "read", Article: "read", Book: "read", Document: "read", Slideshow: "read",
}

// Labelled are the labels that n counts under, given those of the topic or course it lies in (themselves Within theirs):
// its own, theirs, and what follows from what it is: the activity from its kind, captions from having some.
func (n Node) Labelled(above Labels) Labels {
	l := n.Labels.Within(above)
	if name := kindActivity[n.Kind]; len(l.Activities) == 0 && name != "" {
		l.Activities = []string{LabelCode(ActivityFacet, name)}
	}
	if captions := LabelCode(AccessibilityFacet, "captions"); len(n.Captions) > 0 && !slices.Contains(l.Accessibility, captions) {
		l.Accessibility = append(slices.Clip(l.Accessibility), captions)
	}
	return l
}

// Values are all values of facets that n counts under in course c, but for that of the course itself.
func (n Node) Values(c Course, above Labels) map[Facet][]string {
	out := n.Labelled(above).values()
	if out[LanguageFacet] = languages(n.Language); n.Language == "" {
		out[LanguageFacet] = languages(c.Languages...)
	}
	licence := c.Licence
	if n.Licence != nil {
		licence = *n.Licence
	}
	out[LicenceFacet], out[KindFacet] = []string{licence.Family()}, []string{string(n.Kind)}
	return out
}

// Values are all values of facets that a course counts under as a whole: one whose resources are too many to list.
func (c Course) Values() map[Facet][]string {
	out := c.Labels.values()
	if len(out[ActivityFacet]) == 0 && c.Format == "zim" {
		out[ActivityFacet] = []string{"read"}
	}
	out[LanguageFacet], out[LicenceFacet], out[KindFacet] = languages(c.Languages...), []string{c.Licence.Family()}, []string{"course"}
	return out
}

func (l Labels) values() map[Facet][]string {
	out := map[Facet][]string{}
	for _, f := range Facets {
		if names := LabelNames(f, l.Of(f)); len(names) > 0 {
			out[f] = names
		}
	}
	return out
}

// languages are tags without what follows the language, each once.
func languages(tags ...string) (out []string) {
	for _, tag := range tags {
		if base, _, _ := strings.Cut(tag, "-"); base != "" && len(base) <= 8 && !slices.Contains(out, base) {
			out = append(out, base)
		}
	}
	return out
}
