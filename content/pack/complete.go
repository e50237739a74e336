package pack

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
)

// A completionValue is content.Completion as stored.
type completionValue struct {
	By     content.Means `cbor:"1,keyasint,omitempty"`
	Amount int           `cbor:"2,keyasint,omitempty"`
}

var completionLine = regexp.MustCompile(`^(time|pages|percent|score|mastery|learner)(?:[ \t]+(\d{1,3})[ \t]*(%?))?$`)

// fits says which means suit which kinds.
var fits = map[content.Means][]content.Kind{
	content.ByTime:    {content.Page},
	content.ByPages:   {content.Document},
	content.ByPercent: {content.Video, content.Audio},
	content.ByScore:   {content.Practice},
	content.ByMastery: {content.Practice},
	content.ByLearner: {content.Page, content.Document, content.Video, content.Audio, content.Practice},
}

// completions reads what a front matter says of completion: one of them or several.
func (c *course) completions(t *text) (out []completionValue) {
	if t == nil || t.front["complete"] == "" {
		return nil
	}
	line := t.lines["complete"]
	for written := range strings.SplitSeq(t.front["complete"], ",") {
		m := completionLine.FindStringSubmatch(strings.TrimSpace(written))
		if m == nil {
			c.fail(t.path, line, "complete %q is not known: time 5, pages 80%%, percent 90, score 80, mastery or learner", clip(written, 40))
			continue
		}
		v := completionValue{By: content.Means(m[1])}
		v.Amount, _ = strconv.Atoi(m[2])
		if !v.possible() {
			c.fail(t.path, line, "complete %q: time takes 1 to 600 minutes; pages, percent and score 1 to 100; the others nothing", clip(written, 40))
			continue
		}
		out = append(out, v)
	}
	return out
}

func (v completionValue) possible() bool {
	switch v.By {
	case "", content.ByMastery, content.ByLearner:
		return v.Amount == 0
	case content.ByTime:
		return v.Amount >= 1 && v.Amount <= 600
	case content.ByPages, content.ByPercent, content.ByScore:
		return v.Amount >= 1 && v.Amount <= 100
	}
	return false
}

// complete gives a page or exercise the completion its front matter says.
func (c *course) complete(d *draft, t *text) {
	all := c.completions(t)
	if len(all) == 0 {
		return
	}
	if len(all) > 1 || !slices.Contains(fits[all[0].By], d.Kind) {
		c.fail(t.path, t.lines["complete"], "complete %q does not suit this: %s", clip(t.front["complete"], 40),
			map[content.Kind]string{content.Practice: "an exercise takes mastery, score 80 or learner", content.Page: "a page takes time 5 or learner"}[d.Kind])
		return
	}
	d.Completion = all[0]
}

// completeMedia gives films, sounds and documents the completion that the topic.md beside them says.
func (c *course) completeMedia() {
	byDir := map[string][]*draft{}
	for _, d := range c.nodes {
		if d.text == nil && d.Kind != content.Topic {
			byDir[path.Dir(d.Path)] = append(byDir[path.Dir(d.Path)], d)
		}
	}
	for _, p := range sortedKeys(c.texts) {
		if path.Base(p) != "topic.md" || p == "topic.md" {
			continue
		}
		for _, v := range c.completions(c.texts[p]) {
			used := false
			for _, d := range byDir[path.Dir(p)] {
				if d.Completion.By == "" && slices.Contains(fits[v.By], d.Kind) {
					d.Completion, used = v, true
				}
			}
			if !used {
				c.warn(p, c.texts[p].lines["complete"], "complete %s: no film, sound or document that it suits lies beside this file", v.By)
			}
		}
	}
}
