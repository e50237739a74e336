package web

import (
	"cmp"
	"net/http"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showClass is one class: who was here today and with what, who needs help, and what everybody did.
func (s *Server) showClass(w http.ResponseWriter, r *request) error {
	id, err := learning.ParseID[learning.ClassID](r.PathValue("class"))
	if err != nil {
		return err
	}
	sum, err := s.Store.ClassSummary(r.actor(), id)
	if err != nil {
		return err
	}
	work, err := s.Store.ClassWork(r.actor(), id, nil)
	if err != nil {
		return err
	}
	v := view.TeachClass{
		Frame: s.frame(r, "teach", &view.Link{URL: "/teach"}), Name: sum.Class.Name, Active: s.activeToday(sum),
		People: classHome(id) + "/people", Places: classPlaces(id),
	}
	columns := s.gridColumns(&work)
	for _, c := range columns {
		v.Exercises = append(v.Exercises, c.ExerciseColumn)
	}
	for i, l := range sum.Learners {
		row := s.learnerRow(l)
		for _, c := range columns {
			row.Marks = append(row.Marks, work.Of(i)[c.k].Level.String())
		}
		v.Learners = append(v.Learners, row)
		if row.HelpWith != "" {
			v.NeedsHelp = append(v.NeedsHelp, row)
		}
	}
	quizzes, _, err := s.quizTitles(r, id)
	if err != nil {
		return err
	}
	v.Today, v.DayUnknown = s.classToday(&work, v.Learners, quizzes)
	return s.render(w, r, http.StatusOK, ui.TeachClass(v))
}

// A gridColumn is an exercise that heads the grid, and where it is in a class' work.
type gridColumn struct {
	view.ExerciseColumn
	k int
}

// maxColumns keeps the grid on a page: the exercises that most of the class has met.
const maxColumns = 12

// gridColumns are the exercises that head the grid.
func (s *Server) gridColumns(w *store.ClassWork) (out []gridColumn) {
	met := make([]int, len(w.Resources))
	var order []int
	for k := range w.Resources {
		for i := range w.Learners {
			if w.Of(i)[k].Level != store.NotMet {
				met[k]++
			}
		}
		if met[k] > 0 {
			order = append(order, k)
		}
	}
	arrange.Stably(order, func(a, b int) int { return cmp.Compare(met[b], met[a]) })
	for _, k := range order {
		if card, ok := s.progressCard(learning.Progress{Resource: w.Resources[k], Course: w.Courses[k]}); ok && len(out) < maxColumns {
			out = append(out, gridColumn{view.ExerciseColumn{Title: card.Title, URL: classHome(w.Class.ID) + "/report/resource/" + string(w.Resources[k]), Lang: card.Lang}, k})
		}
	}
	return out
}

// classToday groups a class by what each did today: finished something, is in the middle of something, opened something, was not
// here. Whoever needs help stands in a list of their own above. unknown says that the box does not know what day it is,
// and took all since it was switched on.
func (s *Server) classToday(w *store.ClassWork, rows []view.LearnerRow, quizzes map[learning.QuizID]string) (out []view.TodayGroup, unknown bool) {
	today, known := w.Today.Day()
	groups := map[string]*view.TodayGroup{}
	for _, key := range []string{"finished", "begun", "absent"} {
		groups[key] = &view.TodayGroup{Key: key}
	}
	for i := range w.Learners {
		who := view.TodayPerson{Name: rows[i].Name, Tile: rows[i].Tile, URL: rows[i].URL}
		key, best := "absent", -1
		for k, x := range w.Of(i) {
			if day, dated := w.Today.Calendar.Day(x.Stamp); !x.Touched || known && (!dated || day != today) || !known && !lately(w, x) {
				continue
			}
			who.More++
			switch {
			case x.Complete && key != "finished":
				key, best = "finished", k
			case key == "absent":
				key, best = "begun", k
			case x.Complete == (key == "finished") && later(x, w.Of(i)[best]):
				best = k
			}
		}
		if best >= 0 {
			who.More--
			who.What, who.Lang = s.workName(w, best, quizzes)
		}
		groups[key].People = append(groups[key].People, who)
	}
	for _, key := range []string{"begun", "finished", "absent"} {
		if len(groups[key].People) > 0 {
			out = append(out, *groups[key])
		}
	}
	return out, !known
}

// lately says of a box without a date that something was done since it was switched on, and not yesterday.
func lately(w *store.ClassWork, x store.Work) bool {
	return x.Stamp.Boot == w.Today.Now.Boot && w.Today.Now.MS-x.Stamp.MS < schoolDay.Milliseconds()
}

func later(a, b store.Work) bool { return a.Stamp.Boot == b.Stamp.Boot && a.Stamp.MS > b.Stamp.MS }

func (s *Server) workName(w *store.ClassWork, k int, quizzes map[learning.QuizID]string) (name, lang string) {
	if q := learning.QuizOf(w.Resources[k]); q != "" {
		return quizzes[q], ""
	}
	return s.resourceName(content.ResourceID(w.Resources[k]), w.Courses[k])
}
