package web

import (
	"net/http"
	"strconv"
	"strings"

	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/ui/view"
)

// setGoal keeps what the person means to do in a week.
func (s *Server) setGoal(w http.ResponseWriter, r *request) error {
	n, err := strconv.Atoi(marking.Digits(strings.TrimSpace(r.PostForm.Get("amount"))))
	var g learning.WeekGoal
	switch r.PostForm.Get("of") {
	case "answers":
		g.Answers = n
	case "minutes":
		g.Minutes = n
	default:
		n, err = 1, nil
	}
	if err != nil || n < 1 || g.Check() != nil {
		http.Redirect(w, r.Request, "/progress?goal=problem", http.StatusSeeOther)
		return nil
	}
	if err := s.Store.SetGoal(r.Context(), r.actor(), g); err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/progress?goal=saved", http.StatusSeeOther)
	return nil
}

// goalBanner says what became of the form.
func goalBanner(said string) *view.Banner {
	switch said {
	case "saved":
		return &view.Banner{Kind: "saved", Key: "banner.goal-saved"}
	case "problem":
		return &view.Banner{Kind: "careful", Key: "banner.goal-problem"}
	}
	return nil
}

// effort is the person's points and how far their week is.
func (s *Server) effort(r *request, p *learning.Practice, touched []learning.Progress) (*view.Effort, error) {
	mastered := 0
	for _, t := range touched {
		if t.Exercise != nil && t.Exercise.Mastered {
			mastered++
		}
	}
	e := &view.Effort{}
	if p != nil {
		e.Points = p.Points(s.Store.Calendar(), mastered)
	}
	g, err := s.Store.Goal(r.actor(), r.person.ID)
	if err != nil || g == (learning.WeekGoal{}) {
		return e, err
	}
	week, err := s.Store.Week(r.actor(), r.person.ID)
	if err != nil {
		return e, err
	}
	if g.Minutes > 0 {
		e.Goal = view.Goal{Of: "minutes", Amount: g.Minutes, Done: week.Seconds / 60}
	} else {
		e.Goal = view.Goal{Of: "answers", Amount: g.Answers, Done: week.Answers}
	}
	return e, nil
}
