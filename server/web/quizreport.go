package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/server/store"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// showQuizReports is a line a quiz of the class.
func (s *Server) showQuizReports(w http.ResponseWriter, r *request) error {
	c, err := s.classReport(r, "quizzes")
	if err != nil {
		return err
	}
	_, quizzes, err := s.quizTitles(r, c.id)
	if err != nil {
		return err
	}
	class, err := s.Store.Class(r.actor(), c.id)
	if err != nil {
		return err
	}
	v := view.Report{Frame: s.reportFrame(r, c, class, nil), Heading: heading(class.Name), Tabs: c.tabs()}
	if len(quizzes) == 0 {
		v.Empty = &view.Words{Key: "report.empty-quizzes"}
		return s.sendReport(w, r, v)
	}
	sittings := func(id learning.QuizID) []store.LearnerSitting {
		out, err := s.Store.Sittings(r.actor(), id)
		if err != nil {
			s.Log.Warn("sittings of a quiz", "quiz", id, "err", err)
		}
		return out
	}
	v.Tables = []view.Table{report.Quizzes(quizzes, sittings, func(id learning.QuizID) string { return c.at("/quiz/" + string(id)) })}
	return s.sendReport(w, r, v)
}

// A quizReport is a quiz of a class with all that was done with it.
type quizReport struct {
	classReport
	quiz      learning.Quiz
	sittings  []store.LearnerSitting
	questions []learning.QuizQuestion // in the quiz's own order
	sheets    []sheet                 // of each, as it stands in the quiz; nothing where its course is gone
	items     []report.Item
	sure      report.Reliability
	words     *locale.Locale
}

func (s *Server) quizReport(r *request) (q quizReport, err error) {
	q.words = s.words(r)
	if q.classReport, err = s.classReport(r, "quizzes"); err != nil {
		return q, err
	}
	id, err := learning.ParseID[learning.QuizID](r.PathValue("quiz"))
	if err != nil {
		return q, err
	}
	if q.quiz, err = s.Store.Quiz(r.actor(), id); err == nil && q.quiz.Class != q.id {
		err = errNotFound("quiz " + string(id))
	}
	if err != nil {
		return q, err
	}
	if q.sittings, err = s.Store.Sittings(r.actor(), id); err != nil {
		return q, err
	}
	for _, section := range q.quiz.Sections {
		q.questions = append(q.questions, section.Questions...)
	}
	options := make([][]string, len(q.questions))
	q.sheets = make([]sheet, len(q.questions))
	for i, x := range q.questions {
		sh, err := s.sheet(x, max(x.Seed, 1))
		if err != nil {
			continue
		}
		q.sheets[i] = sh
		if x.Seed != 0 {
			options[i] = wrongChoices(sh.variant)
		}
	}
	papers := report.Papers(q.questions, q.sittings, s.asked(r, &q), q.choice)
	q.items, q.sure = report.Analyse(papers, options)
	return q, nil
}

// asked tells whose paper has which question.
func (s *Server) asked(r *request, q *quizReport) func(learning.PersonID, string) bool {
	short := map[learning.PersonID]map[string]bool{} // of who is asked fewer
	for _, x := range q.sittings {
		needs, err := s.Store.Accommodation(r.actor(), x.Person.ID)
		if now := x.Sitting.Now(); err == nil && needs.FewerItems && now != nil {
			keys := map[string]bool{}
			for _, part := range q.quiz.Paper(x.Person.ID, needs, now.Has) {
				for _, question := range part.Questions {
					keys[question.Key] = true
				}
			}
			short[x.Person.ID] = keys
		}
	}
	return func(p learning.PersonID, key string) bool { return short[p] == nil || short[p][key] }
}

// Choices of answers: a known mistake is one thought, whatever the numbers; so is an answer to a variant that all got.
const (
	mistakeChoice = "m:"
	givenChoice   = "g:"
)

func (q *quizReport) choice(_ learning.QuizQuestion, a learning.QuizAnswer) string {
	return thoughtOf(a.Error, a.Given)
}

func thoughtOf(mistake, given string) string {
	if mistake != "" {
		return mistakeChoice + mistake
	}
	return givenChoice + given
}

// wrongChoices are the wrong answers that a question offered.
func wrongChoices(v marking.Variant) (out []string) {
	if v.Item.Type != content.Choice {
		return nil
	}
	for _, o := range v.Item.Options {
		if !o.Right {
			out = append(out, thoughtOf(o.Error, o.Key))
		}
	}
	return out
}

// question is the i'th as reports tell of it.
func (q *quizReport) question(i int) report.Question {
	sh := q.sheets[i]
	out := report.Question{Thing: report.Thing{Title: string(q.questions[i].Item), URL: q.at("/quiz/" + string(q.quiz.ID) + "/question/" + url.PathEscape(q.questions[i].Key))}}
	if sh.node.ID != "" {
		out.Title, out.Lang = plainWords(sh.variant), language(sh.course, sh.node)
	}
	out.Wrong = func(choice string) string { return wrongWords(q.words, sh.variant, choice) }
	return out
}

// wrongWords is a wrong answer in words: an option as it reads, what the course says of a mistake, else what was typed.
func wrongWords(l *locale.Locale, v marking.Variant, choice string) string {
	if choice == "" {
		return ""
	}
	kind, what := choice[:2], choice[2:]
	if kind == givenChoice {
		return wordsOf(string(inline(answerWords(l, v, what))))
	}
	for _, o := range v.Item.Options {
		if o.Error == what && what != "" {
			said := wordsOf(string(inline(o.Text)))
			if o.Feedback != "" {
				said += " – " + wordsOf(string(inline(o.Feedback)))
			}
			return said
		}
	}
	if said := errorWords(v.Item, what); said != "" {
		return wordsOf(string(inline(said)))
	}
	return what
}

// showQuizReport is how a quiz went: each learner, and each question, the hardest first.
func (s *Server) showQuizReport(w http.ResponseWriter, r *request) error {
	q, err := s.quizReport(r)
	if err != nil {
		return err
	}
	base := q.at("/quiz/" + string(q.quiz.ID))
	v := view.Report{
		Frame: s.reportFrame(r, q.classReport, learning.Class{}, &view.Link{URL: q.at("/quizzes")}), Heading: heading(q.quiz.Title), Tabs: q.tabs(),
		Tables: []view.Table{report.QuizLearners(q.sittings, tileName, func(p learning.PersonID, begun bool) string {
			if !begun {
				return "/teach/learner/" + string(p)
			}
			return base + "/learner/" + string(p)
		})},
	}
	if slices.ContainsFunc(q.items, func(it report.Item) bool { return it.Asked > 0 }) {
		questions := make([]report.Question, len(q.questions))
		for i := range questions {
			questions[i] = q.question(i)
		}
		v.Tables = append(v.Tables, report.Questions(q.items, questions, &q.sure))
	} else {
		v.About = &view.Words{Key: "report.empty-quiz"}
	}
	return s.sendReport(w, r, v)
}

// showQuestionReport is one question: as it was asked, what everybody answered, and who.
func (s *Server) showQuestionReport(w http.ResponseWriter, r *request) error {
	q, err := s.quizReport(r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(q.questions, func(x learning.QuizQuestion) bool { return x.Key == r.PathValue("key") })
	if i < 0 {
		return errNotFound("question " + r.PathValue("key"))
	}
	it, question, sh := &q.items[i], q.question(i), q.sheets[i]
	v := view.Report{
		Frame:   s.reportFrame(r, q.classReport, learning.Class{}, &view.Link{Text: q.quiz.Title, URL: q.at("/quiz/" + string(q.quiz.ID))}),
		Heading: view.Words{Key: "quiz.n", Args: []string{"n", strconv.Itoa(i + 1)}}, Tabs: q.tabs(),
		Facts: append([]view.Words{{Key: "item.right", Args: []string{"n", strconv.Itoa(it.Right), "of", strconv.Itoa(it.Asked)}}}, report.Remarks(it, &question)...),
	}
	right := ""
	if sh.node.ID != "" {
		a := asked(s.words(r), sh.variant, "", question.Lang)
		v.Asked, right = &a, a.Right
	}
	v.Tables = []view.Table{report.Choices(it, &question, right), s.answersTo(&q, i)}
	return s.sendReport(w, r, v)
}

// answersTo is who answered what, each in the numbers they had.
func (s *Server) answersTo(q *quizReport, i int) view.Table {
	rows := make([]report.Given, 0, len(q.sittings))
	x := q.questions[i]
	for _, l := range q.sittings {
		now := l.Sitting.Now()
		if now == nil || !now.Marked {
			continue
		}
		g := report.Given{Person: l.Person, URL: q.at("/quiz/" + string(q.quiz.ID) + "/learner/" + string(l.Person.ID))}
		if a, ok := now.Answers[x.Key]; ok {
			g.Answered, g.Right, g.Words = true, a.Correct, a.Given
			if sh, err := s.sheet(x, a.Seed); err == nil {
				g.Words, g.Asked = answerWords(q.words, sh.variant, a.Given), plainWords(sh.variant)
			}
		}
		rows = append(rows, g)
	}
	return report.Answers(rows, tileName, x.Seed == 0)
}

// showLearnerPaper is what one learner was asked in a quiz, exactly as they saw it, and what they answered, try by try.
func (s *Server) showLearnerPaper(w http.ResponseWriter, r *request) error {
	c, err := s.classReport(r, "quizzes")
	if err != nil {
		return err
	}
	id, err := learning.ParseID[learning.QuizID](r.PathValue("quiz"))
	if err != nil {
		return err
	}
	who, err := learning.ParseID[learning.PersonID](r.PathValue("person"))
	if err != nil {
		return err
	}
	p, person, err := s.paperOf(r, c, id, who)
	if err != nil {
		return err
	}
	v := view.Report{
		Frame: s.reportFrame(r, c, learning.Class{}, &view.Link{Text: p.quiz.Title, URL: c.at("/quiz/" + string(id))}), Heading: heading(person.Name),
	}
	for i := range p.sitting.Tries {
		n := p.sitting.Tries[i].N
		if n == p.atTry(r) {
			p.try = &p.sitting.Tries[i]
		}
		if len(p.sitting.Tries) > 1 {
			v.Tabs = append(v.Tabs, view.Tab{Text: view.Words{Key: "report.try", Args: []string{"n", strconv.Itoa(n)}}, URL: withQuery(r.URL, "try", strconv.Itoa(n)), Current: n == p.atTry(r)})
		}
	}
	s.fillPaper(r, &v, p, who)
	return s.sendReport(w, r, v)
}

// atTry is the try that the address asks for, else the last.
func (p *paper) atTry(r *request) int {
	n, _ := strconv.Atoi(r.URL.Query().Get("try"))
	for _, t := range p.sitting.Tries {
		if t.N == n {
			return n
		}
	}
	if now := p.sitting.Now(); now != nil {
		return now.N
	}
	return 0
}

func (s *Server) fillPaper(r *request, v *view.Report, p *paper, who learning.PersonID) {
	if p.try == nil {
		v.Empty = &view.Words{Key: "report.sat.new"}
		return
	}
	if p.try.Marked {
		v.Facts = append(v.Facts, view.Words{Key: "report.score", Args: []string{"n", strconv.Itoa(p.try.Right), "of", strconv.Itoa(p.try.Asked)}})
	} else {
		v.Facts = append(v.Facts, view.Words{Key: "report.unmarked"})
	}
	for i, x := range p.questions {
		v.Paper = append(v.Paper, s.paperRow(r, p, i, p.quiz.SeedFor(x.QuizQuestion, who, p.try.N)))
	}
}

// paperOf is a quiz of the class as one learner met it.
func (s *Server) paperOf(r *request, c classReport, id learning.QuizID, who learning.PersonID) (*paper, learning.Person, error) {
	p := &paper{}
	var err error
	if p.quiz, err = s.Store.Quiz(r.actor(), id); err == nil && p.quiz.Class != c.id {
		err = errNotFound("quiz " + string(id))
	}
	if err != nil {
		return nil, learning.Person{}, err
	}
	person, err := s.Store.Person(r.actor(), who)
	if err != nil {
		return nil, person, err
	}
	if p.sitting, err = s.Store.Sitting(r.actor(), who, id); err != nil {
		return nil, person, err
	}
	if p.needs, err = s.Store.Accommodation(r.actor(), who); err != nil {
		return nil, person, err
	}
	p.try = p.sitting.Now()
	for i, section := range p.quiz.Paper(who, p.needs, func(key string) bool { _, ok := p.answered(key); return ok }) {
		for k, x := range section.Questions {
			p.questions = append(p.questions, paperQuestion{x, i, k == 0})
		}
	}
	return p, person, nil
}

// exerciseQuestions is how the questions of an exercise went in a class: of each variant the first answer. ok is false where
// nothing was answered, or the exercise is not here.
func (s *Server) exerciseQuestions(r *request, w *store.ClassWork, id content.ResourceID) (t view.Table, ok bool, err error) {
	x, lang, err := s.exerciseNamed(learning.Ref{Course: w.Courses[0], Resource: id})
	if err != nil {
		return t, false, nil
	}
	at := map[content.ItemID]int{}
	for i, it := range x.Items {
		at[it.ID] = i
	}
	counts := report.NewFirsts(len(x.Items))
	for i, p := range w.Learners {
		if w.Of(i)[0].Attempts == 0 {
			continue
		}
		all, err := s.Store.Attempts(r.actor(), p.ID, id, maxHistory)
		if err != nil {
			return t, false, err
		}
		for _, a := range slices.Backward(all) {
			if k, here := at[a.Item]; here {
				counts.Add(k, string(p.ID), a.Seed, a.Correct && a.Hints == 0, thoughtOf(a.Error, a.Given))
			}
		}
	}
	items := counts.Items()
	var asked []report.Item
	var questions []report.Question
	for i, it := range x.Items {
		variant, err := marking.Draw(it, 1)
		if err != nil || items[i].Asked == 0 {
			continue
		}
		asked = append(asked, items[i])
		questions = append(questions, report.Question{Thing: report.Thing{Title: plainWords(variant), Lang: lang}, Wrong: func(choice string) string { return wrongWords(s.words(r), variant, choice) }})
	}
	return report.Questions(asked, questions, nil), len(asked) > 0, nil
}

// maxHistory is how many answers of one learner to one exercise a report reads.
const maxHistory = 500

// exerciseNamed reads an exercise of an installed course, and its language.
func (s *Server) exerciseNamed(ref learning.Ref) (x content.Exercise, lang string, err error) {
	reader, release, n, err := s.openRef(ref)
	if err != nil {
		return x, "", err
	}
	defer release()
	exercises, ok := reader.(content.ExerciseReader)
	if !ok {
		return x, "", errNotFound("exercise " + string(ref.Resource))
	}
	x, err = exerciseOf(reader, exercises, n.ID)
	return x, language(reader.Course(), n), err
}
