package web

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"lamplight/server/auth"
	"lamplight/server/files"
	"lamplight/server/learning"
	"lamplight/ui"
)

// A page answers one request. An error becomes an error page, unless something was written already.
type page func(w http.ResponseWriter, r *request) error

// A request is a request and who is asking.
type request struct {
	*http.Request
	session    auth.Session
	person     learning.Person // Role "" for a guest
	settings   learning.Settings
	needs      learning.Accommodation
	guest      learning.PersonID // of who is not signed in and did something here, "" none
	guestToken string
	composed   func() // called once the answer is whole, before it is sent; nil: nobody waits for that
}

// actor is on whose behalf the store is asked.
func (r *request) actor() learning.Actor {
	if r.guest != "" && !r.signedIn() {
		return learning.AsGuest(r.guest)
	}
	return learning.As(r.person.ID)
}

func (r *request) signedIn() bool { return r.person.Role != learning.Nobody }

// An audience says who may open a page.
type audience uint8

const (
	everybody      audience = iota // even on an unclaimed box
	anybody                        // guests too, once the box is claimed
	guests                         // guests where the school lets them in
	people                         // whoever signed in
	teachers                       // and administrators
	administrators                 //
	officers                       // and administrators
)

func (a audience) admits(role learning.Role, openToGuests bool) bool {
	switch a {
	case guests:
		return openToGuests || role != learning.Nobody
	case people:
		return role != learning.Nobody
	case teachers:
		return role == learning.Teacher || role == learning.Administrator
	case administrators:
		return role == learning.Administrator
	case officers:
		return role == learning.Officer || role == learning.Administrator
	}
	return true
}

const (
	phoneCookie = "phone"
	// maxForm is the largest form: the longest answers. Anybody may send hundreds at once, slowly. Staff paste lists of
	// names. Uploads have their own limit.
	maxForm      = 32 << 10
	maxStaffForm = 1 << 20
	// uploadPath takes the one form in parts. Anywhere else such a form is empty, and so without its token.
	uploadPath = "/admin/content/upload"
)

// What every answer says. The policy is that of pages that hold nothing of the player's; others replace it.
var (
	ownPolicy      = []string{ui.CSP("")}
	nosniff        = []string{"nosniff"}
	sameOriginOnly = []string{"same-origin"}
)

// serve wraps a page: it finds out who asks, checks that they may and that a write is theirs, and answers errors.
func (s *Server) serve(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, plain *http.Request) {
		r := &request{Request: plain}
		h := w.Header()
		h["Content-Security-Policy"], h["X-Content-Type-Options"], h["Referrer-Policy"] = ownPolicy, nosniff, sameOriginOnly
		err := s.admit(w, r, rt)
		if err == nil {
			if r.session.Turn != nil && strings.HasPrefix(r.URL.Path, "/resource/") {
				w = forgetful{w}
			}
			err = open(rt.page, w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

// open runs a page. A panic is a fault of ours and answered as one; net/http would print every goroutine's stack.
func open(p page, w http.ResponseWriter, r *request) (err error) {
	defer func() {
		if fault := recover(); fault == http.ErrAbortHandler {
			panic(fault)
		} else if fault != nil {
			err = fmt.Errorf("web: a fault of ours: %v", fault)
		}
	}()
	return p(w, r)
}

// errElsewhere ends a request that was answered with a redirect.
var errElsewhere = errors.New("answered already")

func (s *Server) admit(w http.ResponseWriter, r *request, rt route) error {
	s.identify(r)
	if rt.may != everybody && !s.Node.Claimed() {
		http.Redirect(w, r.Request, "/claim", http.StatusSeeOther)
		return errElsewhere
	}
	if s.passOn(w, r) {
		return errElsewhere
	}
	if r.Method == http.MethodPost {
		if err := s.checkWrite(w, r); err != nil {
			return err
		}
	}
	if s.leadThere(w, r) {
		return errElsewhere
	}
	if rt.may.admits(r.person.Role, s.Settings.Guests) {
		if rt.may == guests && !r.signedIn() && (r.Method == http.MethodPost || asks(r.URL.Path)) {
			return s.keepsGuest(w, r)
		}
		return nil
	}
	if r.signedIn() {
		return errNotFound(r.URL.Path)
	}
	if r.Method == http.MethodPost {
		return errSignedOut
	}
	http.Redirect(w, r.Request, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
	return errElsewhere
}

// identify fills in who asks. A token that is unknown or tossed is ignored, never adopted, and the next cookie of the
// name is looked at: whoever tosses one keeps nobody out.
func (s *Server) identify(r *request) {
	for _, token := range cookies(r.Request, auth.SessionCookie) {
		var err error
		if r.session, r.person, err = s.Auth.Session(token); err == nil {
			r.settings, _ = s.Store.Settings(r.actor(), r.person.ID) // without them pages are plain
			r.needs, _ = s.Store.Accommodation(r.actor(), r.person.ID)
			return
		}
	}
	r.session, r.person = auth.Session{}, learning.Person{}
	s.identifyGuest(r)
}

// cookie is the value of the first cookie of a name, "" for none.
func cookie(r *http.Request, name string) string {
	for _, value := range cookies(r, name) {
		return value
	}
	return ""
}

// cookies are the values of the first maxTossed cookies of a name. Request.Cookies takes each of them apart for each
// request; ours are plain letters and digits, never quoted (RFC 6265 §4.2.1).
func cookies(r *http.Request, name string) (values []string) {
	for _, line := range r.Header["Cookie"] {
		for line != "" && len(values) < maxTossed {
			var pair string
			pair, line, _ = strings.Cut(line, ";")
			if value, ok := strings.CutPrefix(strings.TrimSpace(pair), name); ok && strings.HasPrefix(value, "=") {
				values = append(values, value[1:])
			}
		}
	}
	return values
}

// checkWrite refuses a foreign Origin, bounds the form and, of who is signed in, asks for the form's token.
func (s *Server) checkWrite(w http.ResponseWriter, r *request) error {
	if !sameOrigin(r.Request) && r.URL.Path != returnPath {
		return errForeign
	}
	if readsItself(r.URL.Path) {
		return nil // the page reads it piece by piece and checks the token itself
	}
	most := int64(maxForm)
	if teachers.admits(r.person.Role, false) {
		most = maxStaffForm
	} else if strings.HasPrefix(r.URL.Path, appPath) {
		most = maxAppForm
	}
	r.Body = http.MaxBytesReader(w, r.Body, most)
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("web: form: %w", errors.Join(err, fs.ErrInvalid))
	}
	token, signing := r.PostForm.Get("token"), r.URL.Path == "/login" || r.URL.Path == "/logout"
	switch {
	case checksItself(r.URL.Path):
		return nil
	case !r.signedIn() && token != "" && !signing:
		return errSignedOut // filled in by somebody whose session has ended: not a guest's
	case r.signedIn() && r.URL.Path != "/login" && !s.Auth.Check(r.session.Token, token):
		return errForeign
	}
	return nil
}

// sameOrigin compares scheme, host and port of Origin with what was asked; an absent one passes (RFC 6454 §7.3: old
// browsers send none). "null", which a sandboxed frame sends, is foreign.
func sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return strings.EqualFold(origin, scheme+r.Host)
}

// render writes a page. What a person sees is theirs alone and is not kept by the phone.
func (s *Server) render(w http.ResponseWriter, r *request, status int, c templ.Component) error {
	s.noteElsewhere(r)
	packed := files.AcceptsGzip(r.Request)
	page, inflate, err := compose(r, c, packed)
	if err != nil {
		return fmt.Errorf("web: rendering %s: %w", r.URL.Path, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Vary", "Accept-Encoding, Cookie, Accept-Language")
	if inflate > 0 {
		return page.sendInflated(w, r, status, inflate)
	}
	if packed {
		h.Set("Content-Encoding", "gzip")
	}
	return page.send(w, r, status)
}
