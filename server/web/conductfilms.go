package web

import (
	"net/http"
	"strings"

	"lamplight/content"
	"lamplight/content/search"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showFilms lists the films that can be shown with stops.
func (s *Server) showFilms(w http.ResponseWriter, r *request) error {
	class, err := s.ledClass(r)
	if err != nil {
		return err
	}
	v := view.Films{
		Frame: s.frame(r, "teach", &view.Link{Text: class.Name, URL: classHome(class.ID)}), Class: class.Name, Path: classHome(class.ID) + "/conduct",
		Query: strings.TrimSpace(r.URL.Query().Get("q")),
	}
	all, err := s.Store.Steps(r.actor(), class.ID, "")
	if err != nil {
		return err
	}
	lessons, err := s.Store.Lessons(r.actor(), class.ID)
	if err != nil {
		return err
	}
	seen := map[content.ResourceID]bool{}
	add := func(ref learning.Ref, lesson learning.LessonID, to *[]view.LoopFilm) {
		if x, ok := s.film(class, ref, lesson, all); ok && !seen[ref.Resource] {
			seen[ref.Resource] = true
			*to = append(*to, x)
		}
	}
	for _, l := range lessons {
		for _, ref := range l.Resources {
			add(ref, l.ID, &v.Films)
		}
	}
	for _, x := range all {
		if x.Use == learning.StepStop {
			add(readRef(x.Of), "", &v.Films)
		}
	}
	if v.Query != "" && len(v.Query) <= maxQuestion {
		found, err := s.find(r, search.Query{Text: v.Query, Limit: pickedHits, Where: map[content.Facet][]string{content.KindFacet: {string(content.Video), string(content.Audio)}}})
		if err != nil {
			return err
		}
		for _, h := range found.Hits {
			add(learning.Ref{Course: h.Course, Resource: h.Resource}, "", &v.Found)
		}
		v.Cut = max(0, found.Total-len(found.Hits))
	}
	return s.render(w, r, http.StatusOK, ui.Films(v))
}

// film is a film in the list; false for what is none, or not here.
func (s *Server) film(class learning.Class, ref learning.Ref, lesson learning.LessonID, all []store.KeptStep) (view.LoopFilm, bool) {
	reader, release, n, err := s.openRef(ref)
	if err != nil {
		return view.LoopFilm{}, false
	}
	defer release()
	if n.Kind != content.Video && n.Kind != content.Audio {
		return view.LoopFilm{}, false
	}
	p := &loop{class: class, lesson: learning.Lesson{ID: lesson}}
	ref = learning.Ref{Course: reader.Course().ID, Resource: n.ID}
	return s.loopFilm(p, ref, title(n), language(reader.Course(), n), all), true
}
