package web

import (
	"errors"
	"net/http"
	"strconv"

	"lamplight/content"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showSlides shows one picture of a slideshow: ?slide=N, from 1, else the one at which the person stopped.
func (s *Server) showSlides(w http.ResponseWriter, r *request, reader content.Reader, n content.Node) error {
	slides, ok := reader.(content.SlideReader)
	if !ok {
		return errors.ErrUnsupported
	}
	all, err := slides.Slides(n.ID)
	if err != nil {
		return err
	}
	m := s.mediaView(r, reader, n)
	v := view.Slides{
		Frame: m.Frame, Heading: m.Heading, Lang: m.Lang, About: m.About, Crumbs: m.Crumbs, Of: len(all), Complete: m.Complete,
		Previous: m.Previous, Next: m.Next, Siblings: m.Siblings, Licence: m.Licence, Keep: m.Keep,
	}
	if len(all) == 0 {
		return s.render(w, r, http.StatusOK, ui.Slides(v))
	}
	number, err := strconv.Atoi(r.URL.Query().Get("slide"))
	if err != nil {
		number = int(min(s.placeOf(r, n.ID), uint64(len(all))))
	}
	number = min(max(1, number), len(all))
	course := reader.Course().ID
	s.notePage(r, course, n, number, len(all))
	at := all[number-1]
	v.Number, v.Picture, v.Alt, v.Caption = number, fileURL(course, at.Path), at.Alt, at.Caption
	if number > 1 {
		v.Before = addressWith(r.URL, "slide", strconv.Itoa(number-1))
	}
	if number < len(all) {
		v.After = addressWith(r.URL, "slide", strconv.Itoa(number+1))
		if !s.savesData(r) {
			v.Soon = fileURL(course, all[number].Path)
		}
	}
	return s.render(w, r, http.StatusOK, ui.Slides(v))
}
