package web

import (
	"net/http"
	"net/url"

	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/server/roster"
	"lamplight/ui"
	"lamplight/ui/view"
)

const twinsPath = "/admin/people/twins"

// maxTwins is how many pairs one page shows.
const maxTwins = 20

// showTwins is records that may be of one child, side by side.
func (s *Server) showTwins(w http.ResponseWriter, r *request) error {
	all, err := s.Store.Roster(r.actor())
	if err != nil {
		return err
	}
	v := view.Twins{Frame: s.frame(r, "teach", &view.Link{URL: "/admin/people"})}
	classes := map[learning.ClassID]string{}
	for _, c := range all.Classes {
		classes[c.ID] = c.Name
	}
	in := map[learning.PersonID][]string{}
	for _, e := range all.Places {
		in[e.Person] = append(in[e.Person], classes[e.Class])
	}
	pairs := roster.Twins(all)
	for _, p := range pairs[:min(len(pairs), maxTwins)] {
		a, err := s.twinSide(r, p.A, in)
		if err != nil {
			return err
		}
		b, err := s.twinSide(r, p.B, in)
		if err != nil {
			return err
		}
		v.Pairs = append(v.Pairs, view.TwinPair{A: a, B: b, Why: p.Why})
	}
	q := r.URL.Query()
	if p, err := s.Store.Person(r.actor(), learning.PersonID(q.Get("joined"))); err == nil {
		v.Done = &view.Done{Key: "joined", Args: []string{"name", p.Name}, Undo: &view.Post{URL: personPath + string(p.ID), Fields: [][2]string{{"do", "split"}, {"record", q.Get("record")}}}}
	}
	return s.render(w, r, http.StatusOK, ui.Twins(v))
}

func (s *Server) twinSide(r *request, p learning.Person, in map[learning.PersonID][]string) (view.TwinSide, error) {
	d, err := s.Store.LearnerDetail(r.actor(), p.ID)
	side := view.TwinSide{
		ID: string(p.ID), Name: p.Name, Tile: tileName(p.Tile), Number: p.Number, Birth: p.Birth, Classes: in[p.ID], Answers: d.Attempts, URL: personPath + string(p.ID),
	}
	if d.Last != nil {
		side.Last = report.When(*d.Last)
	}
	return side, err
}

// joinTwins makes one record of two.
func (s *Server) joinTwins(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	keep, other := learning.PersonID(f.Get("keep")), learning.PersonID(f.Get("other"))
	if f.Get("do") != "join" {
		return errNotFound("do=" + f.Get("do"))
	}
	if err := s.Store.Join(r.Context(), r.actor(), keep, other); err != nil {
		return err
	}
	http.Redirect(w, r.Request, twinsPath+"?"+url.Values{"joined": {string(keep)}, "record": {string(other)}}.Encode(), http.StatusSeeOther)
	return nil
}

// showClassList is the names of a class for paper.
func (s *Server) showClassList(w http.ResponseWriter, r *request) error {
	c, err := s.classAsked(r)
	if err != nil {
		return err
	}
	teachers, learners, err := s.Store.ClassRoster(r.actor(), c.ID)
	if err != nil {
		return err
	}
	v := view.ClassList{Frame: s.frame(r, "teach", &view.Link{Text: c.Name, URL: classPeopleURL(c.ID)}), Class: c.Name}
	if school, err := s.Store.School(); err == nil {
		v.School = school.Name
	}
	for _, p := range teachers {
		v.Teachers = append(v.Teachers, p.Name)
	}
	for _, p := range learners {
		v.Learners = append(v.Learners, memberOf(p))
	}
	return s.render(w, r, http.StatusOK, ui.ClassList(v))
}
