package web

import (
	"net/http"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/server/store"
	"lamplight/ui/view"
)

// evidencePage answers stand on one page.
const evidencePage = 50

// lookAt finds a learner and notes that the person looks at their page, before anything of it is shown. That it could not be
// noted, as on a full card, keeps no teacher from a child.
func (s *Server) lookAt(r *request) (learning.Person, error) {
	id, err := learning.ParseID[learning.PersonID](r.PathValue("person"))
	if err != nil {
		return learning.Person{}, err
	}
	p, err := s.Store.Person(r.actor(), id)
	if err != nil {
		return p, err
	}
	if err := s.Store.NoteLook(r.Context(), r.actor(), id); err != nil {
		s.Log.Error("it could not be noted who looked at a learner's page", "err", err)
	}
	return p, nil
}

// showHistory is all that a learner answered at one resource, the last first.
func (s *Server) showHistory(w http.ResponseWriter, r *request) error {
	p, err := s.lookAt(r)
	if err != nil {
		return err
	}
	id := content.ResourceID(r.PathValue("id"))
	all, err := s.Store.Attempts(r.actor(), p.ID, id, evidencePage)
	if err != nil {
		return err
	}
	title, lang := s.resourceName(id, "")
	return s.showAnswers(w, r, p, view.Words{Text: title, Lang: lang}, all)
}

// showEvidence is what a learner's standing in a skill comes from.
func (s *Server) showEvidence(w http.ResponseWriter, r *request) error {
	p, err := s.lookAt(r)
	if err != nil {
		return err
	}
	skill := r.URL.Query().Get("skill")
	all, err := s.Store.SkillAttempts(r.actor(), p.ID, skill, evidencePage)
	if err != nil {
		return err
	}
	title := s.skills().Title(skill)
	if title == skill {
		title, _ = s.resourceName(content.ResourceID(skill), "")
	}
	return s.showAnswers(w, r, p, view.Words{Text: title}, all)
}

func (s *Server) showAnswers(w http.ResponseWriter, r *request, p learning.Person, about view.Words, all []store.AttemptRecord) error {
	v := view.Report{
		Frame: s.frame(r, "teach", &view.Link{Text: p.Name, URL: "/teach/learner/" + string(p.ID)}), Heading: about,
		About: &view.Words{Key: "report.history", Args: []string{"name", p.Name}},
	}
	if len(all) == 0 {
		v.Empty = &view.Words{Key: "report.history.empty"}
	}
	for _, a := range all {
		v.Answers = append(v.Answers, s.answeredAnywhere(r, a))
	}
	return s.sendReport(w, r, v)
}

// answeredAnywhere is an answer with its question, of an exercise or of a quiz.
func (s *Server) answeredAnywhere(r *request, a store.AttemptRecord) view.Answered {
	id := learning.QuizOf(a.Resource)
	if id == "" {
		return s.answered(r, learning.Progress{Resource: a.Resource, Course: a.Course}, a)
	}
	v := view.Answered{Given: a.Given, Correct: a.Correct, Helped: a.Hints > 0, At: report.When(a.When)}
	q, err := s.Store.Quiz(r.actor(), id)
	if err != nil {
		return v
	}
	v.Title, v.URL = q.Title, classHome(q.Class)+"/report/quiz/"+string(id)+"/learner/"+string(a.Learner)
	x, ok := q.Question(string(a.Item))
	if !ok {
		return v
	}
	if sh, err := s.sheet(x, a.Seed); err == nil {
		fillAnswered(s.words(r), &v, sh.variant, a)
		v.Lang = language(sh.course, sh.node)
	}
	return v
}

// looksTable is who looked at a learner's page, for administrators; nil for others.
func (s *Server) looksTable(r *request, id learning.PersonID) *view.Table {
	if r.person.Role != learning.Administrator {
		return nil
	}
	looks, err := s.Store.Looks(r.actor(), id)
	if err != nil || len(looks) == 0 {
		return nil
	}
	t := report.Looks(looks[:min(len(looks), evidencePage)], func(p learning.PersonID) string {
		who, err := s.Store.Person(r.actor(), p)
		if err != nil {
			return string(p)
		}
		return who.Name
	})
	return &t
}
