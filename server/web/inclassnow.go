package web

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"

	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showNow is what the learner's class looks at; with go it leads on to a resource.
func (s *Server) showNow(w http.ResponseWriter, r *request) error {
	m, err := s.myClassMode(r)
	if err != nil {
		return err
	}
	if m.State != learning.ClassOff {
		s.joined.lead(r.person.ID, pullOf(&m))
	}
	if m.State == learning.ClassLooks && r.URL.Query().Has("go") {
		if card, ok := s.refCard(m.At, learning.Progress{}); ok {
			return see(w, r, card.URL)
		}
	}
	v, err := s.nowView(r, &m, nil)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, ui.Now(v))
}

// nowView is the page as the class stands; given is what was filled in.
func (s *Server) nowView(r *request, m *learning.ClassMode, given url.Values) (view.Now, error) {
	v := view.Now{Frame: s.frame(r, "home", &view.Link{URL: "/"}), State: string(m.State), Key: keyOfNow(m), Round: m.Round(), Pass: r.session.Turn != nil}
	for _, p := range s.joined.handsOf(m.Class) {
		v.Hand = v.Hand || p == r.person.ID
	}
	switch m.State {
	case learning.ClassOff:
		v.Refresh = refreshSeconds
		return v, nil
	case learning.ClassLooks:
		v.Thing, v.Refresh = s.inClassThing(m), refreshSeconds
		return v, nil
	}
	return v, s.nowQuestion(&v, r, m, given)
}

// nowQuestion fills in what is asked: to be answered, answered, closed or with what was right. What was right is in the page
// only once the teacher says so.
func (s *Server) nowQuestion(v *view.Now, r *request, m *learning.ClassMode, given url.Values) error {
	mine, err := s.Store.MyClassAnswer(r.actor(), m.Round())
	if err != nil {
		return err
	}
	if v.Mine = mine != nil; v.Mine && m.State == learning.ClassAnswers {
		v.State = "answered"
	}
	if v.State != string(learning.ClassAnswers) {
		v.Refresh = refreshSeconds
	}
	sh, err := s.classSheet(m)
	if err != nil {
		v.Broken, v.Refresh = true, refreshSeconds
		return nil
	}
	v.Lang = language(sh.course, sh.node)
	v.Reads = v.Lang
	if v.State == string(learning.ClassAnswers) {
		v.Question = question(sh.course.ID, sh.variant, given)
		return nil
	}
	words := ""
	if v.Mine {
		words = mine.Given
	}
	v.Asked = asked(s.words(r), sh.variant, words, v.Lang)
	if m.State != learning.ClassRevealed {
		v.Asked = unmarked(v.Asked)
	} else if v.Mine {
		v.Asked.Correct, v.Asked.Partly = mine.Correct, !mine.Correct && mine.Score > 0
	}
	return nil
}

// unmarked is a question without anything that tells what is right.
func unmarked(a view.Asked) view.Asked {
	a.Right, a.Correct, a.Partly, a.Error, a.Worked = "", false, false, "", ""
	for i := range a.Options {
		a.Options[i].Mark = ""
	}
	return a
}

// classSheet draws what a class is asked.
func (s *Server) classSheet(m *learning.ClassMode) (sheet, error) {
	return s.sheet(learning.QuizQuestion{Course: m.At.Course, Resource: m.At.Resource, Item: m.Item}, m.Seed)
}

// classAttempt is a marked answer; the store fills in what it is an answer to.
func classAttempt(sh sheet, result marking.Result) learning.Attempt {
	it := sh.variant.Item
	return learning.Attempt{
		Type: it.Type, Criterion: learning.CriterionOf(sh.exercise), Given: result.Given, Score: result.Score, Correct: result.Correct,
		Error: result.Error, Skill: skillColumn(sh.exercise, it), Rating: ratingColumn(it),
	}
}

// answerNow keeps a learner's answer to what the class is asked. The first of a round counts; one that comes after the round
// was closed is refused, so that the phone says so.
func (s *Server) answerNow(w http.ResponseWriter, r *request) error {
	m, err := s.myClassMode(r)
	if err != nil {
		return err
	}
	round := r.PostForm.Get("round")
	if mine, err := s.Store.MyClassAnswer(r.actor(), round); err != nil || mine != nil { // sent again: its phone heard nothing
		return errors.Join(err, see(w, r, nowPath))
	}
	if m.State != learning.ClassAnswers || m.Round() != round {
		return store.ErrRoundOver
	}
	sh, err := s.classSheet(&m)
	if err != nil {
		return err
	}
	result, err := marking.Mark(sh.variant, r.PostForm)
	if errors.Is(err, fs.ErrInvalid) {
		v, err := s.nowView(r, &m, r.PostForm)
		if err != nil {
			return err
		}
		v.Banner = &view.Banner{Kind: "careful", Key: "now.cannot-read"}
		return s.render(w, r, http.StatusBadRequest, ui.Now(v))
	}
	if err != nil {
		return err
	}
	at := classAttempt(sh, result)
	at.Tenths = tenthsOf(r.PostForm)
	at.Fast = isFast(at.Tenths)
	if _, err := s.Store.AnswerClass(r.Context(), r.actor(), m.Class, s.Node.DeviceID(), round, at); err != nil {
		return err
	}
	return see(w, r, nowPath)
}

// changeNow raises the learner's hand or takes it down.
func (s *Server) changeNow(w http.ResponseWriter, r *request) error {
	m, err := s.myClassMode(r)
	if err == nil && m.State != learning.ClassOff {
		s.joined.raise(m.Class, r.person.ID, r.PostForm.Get("hand") == "up")
	}
	if err != nil {
		return err
	}
	return see(w, r, nowPath)
}
