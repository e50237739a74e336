package web

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"lamplight/content/library"
	"lamplight/server/auth"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// errForeign is a write that another site's page, or an old page of ours, tried. errSignedOut is a write by somebody
// whose session has ended meanwhile.
var (
	errForeign   = fmt.Errorf("web: the form is not from this person's page: %w", fs.ErrPermission)
	errSignedOut = fmt.Errorf("web: nobody is signed in: %w", fs.ErrPermission)
)

func errNotFound(what string) error { return fmt.Errorf("web: %s: %w", what, fs.ErrNotExist) }

// statuses joins the two readers of an error: message is the key "error.KEY" in ui/locale, kind what code and log go
// by. The first that matches counts; anything else is ours.
var statuses = []struct {
	kind    error
	code    int
	message string
}{
	{errForeign, http.StatusForbidden, "foreign"},
	{errSignedOut, http.StatusUnauthorized, "signed-out"},
	{auth.ErrNoSession, http.StatusUnauthorized, "signed-out"},
	{store.ErrQuizOver, http.StatusConflict, "quiz-over"},
	{store.ErrQuizTime, http.StatusConflict, "quiz-time"},
	{store.ErrRoundOver, http.StatusConflict, "round-over"},
	{errNotDrawn, http.StatusBadRequest, "not-drawn"},
	{library.ErrAway, http.StatusServiceUnavailable, "away"},
	{fs.ErrNotExist, http.StatusNotFound, "not-found"},
	{fs.ErrPermission, http.StatusForbidden, "not-allowed"},
	{fs.ErrInvalid, http.StatusBadRequest, "check-answer"},
	{errors.ErrUnsupported, http.StatusNotImplemented, "ours"},
	{syscall.ENOSPC, http.StatusInsufficientStorage, "disk-full"},
}

func statusOf(err error) (code int, message string) {
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		return http.StatusRequestEntityTooLarge, "too-big"
	}
	var wait *auth.WaitError
	if errors.As(err, &wait) {
		return http.StatusTooManyRequests, "slow-down"
	}
	for _, s := range statuses {
		if errors.Is(err, s.kind) {
			return s.code, s.message
		}
	}
	return http.StatusInternalServerError, "ours"
}

// fail answers an error, once, and logs it: ours as an error, the rest for who looks closely.
func (s *Server) fail(w http.ResponseWriter, r *request, err error) {
	if errors.Is(err, errElsewhere) || r.Context().Err() != nil {
		return
	}
	code, message := statusOf(err)
	path := r.URL.Path
	if code := r.PathValue("code"); code != "" { // opens a person's account
		path = strings.Replace(path, code, "…", 1)
	}
	if code >= 500 {
		s.Log.Error("page", "path", path, "status", code, "err", err)
	} else {
		s.Log.Debug("page", "path", path, "status", code, "err", err)
	}
	h := w.Header()
	for _, k := range []string{"ETag", "Content-Encoding", "Content-Length", "Content-Range", "Accept-Ranges"} {
		h.Del(k)
	}
	h.Set("Content-Security-Policy", ui.CSP(""))
	back := s.wayBack(r)
	if code == http.StatusUnauthorized && s.queueToken(r) != "" {
		message, back = "turn-over", &view.Link{URL: "/shared?over"}
	}
	f := s.frame(r, "", back)
	f.Path = again(r)
	if err := s.render(w, r, code, ui.Error(view.Error{Frame: f, Status: code, Key: message})); err != nil {
		http.Error(w, http.StatusText(code), code)
	}
}

// wayBack leads out of an error: to the quiz of which something was refused, else home.
func (s *Server) wayBack(r *request) *view.Link {
	if id := r.PathValue("id"); r.URL.Path != "/quiz/"+id && strings.HasPrefix(r.URL.Path, "/quiz/"+id+"/") {
		return &view.Link{URL: "/quiz/" + url.PathEscape(id)}
	}
	return &view.Link{URL: "/"}
}

// noSuchPage answers addresses that no route has.
func (s *Server) noSuchPage(w http.ResponseWriter, plain *http.Request) {
	s.serve(route{may: everybody, page: func(http.ResponseWriter, *request) error {
		return errNotFound(plain.URL.Path)
	}}).ServeHTTP(w, plain)
}
