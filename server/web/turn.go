package web

import (
	"math"
	"net/http"
	"strings"

	"lamplight/server/auth"
	"lamplight/ui/view"
)

// turnView is what a page says of the turn it is part of; nil outside of one.
func turnView(r *request) *view.Turn {
	t := r.session.Turn
	if t == nil {
		return nil
	}
	grace := max(0, min(auth.Grace, auth.Grace+t.Left))
	return &view.Turn{
		Seconds: max(0, int(math.Ceil(t.Left.Seconds()))), Grace: int(grace.Seconds()), Over: t.Over(), Asks: asks(r.URL.Path),
	}
}

// asks names the pages on which a child writes an answer.
func asks(path string) bool {
	for _, p := range []string{"/exercise/", "/quiz/", "/mistakes/", "/review", nowPath} {
		if strings.HasPrefix(path, p) {
			return true
		}
	}
	return false
}

// passOn sends a phone that is passed round to its own page: when a turn is over, and for who is not signed in wherever
// they look. What a page is made of, forms with an answer that was being written, and the ways in go through.
func (s *Server) passOn(w http.ResponseWriter, r *request) bool {
	path := r.URL.Path
	over := r.session.Turn != nil && r.session.Turn.Over()
	switch {
	case r.Method != http.MethodGet, path == "/shared", part(path):
		return false
	case over:
		http.Redirect(w, r.Request, "/shared?over", http.StatusSeeOther)
		return true
	case r.signedIn(), path == "/login", path == "/card", strings.HasPrefix(path, "/card/"), s.queueToken(r) == "":
		return false
	}
	http.Redirect(w, r.Request, "/shared", http.StatusSeeOther)
	return true
}

// part names what pages are made of.
func part(path string) bool {
	for _, p := range []string{"/static/", "/file/", "/thumbnail/", "/voice/", "/favicon.ico", "/stay", callPath} {
		if strings.HasPrefix(path, p) {
			return true
		}
	}
	return false
}

// A forgetful writer's pages are not kept by the phone: after a turn the back button shows the next child nothing of it.
// Pages that render writes say so themselves; those of courses, made of ready parts, may otherwise be kept.
type forgetful struct{ http.ResponseWriter }

func (w forgetful) WriteHeader(status int) {
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Del("ETag")
	w.ResponseWriter.WriteHeader(status)
}

func (w forgetful) Write(b []byte) (int, error) {
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Del("ETag")
	return w.ResponseWriter.Write(b)
}

func (w forgetful) Unwrap() http.ResponseWriter { return w.ResponseWriter }
