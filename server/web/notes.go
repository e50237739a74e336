package web

import (
	"net/http"
	"net/url"
	"strings"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// A keeping is a person's bookmark and note at one resource.
type keeping struct {
	ref      learning.Ref
	bookmark bool
	note     learning.Note
}

// kept is all a person's bookmarks and notes, a resource each, in the record's order.
func (s *Server) kept(r *request) ([]*keeping, error) {
	bookmarks, err := s.Store.Bookmarks(r.actor(), r.person.ID)
	if err != nil {
		return nil, err
	}
	notes, err := s.Store.Notes(r.actor(), r.person.ID, "")
	if err != nil {
		return nil, err
	}
	var out []*keeping
	at := map[content.ResourceID]*keeping{}
	find := func(ref learning.Ref) *keeping {
		k := at[ref.Resource]
		if k == nil {
			k = &keeping{ref: ref}
			at[ref.Resource] = k
			out = append(out, k)
		}
		return k
	}
	for _, b := range bookmarks {
		find(b.Ref).bookmark = true
	}
	for _, n := range notes {
		if k := find(learning.Ref{Course: n.Course, Resource: n.Resource}); k.note.ID == "" {
			k.note = n
		}
	}
	return out, nil
}

func (s *Server) countKept(r *request) (int, error) {
	all, err := s.kept(r)
	return len(all), err
}

// keepOf is the small form in the foot of a resource; nil for guests.
func (s *Server) keepOf(r *request, course content.CourseID, id content.ResourceID) *view.Keep {
	if !r.signedIn() {
		return nil
	}
	out := &view.Keep{Resource: string(id), Course: string(course), Back: withoutKeep(r.URL), Take: s.takeAddress(r, course, id)}
	bookmark, note, err := s.Store.KeptAt(r.actor(), r.person.ID, id)
	if err != nil {
		s.Log.Warn("bookmarks and notes", "err", err)
		return nil
	}
	out.Bookmarked, out.Note = bookmark, note.Text
	return out
}

// withoutKeep is the page's own address, for coming back to.
func withoutKeep(u *url.URL) string {
	q := u.Query()
	for _, k := range []string{"keep", "kept", "item", "seed", "attempt"} {
		q.Del(k)
	}
	return (&url.URL{Path: u.Path, RawQuery: q.Encode()}).String()
}

// showKeep is the form on a page of its own, for pages that come ready.
func (s *Server) showKeep(w http.ResponseWriter, r *request, reader content.Reader, n content.Node) error {
	k := s.keepOf(r, reader.Course().ID, n.ID)
	if k == nil {
		return errSignedOut
	}
	page := k.Back
	k.Back = withQuery(r.URL, "keep", "1")
	back := &view.Link{Text: title(n), URL: page}
	v := view.KeepPage{Frame: s.frame(r, "library", back), Heading: title(n), Lang: language(reader.Course(), n), Page: page, Keep: *k}
	v.Banner = keptBanner(r)
	return s.render(w, r, http.StatusOK, ui.KeepPage(v))
}

// setBookmark sets or takes away a bookmark and goes back to where it was asked for.
func (s *Server) setBookmark(w http.ResponseWriter, r *request) error {
	reader, release, n, err := s.openKept(r)
	if err != nil {
		return err
	}
	defer release()
	on := r.PostForm.Get("on") == "1"
	b := learning.Bookmark{Ref: learning.Ref{Course: reader.Course().ID, Resource: n.ID}}
	if err := s.Store.Bookmark(r.Context(), r.actor(), b, on); err != nil {
		return err
	}
	said := "bookmark-gone"
	if on {
		said = "bookmark-set"
	}
	return goBack(w, r, said)
}

// setNote keeps the person's note at a resource; an empty one takes it away.
func (s *Server) setNote(w http.ResponseWriter, r *request) error {
	reader, release, n, err := s.openKept(r)
	if err != nil {
		return err
	}
	defer release()
	note := learning.Note{Course: reader.Course().ID, Resource: n.ID, Text: r.PostForm.Get("text")}
	_, had, err := s.Store.KeptAt(r.actor(), r.person.ID, n.ID)
	if err != nil {
		return err
	}
	if had.Text == "" && strings.TrimSpace(note.Text) == "" {
		return goBack(w, r, "")
	}
	if _, err := s.Store.Note(r.Context(), r.actor(), note); err != nil {
		return err
	}
	return goBack(w, r, "note-saved")
}

// openKept finds the resource that a form names: a note is kept of what is on this box and nothing else.
func (s *Server) openKept(r *request) (content.Reader, func(), content.Node, error) {
	reader, release, n, err := s.openRef(learning.Ref{Course: content.CourseID(r.PostForm.Get("course")), Resource: content.ResourceID(r.PostForm.Get("resource"))})
	if err == nil && s.hidden(r, n) {
		release()
		return nil, nil, n, errNotFound(r.PostForm.Get("resource"))
	}
	return reader, release, n, err
}

// keptSaid are the banners that an address may ask for.
var keptSaid = map[string]string{"note-saved": "banner.note-saved", "bookmark-set": "banner.bookmark-set", "bookmark-gone": "banner.bookmark-gone"}

// goBack leads to the page the form stood on, which then says what happened.
func goBack(w http.ResponseWriter, r *request, said string) error {
	u, err := url.Parse(localPath(r.PostForm.Get("back")))
	if err != nil || u.Path == "" {
		u = &url.URL{Path: "/notes"}
	}
	if said != "" {
		q := u.Query()
		q.Set("kept", said)
		u.RawQuery = q.Encode()
	}
	http.Redirect(w, r.Request, u.String(), http.StatusSeeOther)
	return nil
}

// keptBanner says what a bookmark's or note's form did, on the page it came back to.
func keptBanner(r *request) *view.Banner {
	if r.URL.RawQuery == "" {
		return nil
	}
	key, ok := keptSaid[r.URL.Query().Get("kept")]
	if !ok {
		return nil
	}
	return &view.Banner{Kind: "saved", Key: key}
}

// showNotes is every resource with a bookmark or note. One that is on this box no more keeps its note.
func (s *Server) showNotes(w http.ResponseWriter, r *request) error {
	v := view.Notes{Frame: s.frame(r, "home", &view.Link{URL: "/"})}
	v.Banner = keptBanner(r)
	all, err := s.kept(r)
	if err != nil {
		return err
	}
	for _, k := range all {
		out := view.Kept{Keep: view.Keep{Resource: string(k.ref.Resource), Course: string(k.ref.Course), Back: "/notes", Bookmarked: k.bookmark, Note: k.note.Text}}
		card, ok := s.refCard(k.ref, learning.Progress{})
		if !ok {
			card = view.Card{Broken: true, URL: "/notes", Kind: "page"}
		}
		out.Card = card
		v.Kept = append(v.Kept, out)
	}
	return s.render(w, r, http.StatusOK, ui.Notes(v))
}
