package web

import (
	"net/http"

	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// cardCookie holds the code of the card that was just shown, for cardSeconds: in an address it would stay in the phone's
// history, and the next child would come back to it.
const (
	cardCookie  = "card"
	cardSeconds = 600
)

// takeCard is what the phone's own camera opens. Who looks is led on.
func (s *Server) takeCard(w http.ResponseWriter, r *request) error {
	if code := r.PathValue("code"); len(code) <= 64 {
		keepCookie(w, cardCookie, code, cardSeconds)
	}
	http.Redirect(w, r.Request, "/card", http.StatusSeeOther)
	return nil
}

// cardCode is the code of the card that was shown, "" when none was, or too long ago.
func cardCode(r *request) string {
	c, err := r.Cookie(cardCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// showCard tells whose card it is, beside one button. It signs nobody in, since cameras, messengers and browsers open
// links ahead of people, and people send them on.
func (s *Server) showCard(w http.ResponseWriter, r *request) error {
	id, err := s.Auth.Card(phone(w, r), cardCode(r))
	if err != nil {
		return s.cardProblem(w, r, err)
	}
	if r.person.ID == id {
		http.Redirect(w, r.Request, "/", http.StatusSeeOther)
		return nil
	}
	p, err := s.Store.Person(learning.Box(), id)
	if err != nil {
		return err
	}
	v := view.CardOwner{
		Frame: s.frame(r, "", &view.Link{URL: "/login"}),
		Owner: view.Tile{ID: string(id), Name: p.Name, Tile: tileName(p.Tile), Role: string(p.Role)},
	}
	v.Person, v.Places, v.Token = nil, nil, s.phoneToken(w, r)
	return s.render(w, r, http.StatusOK, ui.CardOwner(v))
}

// signInByCard is the button: yes, that is me.
func (s *Server) signInByCard(w http.ResponseWriter, r *request) error {
	if err := s.checkPhone(w, r); err != nil {
		return err
	}
	try := auth.SignIn{
		From: phone(w, r), Kind: learning.Card, Secret: cardCode(r), Shared: r.PostForm.Get("own") == "", Queue: s.queueToken(r),
	}
	session, err := s.Auth.SignIn(r.Context(), try)
	if err != nil {
		return s.cardProblem(w, r, err)
	}
	dropCookie(w, cardCookie)
	return s.enter(w, r, session, "/")
}

func (s *Server) cardProblem(w http.ResponseWriter, r *request, err error) error {
	v := view.Login{Step: "start", Guests: s.Settings.Guests}
	status, err := s.signInProblem(&v, auth.SignIn{Kind: learning.Card}, err)
	if err != nil {
		return err
	}
	return s.renderLogin(w, r, v, status)
}
