package pack

import (
	"slices"
	"strings"

	"lamplight/content"
)

// requirements finds the resources that "requires" names, and rings of them.
func (c *course) requirements() {
	byID := map[content.ResourceID]*draft{}
	for _, d := range c.nodes {
		byID[d.ID] = d
	}
	for _, d := range c.nodes {
		for _, id := range strings.Split(d.requi, ",") {
			if id = strings.TrimSpace(id); id == "" {
				continue
			}
			r := content.NewResourceID(c.course.ID, id)
			if byID[r] == nil {
				c.fail(d.Path, d.text.lines["requires"], "requires %q, and nothing has that id: mend it, or give a page or exercise a line \"id: …\"", clip(id, 80))
				continue
			}
			d.Requires = append(d.Requires, r)
		}
	}
	done := map[content.ResourceID]bool{}
	for _, d := range c.nodes {
		if ring := findRing(byID, d, nil, done); ring != "" {
			c.fail(d.Path, d.text.lines["requires"], "what is required goes round in a ring: %s; take one of them out", ring)
			return
		}
	}
}

// findRing follows Requires from d; on is the way there.
func findRing(byID map[content.ResourceID]*draft, d *draft, on []*draft, done map[content.ResourceID]bool) string {
	if done[d.ID] {
		return ""
	}
	if i := slices.Index(on, d); i >= 0 {
		var names []string
		for _, o := range append(on[i:], d) {
			names = append(names, o.Path)
		}
		return strings.Join(names, " → ")
	}
	for _, r := range d.Requires {
		if ring := findRing(byID, byID[r], append(on, d), done); ring != "" {
			return ring
		}
	}
	done[d.ID] = true
	return ""
}
