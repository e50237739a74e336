package web

import (
	"net/http"
	"strconv"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

func itemID(key string) content.ItemID { return content.ItemID(key) }

// reportRows questions stand on one page of a report: a page weighs little on a slow phone.
const reportRows = 10

// showReport is each question as it was asked, what was answered and what would have been right, where the teacher lets it
// be seen.
func (s *Server) showReport(w http.ResponseWriter, r *request) error {
	p, err := s.paper(r)
	if err != nil {
		return err
	}
	if !p.reported() {
		http.Redirect(w, r.Request, p.address(""), http.StatusSeeOther)
		return nil
	}
	v := view.QuizReport{
		Frame: s.frame(r, "home", &view.Link{Text: p.quiz.Title, URL: p.address("")}), Heading: p.quiz.Title, Try: p.try.N, Score: *p.score(),
	}
	if p.retry() {
		v.Action = p.address("")
	}
	from, _ := strconv.Atoi(r.URL.Query().Get("from"))
	from = min(max(0, from), len(p.questions))
	to := min(from+reportRows, len(p.questions))
	for i := from; i < to; i++ {
		v.Rows = append(v.Rows, s.reportRow(r, p, i))
	}
	v.Pager = view.Pager{From: from + 1, To: to, Total: len(p.questions)}
	if from > 0 {
		v.Pager.Previous = withQuery(r.URL, "from", strconv.Itoa(max(0, from-reportRows)))
	}
	if to < len(p.questions) {
		v.Pager.Next = withQuery(r.URL, "from", strconv.Itoa(to))
	}
	return s.render(w, r, http.StatusOK, ui.QuizReport(v))
}

func (s *Server) reportRow(r *request, p *paper, i int) view.QuizRow {
	return s.paperRow(r, p, i, p.quiz.SeedFor(p.questions[i].QuizQuestion, r.person.ID, p.try.N))
}

// paperRow is a question as it was asked; seed is its variant where it has no answer, which says its own.
func (s *Server) paperRow(r *request, p *paper, i int, seed uint64) view.QuizRow {
	x := p.questions[i]
	row := view.QuizRow{Number: i + 1}
	if x.first {
		row.Section = p.quiz.Sections[x.section].Title
	}
	a, given := p.answered(x.Key)
	if given {
		seed = a.Seed
	}
	sh, err := s.sheet(x.QuizQuestion, seed)
	if err != nil { // its course is gone; what came of it is still known
		row.Asked = view.Asked{Given: a.Given, Correct: a.Correct, Partly: a.Score > 0}
		return row
	}
	row.Asked = asked(s.words(r), sh.variant, a.Given, language(sh.course, sh.node))
	row.Correct, row.Partly = a.Correct, a.Score > 0
	if !a.Correct {
		row.Error = inline(errorWords(sh.variant.Item, a.Error))
		row.Worked = inline(sh.variant.Item.Worked)
	}
	if before := p.sitting.Before(); before != nil && before.Marked {
		row.Change = changed(before.Answers[x.Key], a)
	}
	return row
}

func changed(before, now learning.QuizAnswer) string {
	switch {
	case now.Correct && !before.Correct:
		return "better"
	case before.Correct && !now.Correct:
		return "worse"
	}
	return ""
}

// answerWords is an answer as who gave it saw it: true and false are words of the page, all others of the course.
func answerWords(l *locale.Locale, v marking.Variant, given string) string {
	if v.Item.Type == content.TrueFalse && (given == "true" || given == "false") {
		return l.T("exercise." + given)
	}
	return marking.Explain(v, given)
}

// asked is a question to read again, with what was answered and what is right.
func asked(l *locale.Locale, v marking.Variant, given, lang string) view.Asked {
	out := view.Asked{Lang: lang, Right: answerWords(l, v, marking.Right(v))}
	if given != "" {
		out.Given = answerWords(l, v, given)
	}
	switch v.Item.Type {
	case content.Choice, content.Many:
		q := question("", v, givenValues(v, given))
		out.Stem, out.Options = q.Stem, q.Options
		for i := range out.Options {
			right := v.Item.Options[i].Right
			switch {
			case right:
				out.Options[i].Mark = "right"
			case out.Options[i].Chosen:
				out.Options[i].Mark = "wrong"
			}
		}
	default:
		bare := v
		bare.Item.Options = nil // the words beside say them
		if v.Item.Type == content.HotText {
			bare = v
		}
		out.Stem = inline(marking.Line(bare))
	}
	return out
}
