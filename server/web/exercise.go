package web

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// errNotDrawn refuses a variant that the box would not have asked this person for: somebody knows its answer.
var errNotDrawn = fmt.Errorf("web: the variant is not one this learner was asked: %w", fs.ErrInvalid)

// showExercise shows the next question: the one that item and seed in the address name, else what is picked.
func (s *Server) showExercise(w http.ResponseWriter, r *request) error {
	t, err := s.openExercise(r)
	if err != nil {
		return err
	}
	if len(t.exercise.Items) == 0 {
		return s.render(w, r, http.StatusOK, ui.Exercise(t.broken(s, r)))
	}
	q := r.URL.Query()
	if err := t.draw(r.actor().Person(), q.Get("item"), q.Get("seed")); err != nil {
		return err
	}
	v := t.view(s, r, q)
	v.Attempt = q.Get("attempt")
	if v.Attempt == "" {
		v.Attempt = string(learning.NewAttemptID())
	}
	if v.Banner == nil {
		v.Banner = keptBanner(r)
	}
	s.learnFirst(&v, t)
	v.Why, v.Keep = reasonView(t.why), s.keepOf(r, t.course.ID, t.node.ID)
	hints, _ := strconv.Atoi(q.Get("hint"))
	for i := range min(hints, len(t.variant.Item.Hints)) {
		v.Hints = append(v.Hints, inline(t.variant.Item.Hints[i]))
	}
	v.MoreHint = len(v.Hints) < len(t.variant.Item.Hints)
	return s.render(w, r, http.StatusOK, ui.Exercise(v))
}

// broken is the page of an exercise with nothing to ask.
func (t *turn) broken(s *Server, r *request) view.Exercise {
	v := view.Exercise{Frame: t.frame(s, r), Heading: t.exercise.Title, Broken: true, Done: t.after.URL, Crumbs: t.crumbs}
	leftOut(&v, t.exercise)
	return v
}

// maxLeftOut is how many of the questions that are left out a page names.
const maxLeftOut = 50

func leftOut(v *view.Exercise, x content.Exercise) {
	v.LeftOutN = len(x.LeftOut)
	for _, l := range x.LeftOut[:min(len(x.LeftOut), maxLeftOut)] {
		v.LeftOut = append(v.LeftOut, l.Type+": "+l.Reason)
	}
}

// learnFirst fills in what this exercise rests on and the person cannot do yet.
func (s *Server) learnFirst(v *view.Exercise, t *turn) {
	if t.practice == nil {
		return
	}
	skill, skills := learning.SkillOf(t.exercise, t.variant.Item), learning.SkillsOf(t.course.Skills)
	first, blocked := skills.First(skill, t.practice)
	if !blocked {
		return
	}
	for _, x := range s.outline(t.course) {
		if x.Skill != first || x.Resource == t.node.ID {
			continue
		}
		if card, ok := s.refCard(learning.Ref{Course: t.course.ID, Resource: x.Resource}, learning.Progress{}); ok {
			v.First = &view.Link{Text: card.Title, URL: card.URL}
			v.FirstWhy = skillReason(learning.Reason{Key: "learn-first", Args: []string{"skill", first, "for", skill}}, skills)
			return
		}
	}
}

// recordAttempt marks an answer, keeps it and shows what came of it. The same attempt again shows the same and counts
// once. Of a guest without an id nothing is kept.
func (s *Server) recordAttempt(w http.ResponseWriter, r *request) error {
	t, err := s.openExercise(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	if f.Get("hint") != "" {
		return s.redirectToHint(w, r)
	}
	if err := t.draw(r.actor().Person(), f.Get("item"), f.Get("seed")); err != nil {
		return err
	}
	result, err := marking.Mark(t.variant, f)
	if err != nil {
		return s.askAgain(w, r, t, err)
	}
	kept, repeated := r.actor().Person() != "", false
	if kept {
		if repeated, err = s.keepAttempt(r, t, result); err != nil {
			return err
		}
	}
	if done, err := s.mistakeAnswered(w, r, t, result, repeated); done || err != nil {
		return err
	}
	v := t.view(s, r, f)
	v.Attempt = f.Get("attempt")
	t.fillResult(&v, result, repeated)
	v.Result.Saved = kept
	v.Mistakes = kept && !result.Correct
	return s.render(w, r, http.StatusOK, ui.Exercise(v))
}

// redirectToHint shows the question again with one more hint and what was filled in: the button stands in the form.
func (s *Server) redirectToHint(w http.ResponseWriter, r *request) error {
	q := url.Values{}
	for k, v := range r.PostForm {
		if k != "token" && k != "tenths" {
			q[k] = v
		}
	}
	for _, k := range keptInAddress {
		if r.URL.Query().Has(k) {
			q.Set(k, r.URL.Query().Get(k))
		}
	}
	http.Redirect(w, r.Request, "/exercise/"+r.PathValue("id")+"?"+q.Encode(), http.StatusSeeOther)
	return nil
}

// keptInAddress says where an exercise was opened from; its form's address carries it on.
var keptInAddress = []string{"lesson", "from", "mistake"}

// askAgain shows the question with what was filled in: an empty or unreadable answer is no answer.
func (s *Server) askAgain(w http.ResponseWriter, r *request, t *turn, err error) error {
	if code, _ := statusOf(err); code != http.StatusBadRequest {
		return err
	}
	v := t.view(s, r, r.PostForm)
	v.Attempt = r.PostForm.Get("attempt")
	v.Banner = &view.Banner{Kind: "careful", Key: "banner.answer-first"}
	if errors.Is(err, marking.ErrOtherForm) {
		v.Banner.Key = "banner.other-form"
	}
	return s.render(w, r, http.StatusBadRequest, ui.Exercise(v))
}

// keepAttempt records the answer and says whether it had been counted already; t.state is then as after it.
func (s *Server) keepAttempt(r *request, t *turn, result marking.Result) (repeated bool, err error) {
	kept, err := s.Store.RecordAttempt(r.Context(), r.actor(), t.attempt(r, result))
	if err != nil {
		return false, err
	}
	if kept.Progress.Exercise != nil {
		t.state = *kept.Progress.Exercise
	}
	return !kept.Counted, s.completeByScore(r, t, kept.Progress)
}

// completeByScore notes that a person is through with an exercise that its author lets go by points; mastery the record
// knows itself.
func (s *Server) completeByScore(r *request, t *turn, p learning.Progress) error {
	c := t.node.CompletedBy()
	if c.By != content.ByScore || p.Complete || !learning.Completed(c, p, len(t.exercise.Items)) {
		return nil
	}
	v := learning.View{Learner: r.actor().Person(), Course: t.course.ID, Resource: t.node.ID, Action: learning.Finished, Percent: 10000}
	_, err := s.Store.RecordView(r.Context(), r.actor(), v)
	return err
}
