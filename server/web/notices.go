package web

import (
	"errors"
	"io/fs"
	"net/http"
	"slices"

	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showNotices is what the person is told; for who may write, all that stands on their boards, and the form.
func (s *Server) showNotices(w http.ResponseWriter, r *request) error {
	v := view.Notices{ID: string(learning.NewID[learning.NoticeID]())}
	q := r.URL.Query()
	if id, err := learning.ParseID[learning.NoticeID](q.Get("down")); err == nil {
		v.Undo = string(id)
	}
	chosen := q.Get("for")
	return s.renderNotices(w, r, v, chosen, http.StatusOK)
}

func (s *Server) renderNotices(w http.ResponseWriter, r *request, v view.Notices, chosen string, status int) error {
	section := "home"
	if r.teaches() {
		section = "teach"
	}
	v.Frame = s.frame(r, section, &view.Link{URL: "/"})
	read := s.Store.Notices
	if r.teaches() {
		read = s.Store.NoticeBoard
	}
	all, err := read(r.actor())
	if err != nil {
		return err
	}
	if v.For, err = s.mayTell(r, chosen); err != nil {
		return err
	}
	v.Notices = append(s.districtNotices(), s.noticeViews(r, all, v.For)...)
	if r.URL.Query().Has("up") {
		v.Banner = &view.Banner{Kind: "saved", Key: "notices.put-up.saved"}
	}
	return s.render(w, r, status, ui.Notices(v))
}

// mayTell is whom the person may tell things: the classes they lead and, for administrators, the school.
func (s *Server) mayTell(r *request, chosen string) (out []view.ClassTick, err error) {
	if !r.teaches() {
		return nil, nil
	}
	classes, err := s.Store.Classes(r.actor())
	if err != nil {
		return nil, err
	}
	for _, c := range classes {
		out = append(out, view.ClassTick{ID: string(c.ID), Name: c.Name, Chosen: string(c.ID) == chosen})
	}
	if r.person.Role == learning.Administrator {
		out = append(out, view.ClassTick{ID: "school", Chosen: chosen == "school"})
	}
	return out, nil
}

func (s *Server) noticeViews(r *request, all []learning.Notice, mine []view.ClassTick) (out []view.Notice) {
	names := map[learning.ClassID]string{}
	if classes, err := s.Store.Classes(r.actor()); err == nil {
		for _, c := range classes {
			names[c.ID] = c.Name
		}
	}
	for _, n := range all {
		x := view.Notice{ID: string(n.ID), Text: n.Text, Class: names[n.Class], From: s.dayOf(n.From), Until: s.dayOf(n.Until), Pinned: n.Pinned}
		if by, err := s.Store.Person(r.actor(), n.By); err == nil {
			x.By = by.Name
		}
		on := cmpOr(string(n.Class), "school")
		x.Mine = slices.ContainsFunc(mine, func(t view.ClassTick) bool { return t.ID == on })
		out = append(out, x)
	}
	return out
}

// homeNotices are how many the first page shows; the rest are on "/notices".
const homeNotices = 3

// noticesAtHome is what the person is told on their first page; without it the page is whole.
func (s *Server) noticesAtHome(r *request) []view.Notice {
	all, err := s.Store.Notices(r.actor())
	if err != nil {
		return nil
	}
	out := append(s.districtNotices(), s.noticeViews(r, all, nil)...)
	return out[:min(len(out), homeNotices)]
}

// districtNotices are what the district tells everybody who signs in at its schools.
func (s *Server) districtNotices() (out []view.Notice) {
	for _, p := range s.Node.Pushes() {
		if p.What == learning.PushNotice {
			out = append(out, view.Notice{ID: string(p.ID), Text: p.Text, By: s.Node.DistrictName()})
		}
	}
	return out
}

// changeNotices puts a notice up, takes one down or puts it up again.
func (s *Server) changeNotices(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	switch f.Get("do") {
	case "up":
		return s.putUpNotice(w, r)
	case "down", "back":
		down := f.Get("do") == "down"
		if err := s.Store.WithdrawNotice(r.Context(), r.actor(), learning.NoticeID(f.Get("id")), down); err != nil {
			return err
		}
		to := "/notices"
		if down {
			to += "?down=" + f.Get("id")
		}
		http.Redirect(w, r.Request, to, http.StatusSeeOther)
		return nil
	}
	return errNotFound("do=" + f.Get("do"))
}

func (s *Server) putUpNotice(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	n := learning.Notice{
		ID: learning.NoticeID(f.Get("id")), Text: f.Get("text"), From: marking.Digits(f.Get("from")), Until: marking.Digits(f.Get("until")),
		Pinned: f.Get("pinned") != "",
	}
	if to := f.Get("for"); to != "school" {
		if _, err := learning.ParseID[learning.ClassID](to); err != nil {
			return err
		}
		n.Class = learning.ClassID(to)
	}
	_, err := s.Store.SaveNotice(r.Context(), r.actor(), n)
	if errors.Is(err, fs.ErrInvalid) {
		v := view.Notices{ID: f.Get("id"), Text: n.Text, From: n.From, Until: n.Until, Problem: "words"}
		if (&learning.Notice{Text: n.Text}).Check() == nil {
			v.Problem = "dates"
		}
		return s.renderNotices(w, r, v, f.Get("for"), http.StatusBadRequest)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/notices?up", http.StatusSeeOther)
	return nil
}
