package web

import (
	"fmt"
	"io/fs"
	"net/http"
	"strconv"

	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showAccommodation is what a learner needs to work as others do, for their teachers. What is kept is the need, never why.
func (s *Server) showAccommodation(w http.ResponseWriter, r *request) error {
	learner, err := s.needy(r)
	if err != nil {
		return err
	}
	needs, err := s.Store.Accommodation(r.actor(), learner.ID)
	if err != nil {
		return err
	}
	url := "/teach/learner/" + string(learner.ID)
	v := view.Accommodation{
		Frame: s.frame(r, "teach", &view.Link{Text: learner.Name, URL: url}), Needs: needsView(needs),
		Learner: view.LearnerRow{Name: learner.Name, Tile: tileName(learner.Tile), URL: url},
	}
	if r.URL.Query().Has("saved") {
		v.Banner = &view.Banner{Kind: "saved", Key: "banner.needs-saved"}
	}
	return s.render(w, r, http.StatusOK, ui.Accommodation(v))
}

// needy is the learner that the address names; one whom the person may not teach is not found.
func (s *Server) needy(r *request) (learning.Person, error) {
	id, err := learning.ParseID[learning.PersonID](r.PathValue("person"))
	if err != nil {
		return learning.Person{}, err
	}
	p, err := s.Store.Person(r.actor(), id)
	if err == nil && p.Role != learning.Learner {
		err = errNotFound(r.URL.Path)
	}
	return p, err
}

func (s *Server) saveAccommodation(w http.ResponseWriter, r *request) error {
	learner, err := s.needy(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	minutes, err := strconv.Atoi(f.Get("time"))
	if err != nil {
		return fmt.Errorf("web: extra time %.20q is no number: %w", f.Get("time"), fs.ErrInvalid)
	}
	needs := learning.Accommodation{
		ExtraTime: minutes, ReadAloud: f.Has("aloud"), LargeText: f.Has("large"), HighContrast: f.Has("contrast"), FewerItems: f.Has("fewer"),
		Captions: f.Has("captions"), SignFirst: f.Has("sign"),
	}
	if err := s.Store.SetAccommodation(r.Context(), r.actor(), learner.ID, needs); err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/accommodation/"+string(learner.ID)+"?saved", http.StatusSeeOther)
	return nil
}

func needsView(n learning.Accommodation) view.Needs {
	return view.Needs{
		ExtraTime: n.ExtraTime, ReadAloud: n.ReadAloud, LargeText: n.LargeText, HighContrast: n.HighContrast, FewerItems: n.FewerItems,
		Captions: n.Captions, SignFirst: n.SignFirst,
	}
}

// fewerNodes are as many as one page of a topic lists for who needs few things at once.
const fewerNodes = 8

// perPage is how many nodes a page lists.
func (r *request) perPage() int {
	if r.needs.FewerItems {
		return fewerNodes
	}
	return nodesPerPage
}
