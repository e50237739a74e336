package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// bookSizes are the steps of text in a book, and what the address calls them.
var bookSizes = []string{"small", "", "large", "larger"}

// showBook shows one chapter, or a piece of a long one: ?chapter=N and piece=N, both from 0. Without, it goes on where the
// person stopped.
func (s *Server) showBook(w http.ResponseWriter, r *request, reader content.Reader, n content.Node) error {
	books, ok := reader.(content.BookReader)
	if !ok {
		return errors.ErrUnsupported
	}
	contents, err := books.Book(n.ID)
	if err != nil {
		return err
	}
	leave, err := s.books.enter(r.Context())
	if err != nil {
		return err
	}
	defer leave()
	r.composed = leave
	at := placeInBook(r, s.placeOf(r, n.ID), contents.Chapters)
	course := reader.Course()
	chapter, err := pieceOf(books, n.ID, at, func(p string) string { return fileURL(course.ID, p) })
	if err != nil {
		return err
	}
	if at.share < chapter.From || at.share >= chapter.To {
		at.share, at.resumed = chapter.From, false
	}
	s.noteChapter(r, course.ID, n, at, chapter, contents.Chapters)
	v := view.Book{
		Frame: s.resourceFrame(r, reader, n), Heading: title(n), Chapter: chapter.Title, Lang: language(course, n), RightToLeft: contents.RightToLeft,
		HTML: view.HTML(lowerHeadings.Replace(chapter.HTML)), Number: at.chapter + 1, Chapters: contents.Chapters,
		Percent: (10000*at.chapter + chapter.From) / (100 * max(1, contents.Chapters)), Fixed: contents.FixedLayout, From: chapter.From, To: chapter.To,
		Complete: s.progressOf(r, n.ID).Complete, Licence: nodeLicence(course, n), Crumbs: crumbs(reader, n), Find: r.URL.EscapedPath(), Lesson: askedLesson(r),
	}
	if at.resumed {
		v.At = at.share
	}
	if contents.Language != "" {
		v.Lang = contents.Language
	}
	if p := s.passage(r, n.ID); p != nil {
		v.Back = p.back()
	} else {
		v.Siblings = s.siblings(r, reader, n)
	}
	v.Banner = keptBanner(r)
	v.Keep = s.keepOf(r, course.ID, n.ID)
	s.bookLinks(&v, r, contents, at.chapter, chapter)
	keepBookSize(w, r, v.Size)
	w.Header().Set("Content-Security-Policy", bookPolicy)
	return s.render(w, r, http.StatusOK, ui.Book(v))
}

// bookPolicy lets the few harmless properties apply that sanitising leaves in style attributes: where a line stands, how a
// drawing is painted. Browsers that do not know the directive leave them out.
var bookPolicy = ui.CSP("") + "; style-src-attr 'unsafe-inline'"

// pieceOf reads the piece of a chapter that is wanted, all of it where a reader gives no pieces.
func pieceOf(books content.BookReader, id content.ResourceID, at bookPlace, link func(string) string) (content.Chapter, error) {
	if pieces, ok := books.(content.PieceReader); ok {
		return pieces.Piece(id, at.chapter, at.piece, link)
	}
	whole, err := books.Chapter(id, at.chapter, link)
	whole.To = 10000
	return whole, err
}

// maxBooks chapters are made into pages at once, and pages of documents. What a book calls a chapter may be all of it: of
// 7 MB of text all is unpacked for any piece, twice over while it is decoded.
const maxBooks = 2

// A gate lets as many in as its channel holds.
type gate chan struct{}

// enter waits for room or ctx's end; leave may be called more than once.
func (g gate) enter(ctx context.Context) (leave func(), err error) {
	select {
	case g <- struct{}{}:
		return sync.OnceFunc(func() { <-g }), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// maxLists pages that show all of something are made at once: of 100 courses such a page holds a quarter of a megabyte until
// it is packed, and 200 phones may ask together.
const maxLists = 8

// few opens a page only while few others of its kind are being made.
func (s *Server) few(p page) page {
	return func(w http.ResponseWriter, r *request) error {
		leave, err := s.lists.enter(r.Context())
		if err != nil {
			return err
		}
		defer leave()
		r.composed = leave
		return p(w, r)
	}
}

// lowerHeadings puts a chapter's headings under the page's own, the book's title. In sanitised HTML "<" begins a tag and
// nothing else.
var lowerHeadings = strings.NewReplacer(
	"<h1", "<h2", "</h1", "</h2", "<h2", "<h3", "</h2", "</h3", "<h3", "<h4", "</h3", "</h4",
	"<h4", "<h5", "</h4", "</h5", "<h5", "<h6", "</h5", "</h6",
)

// bookCookie keeps the size of letters in books on the phone for the person who chose it.
const bookCookie = "book"

// bookSize is the step of letters that the address asks for, else the one the person chose last.
func bookSize(r *request) int {
	if q := r.URL.Query(); q.Has("size") {
		if i := slices.Index(bookSizes, q.Get("size")); i >= 0 {
			return i
		}
		return 1
	}
	if c, err := r.Cookie(bookCookie); err == nil {
		if size, person, _ := strings.Cut(c.Value, "-"); person == string(r.person.ID) {
			if i := slices.Index(bookSizes, size); i >= 0 {
				return i
			}
		}
	}
	return 1
}

// keepBookSize keeps a size that was asked for.
func keepBookSize(w http.ResponseWriter, r *request, size string) {
	if r.URL.Query().Has("size") {
		http.SetCookie(w, &http.Cookie{Name: bookCookie, Value: size + "-" + string(r.person.ID), Path: ResourcePath, MaxAge: 400 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
}

// bookLinks fills in contents, the neighbouring chapters or pieces and the sizes of text.
func (s *Server) bookLinks(v *view.Book, r *request, contents content.Contents, at int, c content.Chapter) {
	size := bookSize(r)
	v.Size = bookSizes[size]
	lesson := askedLesson(r)
	address := func(chapter, piece int) string {
		a := fmt.Sprintf("%s?chapter=%d", r.URL.EscapedPath(), chapter)
		if piece > 0 {
			a += "&piece=" + strconv.Itoa(piece)
		}
		return withLesson(a, lesson)
	}
	for _, e := range contents.Entries {
		link := address(e.Chapter, 0)
		if e.Anchor != "" {
			link += "&near=" + url.QueryEscape(e.Anchor) + "#" + url.PathEscape(e.Anchor)
		}
		v.Contents = append(v.Contents, view.ContentsEntry{Title: e.Title, URL: link, Depth: e.Depth, Current: e.Chapter == at})
	}
	switch {
	case c.From > 0:
		v.Previous = address(at, c.Piece-1)
	case at > 0:
		v.Previous = address(at-1, 0)
	}
	switch {
	case c.To < 10000:
		v.Next = address(at, c.Piece+1)
	case at+1 < contents.Chapters:
		v.Next = address(at+1, 0)
	}
	if size > 0 {
		v.Smaller = address(at, c.Piece) + "&size=" + bookSizes[size-1]
	}
	if size+1 < len(bookSizes) {
		v.Larger = address(at, c.Piece) + "&size=" + bookSizes[size+1]
	}
}

// noteChapter keeps the place. The last chapter opened is not the book read: that is for the reader to say, unless the
// book's author wrote how much of it is enough.
func (s *Server) noteChapter(r *request, course content.CourseID, n content.Node, at bookPlace, c content.Chapter, chapters int) {
	if !r.signedIn() {
		return
	}
	all := 10000 * max(1, chapters)
	v := learning.View{
		Learner: r.person.ID, Course: course, Resource: n.ID, Action: learning.Moved,
		Percent: min(9400, 10000*(10000*at.chapter+c.From)/all), Position: uint64(at.chapter)*10000 + uint64(min(at.share, 9999)),
	}
	if by := n.Completion; by.By == content.ByPages && 100*(10000*at.chapter+c.To) >= by.Amount*all {
		v.Action, v.Percent = learning.Finished, 10000
	}
	s.views.add(v)
}

// notePlace keeps where in a chapter somebody is who leaves a page of it: place=CHAPTER.SHARE, in basis points. What is told
// of another chapter than the one opened last comes too late.
func (s *Server) notePlace(r *request, course content.CourseID, n content.Node) {
	chapter, share, ok := strings.Cut(r.PostForm.Get("place"), ".")
	at, err1 := strconv.Atoi(chapter)
	bp, err2 := strconv.Atoi(share)
	if !ok || err1 != nil || err2 != nil || n.Kind != content.Book || at < 0 || bp < 0 || bp > 9999 {
		return
	}
	if s.placeOf(r, n.ID)/10000 != uint64(at) {
		return
	}
	s.views.add(learning.View{Learner: r.person.ID, Course: course, Resource: n.ID, Action: learning.Moved, Position: uint64(at)*10000 + uint64(bp)})
}
