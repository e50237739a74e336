package web

import (
	"errors"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"time"

	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

const (
	recoverPath = "/recover"
	sheetPath   = "/admin/recovery"
)

// showSheet says what a recovery sheet is for and makes one when asked.
func (s *Server) showSheet(w http.ResponseWriter, r *request) error {
	v := view.RecoverySheet{Frame: s.frame(r, "box", &view.Link{URL: "/admin"}), Made: s.Node.HasSheet(), Old: s.Node.SheetIsOld(), Key: learning.NewAttemptBase()}
	return s.render(w, r, http.StatusOK, ui.RecoverySheet(v))
}

// A madeSheet is the recovery sheet that was made last, while its form may be sent once more: by a second tap, or by who goes
// back and on again. It is for the session that made it, in memory alone.
type madeSheet struct {
	mu                  sync.Mutex
	key, session, words string
	at                  time.Time
}

// sheetStays is how long the same form gives the same sheet.
const sheetStays = 15 * time.Minute

// sheetWords makes a sheet. The same form makes one sheet, however often it is sent: a second one would end that which may
// be on paper already.
func (s *Server) sheetWords(r *request, key string) (words string, err error) {
	m := &s.made
	m.mu.Lock()
	defer m.mu.Unlock()
	if key != "" && key == m.key && r.session.Token == m.session && time.Since(m.at) < sheetStays {
		return m.words, nil
	}
	if words, err = s.Node.NewSheet(r.Context()); err == nil {
		m.key, m.session, m.words, m.at = key, r.session.Token, words, time.Now()
	}
	return words, err
}

// makeSheet shows the words once: they are in the answer to a form and nowhere else.
func (s *Server) makeSheet(w http.ResponseWriter, r *request) error {
	words, err := s.sheetWords(r, r.PostForm.Get("k"))
	if err != nil {
		return err
	}
	v := view.RecoverySheet{Frame: s.frame(r, "box", &view.Link{URL: "/admin"}), Made: true, Words: strings.Fields(words), Address: s.phoneAddress(r) + recoverPath}
	if school, err := s.Store.School(); err == nil {
		v.School = school.Name
	}
	if v.Code, err = qrSVG(v.Address + "#" + strings.ReplaceAll(words, " ", "-")); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.render(w, r, http.StatusOK, ui.RecoverySheet(v))
}

// showRecover asks for the words of the sheet.
func (s *Server) showRecover(w http.ResponseWriter, r *request) error {
	return s.renderRecover(w, r, view.Recover{}, http.StatusOK)
}

func (s *Server) renderRecover(w http.ResponseWriter, r *request, v view.Recover, status int) error {
	v.Frame, v.Token = s.frame(r, "", &view.Link{URL: "/login"}), ""
	v.PhoneToken = s.phoneToken(w, r)
	w.Header().Set("Cache-Control", "no-store")
	return s.render(w, r, status, ui.Recover(v))
}

// recover lets who has the words choose an administrator and give them a new password. Guesses wait as those at a secret do.
func (s *Server) recover(w http.ResponseWriter, r *request) error {
	if err := s.checkPhone(w, r); err != nil {
		return err
	}
	f := r.PostForm
	v := view.Recover{Words: f.Get("words"), Chosen: f.Get("person")}
	err := s.Auth.Guess(phone(w, r), "recovery", func() error { return s.Node.MayRecover(v.Words) })
	if wait := new(auth.WaitError); errors.As(err, &wait) {
		v.Problem, v.Wait = "slow-down", int(wait.Wait.Seconds())+1
		return s.renderRecover(w, r, v, http.StatusTooManyRequests)
	}
	switch {
	case errors.Is(err, fs.ErrInvalid):
		v.Problem = "words"
		return s.renderRecover(w, r, v, http.StatusBadRequest)
	case errors.Is(err, fs.ErrPermission):
		v.Problem = "other"
		return s.renderRecover(w, r, v, http.StatusForbidden)
	case err != nil:
		return err
	}
	all, err := s.Store.People(learning.Box(), store.PeopleFilter{Role: learning.Administrator})
	if err != nil {
		return err
	}
	v.Open = true
	for _, p := range all {
		v.People = append(v.People, view.RecoverPerson{ID: string(p.ID), Name: p.Name})
	}
	secret := f.Get("secret")
	switch {
	case v.Chosen == "" && secret == "":
		return s.renderRecover(w, r, v, http.StatusOK)
	case len(secret) < 8:
		v.Problem = "short"
		return s.renderRecover(w, r, v, http.StatusBadRequest)
	}
	for _, p := range all {
		if string(p.ID) == v.Chosen {
			return s.letBackIn(w, r, p.ID, secret)
		}
	}
	v.Problem = "person"
	return s.renderRecover(w, r, v, http.StatusBadRequest)
}

func (s *Server) letBackIn(w http.ResponseWriter, r *request, id learning.PersonID, secret string) error {
	verifier, err := s.Auth.Verifier(r.Context(), learning.Password, secret)
	if err != nil {
		return err
	}
	err = s.Store.SetSecrets(r.Context(), learning.Box(), store.NewSecret{Person: id, Kind: learning.Password, Verifier: verifier})
	if err != nil {
		return err
	}
	s.Node.Recovered()
	s.Log.Warn("an administrator came back by the recovery sheet or a stick", "person", id)
	session, err := s.Auth.SignInAs(id, learning.Password, false)
	if err != nil {
		return err
	}
	return s.enter(w, r, session, sheetPath)
}
