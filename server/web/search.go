package web

import (
	"net/http"
	"strings"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/ui"
	"lamplight/ui/view"
)

// MaxHits is one page of results, on the page and for the command alike.
const MaxHits = 50

// showSearch finds titles in all that is installed.
func (s *Server) showSearch(w http.ResponseWriter, r *request) error {
	query := strings.TrimSpace(r.URL.Query().Get("q"))
	if len(query) > 200 {
		query = strings.ToValidUTF8(query[:200], "")
	}
	v := view.Search{Frame: s.frame(r, "search", nil), Query: query, Asked: query != ""}
	if v.Asked {
		for _, h := range s.Library.Search(query, MaxHits) {
			v.Hits = append(v.Hits, s.hit(h))
		}
	}
	v.Total = len(v.Hits)
	return s.render(w, r, http.StatusOK, ui.Search(v))
}

func (s *Server) hit(h library.Hit) view.Hit {
	course, _ := s.Library.Course(h.Course)
	card := view.Card{Title: h.Title, Kind: string(h.Kind), Lang: first(course.Languages), URL: HitURL(h)}
	if h.Resource == "" {
		card.Kind = "course"
	}
	return view.Hit{Card: card, Course: course.Title}
}

// HitURL is where a search result leads.
func HitURL(h library.Hit) string {
	if h.Resource == "" {
		return courseURL(h.Course)
	}
	return resourceURL(h.Course, content.Node{ID: h.Resource, Kind: h.Kind})
}
