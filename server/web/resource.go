package web

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/server/files"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showResource opens whatever a learner opens but exercises.
func (s *Server) showResource(w http.ResponseWriter, r *request) error {
	id := strings.TrimPrefix(r.URL.Path, ResourcePath) // as PathValue would say, also for who asks ServeResource
	reader, release, n, err := s.openResource(r, content.ResourceID(id))
	if err != nil {
		return err
	}
	defer release()
	if r.URL.RawQuery != "" && r.URL.Query().Has("keep") {
		return s.showKeep(w, r, reader, n)
	}
	if to, ok := s.signedFirst(r, reader, n); ok {
		http.Redirect(w, r.Request, to, http.StatusSeeOther)
		return nil
	}
	if to, ok := s.wayFrom(r, reader, n); ok {
		http.Redirect(w, r.Request, to, http.StatusSeeOther)
		return nil
	}
	if n.Kind == content.Document && r.URL.Query().Has("picture") {
		return s.sendPagePicture(w, r, reader, n)
	}
	s.noteOpened(r, reader.Course().ID, n)
	if r.URL.RawQuery != "" && r.URL.Query().Has("find") && (n.Kind == content.Book || n.Kind == content.Document) {
		return s.showWithin(w, r, reader, n)
	}
	switch n.Kind {
	case content.Page:
		return s.showPage(w, r, reader, n)
	case content.Book:
		return s.showBook(w, r, reader, n)
	case content.Article:
		return s.showArticle(w, r, reader, n)
	case content.App:
		return s.showApp(w, r, reader, n)
	case content.Video, content.Audio:
		return s.showFilm(w, r, reader, n)
	case content.Document:
		return s.showDocument(w, r, reader, n)
	case content.Slideshow:
		return s.showSlides(w, r, reader, n)
	}
	http.Redirect(w, r.Request, withLesson(resourceURL(reader.Course().ID, n), askedLesson(r)), http.StatusSeeOther)
	return nil
}

// memberBuffers are what pages are read into.
var memberBuffers = files.NewShelf(64 << 10)

// showPage sends a ready page of one of our packs: one read from disk, nothing compressed.
func (s *Server) showPage(w http.ResponseWriter, r *request, reader content.Reader, n content.Node) error {
	pages, ok := reader.(content.PageReader)
	if !ok {
		return errors.ErrUnsupported
	}
	page, err := pages.ReadyPageInto(memberBuffers.Take(), n.ID)
	if err != nil {
		return err
	}
	defer memberBuffers.Leave(page.Gzip)
	f, err := s.pageFrame(r, reader, n)
	if err != nil {
		return err
	}
	return files.ServeSpliced(w, r.Request, f, page)
}

// showArticle shows a package's page in a frame from the player's port.
func (s *Server) showArticle(w http.ResponseWriter, r *request, reader content.Reader, n content.Node) error {
	course := reader.Course()
	src := s.frameURL(r, course.ID, n)
	origin, err := url.Parse(src)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", ui.CSP(origin.Scheme+"://"+origin.Host))
	v := view.Article{
		Frame: s.resourceFrame(r, reader, n), Heading: title(n), Lang: language(course, n), Crumbs: crumbs(reader, n),
		Source: src, Licence: nodeLicence(course, n), Complete: s.progressOf(r, n.ID).Complete, Keep: s.keepOf(r, course.ID, n.ID),
	}
	v.Previous, v.Next = s.neighbours(r, reader, n)
	v.Siblings = s.siblings(r, reader, n)
	if p := s.passage(r, n.ID); p != nil {
		v.Back, v.Previous, v.Next, v.Siblings = p.back(), nil, p.next, nil
	}
	return s.render(w, r, http.StatusOK, ui.Article(v))
}

// resourceFrame is a frame whose back arrow leads to the topic that n lies in, of the course where it lies in none.
func (s *Server) resourceFrame(r *request, reader content.Reader, n content.Node) view.Frame {
	c := reader.Course()
	up := crumbs(reader, n)
	f := s.frame(r, "library", &up[len(up)-1])
	f.Reads = first(c.Languages)
	return f
}

func language(c content.Course, n content.Node) string {
	if n.Language != "" {
		return n.Language
	}
	if len(c.Languages) == 1 {
		return c.Languages[0]
	}
	return ""
}

func nodeLicence(c content.Course, n content.Node) view.Licence {
	if n.Licence != nil {
		return licenceView(*n.Licence)
	}
	return licenceView(c.Licence)
}

// progressOf is the person's progress with one resource, zero for guests and what was never touched.
func (s *Server) progressOf(r *request, id content.ResourceID) learning.Progress {
	if !r.signedIn() {
		return learning.Progress{}
	}
	all, err := s.Store.ProgressIn(r.actor(), r.person.ID, []content.ResourceID{id})
	if err != nil {
		s.Log.Warn("progress", "err", err)
	}
	return all[id]
}

// finishResource is "I have finished", or how far a player has come. Of a guest nothing is kept.
func (s *Server) finishResource(w http.ResponseWriter, r *request) error {
	reader, release, n, err := s.openResource(r, content.ResourceID(r.PathValue("id")))
	if err != nil {
		return err
	}
	defer release()
	course := reader.Course().ID
	if r.PostForm.Has("progress") {
		return s.notePlayed(w, r, course, n)
	}
	if r.PostForm.Has("spent") {
		s.noteSpent(r, course, n)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	if r.PostForm.Get("done") == "" {
		return errNotFound(r.URL.Path)
	}
	if r.signedIn() {
		v := learning.View{Learner: r.person.ID, Course: course, Resource: n.ID, Action: learning.Finished, Percent: 10000, Tenths: tenthsOf(r.PostForm)}
		if _, err := s.Store.RecordView(r.Context(), r.actor(), v); err != nil {
			return err
		}
		s.views.forget(r.person.ID)
	}
	to := courseURL(course)
	if p := s.passage(r, n.ID); p != nil {
		to = p.after().URL
	} else if _, next := s.neighbours(r, reader, n); next != nil {
		to = next.URL
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// noteSpent keeps how long somebody looked at a page, in tenths of a second, as the script tells when it is left, and where
// in a book they were. What its author lets go by time is finished when there was enough.
func (s *Server) noteSpent(r *request, course content.CourseID, n content.Node) {
	v := learning.View{Learner: r.person.ID, Course: course, Resource: n.ID, Action: learning.Opened, Tenths: tenthsIn(r.PostForm.Get("spent"))}
	if !r.signedIn() {
		return
	}
	s.notePlace(r, course, n)
	if v.Tenths == 0 {
		return
	}
	if c := n.CompletedBy(); c.By == content.ByTime {
		p := s.progressOf(r, n.ID)
		p.Seconds += int(v.Tenths / 10)
		if !p.Complete && learning.Completed(c, p, 0) {
			v.Action, v.Percent = learning.Finished, 10000
		}
	}
	s.views.add(v)
}

// notePlayed keeps how far a video or sound was played: progress in percent, at in seconds. The script that posts it
// reads no answer.
func (s *Server) notePlayed(w http.ResponseWriter, r *request, course content.CourseID, n content.Node) error {
	percent, err := strconv.Atoi(r.PostForm.Get("progress"))
	at, _ := strconv.ParseUint(r.PostForm.Get("at"), 10, 32)
	if err != nil || percent < 0 || percent > 100 {
		return fmt.Errorf("web: progress %.20q is no percentage: %w", r.PostForm.Get("progress"), fs.ErrInvalid)
	}
	if r.signedIn() {
		v := learning.View{
			Learner: r.person.ID, Course: course, Resource: n.ID, Action: learning.Moved, Percent: min(9900, 100*percent), Position: 10 * at,
		}
		if c := n.CompletedBy(); c.By == content.ByPercent && percent >= c.Amount {
			v.Action, v.Percent = learning.Finished, 10000
		}
		s.views.add(v)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
