package web

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// mayTake says whether the school lets people take home what is under a licence.
func (s *Server) mayTake(l view.Licence) bool {
	switch s.takeRule() {
	case learning.TakeNothing:
		return false
	case learning.TakeAll:
		return true
	}
	return content.Licence{ID: l.ID}.Open()
}

// takeAddress is where a resource is made ready for one's phone, "" where it may not or cannot be.
func (s *Server) takeAddress(r *request, course content.CourseID, id content.ResourceID) string {
	reader, release, n, err := s.openRef(learning.Ref{Course: course, Resource: id})
	if err != nil {
		return ""
	}
	defer release()
	if n.Kind == content.Article || n.Kind == content.App || !s.mayTake(nodeLicence(reader.Course(), n)) {
		return ""
	}
	q := url.Values{"course": {string(course)}}
	if lesson := askedLesson(r); lesson != "" {
		q.Set("lesson", lesson)
	}
	kind := "resource"
	if n.Kind == content.Practice {
		kind = "exercise"
	}
	return "/take/" + kind + "/" + string(id) + "?" + q.Encode()
}

func (s *Server) takeRule() string {
	school, err := s.Store.School()
	if err != nil {
		return learning.TakeOpen
	}
	return school.Take
}

// takeRefusal is the message of what may not be taken home.
func (s *Server) takeRefusal() string {
	if s.takeRule() == learning.TakeNothing {
		return "school"
	}
	return "licence"
}

func (s *Server) showTakeRule(w http.ResponseWriter, r *request) error {
	v := view.TakeRule{Frame: s.frame(r, "box", &view.Link{URL: "/admin"}), Rule: s.takeRule()}
	if v.Rule == "" {
		v.Rule = "open"
	}
	if r.URL.Query().Has("saved") {
		v.Banner = &view.Banner{Kind: "saved", Key: "banner.settings-saved"}
	}
	return s.render(w, r, http.StatusOK, ui.TakeRule(v))
}

func (s *Server) saveTakeRule(w http.ResponseWriter, r *request) error {
	rule := r.PostForm.Get("rule")
	if rule == "open" {
		rule = learning.TakeOpen
	}
	if err := s.Store.EditSchool(r.Context(), r.actor(), learning.SchoolEdit{Take: &rule}); err != nil {
		if errors.Is(err, fs.ErrInvalid) {
			return errNotFound("rule=" + rule)
		}
		return err
	}
	http.Redirect(w, r.Request, "/admin/take?saved", http.StatusSeeOther)
	return nil
}
