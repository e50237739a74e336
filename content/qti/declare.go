package qti

import (
	"strconv"
	"strings"

	"lamplight/content/xmltree"
)

// A declaration is a variable's: of a response, an outcome or a template.
type declaration struct {
	id, base, card string
	normal         value // default
	correct        value
	mapping        *mapping
	areas          bool // it maps places on a picture
	lookup         *xmltree.Node
}

// A mapping gives a response its points.
type mapping struct {
	entries  []mapEntry
	normal   float64
	low, top *float64
}

type mapEntry struct {
	key   string
	exact bool // letter case matters
	to    float64
}

// maxMembers bounds the values of a declaration and the entries of a mapping. Forty choices matched to forty are 1,600 pairs.
const maxMembers = 2000

func declare(n *xmltree.Node) *declaration {
	d := &declaration{id: trim(n.Attr("identifier")), base: trim(n.Attr("baseType")), card: trim(n.Attr("cardinality"))}
	if d.card == "" {
		d.card = "single"
	}
	d.normal = d.values(n.Child("defaultValue"))
	d.correct = d.values(n.Child("correctResponse"))
	if m := n.Child("mapping"); m != nil {
		d.mapping = d.readMapping(m)
	}
	d.areas = n.Child("areaMapping") != nil
	for _, l := range n.Elements("matchTable", "interpolationTable") {
		d.lookup = l
	}
	return d
}

// values reads <value> children; nil and none are null.
func (d *declaration) values(n *xmltree.Node) value {
	v := value{base: d.base, card: d.card}
	if n == nil {
		return v
	}
	for _, c := range n.Elements("value") {
		text := trim(c.Content())
		if d.base == "string" {
			text = strings.TrimSpace(c.Raw())
		}
		if text != "" && len(v.members) < maxMembers {
			v.members = append(v.members, text)
		}
	}
	if d.card == "single" && len(v.members) > 1 && d.base != "string" {
		v.members = v.members[:1]
	}
	return v
}

func (d *declaration) readMapping(n *xmltree.Node) *mapping {
	m := &mapping{low: bound(n, "lowerBound"), top: bound(n, "upperBound")}
	if b := bound(n, "defaultValue"); b != nil {
		m.normal = *b
	}
	for _, e := range n.Elements("mapEntry") {
		if to := bound(e, "mappedValue"); to != nil && len(m.entries) < maxMembers {
			m.entries = append(m.entries, mapEntry{strings.TrimSpace(e.Attr("mapKey")), trim(e.Attr("caseSensitive")) != "false", *to})
		}
	}
	return m
}

func bound(n *xmltree.Node, attr string) *float64 {
	f, err := strconv.ParseFloat(trim(n.Attr(attr)), 64)
	if err != nil || f != f {
		return nil
	}
	return &f
}

// apply adds up what the mapping gives each different member of a response.
func (m *mapping) apply(v value, base string) float64 {
	sum := 0.0
	var done []string
	for _, member := range v.members {
		if holds(value{members: done}, base, member) {
			continue
		}
		done = append(done, member)
		sum += m.one(base, member)
	}
	if m.low != nil {
		sum = max(sum, *m.low)
	}
	if m.top != nil {
		sum = min(sum, *m.top)
	}
	return sum
}

func (m *mapping) one(base, member string) float64 {
	for _, e := range m.entries {
		if sameMember(base, e.key, member) || base == "string" && !e.exact && strings.EqualFold(e.key, member) {
			return e.to
		}
	}
	return m.normal
}

// best is the member that is given most, "" when none is given more than nothing.
func (m *mapping) best() string {
	key, most := "", 0.0
	for _, e := range m.entries {
		if e.to > most {
			key, most = e.key, e.to
		}
	}
	return key
}

func trim(s string) string { return strings.Join(strings.Fields(s), " ") }
