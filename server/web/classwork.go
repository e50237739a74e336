package web

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

func workURL(class learning.ClassID) string     { return classHome(class) + "/lessons" }
func lessonEditURL(id learning.LessonID) string { return "/teach/lesson/" + string(id) }
func quizEditURL(id learning.QuizID) string     { return "/teach/quiz/" + string(id) }
func askedClass(r *request) learning.ClassID    { return learning.ClassID(r.PathValue("class")) }
func see(w http.ResponseWriter, r *request, to string) error {
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// done adds to an address what its page is to say was done: a message "work.done.WHAT".
func done(address, what string) string {
	path, anchor, _ := strings.Cut(address, "#")
	if anchor != "" {
		anchor = "#" + anchor
	}
	return path + "?did=" + what + anchor
}

// doings are what a banner of these pages may say, and of what kind it is.
var doings = map[string]string{
	"saved": "saved", "made": "saved", "removed": "saved", "swapped": "saved", "no-other": "careful", "away": "saved", "back": "saved", "copied": "saved",
	"hidden": "saved", "shown": "saved", "opened": "saved", "closed": "saved", "draft": "saved", "settled": "saved", "answered": "careful",
}

// counted are those that say how many.
var countedDoings = map[string]string{"added": "saved", "drawn": "saved", "fewer": "careful"}

// didBanner is what the address says was done; nil nothing.
func didBanner(r *request, f *view.Frame) *view.Banner {
	q := r.URL.Query()
	what := q.Get("did")
	if kind, ok := doings[what]; ok {
		return &view.Banner{Kind: kind, Key: "work.done." + what}
	}
	if kind, ok := countedDoings[what]; ok {
		n, _ := strconv.Atoi(q.Get("n"))
		return &view.Banner{Kind: kind, Text: ui.Count(*f, "work.done."+what, n)}
	}
	return nil
}

// showClassWork lists what was put together for a class.
func (s *Server) showClassWork(w http.ResponseWriter, r *request) error {
	class, err := s.ledClass(r)
	if err != nil {
		return err
	}
	v := view.ClassWork{
		Frame: s.frame(r, "teach", &view.Link{Text: class.Name, URL: classHome(class.ID)}), Heading: class.Name, Action: workURL(class.ID),
		NewURL: workURL(class.ID) + "/new", HasSteps: len(s.Library.Courses()) > 0,
	}
	v.Banner = didBanner(r, &v.Frame)
	if back := r.URL.Query().Get("back"); back != "" && r.URL.Query().Get("did") == "away" {
		v.Undo = &view.Undo{Action: workURL(class.ID), Fields: []view.Hidden{{Name: "bring", Value: back}}}
	}
	names, err := s.recipientNames(r, class.ID)
	if err != nil {
		return err
	}
	lessons, err := s.Store.Lessons(r.actor(), class.ID)
	if err != nil {
		return err
	}
	for _, l := range lessons {
		work := s.lessonWork(&l)
		v.Lessons = append(v.Lessons, s.withRecipients(r, work, l.ID, "", class.ID, names))
	}
	quizzes, err := s.Store.Quizzes(r.actor(), class.ID)
	if err != nil {
		return err
	}
	for _, q := range quizzes {
		work := quizWork(&q)
		v.Quizzes = append(v.Quizzes, s.withRecipients(r, work, "", q.ID, class.ID, names))
	}
	awayLessons, awayQuizzes, err := s.Store.PutAway(r.actor(), class.ID)
	for _, l := range awayLessons {
		v.PutAway = append(v.PutAway, s.lessonWork(&l))
	}
	for _, q := range awayQuizzes {
		v.PutAway = append(v.PutAway, quizWork(&q))
	}
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, ui.ClassWork(v))
}

// ledClass is the class that the address names, for who leads it.
func (s *Server) ledClass(r *request) (learning.Class, error) {
	id, err := learning.ParseID[learning.ClassID](r.PathValue("class"))
	if err != nil {
		return learning.Class{}, err
	}
	if _, err := s.Store.Lessons(r.actor(), id); err != nil {
		return learning.Class{}, err
	}
	return s.Store.Class(r.actor(), id)
}

func (s *Server) lessonWork(l *learning.Lesson) view.Work {
	return view.Work{
		ID: string(l.ID), Title: l.Title, URL: lessonEditURL(l.ID), Kind: "lesson", State: s.lessonState(l), Things: len(l.Resources),
		From: s.dayOf(l.From), Until: s.dayOf(l.Until),
	}
}

// lessonState is what view.Work calls it.
func (s *Server) lessonState(l *learning.Lesson) string {
	switch {
	case len(l.Resources) == 0:
		return "empty"
	case l.Hidden || l.Archived:
		return "hidden"
	case s.notYet(l.From):
		return "later"
	}
	return "shown"
}

func quizWork(q *learning.Quiz) view.Work {
	return view.Work{ID: string(q.ID), Title: q.Title, URL: quizEditURL(q.ID), Kind: "quiz", State: q.State, Things: q.Questions()}
}

// withRecipients adds for whom work is set, and whether two versions of it wait.
func (s *Server) withRecipients(r *request, w view.Work, l learning.LessonID, q learning.QuizID, class learning.ClassID, names map[string]string) view.Work {
	set, err := s.Store.Assignments(r.actor(), l, q)
	if err != nil {
		return w
	}
	for _, as := range set {
		if as.Class == class {
			w.Whole = true
		} else if name := names[recipientKey(as)]; name != "" {
			w.For = append(w.For, name)
		}
	}
	slices.Sort(w.For)
	if c, err := s.Store.Composition(r.actor(), l, q); err == nil {
		w.Disputed = len(c.Disputes) > 0
	}
	return w
}

// changeClassWork brings back what was put away.
func (s *Server) changeClassWork(w http.ResponseWriter, r *request) error {
	class, id := askedClass(r), r.PostForm.Get("bring")
	err := s.putAway(r, learning.LessonID(id), "", false)
	if errors.Is(err, fs.ErrNotExist) {
		err = s.putAway(r, "", learning.QuizID(id), false)
	}
	if err != nil {
		return err
	}
	return see(w, r, done(workURL(class), "back"))
}

// putAway archives a lesson or quiz, or brings it back.
func (s *Server) putAway(r *request, l learning.LessonID, q learning.QuizID, away bool) error {
	if q != "" {
		return s.Store.ChangeQuiz(r.Context(), r.actor(), q, "", func(q *learning.Quiz) error { q.Archived = away; return nil })
	}
	return s.Store.ChangeLesson(r.Context(), r.actor(), l, "", func(l *learning.Lesson) error { l.Archived = away; return nil })
}

// showNewWork asks for a name and for whom.
func (s *Server) showNewWork(w http.ResponseWriter, r *request) error {
	return s.renderNewWork(w, r, view.NewWork{Kind: workKind(r.URL.Query().Get("kind"))}, http.StatusOK)
}

func workKind(s string) string {
	if s == "quiz" {
		return s
	}
	return "lesson"
}

func (s *Server) renderNewWork(w http.ResponseWriter, r *request, v view.NewWork, status int) error {
	class, err := s.ledClass(r)
	if err != nil {
		return err
	}
	v.Frame = s.frame(r, "teach", &view.Link{URL: workURL(class.ID)})
	v.Heading, v.Action = class.Name, workURL(class.ID)+"/new"
	var chosen []learning.Assignment
	if v.Problem {
		chosen, _ = recipients(r, class.ID)
	} else {
		chosen = []learning.Assignment{{Class: class.ID}}
	}
	if v.For, err = s.forWhom(r, class, chosen); err != nil {
		return err
	}
	return s.render(w, r, status, ui.NewWork(v))
}

// makeWork makes a lesson or quiz, sets it, and goes on to choose what goes in.
func (s *Server) makeWork(w http.ResponseWriter, r *request) error {
	class, err := s.ledClass(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	v := view.NewWork{Kind: workKind(f.Get("kind")), Title: strings.TrimSpace(f.Get("title"))}
	var l learning.LessonID
	var q learning.QuizID
	if v.Kind == "quiz" {
		q, err = s.Store.SaveQuiz(r.Context(), r.actor(), learning.Quiz{Class: class.ID, Title: v.Title, State: learning.QuizDraft, Report: true})
	} else {
		l, err = s.Store.SaveLesson(r.Context(), r.actor(), learning.Lesson{Class: class.ID, Title: v.Title})
	}
	if errors.Is(err, fs.ErrInvalid) {
		v.Problem = true
		return s.renderNewWork(w, r, v, http.StatusBadRequest)
	}
	if err != nil {
		return err
	}
	add, _ := recipients(r, class.ID)
	if err := s.Store.SetFor(r.Context(), r.actor(), l, q, add, nil); err != nil {
		return err
	}
	if q != "" {
		return see(w, r, done(quizEditURL(q)+"/pick", "made"))
	}
	return see(w, r, done(lessonEditURL(l)+"/pick", "made"))
}

// changedField is what a field of a form is now, and whether that differs from what the page showed.
func changedField(f url.Values, name string) (string, bool) {
	now, was := strings.ReplaceAll(f.Get(name), "\r\n", "\n"), strings.ReplaceAll(f.Get("was."+name), "\r\n", "\n")
	return now, f.Has("was."+name) && strings.TrimSpace(now) != strings.TrimSpace(was)
}

// movedBy moves one entry of a list by −1 or 1 place; one at the edge stays.
func movedBy[T any](all []T, at, by int) {
	if to := at + by; at >= 0 && at < len(all) && to >= 0 && to < len(all) {
		all[at], all[to] = all[to], all[at]
	}
}

// inOrder is all, in the order in which keys names them; what keys does not name follows where it stood.
func inOrder[T any](all []T, keys []string, key func(T) string) []T {
	out := make([]T, 0, len(all))
	left := slices.Clone(all)
	for _, k := range keys {
		if i := slices.IndexFunc(left, func(x T) bool { return key(x) == k }); i >= 0 {
			out = append(out, left[i])
			left = slices.Delete(left, i, i+1)
		}
	}
	return append(out, left...)
}

// endQuiz closes a quiz that was open when its class was put away.
func (s *Server) endQuiz(w http.ResponseWriter, r *request) error {
	id, err := learning.ParseID[learning.QuizID](r.PostForm.Get("quiz"))
	if err != nil {
		return err
	}
	if err := s.Store.EndQuiz(r.Context(), r.actor(), id); err != nil {
		return err
	}
	return see(w, r, "/teach")
}

func badForm(what string) error { return fmt.Errorf("web: %s: %w", what, fs.ErrInvalid) }
