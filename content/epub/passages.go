package epub

import (
	"errors"
	"fmt"

	"lamplight/content"
	"lamplight/content/sanitize"
)

var _ content.TextReader = (*reader)(nil)

// Text implements content.TextReader: the sections of every chapter, at "?chapter=N#id" with the id as Chapter keeps it.
// A chapter that cannot be read is passed over and told of in the error.
func (r *reader) Text(id content.ResourceID, yield func(content.Passage) bool) error {
	if _, err := r.Node(id); err != nil {
		return err
	}
	var errs []error
	for n, c := range r.b.Chapters {
		if c.Broken != "" || isPicture(c.Media) && c.Media != "image/svg+xml" {
			continue
		}
		more, err := r.chapterText(n, c, yield)
		if err != nil {
			errs = append(errs, fmt.Errorf("epub: %s: chapter %d: %w", r.b.Title, n+1, kinded(err)))
		}
		if !more {
			break
		}
	}
	return errors.Join(errs...)
}

func (r *reader) chapterText(n int, c chapter, yield func(content.Passage) bool) (more bool, err error) {
	raw, err := r.a.ReadFile(c.Path, maxText)
	if err != nil {
		return true, err
	}
	more = true
	sanitize.Sections(decode(raw), c.Media != "text/html" && c.Media != "text/x-oeb1-document", func(s sanitize.Section) bool {
		p := content.Passage{Place: anchored(n, sanitize.ID(s.ID), len(raw) > content.PieceBytes), Title: s.Title, Text: s.Text}
		if p.Title == "" {
			p.Title = c.Title
		}
		more = yield(p)
		return more
	})
	return more, nil
}
