package web

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// privacyPath is what is held of people; looksPath is who looked.
const (
	privacyPath = "/admin/privacy"
	looksPath   = privacyPath + "/looks"
)

// showPrivacy is what the school holds of people, and whose erasure waits.
func (s *Server) showPrivacy(w http.ResponseWriter, r *request) error {
	held, err := s.Store.HeldInAll(r.actor())
	if err != nil {
		return err
	}
	waiting, err := s.waiting(r)
	if err != nil {
		return err
	}
	v := view.Privacy{
		Frame: s.frame(r, "box", &view.Link{URL: "/admin"}), Held: report.Held(held, looksPath), Waiting: waiting, Days: store.AuditDays,
		Done: s.donePrivacy(r, ""),
	}
	return s.render(w, r, http.StatusOK, ui.Privacy(v))
}

func (s *Server) waiting(r *request) (out []view.Waiting, err error) {
	all, err := s.Store.Waiting(r.actor())
	for _, w := range all {
		out = append(out, waits(w))
	}
	return out, err
}

func waits(w store.Waiting) view.Waiting {
	hours := -1
	if w.Left >= 0 {
		hours = int((w.Left + 3_599_999) / 3_600_000)
	}
	return view.Waiting{ID: string(w.Person.ID), Name: w.Person.Name, By: w.By, Hours: hours}
}

// donePrivacy reads from the address what was just done.
func (s *Server) donePrivacy(r *request, name string) *view.Done {
	switch did := r.URL.Query().Get("did"); did {
	case "erasing":
		return &view.Done{Key: did, Args: []string{"name", name}, Undo: &view.Post{URL: r.URL.Path + "/erase", Fields: [][2]string{{"do", "keep"}}}}
	case "kept":
		return &view.Done{Key: did, Args: []string{"name", name}}
	case "erased", "erasing-still":
		return &view.Done{Key: did}
	}
	return nil
}

// held is whom the address names.
func (s *Server) held(r *request) (learning.Person, error) {
	id, err := learning.ParseID[learning.PersonID](r.PathValue("person"))
	if err != nil {
		return learning.Person{}, err
	}
	return s.Store.Person(r.actor(), id)
}

// showHeld is what is held of one person.
func (s *Server) showHeld(w http.ResponseWriter, r *request) error {
	p, err := s.held(r)
	if err != nil {
		return err
	}
	held, err := s.Store.HeldOf(r.actor(), p.ID)
	if err != nil {
		return err
	}
	held = slices.DeleteFunc(held, func(h store.Held) bool { return h.Count == 0 })
	v := view.PrivacyPerson{
		Frame: s.frame(r, "box", &view.Link{URL: privacyPath}), ID: string(p.ID), Name: p.Name, Done: s.donePrivacy(r, p.Name),
		Held: report.Held(held, looksPath+"?person="+string(p.ID)), Self: p.ID == r.person.ID, Days: store.AuditDays,
	}
	all, err := s.waiting(r)
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].ID == v.ID {
			v.Waiting = &all[i]
		}
	}
	return s.render(w, r, http.StatusOK, ui.PrivacyPerson(v))
}

// saveHeld sends a copy of all that is held of one person.
func (s *Server) saveHeld(w http.ResponseWriter, r *request) error {
	p, err := s.held(r)
	if err != nil {
		return err
	}
	x, err := s.Store.ExportPerson(r.Context(), r.actor(), p.ID)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="`+string(p.ID)+`.zip"`)
	h.Set("Cache-Control", "private, no-store")
	return report.WritePerson(r.Context(), w, s.frame(r, "", nil), &x, s.titles())
}

// titles gives each resource's title, looked up once.
func (s *Server) titles() func(content.ResourceID, content.CourseID) string {
	known := map[content.ResourceID]string{}
	return func(id content.ResourceID, course content.CourseID) string {
		name, ok := known[id]
		if !ok {
			name, _ = s.resourceName(id, course)
			known[id] = name
		}
		return name
	}
}

// showErase says what goes and what stays.
func (s *Server) showErase(w http.ResponseWriter, r *request) error {
	return s.renderErase(w, r, view.PrivacyErase{}, http.StatusOK)
}

func (s *Server) renderErase(w http.ResponseWriter, r *request, v view.PrivacyErase, status int) error {
	p, err := s.held(r)
	if err != nil {
		return err
	}
	held, err := s.Store.HeldOf(r.actor(), p.ID)
	if err != nil {
		return err
	}
	v.Frame, v.ID, v.Name = s.frame(r, "box", &view.Link{Text: p.Name, URL: privacyPath + "/" + string(p.ID)}), string(p.ID), p.Name
	for _, x := range held {
		part := view.Words{Key: "privacy.part", Args: []string{"kind", "privacy.kind." + x.Kind, "n", fmt.Sprint(x.Count)}}
		switch {
		case x.Count == 0:
		case store.HeldStays[x.Kind]:
			v.Stays = append(v.Stays, part)
		default:
			v.Goes = append(v.Goes, part)
		}
	}
	return s.render(w, r, status, ui.PrivacyErase(v))
}

// erase asks for an erasure, takes one back, or carries one out.
func (s *Server) erase(w http.ResponseWriter, r *request) error {
	p, err := s.held(r)
	if err != nil {
		return err
	}
	page, did := privacyPath+"/"+string(p.ID), "kept"
	switch r.PostForm.Get("do") {
	case "ask":
		if typed := r.PostForm.Get("name"); !sameName(typed, p.Name) {
			return s.renderErase(w, r, view.PrivacyErase{Typed: typed, Problem: "name"}, http.StatusBadRequest)
		}
		did = "erasing"
		if err = s.Store.AskErase(r.Context(), r.actor(), p.ID, s.Node.DeviceID()); errors.Is(err, fs.ErrPermission) {
			return s.renderErase(w, r, view.PrivacyErase{Problem: "last"}, http.StatusForbidden)
		}
		if err == nil {
			err = s.Auth.SignOutPerson(p.ID, "")
		}
	case "keep":
		err = s.Store.KeepPerson(r.Context(), r.actor(), p.ID)
	case "now":
		page, did = privacyPath, "erased"
		if err = s.Store.Erase(r.Context(), r.actor(), p.ID); err == nil {
			if err := s.Node.PurgeErased(); err != nil {
				s.Log.Error("clearing files of what is erased", "err", err)
				did = "erasing-still"
			}
		}
	default:
		return errNotFound("do=" + r.PostForm.Get("do"))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, page+"?did="+did, http.StatusSeeOther)
	return nil
}

// sameName compares what was typed with a name as people mean it: spaces and letter case aside.
func sameName(typed, name string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(typed), " "), strings.Join(strings.Fields(name), " "))
}

// looksRows lines of the list stand on one page.
const looksRows = 100

// showLooks is who did what with what is held of people: of all, of one person, of one day.
func (s *Server) showLooks(w http.ResponseWriter, r *request) error {
	q := r.URL.Query()
	day, _ := learning.ParseDay(q.Get("day"))
	if day < 0 {
		day = 0
	}
	whom := learning.PersonID(q.Get("person"))
	all, err := s.Store.Deeds(r.actor(), whom, day)
	if err != nil {
		return err
	}
	v := view.Report{
		Frame: s.frame(r, "box", &view.Link{URL: privacyPath}), Heading: view.Words{Key: "privacy.looks"},
		About: &view.Words{Key: "privacy.looks.lead", Plural: true, N: store.AuditDays},
	}
	from, to := s.pageOf(r, len(all))
	t := report.Deeds(all[from:to], looksPath)
	t.Title = view.Words{}
	if day != 0 || whom != "" {
		v.Links = []view.Link{{Text: locale.For(v.Lang).T("privacy.looks.all"), URL: looksPath}}
	}
	if len(all) == 0 {
		v.Empty = &view.Words{Key: "privacy.looks.empty"}
		return s.sendReport(w, r, v)
	}
	if f := q.Get("format"); f != "" {
		t = report.Deeds(all, looksPath)
	}
	v.Tables = []view.Table{t}
	v.Pager = view.Pager{From: from + 1, To: to, Total: len(all)}
	if from > 0 {
		v.Pager.Previous = withQuery(r.URL, "from", fmt.Sprint(max(0, from-looksRows)))
	}
	if to < len(all) {
		v.Pager.Next = withQuery(r.URL, "from", fmt.Sprint(to))
	}
	return s.sendReport(w, r, v)
}

// pageOf is which of n lines the address asks for.
func (s *Server) pageOf(r *request, n int) (from, to int) {
	_, _ = fmt.Sscan(r.URL.Query().Get("from"), &from)
	from = min(max(0, from), n)
	return from, min(from+looksRows, n)
}
