package web

import (
	"net/http"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// showTeach is the teacher's classes.
func (s *Server) showTeach(w http.ResponseWriter, r *request) error {
	classes, err := s.classViews(r)
	if err != nil {
		return err
	}
	v := view.TeachHome{Frame: s.frame(r, "teach", nil), Classes: classes, CanAdd: r.person.Role == learning.Administrator, Notices: s.noticesAtHome(r), Carried: s.carriedNow()}
	ended, err := s.Store.EndedQuizzes(r.actor())
	if err != nil {
		return err
	}
	for _, e := range ended {
		v.Ended = append(v.Ended, view.EndedQuiz{ID: string(e.Quiz.ID), Class: e.Class.Name, Title: e.Quiz.Title, Learners: e.Sat})
	}
	return s.render(w, r, http.StatusOK, ui.TeachHome(v))
}

func (s *Server) learnerRow(l store.LearnerSummary) view.LearnerRow {
	row := view.LearnerRow{
		Name: l.Person.Name, Tile: tileName(l.Person.Tile), URL: "/teach/learner/" + string(l.Person.ID),
		Started: l.Started, Finished: l.Finished, Answers: l.Attempts,
	}
	if l.Attempts > 0 {
		row.Right = (200*l.Right + l.Attempts) / (2 * l.Attempts)
	}
	if l.Last != nil {
		row.Last = report.When(*l.Last)
	}
	if len(l.NeedsHelp) > 0 {
		row.HelpTries = learning.HelpAfter
		row.HelpWith = s.resourceTitle(l.NeedsHelp[0])
	}
	return row
}

// resourceTitle is what a resource is called here, or its id when no installed course holds it.
func (s *Server) resourceTitle(id content.ResourceID) string {
	courses, err := s.Library.Resource(id)
	if err != nil || len(courses) == 0 {
		return string(id)
	}
	reader, release, err := s.Library.Reader(courses[0])
	if err != nil {
		return string(id)
	}
	defer release()
	n, err := reader.Node(id)
	if err != nil {
		return string(id)
	}
	return title(n)
}

// recentAnswers is how many answers a teacher sees of one learner.
const recentAnswers = 30

// showLearner is one learner in full.
func (s *Server) showLearner(w http.ResponseWriter, r *request) error {
	p, err := s.lookAt(r)
	if err != nil {
		return err
	}
	id := p.ID
	detail, err := s.Store.LearnerDetail(r.actor(), id)
	if err != nil {
		return err
	}
	v := view.TeachLearner{Learner: s.learnerRow(detail.LearnerSummary)}
	back := &view.Link{URL: "/teach"}
	if len(detail.Classes) > 0 {
		v.Class = view.Link{Text: detail.Classes[0].Name, URL: "/teach/class/" + string(detail.Classes[0].ID)}
		back = &v.Class
	}
	v.Frame = s.frame(r, "teach", back)
	v.Needs = "/accommodation/" + string(id)
	for _, c := range detail.Classes {
		v.Classes = append(v.Classes, view.Link{Text: c.Name, URL: classHome(c.ID)})
	}
	v.Looks = s.looksTable(r, id)
	v.Courses, v.Exercises = s.progressViews(detail.Progress)
	if v.Recent, err = s.recentOf(r, detail); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, ui.TeachLearner(v))
}

// recentOf lists a learner's last answers over all exercises, each with the question as it was asked.
func (s *Server) recentOf(r *request, detail store.LearnerDetail) ([]view.Answered, error) {
	var out []view.Answered
	for _, p := range detail.Progress {
		if p.Exercise == nil || len(out) >= recentAnswers {
			continue
		}
		attempts, err := s.Store.Attempts(r.actor(), detail.Person.ID, p.Resource, 5)
		if err != nil {
			return nil, err
		}
		for _, a := range attempts {
			out = append(out, s.answered(r, p, a))
		}
	}
	return out, nil
}

func (s *Server) answered(r *request, p learning.Progress, a store.AttemptRecord) view.Answered {
	v := view.Answered{Given: a.Given, Correct: a.Correct, Helped: a.Hints > 0, At: report.When(a.When), Title: s.resourceTitle(p.Resource)}
	reader, release, err := s.Library.Reader(p.Course)
	if err != nil {
		return v
	}
	defer release()
	exercises, ok := reader.(content.ExerciseReader)
	if !ok {
		return v
	}
	e, err := exercises.Exercise(p.Resource)
	if err != nil {
		return v
	}
	v.Title, v.Lang, v.URL = e.Title, e.Language, "/exercise/"+string(p.Resource)
	for _, it := range e.Items {
		if it.ID != a.Item {
			continue
		}
		if variant, err := marking.Draw(it, a.Seed); err == nil {
			fillAnswered(s.words(r), &v, variant, a)
		}
	}
	return v
}

// fillAnswered says an answer in words: the question in the learner's own numbers, what they answered, what went wrong.
func fillAnswered(l *locale.Locale, v *view.Answered, variant marking.Variant, a store.AttemptRecord) {
	v.Question, v.Given = plainWords(variant), answerWords(l, variant, a.Given)
	v.Error = wordsOf(string(inline(errorWords(variant.Item, a.Error))))
}
