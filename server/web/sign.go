package web

import (
	"errors"
	"io/fs"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showLogin is the ways in. Which face it shows follows from the query: see view.Login.
func (s *Server) showLogin(w http.ResponseWriter, r *request) error {
	q := r.URL.Query()
	v := view.Login{Step: "start", Next: localPath(q.Get("next")), Guests: s.Settings.Guests}
	if q.Has("idle") {
		v.Problem = "expired"
	}
	if err := s.pickFace(&v, q.Get("class"), q); err != nil {
		return err
	}
	return s.renderLogin(w, r, v, http.StatusOK)
}

func (s *Server) renderLogin(w http.ResponseWriter, r *request, v view.Login, status int) error {
	phone(w, r)
	if !s.Node.Claimed() {
		http.Redirect(w, r.Request, "/claim", http.StatusSeeOther)
		return nil
	}
	if v.Step == "start" {
		if err := s.rememberedClass(&v, r); err != nil {
			return err
		}
		classes, err := s.Store.SignInClasses()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, c := range classes {
			v.Classes = append(v.Classes, view.Class{Name: c.Name, URL: "/login?class=" + string(c.ID) + nextQuery(v.Next)})
		}
	}
	v.Frame = s.frame(r, "", nil)
	if v.Step != "start" {
		v.Back, v.Places = &view.Link{URL: "/login"}, nil // the pad and the pictures need the room
	}
	if s.queueToken(r) != "" {
		v.Back = &view.Link{URL: "/shared"}
	}
	if v.Wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(v.Wait))
	}
	return s.render(w, r, status, ui.Login(v))
}

func nextQuery(next string) string {
	if next == "" {
		return ""
	}
	return "&next=" + url.QueryEscape(next)
}

// signIn takes every form of /login. It needs no token: who is not signed in has no session to forge in the name of.
func (s *Server) signIn(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	try := auth.SignIn{From: phone(w, r), Name: f.Get("name"), Secret: f.Get("secret"), Person: learning.PersonID(f.Get("person"))}
	if card := f.Get("card"); card != "" {
		try = auth.SignIn{From: try.From, Kind: learning.Card, Secret: card}
	}
	try.Shared, try.Queue = try.Person != "", s.queueToken(r)
	session, err := s.trySignIn(r, try)
	if err == nil {
		return s.enter(w, r, session, f.Get("next"))
	}
	v := view.Login{Step: "start", Name: try.Name, Next: localPath(f.Get("next")), Guests: s.Settings.Guests}
	if e := s.pickFace(&v, f.Get("class"), url.Values{"person": {string(try.Person)}, "way": {f.Get("way")}}); e != nil {
		return e
	}
	status, err := s.signInProblem(&v, try, err)
	if err != nil {
		return err
	}
	return s.renderLogin(w, r, v, status)
}

// trySignIn finds out which kind of secret was given: a card, pictures, or something typed.
func (s *Server) trySignIn(r *request, try auth.SignIn) (auth.Session, error) {
	if try.Kind == learning.Card {
		return s.Auth.SignIn(r.Context(), try)
	}
	if numbers, ok := pictureNumbers(try.Secret); ok && try.Person != "" {
		try.Kind, try.Secret = learning.Picture, numbers
		return s.Auth.SignIn(r.Context(), try)
	}
	return s.Auth.SignIn(r.Context(), try) // auth.Typed: a PIN or a password
}

// pictureNumbers turns "sun-fish-drum" into the numbers that auth keeps.
func pictureNumbers(secret string) (string, bool) {
	names := strings.Split(secret, "-")
	if len(names) != 3 {
		return "", false
	}
	for i, n := range names {
		at := slices.Index(ui.Pictures[:12], n)
		if at < 0 {
			return "", false
		}
		names[i] = strconv.Itoa(at)
	}
	return strings.Join(names, "-"), true
}

// signInProblem says on the page why it did not work; what is no sign-in problem is handed back.
func (s *Server) signInProblem(v *view.Login, try auth.SignIn, err error) (int, error) {
	var wait *auth.WaitError
	var closed *auth.ClosedError
	switch {
	case errors.As(err, &wait):
		v.Problem, v.Wait = "slow-down", int(math.Ceil(wait.Wait.Seconds()))
		return http.StatusTooManyRequests, nil
	case errors.As(err, &closed):
		v.Problem, v.Opens = "closed", opening(closed)
		return http.StatusForbidden, nil
	case errors.Is(err, auth.ErrAmbiguous):
		v.Step = "who"
		return http.StatusUnauthorized, s.namesakes(v, try.Name)
	case try.Kind == learning.Card && (errors.Is(err, auth.ErrWrong) || errors.Is(err, fs.ErrInvalid)):
		v.Problem = "no-card"
		return http.StatusUnauthorized, nil
	case errors.Is(err, auth.ErrWrong), errors.Is(err, fs.ErrInvalid):
		v.Problem = "wrong"
		return http.StatusUnauthorized, nil
	}
	return 0, err
}
