package kolibri

import (
	"cmp"

	"lamplight/content"
	"lamplight/content/arrange"
)

// A tally is what a course says of all its resources together.
type tally struct {
	seen             map[key]bool
	resources, items int
	languages        count
	licences         map[content.Licence]int
	subjects         [6]count // in the order of labels
	title, language  string   // of the root
	thumbnail        string
}

func newTally() tally { return tally{seen: map[key]bool{}, licences: map[content.Licence]int{}} }

func (t *tally) see(place int32, id key, r *record) {
	if place == 0 {
		t.title, t.language = r.Title, r.Language
		for _, f := range r.Files {
			if f.Role == thumb {
				t.thumbnail = f.Name
			}
		}
	}
	l := r.Labels
	for i, codes := range [][]string{l.Activities, l.Subjects, l.Levels, l.Types, l.Accessibility, l.Needs} {
		for _, c := range codes {
			t.subjects[i].add(c)
		}
	}
	if r.Kind == content.Topic || t.seen[id] { // in two topics it is one resource: it can be finished once
		return
	}
	t.seen[id] = true
	t.resources++
	t.items += r.Questions
	if r.Language != "" {
		t.languages.add(r.Language)
	}
	if len(t.licences) < 1000 {
		t.licences[r.Licence]++
	}
}

func (t *tally) labels() content.Labels {
	const n = 20
	return content.Labels{
		Activities: t.subjects[0].most(n), Subjects: t.subjects[1].most(n), Levels: t.subjects[2].most(n), Types: t.subjects[3].most(n),
		Accessibility: t.subjects[4].most(n), Needs: t.subjects[5].most(n),
	}
}

// licence is what all resources that state one agree on, field by field; resources that state none do not count, and
// where they differ each says its own.
func (t *tally) licence() (all content.Licence) {
	first := true
	for l := range t.licences {
		switch {
		case l == content.Licence{}:
			continue
		case first:
			all, first = l, false
			continue
		}
		for _, f := range []struct {
			all  *string
			here string
		}{{&all.ID, l.ID}, {&all.Owner, l.Owner}, {&all.Author, l.Author}, {&all.Terms, l.Terms}} {
			if *f.all != f.here {
				*f.all = ""
			}
		}
	}
	return all
}

// A count says how often words come.
type count struct{ n map[string]int }

func (c *count) add(word string) {
	if c.n == nil {
		c.n = map[string]int{}
	}
	if _, ok := c.n[word]; ok || len(c.n) < 1000 {
		c.n[word]++
	}
}

// most lists at most n words, those that come most often first.
func (c *count) most(n int) (out []string) {
	for w := range c.n {
		out = append(out, w)
	}
	arrange.By(out, func(a, b string) int { return cmp.Or(c.n[b]-c.n[a], cmp.Compare(a, b)) })
	return out[:min(n, len(out))]
}
