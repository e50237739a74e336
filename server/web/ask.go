package web

import (
	"context"
	"errors"
	"io/fs"

	"lamplight/content/search"
	"lamplight/ui/view"
)

// answer quotes what the library says to a question of more than one word: above the first page of what was found. Where
// it says nothing, and the words read like a question, so does the page. An answer never keeps the results back: where none
// can be had, there is none.
func (s *Server) answer(r *request, q search.Query, found search.Results) *view.Answer {
	if q.Offset > 0 || !found.Phrase() {
		return nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), searchTime)
	defer cancel()
	q.Language = s.contentLanguage(r)
	e, err := s.Options.Search.Quote(ctx, q, found)
	switch {
	case errors.Is(err, fs.ErrNotExist) && found.Question(q.Text):
		return &view.Answer{}
	case err != nil:
		return nil
	}
	a := &view.Answer{Text: e.Text, Lang: e.Language, Title: e.Title, URL: HitURL(e.Hit), Passage: e.Passage, At: at(e.Place)}
	if e.CourseTitle != e.Title {
		a.Course = e.CourseTitle
	}
	return a
}
