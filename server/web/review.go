package web

import (
	"net/http"
	"net/url"
	"strconv"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showReview is what comes back today, the longest due first, each with its reason.
func (s *Server) showReview(w http.ResponseWriter, r *request) error {
	v := view.Review{Frame: s.frame(r, "home", &view.Link{URL: "/"})}
	practice, today := s.practice(r)
	if practice != nil {
		for _, d := range practice.Due(today) {
			if out, ok := s.dueView(r, d); ok {
				v.Due = append(v.Due, out)
			}
		}
		v.Later = s.onDay(practice.NextDue(today))
	}
	return s.render(w, r, http.StatusOK, ui.Review(v))
}

// dueView is a due card as a link: a mistake to its page, a fact to a variant of its question. false when its course is
// not here.
func (s *Server) dueView(r *request, d learning.DueCard) (view.Suggestion, bool) {
	reader, release, n, err := s.openRef(learning.Ref{Course: d.Course, Resource: d.Resource})
	if err != nil {
		return view.Suggestion{}, false
	}
	defer release()
	t, err := s.turnOf(r, reader, n)
	if err != nil {
		return view.Suggestion{}, false
	}
	c, ok := learning.PickFor(t.exercise, r.person.ID, t.state, d.Item, sameNumbers)
	if !ok {
		return view.Suggestion{}, false
	}
	out := view.Suggestion{For: "due", Why: reasonView(d.Why), Card: view.Card{
		Title: t.exercise.Title, Kind: string(content.Practice), Lang: language(t.course, t.node), Where: t.course.Title,
	}}
	if v, err := marking.Draw(c.Item, c.Seed); err == nil {
		out.Where = plainWords(v)
	}
	out.URL = "/exercise/" + string(n.ID) + "?" + url.Values{
		"from": {"review"}, "item": {string(d.Item)}, "seed": {strconv.FormatUint(c.Seed, 10)},
	}.Encode()
	if d.Mistake != "" {
		out.For, out.URL = "mistake", "/mistakes/"+d.Mistake
	}
	return out, true
}
