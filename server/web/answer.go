package web

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// answerQuiz keeps the answer to one question and goes on. Nothing filled in is no answer and no fault: a quiz may be
// answered in any order. The script posts auto=1 while somebody still fills in, and reads no page.
func (s *Server) answerQuiz(w http.ResponseWriter, r *request) error {
	p, err := s.paper(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	n, err := p.number(f.Get("n"))
	if err != nil {
		return err
	}
	if p.state() == "new" {
		http.Redirect(w, r.Request, p.address(""), http.StatusSeeOther)
		return nil
	}
	if filledIn(f) {
		if again, err := s.keepAnswer(w, r, p, n); again || err != nil {
			return err
		}
	}
	if f.Get("auto") != "" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r.Request, p.onFrom(n, f.Get("go")), http.StatusSeeOther)
	return nil
}

// onFrom is where to go from question n.
func (p *paper) onFrom(n int, wish string) string {
	to := n + 1
	switch {
	case wish == "previous":
		to = n - 1
	case wish != "" && wish != "next":
		to, _ = strconv.Atoi(wish)
	}
	switch {
	case to > len(p.questions):
		return p.address("/submit")
	case to < 1:
		return p.address("")
	}
	return p.question(to)
}

// filledIn reports whether any field of a response holds something.
func filledIn(f url.Values) bool {
	for k, values := range f {
		if rest, ok := strings.CutPrefix(k, "r"); !ok || rest != "" && rest[0] != '.' && (rest[0] < '1' || rest[0] > '9') {
			continue
		}
		for _, v := range values {
			if strings.TrimSpace(v) != "" {
				return true
			}
		}
	}
	return false
}

// keepAnswer marks and records an answer. again: it could not be read, and the question was shown once more, or, of the
// script's, nothing was kept.
func (s *Server) keepAnswer(w http.ResponseWriter, r *request, p *paper, n int) (again bool, err error) {
	x := p.questions[n-1]
	if p.try == nil || r.PostForm.Get("try") != strconv.Itoa(p.try.N) {
		return false, store.ErrQuizOver
	}
	seed := p.quiz.SeedFor(x.QuizQuestion, r.person.ID, p.try.N)
	sh, err := s.sheet(x.QuizQuestion, seed)
	if err != nil {
		return false, err
	}
	result, err := marking.Mark(sh.variant, r.PostForm)
	if errors.Is(err, fs.ErrInvalid) {
		return true, s.askQuizAgain(w, r, p, n, sh.variant)
	}
	if err != nil {
		return false, err
	}
	it, tenths := sh.variant.Item, tenthsOf(r.PostForm)
	_, changes := p.answered(x.Key) // the page tells the time since it saved last: to change an answer fast is no guess
	_, err = s.Store.AnswerQuiz(r.Context(), r.actor(), learning.Attempt{
		ID: answerID(r.PostForm.Get("attempt"), x.Key, p.try.N, result.Given), Learner: r.person.ID, Course: sh.course.ID,
		Resource: p.quiz.ID.Resource(), Item: itemID(x.Key), Type: it.Type, Criterion: learning.CriterionOf(sh.exercise), Seed: seed,
		Given: result.Given, Score: result.Score, Correct: result.Correct, Error: result.Error, Tenths: tenths,
		Skill: skillOfQuestion(sh), Rating: ratingColumn(it), Quiz: p.quiz.ID, Try: p.try.N, Fast: !changes && isFast(tenths),
	})
	return false, err
}

// skillOfQuestion names the exercise itself where it has no other skill: the answer's own resource is the quiz.
func skillOfQuestion(sh sheet) string {
	if skill := learning.SkillOf(sh.exercise, sh.variant.Item); len(skill) <= 64 {
		return skill
	}
	return ""
}

// answerID is one id for one answer as filled in on one page. The same form posted again has the same and counts once; a
// page that a browser brought back, filled in anew, has another, so that the change counts.
func answerID(page, key string, try int, given string) learning.AttemptID {
	if len(page) > 40 {
		page = page[:40] // no page of ours: the store says what it thinks of it
	}
	h := blake3.Sum256([]byte(key + "\x00" + strconv.Itoa(try) + "\x00" + given))
	return learning.AttemptID(page + "-" + hex.EncodeToString(h[:6]))
}

// askQuizAgain shows the question with what was filled in, which could not be read. The script, which posts while
// somebody still writes, is told that nothing is wrong.
func (s *Server) askQuizAgain(w http.ResponseWriter, r *request, p *paper, n int, variant marking.Variant) error {
	if r.PostForm.Get("auto") != "" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	v, _, err := s.quizQuestion(r, p, n)
	if err != nil {
		return err
	}
	v.Question = question(v.course, variant, r.PostForm)
	v.Banner = &view.Banner{Kind: "careful", Key: "banner.cannot-read"}
	return s.render(w, r, http.StatusBadRequest, ui.QuizQuestion(v.QuizQuestion))
}
