package web

import (
	"net/http"
	"net/url"
	"strings"

	"lamplight/server/auth"
	"lamplight/server/learning"
)

// enter gives the phone its new session's cookie. A session cookie ends with the browser; the box ends it when idle. Who
// did something here as a guest is asked first whether that was theirs.
func (s *Server) enter(w http.ResponseWriter, r *request, session auth.Session, next string) error {
	if r.session.Token != "" {
		if err := s.Auth.SignOut(r.session.Token); err != nil {
			return err
		}
	}
	keepCookie(w, auth.SessionCookie, session.Token, 0)
	if class, err := learning.ParseID[learning.ClassID](r.PostForm.Get("class")); err == nil {
		rememberClass(w, class)
	}
	to := localPath(next)
	if to == "" {
		to = "/"
	}
	if session.Turn == nil && s.guestDid(r) > 0 {
		to = "/guest?next=" + url.QueryEscape(to)
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// signOut ends the session; of a turn also the turn, and the phone goes on to the next child.
func (s *Server) signOut(w http.ResponseWriter, r *request) error {
	if err := s.Auth.SignOut(r.session.Token); err != nil {
		return err
	}
	dropCookie(w, auth.SessionCookie)
	to := "/login"
	if r.session.Turn != nil {
		to = "/shared?over"
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// stay answers a page on which somebody types: asking has told the box that they are here.
func (s *Server) stay(w http.ResponseWriter, r *request) error {
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// keepCookie sets a cookie for so many seconds, 0 until the browser is closed. Cookies are sent on plain HTTP: most boxes
// have nothing else.
func keepCookie(w http.ResponseWriter, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func dropCookie(w http.ResponseWriter, name string) { keepCookie(w, name, "", -1) }

// localPath is next if it is a path of this box, "" otherwise: "//host" and "/\host" lead elsewhere.
func localPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return ""
	}
	return next
}

// phoneToken is the hidden field of forms for who is not signed in: it hangs on the phone's cookie, which no other site's
// form brings along (SameSite), so a link elsewhere signs nobody in as somebody.
func (s *Server) phoneToken(w http.ResponseWriter, r *request) string {
	return s.Auth.Token(phone(w, r).Cookie)
}

// checkPhone is nil when the form came from a page that this box showed this phone.
func (s *Server) checkPhone(w http.ResponseWriter, r *request) error {
	if !s.Auth.Check(phone(w, r).Cookie, r.PostForm.Get("token")) {
		return errForeign
	}
	return nil
}

// checksItself names the addresses whose forms are for who is not signed in as well, and which look at their token
// themselves.
func checksItself(path string) bool {
	return path == "/shared" || path == returnPath || path == "/card" || path == recoverPath
}
