package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
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

// showBook shows one chapter. Without ?chapter= it goes on where the person stopped.
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
	progress := s.progressOf(r, n.ID)
	at, err := strconv.Atoi(r.URL.Query().Get("chapter"))
	if err != nil {
		if waiting, ok := s.views.position(r.person.ID, n.ID); ok {
			progress.Position = waiting
		}
		at = int(progress.Position / 10000)
		if at >= contents.Chapters {
			at = 0
		}
	}
	course := reader.Course()
	chapter, err := books.Chapter(n.ID, at, func(p string) string { return fileURL(course.ID, p) })
	if err != nil {
		return err
	}
	s.noteChapter(r, course.ID, n, at, contents.Chapters)
	v := view.Book{
		Frame: s.resourceFrame(r, reader, n), Heading: title(n), Chapter: chapter.Title, Lang: language(course, n), RightToLeft: contents.RightToLeft,
		HTML: view.HTML(lowerHeadings.Replace(chapter.HTML)), Number: at + 1, Chapters: contents.Chapters, Percent: 100 * at / max(1, contents.Chapters),
		Complete: progress.Complete, Licence: nodeLicence(course, n), Crumbs: crumbs(reader, n),
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
	s.bookLinks(&v, r.URL, contents, at)
	return s.render(w, r, http.StatusOK, ui.Book(v))
}

// maxBooks chapters are made into pages at once. What a book calls a chapter may be all of it: 7 MB of text take 50 MB
// until the page is whole, and a small board has no more.
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

// lowerHeadings puts a chapter's headings under the page's own, the book's title. In sanitised HTML "<" begins a tag and
// nothing else.
var lowerHeadings = strings.NewReplacer(
	"<h1", "<h2", "</h1", "</h2", "<h2", "<h3", "</h2", "</h3", "<h3", "<h4", "</h3", "</h4",
	"<h4", "<h5", "</h4", "</h5", "<h5", "<h6", "</h5", "</h6",
)

// bookLinks fills in contents, the neighbouring chapters and the sizes of text.
func (s *Server) bookLinks(v *view.Book, u *url.URL, contents content.Contents, at int) {
	size := 1
	for i, name := range bookSizes {
		if u.Query().Get("size") == name {
			size = i
		}
	}
	v.Size = bookSizes[size]
	lesson := u.Query().Get("lesson")
	if _, err := learning.ParseID[learning.LessonID](lesson); err != nil {
		lesson = ""
	}
	address := func(chapter, size int) string {
		a := fmt.Sprintf("%s?chapter=%d", u.EscapedPath(), chapter)
		if bookSizes[size] != "" {
			a += "&size=" + bookSizes[size]
		}
		return withLesson(a, lesson)
	}
	for _, e := range contents.Entries {
		link := address(e.Chapter, size)
		if e.Anchor != "" {
			link += "#" + url.PathEscape(e.Anchor)
		}
		v.Contents = append(v.Contents, view.ContentsEntry{Title: e.Title, URL: link, Depth: e.Depth, Current: e.Chapter == at})
	}
	if at > 0 {
		v.Previous = address(at-1, size)
	}
	if at+1 < contents.Chapters {
		v.Next = address(at+1, size)
	}
	if size > 0 {
		v.Smaller = address(at, size-1)
	}
	if size+1 < len(bookSizes) {
		v.Larger = address(at, size+1)
	}
}

// noteChapter keeps the place. The last chapter opened is not the book read: that is for the reader to say, unless the
// book's author wrote how much of it is enough.
func (s *Server) noteChapter(r *request, course content.CourseID, n content.Node, at, chapters int) {
	if !r.signedIn() {
		return
	}
	v := learning.View{
		Learner: r.person.ID, Course: course, Resource: n.ID, Action: learning.Moved,
		Percent: min(9400, 10000*at/max(1, chapters)), Position: uint64(at) * 10000,
	}
	if c := n.Completion; c.By == content.ByPages && 100*(at+1) >= c.Amount*chapters {
		v.Action, v.Percent = learning.Finished, 10000
	}
	s.views.add(v)
}
