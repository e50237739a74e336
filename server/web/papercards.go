package web

import (
	"net/http"

	cardreader "lamplight/server/paper"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showAnswerCards is the answer cards of a class, to print: two on a page, with size=four four.
func (s *Server) showAnswerCards(w http.ResponseWriter, r *request) error {
	class, err := s.paperClass(r)
	if err != nil {
		return err
	}
	seats, err := s.Store.Seats(r.actor(), class.ID)
	if err != nil {
		return err
	}
	at := paperHome(class.ID) + "/cards"
	v := view.AnswerCards{
		Frame: s.frame(r, "teach", &view.Link{URL: paperHome(class.ID)}), Class: class.Name, Action: at,
		Four: r.URL.Query().Get("size") == "four", Other: at + "?size=four",
	}
	if v.Four {
		v.Other = at
	}
	for _, seat := range seats {
		if seat.Card < 1 || seat.Card > cardreader.Cards {
			v.Missing++
			continue
		}
		v.Cards = append(v.Cards, view.AnswerCard{Name: seat.Person.Name, Number: seat.Card, Grid: view.HTML(cardreader.SVG(seat.Card))})
	}
	v.Beyond = len(v.Cards) >= cardreader.Cards
	return s.render(w, r, http.StatusOK, ui.AnswerCards(v))
}

// giveAnswerCards gives a card to every learner of a class who has none.
func (s *Server) giveAnswerCards(w http.ResponseWriter, r *request) error {
	class, err := s.paperClass(r)
	if err != nil {
		return err
	}
	if _, err := s.Store.GiveCards(r.Context(), r.actor(), class.ID, cardreader.Cards); err != nil {
		return err
	}
	http.Redirect(w, r.Request, paperHome(class.ID)+"/cards", http.StatusSeeOther)
	return nil
}
