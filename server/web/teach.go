package web

import (
	"cmp"
	"net/http"
	"slices"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showTeach is the teacher's classes.
func (s *Server) showTeach(w http.ResponseWriter, r *request) error {
	classes, err := s.classViews(r)
	if err != nil {
		return err
	}
	v := view.TeachHome{Frame: s.frame(r, "teach", nil), Classes: classes, CanAdd: r.person.Role == learning.Administrator}
	ended, err := s.Store.EndedQuizzes(r.actor())
	if err != nil {
		return err
	}
	for _, e := range ended {
		v.Ended = append(v.Ended, view.EndedQuiz{ID: string(e.Quiz.ID), Class: e.Class.Name, Title: e.Quiz.Title, Learners: e.Sat})
	}
	return s.render(w, r, http.StatusOK, ui.TeachHome(v))
}

// showClass is one class: who did what, and who needs help.
func (s *Server) showClass(w http.ResponseWriter, r *request) error {
	id, err := learning.ParseID[learning.ClassID](r.PathValue("class"))
	if err != nil {
		return err
	}
	sum, err := s.Store.ClassSummary(r.actor(), id)
	if err != nil {
		return err
	}
	v := view.TeachClass{
		Frame: s.frame(r, "teach", &view.Link{URL: "/teach"}), Name: sum.Class.Name, Active: s.activeToday(sum),
		People: "/admin/people?class=" + string(id), Places: classPlaces(id),
	}
	progress, columns, err := s.classGrid(r, sum)
	if err != nil {
		return err
	}
	for _, c := range columns {
		v.Exercises = append(v.Exercises, c.ExerciseColumn)
	}
	for _, l := range sum.Learners {
		row := s.learnerRow(l)
		for _, c := range columns {
			row.Marks = append(row.Marks, markOf(progress[l.Person.ID][c.id]))
		}
		v.Learners = append(v.Learners, row)
		if row.HelpWith != "" {
			v.NeedsHelp = append(v.NeedsHelp, row)
		}
	}
	return s.render(w, r, http.StatusOK, ui.TeachClass(v))
}

type gridColumn struct {
	view.ExerciseColumn
	id content.ResourceID
}

// maxColumns keeps the grid on a page: the exercises that most of the class has met.
const maxColumns = 12

// classGrid is each learner's progress by resource, and the exercises that head the grid, in course order.
func (s *Server) classGrid(r *request, sum store.ClassSummary) (map[learning.PersonID]map[content.ResourceID]learning.Progress, []gridColumn, error) {
	progress := map[learning.PersonID]map[content.ResourceID]learning.Progress{}
	met := map[content.ResourceID]int{}
	sample := map[content.ResourceID]learning.Progress{}
	for _, l := range sum.Learners {
		all, err := s.Store.ProgressOf(r.actor(), l.Person.ID)
		if err != nil {
			return nil, nil, err
		}
		mine := map[content.ResourceID]learning.Progress{}
		for _, p := range all {
			if p.Exercise != nil {
				mine[p.Resource], sample[p.Resource] = p, p
				met[p.Resource]++
			}
		}
		progress[l.Person.ID] = mine
	}
	ids := make([]content.ResourceID, 0, len(met))
	for id := range met {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b content.ResourceID) int { return cmp.Or(met[b]-met[a], cmp.Compare(a, b)) })
	var columns []gridColumn
	for _, id := range ids {
		if card, ok := s.progressCard(sample[id]); ok && len(columns) < maxColumns {
			columns = append(columns, gridColumn{view.ExerciseColumn{Title: card.Title, URL: card.URL, Lang: card.Lang}, id})
		}
	}
	return progress, columns, nil
}

// markOf is a cell of the mastery grid.
func markOf(p learning.Progress) string {
	switch {
	case p.Exercise == nil:
		return "notmet"
	case p.Exercise.Mastered:
		return "can"
	case p.Exercise.NeedsHelp || 2*p.Exercise.Have < p.Exercise.Need:
		return "notyet"
	}
	return "nearly"
}

func (s *Server) learnerRow(l store.LearnerSummary) view.LearnerRow {
	row := view.LearnerRow{
		Name: l.Person.Name, Tile: tileName(l.Person.Tile), URL: "/teach/learner/" + string(l.Person.ID),
		Started: l.Started, Finished: l.Finished, Answers: l.Attempts,
	}
	if l.Attempts > 0 {
		row.Right = 100 * l.Right / l.Attempts
	}
	if l.Last != nil {
		row.Last = when(*l.Last)
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
	id, err := learning.ParseID[learning.PersonID](r.PathValue("person"))
	if err != nil {
		return err
	}
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
			out = append(out, s.answered(p, a))
		}
	}
	return out, nil
}

func (s *Server) answered(p learning.Progress, a store.AttemptRecord) view.Answered {
	v := view.Answered{Given: a.Given, Correct: a.Correct, Helped: a.Hints > 0, At: when(a.When), Title: s.resourceTitle(p.Resource)}
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
			v.Question = plainWords(variant)
			v.Given = marking.Explain(variant, a.Given)
			v.Error = mistakeWords(variant.Item, a.Error)
		}
	}
	return v
}

// mistakeWords is what the course says of an error code.
func mistakeWords(it content.Item, code string) string {
	if code == "" {
		return ""
	}
	for _, m := range it.Mistakes {
		if m.Error == code {
			return m.Feedback
		}
	}
	for _, o := range it.Options {
		if o.Error == code {
			return o.Feedback
		}
	}
	return code
}
