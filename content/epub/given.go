package epub

import "lamplight/content"

// Given implements content.Giver: the book's pictures, sounds and films, which its chapters show, and the book itself.
func (r *reader) Given(path string) ([]content.Grant, error) {
	e, err := r.a.Stat(path)
	switch {
	case path == fileName && e.Name != path, err == nil && content.ShownType(mimeOf(e.Name, r.b.Media)):
		return []content.Grant{{Use: content.Shown}}, nil
	}
	return nil, nil
}

// GivesWhole implements content.WholeGiver: a book is for its readers.
func (Format) GivesWhole(content.Course) bool { return true }
