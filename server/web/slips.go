package web

import (
	"net/http"
	"slices"

	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// showSlips is the week of each child of a class for their family, to print.
func (s *Server) showSlips(w http.ResponseWriter, r *request) error {
	class, _, err := s.classLed(r)
	if err != nil {
		return err
	}
	today, believed := s.today()
	weeks, err := s.Store.ClassWeek(r.actor(), class.ID, today)
	if err != nil {
		return err
	}
	cares, err := s.Store.Cares(r.actor(), class.ID)
	if err != nil {
		return err
	}
	v := view.Slips{Class: class.Name, Path: classHome(class.ID) + "/slips", Languages: locale.Languages()}
	v.Frame = s.frame(r, "teach", &view.Link{Text: class.Name, URL: classHome(class.ID)})
	if believed {
		v.From, v.To = s.dayView(today-6), s.dayView(today)
	}
	school, err := s.Store.School()
	if err != nil {
		return err
	}
	v.School = school.Name
	if chosen := r.URL.Query().Get("lang"); slices.Contains(v.Languages, chosen) {
		v.Chosen = chosen
	}
	for _, x := range weeks {
		slip := s.slip(x)
		slip.Lang = cmpOr(v.Chosen, cmpOr(x.Language, cmpOr(school.Language, v.Lang)))
		v.Slips = append(v.Slips, slip)
		v.Rows = append(v.Rows, view.SlipLanguage{ID: string(x.Person.ID), Name: x.Person.Name, Language: cares[x.Person.ID].Language})
	}
	if r.URL.Query().Has("saved") {
		v.Banner = &view.Banner{Kind: "saved", Key: "slips.saved"}
	}
	return s.render(w, r, http.StatusOK, ui.Slips(v))
}

func (s *Server) slip(x store.ChildWeek) view.Slip {
	out := view.Slip{Name: x.Person.Name, Here: x.Here, Of: x.Of, Answers: x.Answers, Finished: len(x.Finished)}
	if len(x.Finished) > 0 {
		out.Title = s.resourceTitle(x.Finished[0].Resource)
	}
	for _, l := range learning.Ladders {
		if n := x.Levels[l]; n > 0 {
			out.Levels = append(out.Levels, view.SlipLevel{Ladder: l.String(), Level: n})
			if out.Ladder == "" || n < out.Level {
				out.Ladder, out.Level = l.String(), n
			}
		}
	}
	return out
}

// saveSlips keeps which language each family reads.
func (s *Server) saveSlips(w http.ResponseWriter, r *request) error {
	class, learners, err := s.classLed(r)
	if err != nil {
		return err
	}
	cares, err := s.Store.Cares(r.actor(), class.ID)
	if err != nil {
		return err
	}
	for _, p := range learners {
		all, posted := r.PostForm["language."+string(p.ID)]
		if !posted || all[0] == cares[p.ID].Language || all[0] != "" && !slices.Contains(locale.Languages(), all[0]) {
			continue
		}
		if err := s.Store.EditCare(r.Context(), r.actor(), p.ID, store.CareEdit{Language: &all[0]}); err != nil {
			return err
		}
	}
	http.Redirect(w, r.Request, classHome(class.ID)+"/slips?saved", http.StatusSeeOther)
	return nil
}
