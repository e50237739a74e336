package pack

import (
	"slices"
	"strings"

	"lamplight/content"
)

// labelKeys are the front matter keys that label, and the facet whose names each takes.
var labelKeys = []struct {
	key   string
	facet content.Facet
	of    func(l *content.Labels) *[]string
}{
	{"subjects", content.SubjectFacet, func(l *content.Labels) *[]string { return &l.Subjects }},
	{"levels", content.LevelFacet, func(l *content.Labels) *[]string { return &l.Levels }},
	{"needs", content.NeedFacet, func(l *content.Labels) *[]string { return &l.Needs }},
	{"activities", content.ActivityFacet, func(l *content.Labels) *[]string { return &l.Activities }},
	{"types", content.TypeFacet, func(l *content.Labels) *[]string { return &l.Types }},
	{"accessibility", content.AccessibilityFacet, func(l *content.Labels) *[]string { return &l.Accessibility }},
}

// What may label: a course or topic says what holds for all within it, a page or exercise also what it is itself.
var (
	aboveLabels = []string{"subjects", "levels", "needs", "tags"}
	ownLabels   = []string{"subjects", "levels", "needs", "tags", "activities", "types", "accessibility", "staff"}
)

const (
	maxLabels = 20 // of one key
	maxTag    = 60 // bytes
)

// labels reads what a front matter says a thing is about and for whom. A name that is unknown is warned of and left out.
func (c *course) labels(t *text) (l content.Labels) {
	if t == nil {
		return l
	}
	for _, k := range labelKeys {
		to := k.of(&l)
		for _, name := range c.listed(t, k.key) {
			code := content.LabelCode(k.facet, name)
			if code == "" {
				c.warn(t.path, t.lines[k.key], "%s: %q is no name we know: write %s", k.key, clip(name, 40), nearby(k.facet, name))
			} else if !slices.Contains(*to, code) {
				*to = append(*to, code)
			}
		}
	}
	for _, tag := range c.listed(t, "tags") {
		if tag = clip(tag, maxTag); !slices.Contains(l.Tags, tag) {
			l.Tags = append(l.Tags, tag)
		}
	}
	return l
}

// listed are the words of a key, set off by commas.
func (c *course) listed(t *text, key string) (out []string) {
	for word := range strings.SplitSeq(t.front[key], ",") {
		if word = strings.TrimSpace(word); word != "" {
			out = append(out, word)
		}
	}
	if len(out) > maxLabels {
		c.warn(t.path, t.lines[key], "%s: the first %d of %d count", key, maxLabels, len(out))
		out = out[:maxLabels]
	}
	return out
}

// nearby are the names of a facet that somebody may have meant, or all of them where they are few.
func nearby(f content.Facet, written string) string {
	var all, near []string
	written = strings.ToLower(written)
	for _, l := range content.Vocabulary() {
		if l.Facet != f {
			continue
		}
		all = append(all, l.Name)
		if strings.HasPrefix(l.Name, clip(written, 3)) || strings.Contains(l.Name, written) || strings.Contains(written, l.Name) {
			near = append(near, l.Name)
		}
	}
	if len(near) > 0 && len(near) < len(all) {
		return strings.Join(near, " or ")
	}
	if len(all) <= 10 {
		return strings.Join(all, ", ")
	}
	return "one of the names that the format lists"
}

// staff says whether a page or exercise is for teachers alone.
func (c *course) staff(t *text) bool {
	switch written := t.front["staff"]; written {
	case "", "no":
		return false
	case "yes":
		return true
	default:
		c.fail(t.path, t.lines["staff"], "staff %q: yes or no", clip(written, 20))
		return false
	}
}
