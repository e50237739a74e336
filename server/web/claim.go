package web

import (
	"errors"
	"io/fs"
	"net/http"
	"strings"

	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// showClaim is first boot.
func (s *Server) showClaim(w http.ResponseWriter, r *request) error {
	if s.Node.Claimed() {
		http.Redirect(w, r.Request, "/", http.StatusSeeOther)
		return nil
	}
	return s.renderClaim(w, r, view.Claim{Code: r.URL.Query().Get("code"), Chosen: s.phoneLanguage(r), Country: locale.CountryOf(r.Header.Get("Accept-Language"))}, http.StatusOK)
}

func (s *Server) renderClaim(w http.ResponseWriter, r *request, v view.Claim, status int) error {
	phone(w, r)
	v.Frame, v.Languages = s.frame(r, "", nil), locale.Languages()
	return s.render(w, r, status, ui.Claim(v))
}

func (s *Server) claim(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	c := Claim{
		Code: strings.TrimSpace(f.Get("code")), School: strings.TrimSpace(f.Get("school")), Language: locale.Match(f.Get("lang")),
		Name: strings.TrimSpace(f.Get("name")), Password: f.Get("secret"),
	}
	if locale.IsCountry(f.Get("country")) {
		c.Country = f.Get("country")
	}
	v := view.Claim{Code: c.Code, School: c.School, Name: c.Name, Chosen: c.Language, Country: c.Country, Problem: claimProblem(c)}
	if v.Problem != (view.ClaimProblem{}) {
		return s.renderClaim(w, r, v, http.StatusBadRequest)
	}
	id, err := s.Node.Claim(r.Context(), c)
	switch {
	case errors.Is(err, fs.ErrExist):
		http.Redirect(w, r.Request, "/login", http.StatusSeeOther)
		return nil
	case errors.Is(err, fs.ErrPermission):
		v.Problem.Code = "code"
		return s.renderClaim(w, r, v, http.StatusForbidden)
	case err != nil:
		return err
	}
	session, err := s.Auth.SignInAs(id, learning.Password, false)
	if err != nil {
		return err
	}
	return s.enter(w, r, session, sheetPath)
}

func claimProblem(c Claim) (p view.ClaimProblem) {
	if c.Code == "" {
		p.Code = "code"
	}
	if c.School == "" {
		p.School = "empty"
	}
	if c.Name == "" {
		p.Name = "empty"
	}
	if len(c.Password) < 8 {
		p.Secret = "short"
	}
	return p
}
