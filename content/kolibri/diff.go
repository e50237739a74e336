package kolibri

import (
	"bytes"

	"lamplight/content"
)

// A differ compares a channel as it is planned with what is installed.
type differ struct {
	old  *reader
	seen map[key]bool
	diff content.Diff
	err  error
}

const maxNamed = 200

func note(c *content.Changes, title string) {
	if c.Count++; len(c.Titles) < maxNamed {
		c.Titles = append(c.Titles, title)
	}
}

// see compares one planned node.
func (d *differ) see(id key, r *record) {
	if d.seen == nil {
		d.seen = map[key]bool{}
	}
	if r.Kind == content.Topic || d.seen[id] || d.err != nil {
		return
	}
	d.seen[id] = true
	p, err := d.old.tree.find(id)
	if err != nil {
		note(&d.diff.New, r.Title)
		return
	}
	had, err := d.old.tree.record(p)
	if err != nil {
		d.err = err
		return
	}
	was, err1 := encoder.Marshal(had)
	is, err2 := encoder.Marshal(r)
	if err1 != nil || err2 != nil || !bytes.Equal(was, is) {
		note(&d.diff.Changed, r.Title)
	}
}

// finish finds what goes, and counts bytes.
func (d *differ) finish(p *content.Plan) (*content.Diff, error) {
	had := map[string]int64{}
	err := d.old.each(func(at place, r *record) error {
		if r.Kind != content.Topic && !d.seen[at.id] {
			note(&d.diff.Removed, r.Title)
		}
		for _, f := range r.Files {
			if d.old.holds(f.Name) {
				had[f.Name] = f.Size
			}
		}
		return nil
	})
	if err == nil {
		err = d.err
	}
	if err != nil {
		return nil, err
	}
	for _, f := range p.Files {
		if _, ok := had[f.Name]; !ok && f.ByContent {
			d.diff.Copy += f.Size
		}
		delete(had, f.Name)
	}
	for _, f := range p.Missing {
		delete(had, f.Name)
	}
	for _, size := range had {
		d.diff.Free += size
	}
	return &d.diff, nil
}
