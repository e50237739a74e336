package web

import (
	"html"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lamplight/content"
	"lamplight/content/search"
	"lamplight/ui"
	"lamplight/ui/view"
)

const (
	// maxWithin is how many places in one book are shown.
	maxWithin = 30
	// withinTime is the longest one book is looked through.
	withinTime = 5 * time.Second
)

// showWithin finds words in one book or document, whether or not the library's index has read it yet: ?find=WORDS.
func (s *Server) showWithin(w http.ResponseWriter, r *request, reader content.Reader, n content.Node) error {
	question := strings.TrimSpace(r.URL.Query().Get("find"))
	question = strings.ToValidUTF8(question[:min(len(question), maxQuestion)], "")
	course := reader.Course()
	v := view.Within{
		Frame: s.resourceFrame(r, reader, n), Heading: title(n), Lang: language(course, n), Query: question, Find: r.URL.EscapedPath(),
		Lesson: askedLesson(r), Crumbs: crumbs(reader, n),
	}
	open := addressWith(r.URL, "find", "")
	v.Back = &view.Link{Text: v.Heading, URL: open}
	finder := search.NewFinder(question, v.Lang)
	texts, ok := reader.(content.TextReader)
	if finder == nil || !ok {
		http.Redirect(w, r.Request, open, http.StatusSeeOther)
		return nil
	}
	leave, err := s.books.enter(r.Context())
	if err != nil {
		return err
	}
	defer leave()
	until := time.Now().Add(withinTime)
	err = texts.Text(n.ID, func(p content.Passage) bool {
		if found, ok := finder.Find(p.Text); ok {
			v.Hits = append(v.Hits, view.WithinHit{
				URL: placed(open, p.Place), Title: p.Title, Page: at(p.Place).Page,
				Snippet: view.HTML(found.Marked("<mark>", "</mark>", html.EscapeString)),
			})
		}
		v.More = len(v.Hits) >= maxWithin || time.Now().After(until)
		return !v.More && r.Context().Err() == nil
	})
	if err != nil && len(v.Hits) == 0 {
		s.Log.Warn("a book could not be looked through as a whole", "resource", n.ID, "err", err)
	}
	return s.render(w, r, http.StatusOK, ui.Within(v))
}

// placed is an address with a place (content.Passage) behind it.
func placed(address, place string) string {
	if rest, ok := strings.CutPrefix(place, "?"); ok && strings.Contains(address, "?") {
		return address + "&" + rest
	}
	return address + place
}

// bookPlace is where in a book somebody wants to read: where the address says, else where they stopped.
type bookPlace struct {
	chapter int
	piece   content.PiecePlace
	share   int // where they stopped in the chapter, in basis points
	resumed bool
}

// placeInBook reads it; was is where they stopped, chapter × 10000 + share.
func placeInBook(r *request, was uint64, chapters int) (p bookPlace) {
	q := r.URL.Query()
	number, err := strconv.Atoi(q.Get("chapter"))
	stopped := int(min(was/10000, 1<<30))
	if err == nil {
		p.chapter = number
		p.piece.Number, _ = strconv.Atoi(q.Get("piece"))
		p.piece.Near = q.Get("near")
		if number == stopped {
			p.share = int(was % 10000)
		}
		return p
	}
	if stopped < chapters {
		p.chapter, p.share, p.resumed = stopped, int(was%10000), true
		p.piece.Share = p.share
	}
	return p
}
