package web

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// A paper is a quiz as one person meets it.
type paper struct {
	quiz      learning.Quiz
	sitting   learning.Sitting
	try       *learning.Try // that goes on or went last; nil: not begun
	needs     learning.Accommodation
	questions []paperQuestion // in the person's own order
}

// A paperQuestion is a question with the section it stands in. First is true of the section's first.
type paperQuestion struct {
	learning.QuizQuestion
	section int
	first   bool
}

// paper finds the quiz that the address names, and what the person did with it.
func (s *Server) paper(r *request) (*paper, error) {
	id, err := learning.ParseID[learning.QuizID](r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	p := &paper{}
	if p.quiz, err = s.Store.Quiz(r.actor(), id); err != nil {
		return nil, err
	}
	if p.sitting, err = s.Store.Sitting(r.actor(), r.person.ID, id); err != nil {
		return nil, err
	}
	if p.needs, err = s.Store.Accommodation(r.actor(), r.person.ID); err != nil {
		return nil, err
	}
	p.try = p.sitting.Now()
	p.quiz.Sections = p.quiz.Paper(r.person.ID, p.needs, func(key string) bool { _, ok := p.answered(key); return ok })
	for i, section := range p.quiz.Sections {
		for k, x := range section.Questions {
			p.questions = append(p.questions, paperQuestion{x, i, k == 0})
		}
	}
	return p, nil
}

// toClass leads who teaches a quiz that is not set for themselves to where they change it; false where it is not theirs.
func (s *Server) toClass(w http.ResponseWriter, r *request) bool {
	id, err := learning.ParseID[learning.QuizID](r.PathValue("id"))
	if err != nil {
		return false
	}
	q, err := s.Store.Quiz(r.actor(), id)
	if err != nil {
		return false
	}
	http.Redirect(w, r.Request, quizEditURL(q.ID), http.StatusSeeOther)
	return true
}

// state is what view.Quiz calls it.
func (p *paper) state() string {
	switch {
	case p.try != nil && p.try.HandedIn:
		return "handed-in"
	case p.quiz.State != learning.QuizOpen:
		return "closed"
	case p.try == nil:
		return "new"
	case p.timeOver():
		return "time-over"
	}
	return "begun"
}

func (p *paper) timeOver() bool {
	left, limited := p.try.Left(&p.quiz, p.needs)
	return limited && left == 0
}

// minutesLeft is rounded up, so that the last minute is said.
func (p *paper) minutesLeft() int {
	left, _ := p.try.Left(&p.quiz, p.needs)
	return int((left + 599) / 600)
}

func (p *paper) address(tail string) string { return "/quiz/" + string(p.quiz.ID) + tail }

func (p *paper) question(n int) string { return p.address("/" + strconv.Itoa(n)) }

func (p *paper) answered(key string) (learning.QuizAnswer, bool) {
	if p.try == nil {
		return learning.QuizAnswer{}, false
	}
	a, ok := p.try.Answers[key]
	return a, ok
}

// count is how many of the quiz's questions have an answer.
func (p *paper) count() (n int) {
	for _, x := range p.questions {
		if _, ok := p.answered(x.Key); ok {
			n++
		}
	}
	return n
}

// open is the first question without an answer, from 1; the first of all when none is without.
func (p *paper) open() int {
	for i, x := range p.questions {
		if _, ok := p.answered(x.Key); !ok {
			return i + 1
		}
	}
	return 1
}

// reported says that the person may see how the last try went: it was handed in, or the quiz was closed over it.
func (p *paper) reported() bool { return p.quiz.Report && p.try != nil && p.try.Marked }

// retry says that another try may begin.
func (p *paper) retry() bool {
	return p.quiz.Practice && p.quiz.State == learning.QuizOpen && p.try != nil && p.try.HandedIn && len(p.sitting.Tries) < learning.MaxTries
}

func (p *paper) score() *view.QuizScore {
	if !p.reported() {
		return nil
	}
	out := &view.QuizScore{Right: p.try.Right, Of: len(p.questions)}
	if before := p.sitting.Before(); before != nil && before.Marked {
		out.Before = &before.Right
	}
	return out
}

// showQuiz is the quiz before it is begun, in between and after it.
func (s *Server) showQuiz(w http.ResponseWriter, r *request) error {
	p, err := s.paper(r)
	if errors.Is(err, fs.ErrNotExist) && s.toClass(w, r) {
		return nil
	}
	if err != nil {
		return err
	}
	q := &p.quiz
	v := view.Quiz{
		Frame: s.frame(r, "home", &view.Link{URL: "/"}), Heading: q.Title, Class: s.className(r, q.Class), State: p.state(),
		Questions: len(p.questions), Answered: p.count(), Minutes: p.needs.Minutes(q.Minutes), Practice: q.Practice, Try: 1, Score: p.score(),
	}
	v.Extra = v.Minutes - q.Minutes
	for _, section := range q.Sections {
		v.Sections = append(v.Sections, view.QuizSection{Title: section.Title, About: section.About, Questions: len(section.Questions)})
	}
	if p.try != nil {
		v.Try = p.try.N
	}
	switch v.State {
	case "new":
		v.Action = p.address("")
	case "begun":
		v.Left, v.Go, v.Submit = p.minutesLeft(), p.question(p.open()), p.address("/submit")
	case "time-over":
		v.Submit = p.address("/submit")
	}
	if p.reported() {
		v.Report = p.address("/report")
	}
	if p.retry() {
		v.Action, v.Try = p.address(""), p.try.N+1
	}
	return s.render(w, r, http.StatusOK, ui.Quiz(v))
}

// beginQuiz begins the first try, or another of a practice quiz, and shows where to go on.
func (s *Server) beginQuiz(w http.ResponseWriter, r *request) error {
	p, err := s.paper(r)
	if err != nil {
		return err
	}
	// The form says which try it begins: pressed twice it begins one.
	wanted, _ := strconv.Atoi(r.PostForm.Get("try"))
	if p.try == nil || p.try.HandedIn && wanted > p.try.N {
		if p.sitting, err = s.Store.BeginQuiz(r.Context(), r.actor(), p.quiz.ID); err != nil {
			return err
		}
		p.try = p.sitting.Now()
	}
	to := p.address("")
	if p.state() == "begun" && len(p.questions) > 0 {
		to = p.question(p.open())
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// showQuizQuestion is one question, with the answer it has.
func (s *Server) showQuizQuestion(w http.ResponseWriter, r *request) error {
	p, err := s.paper(r)
	if err != nil {
		return err
	}
	n, err := p.number(r.PathValue("n"))
	if err != nil {
		return err
	}
	if p.state() != "begun" {
		http.Redirect(w, r.Request, p.address(""), http.StatusSeeOther)
		return nil
	}
	v, variant, err := s.quizQuestion(r, p, n)
	if err != nil {
		return err
	}
	if a, ok := p.answered(p.questions[n-1].Key); ok && !v.Broken {
		v.Question, v.Saved = question(v.course, variant, givenValues(variant, a.Given)), true
	}
	if q := r.URL.Query(); filledIn(q) && !v.Broken { // it came too late, and who wrote it has signed in again
		v.Question, v.Saved, v.Attempt = question(v.course, variant, q), false, cmp.Or(q.Get("attempt"), v.Attempt)
	}
	return s.render(w, r, http.StatusOK, ui.QuizQuestion(v.QuizQuestion))
}

// number reads which question is meant; fs.ErrNotExist when the quiz has none such.
func (p *paper) number(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > len(p.questions) {
		return 0, errNotFound(fmt.Sprintf("question %.20q of quiz %s", text, p.quiz.ID))
	}
	return n, nil
}

// A quizView is a question's page with the course it is from.
type quizView struct {
	view.QuizQuestion
	course content.CourseID
}

// quizQuestion is a question's page without an answer. One whose exercise is not here is shown so, and is no error: the
// others can be answered.
func (s *Server) quizQuestion(r *request, p *paper, n int) (quizView, marking.Variant, error) {
	x := p.questions[n-1]
	section := p.quiz.Sections[x.section]
	v := quizView{QuizQuestion: view.QuizQuestion{
		Frame: s.frame(r, "home", &view.Link{Text: p.quiz.Title, URL: p.address("")}), Heading: p.quiz.Title, Number: n, Total: len(p.questions),
		Section: view.QuizSection{Title: section.Title}, Action: p.address("/answer"), Attempt: string(learning.NewAttemptID()), Try: p.try.N,
		Submit: p.address("/submit"), Minutes: p.needs.Minutes(p.quiz.Minutes), Left: p.minutesLeft(), Last: n == len(p.questions),
	}}
	if x.first {
		v.Section.About = section.About
	}
	for i, other := range p.questions {
		_, has := p.answered(other.Key)
		v.Map = append(v.Map, view.QuizMark{Number: i + 1, URL: p.question(i + 1), Answered: has, Current: i+1 == n})
	}
	sheet, err := s.sheet(x.QuizQuestion, p.quiz.SeedFor(x.QuizQuestion, r.person.ID, p.try.N))
	if err != nil {
		s.Log.Warn("a quiz's question cannot be shown", "quiz", p.quiz.ID, "question", x.Key, "err", err)
		v.Broken = true
		return v, marking.Variant{}, nil
	}
	v.course, v.Lang = sheet.course.ID, language(sheet.course, sheet.node)
	v.Question = question(sheet.course.ID, sheet.variant, nil)
	return v, sheet.variant, nil
}

// A sheet is one question drawn from its exercise.
type sheet struct {
	course   content.Course
	node     content.Node
	exercise content.Exercise
	variant  marking.Variant
}

// sheet draws a question with a seed; fs.ErrNotExist when its exercise is not on this box or has the item no more.
func (s *Server) sheet(x learning.QuizQuestion, seed uint64) (out sheet, err error) {
	reader, release, n, err := s.openRef(learning.Ref{Course: x.Course, Resource: x.Resource})
	if err != nil {
		return out, err
	}
	defer release()
	exercises, ok := reader.(content.ExerciseReader)
	if !ok {
		return out, errNotFound("exercise " + string(x.Resource))
	}
	out.course, out.node = reader.Course(), n
	if out.exercise, err = exerciseOf(reader, exercises, n.ID); err != nil {
		return out, err
	}
	for _, it := range out.exercise.Items {
		if it.ID == x.Item {
			out.variant, err = marking.Draw(it, seed)
			return out, err
		}
	}
	return out, errNotFound("item " + string(x.Item))
}

// showSubmit asks whether to hand in, and says what has no answer yet.
func (s *Server) showSubmit(w http.ResponseWriter, r *request) error {
	p, err := s.paper(r)
	if err != nil {
		return err
	}
	state := p.state()
	if state != "begun" && state != "time-over" {
		http.Redirect(w, r.Request, p.address(""), http.StatusSeeOther)
		return nil
	}
	return s.render(w, r, http.StatusOK, ui.QuizSubmit(s.submitView(r, p)))
}

func (s *Server) submitView(r *request, p *paper) view.QuizSubmit {
	v := view.QuizSubmit{
		Frame: s.frame(r, "home", &view.Link{Text: p.quiz.Title, URL: p.address("")}), Heading: p.quiz.Title, Action: p.address("/submit"),
		Try: p.try.N, Total: len(p.questions), Continue: p.question(p.open()),
	}
	if p.timeOver() {
		v.Continue = p.address("")
		return v
	}
	for i, x := range p.questions {
		if _, ok := p.answered(x.Key); !ok {
			v.Open = append(v.Open, view.QuizMark{Number: i + 1, URL: p.question(i + 1)})
		}
	}
	return v
}

// handIn ends the try. Without sure=1 it asks first, as its page does. Handed in twice is once.
func (s *Server) handIn(w http.ResponseWriter, r *request) error {
	p, err := s.paper(r)
	if err != nil {
		return err
	}
	if p.try == nil {
		http.Redirect(w, r.Request, p.address(""), http.StatusSeeOther)
		return nil
	}
	if r.PostForm.Get("sure") != "1" {
		return s.showSubmit(w, r)
	}
	try, err := strconv.Atoi(r.PostForm.Get("try"))
	if err != nil {
		return fmt.Errorf("web: try %.20q is no number: %w", r.PostForm.Get("try"), fs.ErrInvalid)
	}
	if _, err := s.Store.HandIn(r.Context(), r.actor(), p.quiz.ID, try); err != nil && !errors.Is(err, store.ErrQuizOver) {
		return err
	}
	http.Redirect(w, r.Request, p.address(""), http.StatusSeeOther)
	return nil
}
