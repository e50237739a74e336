package web

import (
	"net/http"
	"net/url"
	"strings"

	"lamplight/server/learning"
	"lamplight/server/roster"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

const yearPath = "/admin/people/year"

// showYear is the classes of a school at the end of its year.
func (s *Server) showYear(w http.ResponseWriter, r *request) error {
	return s.renderYear(w, r, "", http.StatusOK)
}

func (s *Server) renderYear(w http.ResponseWriter, r *request, problem string, status int) error {
	all, err := s.Store.Roster(r.actor())
	if err != nil {
		return err
	}
	v := view.SchoolYear{Frame: s.frame(r, "teach", &view.Link{URL: "/admin/people"}), Problem: problem}
	count := map[learning.ClassID]int{}
	for _, e := range all.Places {
		if e.Role == learning.Learner {
			count[e.Class]++
		}
	}
	for _, c := range all.Classes {
		if !c.Archived {
			v.Classes = append(v.Classes, view.YearClass{ID: string(c.ID), Name: c.Name, Learners: count[c.ID], To: roster.NextName(c.Name)})
		}
	}
	if t, ok := s.putBy.get(r.person.ID, r.URL.Query().Get("turned")).(*roster.Turned); ok {
		v.Done = &view.Done{Key: "year", Count: len(t.Was), Undo: &view.Post{URL: yearPath, Fields: [][2]string{{"do", "back"}, {"turned", r.URL.Query().Get("turned")}}}}
	} else if r.URL.Query().Has("back") {
		v.Done = &view.Done{Key: "back"}
	}
	return s.render(w, r, status, ui.SchoolYear(v))
}

// turnYear ends the year of the classes named, or takes that back.
func (s *Server) turnYear(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	if f.Get("do") == "back" {
		return s.turnBack(w, r)
	}
	all, err := s.Store.Roster(r.actor())
	if err != nil {
		return err
	}
	var steps []roster.Step
	for _, c := range all.Classes {
		to := strings.TrimSpace(f.Get("to-" + string(c.ID)))
		steps = append(steps, roster.Step{Class: c.ID, To: to, Leave: f.Has("leave-" + string(c.ID))})
	}
	t := roster.Turn(all, steps, f.Has("teachers"))
	if len(t.Was) == 0 {
		return s.renderYear(w, r, "empty", http.StatusBadRequest)
	}
	if err := s.Store.ChangeRoster(r.Context(), r.actor(), t.Change); err != nil {
		return err
	}
	http.Redirect(w, r.Request, yearPath+"?"+url.Values{"turned": {s.putBy.keep(r.person.ID, &t)}}.Encode(), http.StatusSeeOther)
	return nil
}

// turnBack brings the old classes and who left back, and archives the new ones.
func (s *Server) turnBack(w http.ResponseWriter, r *request) error {
	t, ok := s.putBy.get(r.person.ID, r.PostForm.Get("turned")).(*roster.Turned)
	if !ok {
		return errNotFound("year")
	}
	var c store.RosterChange
	for _, id := range t.Was {
		c.Classes = append(c.Classes, store.ClassChange{ID: id, Edit: learning.ClassEdit{Archived: ptrTo(false)}})
	}
	for _, id := range t.Now {
		c.Classes = append(c.Classes, store.ClassChange{ID: id, Edit: learning.ClassEdit{Archived: ptrTo(true)}})
	}
	for _, id := range t.Left {
		c.People = append(c.People, store.PersonChange{ID: id, Edit: learning.PersonEdit{Archived: ptrTo(false)}})
	}
	if err := s.Store.ChangeRoster(r.Context(), r.actor(), c); err != nil {
		return err
	}
	http.Redirect(w, r.Request, yearPath+"?back", http.StatusSeeOther)
	return nil
}
