package web

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"

	"lamplight/content"
	"lamplight/content/media"
	"lamplight/server/files"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// addressWith is the page's own address with one thing in its query changed, taken out where value is "". What belongs to one
// showing of the page is left behind.
func addressWith(u *url.URL, name, value string) string {
	q := u.Query()
	for _, k := range []string{"keep", "kept", "find"} {
		q.Del(k)
	}
	if q.Set(name, value); value == "" {
		q.Del(name)
	}
	return (&url.URL{Path: u.Path, RawQuery: q.Encode()}).String()
}

// showDocument leads to a document in the phone's own viewer, at the page where the person stopped, and to its pages one by
// one: ?page=N.
func (s *Server) showDocument(w http.ResponseWriter, r *request, reader content.Reader, n content.Node) error {
	if n.Pages == 0 && n.MIME == "application/pdf" {
		n.Pages = s.countPages(r, reader, n)
	}
	if r.URL.Query().Has("page") && n.MIME == "application/pdf" {
		return s.showDocumentPage(w, r, reader, n)
	}
	v := s.mediaView(r, reader, n)
	if n.MIME == "application/pdf" && n.Pages > 0 {
		if at := int(s.placeOf(r, n.ID)); at > 1 && at <= n.Pages {
			v.OnPage, v.Source = at, v.Source+"#page="+strconv.Itoa(at)
		}
		v.Read = addressWith(r.URL, "page", strconv.Itoa(max(1, v.OnPage)))
	}
	return s.render(w, r, http.StatusOK, ui.Resource(v))
}

// countPages counts the pages of a document whose course does not say, 0 where they cannot be counted.
func (s *Server) countPages(r *request, reader content.Reader, n content.Node) int {
	leave, err := s.books.enter(r.Context())
	if err != nil {
		return 0
	}
	defer leave()
	f, err := reader.File(n.Path)
	if err != nil {
		return 0
	}
	pages, err := media.PDFPages(f)
	if err != nil {
		s.Log.Warn("pages of a document", "resource", n.ID, "err", err)
	}
	return pages
}

// showDocumentPage shows the words and pictures of one page. Whoever opened it is on that page: who reads in a viewer says so
// by the same address.
func (s *Server) showDocumentPage(w http.ResponseWriter, r *request, reader content.Reader, n content.Node) error {
	number, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || number < 1 || n.Pages > 0 && number > n.Pages {
		http.Redirect(w, r.Request, addressWith(r.URL, "page", strconv.Itoa(min(max(1, number), max(1, n.Pages)))), http.StatusSeeOther)
		return nil
	}
	leave, err := s.books.enter(r.Context())
	if err != nil {
		return err
	}
	defer leave()
	course := reader.Course()
	f, err := reader.File(n.Path)
	if err != nil {
		return err
	}
	page, err := media.ReadPDFPage(f, number)
	if errors.Is(err, fs.ErrNotExist) {
		return err
	}
	damaged := err != nil
	s.notePage(r, course.ID, n, number, max(n.Pages, number))
	m := s.mediaView(r, reader, n)
	v := view.DocumentPage{
		Frame: m.Frame, Heading: m.Heading, Lang: m.Lang, Crumbs: m.Crumbs, Number: number, Pages: n.Pages, Text: page.Text, Damaged: damaged,
		Viewer: fileURL(course.ID, n.Path) + "#page=" + strconv.Itoa(number), Cover: addressWith(r.URL, "page", ""),
		Complete: m.Complete, Licence: m.Licence, Keep: m.Keep, Find: r.URL.EscapedPath(), Lesson: askedLesson(r),
	}
	for i, p := range page.Pictures {
		v.Pictures = append(v.Pictures, view.PagePicture{URL: addressWith(r.URL, "picture", strconv.Itoa(i)), Width: p.Width, Height: p.Height})
	}
	if number > 1 {
		v.Before = addressWith(r.URL, "page", strconv.Itoa(number-1))
	}
	if number < n.Pages {
		v.After = addressWith(r.URL, "page", strconv.Itoa(number+1))
	}
	return s.render(w, r, http.StatusOK, ui.DocumentPage(v))
}

// notePage keeps the page that somebody is on, or the slide. As of books, the last page opened is not all read, unless the
// author wrote how much of it is enough.
func (s *Server) notePage(r *request, course content.CourseID, n content.Node, number, pages int) {
	if !r.signedIn() {
		return
	}
	v := learning.View{
		Learner: r.person.ID, Course: course, Resource: n.ID, Action: learning.Moved, Percent: min(9400, 10000*number/pages), Position: uint64(number),
	}
	if c := n.Completion; c.By == content.ByPages && 100*number >= c.Amount*pages {
		v.Action, v.Percent = learning.Finished, 10000
	}
	s.views.add(v)
}

// sendPagePicture sends one picture of a page of a document.
func (s *Server) sendPagePicture(w http.ResponseWriter, r *request, reader content.Reader, n content.Node) error {
	page, err1 := strconv.Atoi(r.URL.Query().Get("page"))
	picture, err2 := strconv.Atoi(r.URL.Query().Get("picture"))
	if err := errors.Join(err1, err2); err != nil || n.MIME != "application/pdf" {
		return fmt.Errorf("web: %s: %w", r.URL.RequestURI(), fs.ErrNotExist)
	}
	leave, err := s.books.enter(r.Context())
	if err != nil {
		return err
	}
	defer leave()
	f, err := reader.File(n.Path)
	if err != nil {
		return err
	}
	if f, err = media.ReadPDFPicture(f, page, picture); err != nil {
		return err
	}
	leave() // a slow phone takes a picture for long
	policy, _ := inert(f.MIME)
	w.Header().Set("Content-Security-Policy", policy)
	if s.savesData(r) {
		w.Header().Set("Vary", "Cookie, Save-Data")
		f = s.smaller.small(f)
	}
	return files.Serve(w, r.Request, f, files.Revalidate)
}
