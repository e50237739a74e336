package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// A marks is a grid of marks for a class on one quiz or exercise.
type marks struct {
	*printed
	seats  []store.Seat
	sheets map[string][]sheet // by version; a sheet without a variant where its course is not here
}

func (s *Server) marks(r *request) (*marks, error) {
	p, err := s.printed(r)
	if err != nil {
		return nil, err
	}
	m := &marks{printed: p, sheets: map[string][]sheet{}}
	if m.seats, err = s.Store.Seats(r.actor(), p.class.ID); err != nil {
		return nil, err
	}
	for _, version := range []string{"A", "B"} {
		for i := range p.questions {
			sh, err := s.printedQuestion(p, i, version)
			if err != nil {
				sh = sheet{}
			}
			m.sheets[version] = append(m.sheets[version], sh)
		}
	}
	return m, nil
}

// showPaperMarks is the grid in which marks are entered.
func (s *Server) showPaperMarks(w http.ResponseWriter, r *request) error {
	m, err := s.marks(r)
	if err != nil {
		return err
	}
	return s.renderMarks(w, r, m, nil, nil, http.StatusOK)
}

// renderMarks shows the grid; typed is what could not be saved, bad which fields of it.
func (s *Server) renderMarks(w http.ResponseWriter, r *request, m *marks, typed url.Values, bad map[string]bool, status int) error {
	q := r.URL.Query()
	v := view.PaperMarks{
		Frame: s.frame(r, "teach", m.back()), Heading: m.title, Lang: m.lang, Action: m.url("marks"), Draft: m.draft(), IsQuiz: m.quiz != nil,
		Hidden: []view.Hidden{{Name: "k", Value: learning.NewAttemptBase()}, {Name: "was", Value: q.Get("was")}},
		Bad:    len(bad), Saved: countIn(q, "saved"), Late: countIn(q, "late"), Undo: countIn(q, "saved") > 0 && q.Get("over") == "" && len(bad) == 0,
	}
	if q.Get("undone") != "" {
		v.Saved = -1
	}
	for i := range m.questions {
		c := view.MarkColumn{Number: i + 1}
		if sh := m.sheets["A"][i]; sh.variant.Item.ID != "" {
			c.Text = plainWords(sh.variant)
			if n := len(lettered(sh.variant)); n > 0 {
				c.Letters = "A–" + string(rune('A'+n-1))
			}
		}
		v.Columns = append(v.Columns, c)
	}
	for _, seat := range m.seats {
		row, err := s.markRow(r, m, seat, typed, bad)
		if err != nil {
			return err
		}
		v.Rows = append(v.Rows, row)
	}
	return s.render(w, r, status, ui.PaperMarks(v))
}

func (s *Server) markRow(r *request, m *marks, seat store.Seat, typed url.Values, bad map[string]bool) (view.MarkRow, error) {
	id := string(seat.Person.ID)
	row := view.MarkRow{Name: seat.Person.Name, ID: id, Version: typed.Get("v." + id)}
	had, done, err := s.markedBefore(r, m, seat.Person.ID)
	if err != nil {
		return row, err
	}
	row.Done = done
	for i := range m.questions {
		name := markField(id, i)
		row.Cells = append(row.Cells, view.MarkCell{Name: name, Value: typed.Get(name), Had: had[i], Bad: bad[name]})
	}
	return row, nil
}

func markField(person string, i int) string { return "m." + person + "." + strconv.Itoa(i+1) }

// markedBefore is what the box holds of a learner's answers, by question, and whether the quiz is handed in.
func (s *Server) markedBefore(r *request, m *marks, who learning.PersonID) (map[int]string, bool, error) {
	out := map[int]string{}
	if m.quiz == nil || m.draft() {
		return out, false, nil
	}
	set, err := s.Store.Sittings(r.actor(), m.quiz.ID)
	if err != nil {
		return out, false, err
	}
	for _, x := range set {
		now := x.Sitting.Now()
		if x.Person.ID != who || now == nil {
			continue
		}
		for i, question := range m.questions {
			if a, ok := now.Answers[question.Key]; ok {
				out[i] = howRight(a.Correct, a.Score)
			}
		}
		return out, now.HandedIn, nil
	}
	return out, false, nil
}

func howRight(correct bool, score content.Score) string {
	switch {
	case correct:
		return "right"
	case score > 0:
		return "partly"
	}
	return "wrong"
}

// savePaperMarks keeps the marks, all or, where a cell cannot be read, none; over=1 hands the quiz in for who has one; with
// do=undo it takes back what was saved last.
func (s *Server) savePaperMarks(w http.ResponseWriter, r *request) error {
	m, err := s.marks(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	if f.Get("do") == "undo" {
		if _, err := s.Store.RecordPaper(r.Context(), r.actor(), store.Paper{Class: m.class.ID, Back: m.retractions(f.Get("was"))}); err != nil {
			return err
		}
		http.Redirect(w, r.Request, m.url("marks", "undone", "1"), http.StatusSeeOther)
		return nil
	}
	round := roundKey(f.Get("k"))
	attempts, bad := m.attempts(f, round)
	if len(bad) > 0 {
		return s.renderMarks(w, r, m, f, bad, http.StatusBadRequest)
	}
	if len(attempts) == 0 {
		http.Redirect(w, r.Request, m.url("marks"), http.StatusSeeOther)
		return nil
	}
	over := f.Get("over")
	late, err := s.Store.RecordPaper(r.Context(), r.actor(), store.Paper{Class: m.class.ID, Attempts: attempts, Over: over != ""})
	if err != nil {
		return err
	}
	to := m.url("marks", "saved", strconv.Itoa(len(attempts)), "was", round, "late", strconv.Itoa(len(late)), "over", over)
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

func (m *marks) retractions(round string) (out []learning.Retraction) {
	if len(round) != 13 {
		return nil
	}
	for _, seat := range m.seats {
		for i := range m.questions {
			out = append(out, learning.Retraction{Learner: seat.Person.ID, ID: paperAttempt(round, i+1)})
		}
	}
	return out
}

// attempts reads the cells that hold something; bad are fields that cannot be read.
func (m *marks) attempts(f url.Values, round string) (out []learning.Attempt, bad map[string]bool) {
	bad = map[string]bool{}
	for _, seat := range m.seats {
		id := string(seat.Person.ID)
		version := "A"
		if f.Get("v."+id) == "B" {
			version = "B"
		}
		for i := range m.questions {
			text := strings.TrimSpace(f.Get(markField(id, i)))
			if text == "" {
				continue
			}
			sh := m.sheets[version][i]
			result, ok := markOfCell(sh, text)
			if !ok {
				bad[markField(id, i)] = true
				continue
			}
			out = append(out, m.paperAnswer(i+1, sh, seat.Person.ID, round, result))
		}
	}
	return out, bad
}

// markOfCell reads a cell: the letter of an option; or 1, + or ✓ right, 0, - or x wrong, / or ½ half.
func markOfCell(sh sheet, text string) (marking.Result, bool) {
	if sh.variant.Item.ID == "" {
		return marking.Result{}, false
	}
	switch marking.Digits(strings.ToLower(text)) {
	case "1", "+", "✓", "v":
		return marking.Result{Score: content.FullScore, Correct: true, Given: rightGiven(sh.variant)}, true
	case "0", "-", "–", "✗", "x":
		return marking.Result{}, true
	case "/", "½", "0.5", "0,5", ".5":
		return marking.Result{Score: content.FullScore / 2}, true
	}
	keys := lettered(sh.variant)
	at := int(strings.ToUpper(text)[0]) - 'A'
	if len(text) != 1 || at < 0 || at >= len(keys) {
		return marking.Result{}, false
	}
	result, err := marking.Mark(sh.variant, url.Values{"r": {keys[at]}})
	return result, err == nil
}

// rightGiven is what was given where it was right and there is one way to be.
func rightGiven(v marking.Variant) string {
	if len(lettered(v)) == 0 {
		return ""
	}
	return marking.Right(v)
}
