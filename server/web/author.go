package web

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui/locale"

	"lamplight/ui"
	"lamplight/ui/view"
)

// ownPath is where teachers write courses of their own.
const ownPath = "/teach/own"

func ownURL(id learning.OwnID) string { return ownPath + "/" + string(id) }

func partURL(p *learning.OwnPart) string { return ownURL(p.Course) + "/part/" + string(p.ID) }

// ownDoings are what "did" in an address says was done: the kind of banner of message "own.done.KEY".
var ownDoings = map[string]string{
	"thrown": "saved", "back": "saved", "saved": "saved", "removed": "saved", "published": "saved", "unpublished": "note", "restored": "saved",
	"apart": "careful", "settled": "saved",
}

func ownBanner(r *request) *view.Banner {
	did := r.URL.Query().Get("did")
	if kind, ok := ownDoings[did]; ok {
		return &view.Banner{Kind: kind, Key: "own.done." + did}
	}
	return nil
}

// goOn answers a form with the page to go on at, which says what was done; more are further values of its query.
func goOn(w http.ResponseWriter, r *request, to, did string, more ...string) error {
	q := url.Values{}
	if did != "" {
		q.Set("did", did)
	}
	for i := 1; i < len(more); i += 2 {
		q.Set(more[i-1], more[i])
	}
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// savedAt is now as versions keep it, 0 where the box does not know.
func (s *Server) savedAt() int64 {
	if now, believed := s.Now(); believed {
		return now.Unix()
	}
	return 0
}

func (s *Server) momentOf(at int64) view.When {
	if at == 0 {
		return view.When{}
	}
	now, _ := s.Now()
	return view.When{Time: time.Unix(at, 0).In(now.Location())}
}

// showOwn lists the courses a teacher writes.
func (s *Server) showOwn(w http.ResponseWriter, r *request) error {
	return s.renderOwn(w, r, view.OwnCourses{ID: string(learning.NewID[learning.OwnID]())}, http.StatusOK)
}

func (s *Server) renderOwn(w http.ResponseWriter, r *request, v view.OwnCourses, status int) error {
	all, err := s.Store.OwnCourses(r.actor())
	if err != nil {
		return err
	}
	v.Frame, v.Action = s.frame(r, "teach", &view.Link{URL: "/teach"}), ownPath
	v.Banner = ownBanner(r)
	for _, c := range all {
		row := view.OwnCourseRow{ID: string(c.ID), Title: c.Title, URL: ownURL(c.ID), Lang: c.Language}
		if c.Gone {
			v.Gone = append(v.Gone, row)
			continue
		}
		parts, err := s.Store.OwnParts(r.actor(), c.ID)
		if err != nil {
			return err
		}
		row.Parts = len(there(parts))
		row.State = s.ownState(&c, parts)
		if c.By != r.person.ID {
			if by, err := s.Store.Person(r.actor(), c.By); err == nil {
				row.By = by.Name
			}
		}
		v.Courses = append(v.Courses, row)
	}
	if v.Form.Language == "" {
		v.Form, v.Known = s.usualTerms(r, all)
	}
	v.Form.Languages = s.writtenIn(v.Form.Language)
	if id := learning.OwnID(r.URL.Query().Get("gone")); slices.ContainsFunc(all, func(c learning.OwnCourse) bool { return c.ID == id && c.Gone }) {
		v.Undo = &view.Undo{Action: ownPath, Fields: []view.Hidden{{Name: "back", Value: string(id)}}}
	}
	return s.render(w, r, status, ui.OwnCourses(v))
}

// there are the parts that were not thrown away.
func there(parts []store.OwnPage) []store.OwnPage {
	if i := slices.IndexFunc(parts, func(p store.OwnPage) bool { return p.Gone }); i >= 0 {
		return parts[:i]
	}
	return parts
}

// usualTerms are language, licence and author of another course of the person's; else what will mostly be right.
func (s *Server) usualTerms(r *request, all []learning.OwnCourse) (f view.OwnCourseForm, known bool) {
	for _, c := range all {
		if c.By == r.person.ID {
			return view.OwnCourseForm{Language: c.Language, Licence: c.Licence, Author: c.Author}, true
		}
	}
	f = view.OwnCourseForm{Language: s.preferences(r).Language, Licence: view.OwnLicences[0], Author: r.person.Name}
	return f, false
}

// writtenIn are the languages a course may be written in: those of the pages, those of the courses that are here, and its own.
func (s *Server) writtenIn(own string) []string {
	all := append(slices.Clone(locale.Languages()), s.contentLanguages()...)
	if own != "" {
		all = append(all, own)
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(tag string) bool { return tag == "mul" || tag == "" })
}

// readTerms reads what is asked once of a course.
func readTerms(f url.Values, c *learning.OwnCourse) {
	c.Title, c.Language, c.Licence, c.Author = f.Get("title"), f.Get("language"), f.Get("licence"), f.Get("author")
	if !slices.Contains(view.OwnLicences, c.Licence) {
		c.Licence = content.LicenceOf(c.Licence)
	}
}

// changeOwn begins a course, or brings one back.
func (s *Server) changeOwn(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	if back := learning.OwnID(f.Get("back")); back != "" {
		err := s.Store.ChangeOwnCourse(r.Context(), r.actor(), back, func(c *learning.OwnCourse) error {
			c.Gone = false
			return nil
		})
		if err != nil {
			return err
		}
		return goOn(w, r, ownURL(back), "back")
	}
	c := learning.OwnCourse{ID: learning.OwnID(f.Get("id"))}
	readTerms(f, &c)
	_, err := s.Store.AddOwnCourse(r.Context(), r.actor(), c)
	if errors.Is(err, fs.ErrInvalid) {
		v := view.OwnCourses{ID: f.Get("id"), Problem: "title", Form: view.OwnCourseForm{Title: c.Title, Language: c.Language, Licence: c.Licence, Author: c.Author}}
		if c.Check() == nil {
			v.Problem = "full"
		}
		return s.renderOwn(w, r, v, http.StatusBadRequest)
	}
	if err != nil {
		return err
	}
	return goOn(w, r, ownURL(c.ID), "")
}

// ownAsked is the course an address names, for who may change it.
func (s *Server) ownAsked(r *request) (learning.OwnCourse, error) {
	id, err := learning.ParseID[learning.OwnID](r.PathValue("own"))
	if err != nil {
		return learning.OwnCourse{}, err
	}
	return s.Store.OwnCourse(r.actor(), id)
}
