package pack

import (
	"slices"
	"strings"

	"lamplight/content"
)

// newer says whether an item asks for version 3: a release that knows version 2 alone would ask or mark it wrongly.
func newer(it *content.Item) bool {
	if len(it.Accepts) > 0 || len(it.Distractors) > 0 || it.Patterns || it.Form != "" || it.Type == content.Formula || it.Type == content.Number && len(it.Answers) > 1 ||
		it.Type == content.Match && len(it.Pairs) < 2 {
		return true
	}
	credited := func(o content.Option) bool { return o.Credit != 0 }
	for _, g := range it.Gaps {
		if g.Type != "" || g.Weight != 0 || g.CaseSense || len(g.Accepts) > 0 || it.Type == content.Cloze && len(g.Options) > 0 || slices.ContainsFunc(g.Options, credited) {
			return true
		}
	}
	if slices.ContainsFunc(it.Options, credited) || slices.ContainsFunc(it.Lets, func(l content.Let) bool { return l.With != "" }) {
		return true
	}
	tagged := false
	eachText(it, func(s *string) {
		for tag := range plainTags {
			tagged = tagged || strings.Contains(*s, tag)
		}
	})
	return tagged
}
