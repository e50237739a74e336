package web

import (
	"errors"
	"fmt"
	"net/http"

	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// maxTossed is how many cookies of one name are looked at: another box, or a page on another port, may have set some.
const maxTossed = 8

// identifyGuest fills in the id under which a guest's work is kept, where they did any.
func (s *Server) identifyGuest(r *request) {
	for _, token := range cookies(r.Request, auth.GuestCookie) {
		if id, err := s.Auth.GuestOf(token); err == nil {
			r.guest, r.guestToken = id, token
			return
		}
	}
}

// keepsGuest makes sure that a guest who does something has an id of their own for it, where the school lets guests in.
// Nobody sees that work and it counts nowhere, until its guest signs in and says that it is theirs. Who comes as one guest
// after another practises without.
func (s *Server) keepsGuest(w http.ResponseWriter, r *request) error {
	if r.signedIn() || r.guest != "" || !s.Settings.Guests {
		return nil
	}
	session, err := s.Auth.Guest(auth.Phone{Address: remoteAddress(r.Request)})
	if wait := new(auth.WaitError); errors.As(err, &wait) {
		return nil
	}
	if err != nil {
		return err
	}
	r.guest, r.guestToken = session.Person, session.Token
	keepCookie(w, auth.GuestCookie, session.Token, 0)
	return nil
}

// guestDid is how many things the guest of this phone opened or practised; 0 without one.
func (s *Server) guestDid(r *request) int {
	if r.guest == "" {
		s.identifyGuest(r)
	}
	if r.guest == "" {
		return 0
	}
	all, err := s.Store.ProgressOf(learning.AsGuest(r.guest), r.guest)
	if err != nil {
		s.Log.Warn("a guest's work could not be read", "err", err)
	}
	return len(all)
}

// showGuest asks, once, who signed in after looking round whether that was them.
func (s *Server) showGuest(w http.ResponseWriter, r *request) error {
	next := localPath(r.URL.Query().Get("next"))
	did := s.guestDid(r)
	if did == 0 || !r.signedIn() || r.session.Turn != nil {
		if next == "" {
			next = "/"
		}
		http.Redirect(w, r.Request, next, http.StatusSeeOther)
		return nil
	}
	v := view.GuestWork{Frame: s.frame(r, "", nil), Did: did, Next: next}
	v.Places = nil
	return s.render(w, r, http.StatusOK, ui.GuestWork(v))
}

// claimGuest takes the answer. Whose guest's work it is follows from the phone's own cookie alone, which nobody can guess
// and no form can name; the guest's session ends with it, whatever the answer.
func (s *Server) claimGuest(w http.ResponseWriter, r *request) error {
	s.identifyGuest(r)
	if r.guest != "" {
		if r.PostForm.Get("do") == "keep" {
			n, err := s.Store.ClaimGuest(r.Context(), r.guest, r.actor())
			if err != nil {
				return fmt.Errorf("web: keep a guest's work: %w", err)
			}
			s.Log.Debug("a guest's work was taken over", "answers", n)
		}
		if err := s.Auth.SignOut(r.guestToken); err != nil && !errors.Is(err, auth.ErrNoSession) {
			return err
		}
	}
	dropCookie(w, auth.GuestCookie)
	next := localPath(r.PostForm.Get("next"))
	if next == "" {
		next = "/"
	}
	http.Redirect(w, r.Request, next, http.StatusSeeOther)
	return nil
}
