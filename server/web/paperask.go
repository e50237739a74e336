package web

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	cardreader "lamplight/server/paper"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// cardKeys is what the sides of a card mean, from A: the response that each stands for. nil where cards cannot answer.
func cardKeys(v marking.Variant) (out []string) {
	switch v.Item.Type {
	case content.TrueFalse:
		return []string{"true", "false"}
	case content.Choice:
		if n := len(v.Item.Options); n < 2 || n > cardreader.Answers {
			return nil
		}
		for _, o := range v.Item.Options {
			out = append(out, o.Key)
		}
	}
	return out
}

// An asking is one question put to a class with cards.
type asking struct {
	*printed
	n     int // from 1
	sheet sheet
	keys  []string
	seats []store.Seat
	shown shown
	key   string // base of the attempts' ids, one a question and round
	was   string // that of what is saved already, which the next saving replaces; "" nothing
}

// asking finds what the address's query names: n= the question, seen= what was read, k= the round.
func (s *Server) asking(r *request) (*asking, error) {
	p, err := s.printed(r)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	n, err := strconv.Atoi(q.Get("n"))
	if err != nil || n < 1 || n > len(p.questions) {
		return nil, errNotFound("question " + q.Get("n"))
	}
	a := &asking{printed: p, n: n, shown: readShown(q.Get("seen")), key: roundKey(q.Get("k")), was: q.Get("was")}
	if a.sheet, err = s.printedQuestion(p, n-1, "A"); err != nil {
		return nil, err
	}
	if a.keys = cardKeys(a.sheet.variant); a.keys == nil {
		return nil, errNotFound(fmt.Sprintf("a question for cards, %d", n))
	}
	a.seats, err = s.Store.Seats(r.actor(), p.class.ID)
	return a, err
}

// roundKey is a round's from the address, or a fresh one.
func roundKey(s string) string {
	if len(s) == 13 {
		return s
	}
	return learning.NewAttemptBase()
}

// address is the page's own with what was read.
func (a *asking) address(seen string, more ...string) string {
	return a.url("ask", append([]string{"n", strconv.Itoa(a.n), "k", a.key, "seen", seen, "was", a.was}, more...)...)
}

// showPaperAsk is a question for the board, and what the cards said.
func (s *Server) showPaperAsk(w http.ResponseWriter, r *request) error {
	a, err := s.asking(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	seen, open := a.shown.String(), q.Get("open") != ""
	v := view.PaperAsk{
		Frame: s.frame(r, "teach", a.back()), Heading: a.title, Number: a.n, Total: len(a.questions), Lang: language(a.sheet.course, a.sheet.node),
		Stem: inline(a.sheet.variant.Item.Stem), Upload: a.url("photo", "n", strconv.Itoa(a.n), "k", a.key, "seen", seen, "was", a.was), Action: a.url("ask", "n", strconv.Itoa(a.n)),
		Open: open, Toggle: a.address(seen, "open", "1"), Problem: oneOf(q.Get("problem"), []string{"photo", "large", "none"}), Draft: a.draft(),
		Hidden: []view.Hidden{{Name: "k", Value: a.key}, {Name: "seen", Value: seen}, {Name: "was", Value: a.was}, {Name: "open", Value: q.Get("open")}},
	}
	if open {
		v.Toggle = a.address(seen)
	}
	v.New, v.Photo = countIn(q, "new"), q.Has("new")
	v.Strange, v.Saved, v.Late = countIn(q, "strange"), countIn(q, "saved"), countIn(q, "late")
	v.Doubtful, v.CanUndo = countIn(q, "doubtful"), v.Saved > 0
	if turned := a.shown.turned(); turned != seen {
		v.Turn = a.address(turned, "open", q.Get("open"))
	}
	if q.Get("undone") != "" {
		v.Saved = -1
	}
	a.fill(&v)
	if v.Seats == 0 {
		v.Cards = paperHome(a.class.ID) + "/cards"
	}
	v.Previous, v.Next = s.askedBefore(a, -1), s.askedBefore(a, 1)
	return s.render(w, r, http.StatusOK, ui.PaperAsk(v))
}

func countIn(q url.Values, key string) int {
	n, _ := strconv.Atoi(q.Get(key))
	return max(0, min(n, 10000))
}

// askedBefore is the address of the nearest question in a direction that cards can answer, "" none.
func (s *Server) askedBefore(a *asking, step int) string {
	for i := a.n - 1 + step; i >= 0 && i < len(a.questions); i += step {
		if sh, err := s.printedQuestion(a.printed, i, "A"); err == nil && cardKeys(sh.variant) != nil {
			return a.url("ask", "n", strconv.Itoa(i+1))
		}
	}
	return ""
}

// fill puts in the options and the children.
func (a *asking) fill(v *view.PaperAsk) {
	right := marking.Right(a.sheet.variant)
	for i, key := range a.keys {
		o := view.PaperOption{Letter: cardreader.Answer(i).Letter(), Right: key == right}
		if a.sheet.variant.Item.Type == content.TrueFalse {
			o.Key = key
		} else {
			o.Text = inline(a.sheet.variant.Item.Options[i].Text)
		}
		v.Options = append(v.Options, o)
	}
	for _, seat := range a.seats {
		if seat.Card == 0 {
			continue
		}
		v.Seats++
		x, ok := a.answerOf(seat.Card)
		child := a.child(seat, x, ok)
		switch {
		case !ok:
			v.Rest = append(v.Rest, child)
			continue
		case x.clash:
			v.Clashes = append(v.Clashes, child)
		default:
			v.Known = append(v.Known, child)
		}
		v.Read++
		o := &v.Options[x.answer]
		o.Count++
		o.Names = append(o.Names, seat.Person.Name)
	}
	for i := range v.Options {
		if v.Read > 0 {
			v.Options[i].Share = 100 * v.Options[i].Count / v.Read
		}
	}
}

// answerOf is what a card said, if that is an answer to this question: D is none where there are three.
func (a *asking) answerOf(card int) (said, bool) {
	x, ok := a.shown[card]
	return x, ok && int(x.answer) < len(a.keys)
}

func (a *asking) child(seat store.Seat, x said, has bool) view.PaperChild {
	c := view.PaperChild{Name: seat.Person.Name, Card: seat.Card}
	if has {
		c.Given, c.Hand, c.Clear = x.answer.Letter(), x.hand, a.address(a.shown.without(seat.Card), "open", "1")
	}
	if has && x.clash {
		c.Other, c.Clear = x.other.Letter(), a.address(a.shown.without(seat.Card))
	}
	open := ""
	if has && !x.clash {
		open = "1"
	}
	for i := range a.keys {
		letter := cardreader.Answer(i)
		c.Links = append(c.Links, view.Link{Text: letter.Letter(), URL: a.address(a.shown.with(seat.Card, letter), "open", open)})
	}
	return c
}

// savePaperAsk keeps the answers, in place of those that the same page saved before; with do=undo it takes them back.
func (s *Server) savePaperAsk(w http.ResponseWriter, r *request) error {
	a, err := s.asking(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	a.shown, a.key = readShown(f.Get("seen")), roundKey(f.Get("k"))
	batch := store.Paper{Class: a.class.ID}
	undo := f.Get("do") == "undo"
	if was := f.Get("was"); len(was) == 13 {
		batch.Back = a.retractions(was)
	}
	if !undo {
		if batch.Attempts, err = a.attempts(); err != nil {
			return err
		}
	}
	late, err := s.Store.RecordPaper(r.Context(), r.actor(), batch)
	if err != nil {
		return err
	}
	more := []string{"saved", strconv.Itoa(len(batch.Attempts) - len(late)), "late", strconv.Itoa(len(late)), "open", f.Get("open")}
	if a.was = a.key; undo {
		more, a.was = []string{"undone", "1"}, ""
	}
	a.key = learning.NewAttemptBase() // the next press saves anew, in place of this
	http.Redirect(w, r.Request, a.address(a.shown.String(), more...), http.StatusSeeOther)
	return nil
}

// retractions takes back what a round saved.
func (a *asking) retractions(round string) (out []learning.Retraction) {
	for _, seat := range a.seats {
		out = append(out, learning.Retraction{Learner: seat.Person.ID, ID: paperAttempt(round, a.n)})
	}
	return out
}

// paperAttempt is the id of a learner's answer to question n in a round of entering.
func paperAttempt(round string, n int) learning.AttemptID {
	return learning.AttemptID(round + "." + strconv.Itoa(n))
}

// attempts are the answers of all who have one that nobody doubts.
func (a *asking) attempts() (out []learning.Attempt, err error) {
	for _, seat := range a.seats {
		x, ok := a.answerOf(seat.Card)
		if !ok || seat.Card == 0 {
			continue
		}
		result, err := marking.Mark(a.sheet.variant, url.Values{"r": {a.keys[x.answer]}})
		if err != nil {
			return nil, fmt.Errorf("web: answer %s of card %d: %w", x.answer.Letter(), seat.Card, err)
		}
		out = append(out, a.paperAnswer(a.n, a.sheet, seat.Person.ID, a.key, result))
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("web: no card has answered: %w", fs.ErrInvalid)
	}
	return out, nil
}

// paperAnswer is one answer as the record keeps it.
func (p *printed) paperAnswer(n int, sh sheet, who learning.PersonID, round string, result marking.Result) learning.Attempt {
	x, it := p.questions[n-1], sh.variant.Item
	at := learning.Attempt{
		ID: paperAttempt(round, n), Learner: who, Course: sh.course.ID, Resource: sh.node.ID, Item: it.ID, Type: it.Type,
		Criterion: learning.CriterionOf(sh.exercise), Seed: sh.variant.Seed, Given: result.Given, Score: result.Score, Correct: result.Correct,
		Error: result.Error, Skill: skillColumn(sh.exercise, it), Rating: ratingColumn(it),
	}
	if p.quiz != nil {
		at.Quiz, at.Resource, at.Item, at.Skill = p.quiz.ID, p.quiz.ID.Resource(), itemID(x.Key), skillOfQuestion(sh)
	}
	return at
}
