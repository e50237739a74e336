package web

import (
	"errors"
	"io/fs"
	"net/http"
	"slices"
	"time"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// homeCards is how many courses home offers: few things at once.
const homeCards = 4

// showHome is for a learner what to do next, for a teacher the classes, for a guest the library.
func (s *Server) showHome(w http.ResponseWriter, r *request) error {
	if s.Node.District() != nil && officers.admits(r.person.Role, false) {
		http.Redirect(w, r.Request, districtPath, http.StatusSeeOther)
		return nil
	}
	v := view.Home{Frame: s.frame(r, "home", nil)}
	if r.signedIn() {
		v.Notices = s.noticesAtHome(r)
		if err := s.fillHome(&v, r); err != nil {
			return err
		}
	}
	if v.Begin == nil {
		if err := s.fillNew(&v, r); err != nil {
			return err
		}
	}
	return s.render(w, r, http.StatusOK, ui.Home(v))
}

// fillNew is for who has nothing to go on with: courses to begin.
func (s *Server) fillNew(v *view.Home, r *request) error {
	done, err := s.courseProgress(r)
	if err != nil {
		return err
	}
	for _, c := range s.toBegin(r) {
		if len(v.New) < homeCards && done[c.ID] == 0 {
			card := courseCard(c, 0)
			card.Thumbnail = "" // the first view is four requests, pictures none of them
			v.New = append(v.New, card)
		}
	}
	return nil
}

func (s *Server) fillHome(v *view.Home, r *request) error {
	touched, err := s.Store.ProgressOf(r.actor(), r.person.ID)
	if err != nil {
		return err
	}
	if v.Classes, err = s.classViews(r); err != nil || r.person.Role != learning.Learner {
		s.goOnStaff(v, touched)
		return err
	}
	tasks, err := s.tasks(r)
	if err != nil {
		return err
	}
	practice, today := s.practice(r)
	k := learning.Known{Today: today, Practice: practice, Recent: touched, Courses: s.outlines(r, touched)}
	for _, t := range tasks {
		k.Set = append(k.Set, t.work)
	}
	suggested := learning.Suggest(k)
	s.fillSuggestions(v, r, suggested, tasks)
	if r.needs.FewerItems {
		v.Then = v.Then[:min(len(v.Then), 1)]
	}
	if practice != nil {
		v.Due, v.Mistakes = len(practice.Due(today)), len(practice.Mistakes(today))
	}
	if v.Notes, err = s.countKept(r); err != nil {
		return err
	}
	v.Effort, err = s.effort(r, practice, touched)
	return err
}

// goOnStaff is what a teacher or administrator opened last and has not finished.
func (s *Server) goOnStaff(v *view.Home, touched []learning.Progress) {
	for _, p := range touched[:min(len(touched), 12)] {
		if card, ok := s.progressCard(p); ok && !p.Complete {
			v.Begin = &view.Suggestion{Card: card, For: learning.ToContinue, Why: view.Reason{Key: "continue"}}
			return
		}
	}
}

// fillSuggestions puts what is suggested first under the large button, and the tasks that are not suggested below.
func (s *Server) fillSuggestions(v *view.Home, r *request, all []learning.Suggestion, tasks []task) {
	skills := s.skills()
	shown := map[string]bool{}
	for _, x := range all {
		out, ok := s.suggestion(x, tasks, skills)
		if !ok || shown[out.URL] {
			continue
		}
		shown[out.URL] = true
		if v.Begin == nil {
			v.Begin = &out
		} else {
			v.Then = append(v.Then, out)
		}
	}
	for _, t := range tasks {
		if !shown[t.view.URL] {
			v.Set = append(v.Set, t.view)
		}
	}
}

// suggestion is a suggestion as a card; false when what it leads to is not on this box.
func (s *Server) suggestion(x learning.Suggestion, tasks []task, skills learning.Skills) (view.Suggestion, bool) {
	out := view.Suggestion{For: x.Kind, Why: skillReason(x.Why, skills)}
	switch {
	case x.Kind == learning.ToReview:
		out.Card = view.Card{URL: "/review", Kind: "exercise"}
	case x.Kind == learning.ToMend:
		out.Card = view.Card{URL: "/mistakes", Kind: "exercise"}
	case x.Lesson != "" || x.Quiz != "":
		i := slices.IndexFunc(tasks, func(t task) bool { return t.work.Lesson == x.Lesson && t.work.Quiz == x.Quiz })
		if i < 0 {
			return out, false
		}
		t := tasks[i].view
		out.Card = view.Card{Title: t.Title, URL: t.URL, Kind: t.Kind, Percent: t.Percent, Where: t.Class}
	default:
		card, ok := s.refCard(learning.Ref{Course: x.Course, Resource: x.Resource}, learning.Progress{})
		if !ok {
			return out, false
		}
		card.Thumbnail = "" // the first view is four requests, pictures none of them
		out.Card = card
	}
	return out, true
}

// skills is the graph of all that the installed courses teach.
func (s *Server) skills() learning.Skills {
	var all [][]content.Skill
	for _, c := range s.Library.Courses() {
		if len(c.Skills) > 0 {
			all = append(all, c.Skills)
		}
	}
	return learning.SkillsOf(all...)
}

// A task is work a teacher set, as suggestions and as pages know it.
type task struct {
	work learning.SetWork
	view view.Task
}

// tasks are the lessons and quizzes set for the person: what is open first.
func (s *Server) tasks(r *request) ([]task, error) {
	lessons, err := s.Store.LessonsFor(r.actor(), r.person.ID)
	if err != nil {
		return nil, err
	}
	quizzes, err := s.Store.QuizzesFor(r.actor(), r.person.ID)
	if err != nil {
		return nil, err
	}
	classes, err := s.Store.Classes(r.actor())
	if err != nil {
		return nil, err
	}
	names := map[learning.ClassID]string{}
	for _, c := range classes {
		names[c.ID] = c.Name
	}
	var out []task
	for _, l := range lessons {
		if len(l.Lesson.Resources) == 0 {
			continue // its teacher is still choosing
		}
		out = append(out, s.lessonTask(l, names[l.Lesson.Class]))
	}
	for _, q := range quizzes {
		out = append(out, quizTask(q, names[q.Quiz.Class]))
	}
	arrange.Stably(out, func(a, b task) int { return order(a.work.Done) - order(b.work.Done) })
	return out, nil
}

func order(done bool) int {
	if done {
		return 1
	}
	return 0
}

func (s *Server) lessonTask(l store.SetLesson, class string) task {
	n := len(l.Lesson.Resources)
	t := task{
		learning.SetWork{Lesson: l.Lesson.ID, Until: l.Lesson.Until, Done: n > 0 && l.Complete >= n},
		view.Task{Title: l.Lesson.Title, URL: "/lesson/" + string(l.Lesson.ID), Kind: "lesson", Class: class, Due: s.dayOf(l.Lesson.Until)},
	}
	for i, p := range l.Progress {
		t.work.Begun = t.work.Begun || p.Complete || p.Attempts > 0 || p.Percent > 0
		if !p.Complete && t.work.Next.Resource == "" {
			t.work.Next = l.Lesson.Resources[i]
		}
	}
	if n > 0 {
		t.view.Percent = 100 * l.Complete / n
	}
	switch {
	case t.work.Done:
		t.view.State = "done"
	case t.work.Begun:
		t.view.State = "begun"
	}
	return t
}

func quizTask(q store.SetQuiz, class string) task {
	t := task{
		learning.SetWork{Quiz: q.Quiz.ID},
		view.Task{Title: q.Quiz.Title, URL: "/quiz/" + string(q.Quiz.ID), Kind: "quiz", Class: class},
	}
	try := q.Sitting.Now()
	switch {
	case try != nil && try.HandedIn:
		t.work.Done, t.view.State, t.view.Percent = true, "done", 100
	case q.Quiz.State != learning.QuizOpen:
		t.work.Done, t.view.State = true, "closed"
	case try != nil:
		t.work.Begun, t.view.State = true, "begun"
		t.view.Percent = 100 * len(try.Answers) / max(1, try.Asked)
	}
	return t
}

// progressCard is a resource the person has touched; false when its course is not installed any more.
func (s *Server) progressCard(p learning.Progress) (view.Card, bool) {
	course, err := s.Library.Course(p.Course)
	if err != nil {
		return view.Card{}, false
	}
	reader, release, err := s.Library.Reader(p.Course)
	if err != nil {
		return view.Card{}, false
	}
	defer release()
	n, err := reader.Node(p.Resource)
	if err != nil {
		return view.Card{}, false
	}
	card := s.nodeCard(course, n, p)
	card.Where = course.Title
	return card, true
}

func (s *Server) classViews(r *request) ([]view.Class, error) {
	classes, err := s.Store.Classes(r.actor())
	if err != nil {
		return nil, err
	}
	var out []view.Class
	for _, c := range classes {
		v := view.Class{Name: c.Name, URL: "/teach/class/" + string(c.ID), Shift: c.Shift}
		sum, err := s.Store.ClassSummary(r.actor(), c.ID)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) { // a learner knows the class by name only
			v.URL = ""
			out = append(out, v)
			continue
		}
		if err != nil {
			return nil, err
		}
		v.Learners, v.Active, v.NeedsHelp = len(sum.Learners), s.activeToday(sum), needingHelp(sum)
		out = append(out, v)
	}
	return out, nil
}

// activeToday is how many did something today; where the clock is not to be believed, in the last hours of it, which
// is the school day that the box has been running for.
func (s *Server) activeToday(c store.ClassSummary) (n int) {
	now, _ := s.Now()
	for _, l := range c.Learners {
		lately := !l.TodayKnown && l.Last != nil && l.Last.Known && now.Sub(l.Last.Time) < schoolDay
		if l.AttemptsToday > 0 || l.SecondsToday > 0 || l.ViewsToday > 0 || lately {
			n++
		}
	}
	return n
}

const schoolDay = 12 * time.Hour

func needingHelp(c store.ClassSummary) (n int) {
	for _, l := range c.Learners {
		if len(l.NeedsHelp) > 0 {
			n++
		}
	}
	return n
}

// showProgress is the person's own.
func (s *Server) showProgress(w http.ResponseWriter, r *request) error {
	v := view.Progress{Frame: s.frame(r, "progress", nil)}
	all, err := s.Store.ProgressOf(r.actor(), r.person.ID)
	if err != nil {
		return err
	}
	days := map[string]bool{}
	for _, p := range all {
		v.Answers += p.Attempts
		if p.Last.Known {
			days[p.Last.Time.Format(time.DateOnly)] = true
		}
	}
	v.Days = len(days)
	if r.person.Role == learning.Learner {
		practice, _ := s.practice(r)
		if v.Effort, err = s.effort(r, practice, all); err != nil {
			return err
		}
		v.Goal, v.Banner = "/goal", goalBanner(r.URL.Query().Get("goal"))
	}
	v.Courses, v.Exercises = s.progressViews(all)
	s.lighten(r, v.Courses)
	return s.render(w, r, http.StatusOK, ui.Progress(v))
}

// progressViews sorts what a learner has touched into courses and exercises. A course that is no longer installed is
// left out; its record stays.
func (s *Server) progressViews(all []learning.Progress) (courses []view.Card, exercises []view.Practised) {
	done := map[content.CourseID]int{}
	var order []content.CourseID
	for _, p := range all {
		if _, ok := done[p.Course]; !ok {
			order = append(order, p.Course)
			done[p.Course] = 0
		}
		if p.Complete {
			done[p.Course]++
		}
		if p.Exercise == nil {
			continue
		}
		if x, ok := s.practised(p); ok {
			exercises = append(exercises, x)
		}
	}
	for _, id := range order {
		if c, err := s.Library.Course(id); err == nil {
			courses = append(courses, courseCard(c, done[id]))
		}
	}
	return courses, exercises
}

func (s *Server) practised(p learning.Progress) (view.Practised, bool) {
	card, ok := s.progressCard(p)
	if !ok {
		return view.Practised{}, false
	}
	return view.Practised{
		Title: card.Title, URL: card.URL, Course: card.Where, Lang: card.Lang,
		Dots: dots(*p.Exercise, content.Exercise{}), Mastered: p.Exercise.Mastered, Last: report.When(p.Last),
	}, true
}
