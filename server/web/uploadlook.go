package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lamplight/content"
	"lamplight/server/auth"
	"lamplight/server/intake"
	"lamplight/server/learning"
	"lamplight/server/queue"
)

// A Look is a course that is not added yet, shown by a node of its own to nobody but who asked for it.
type Look struct {
	Pages  http.Handler
	Course content.CourseID
	Close  func() error // once, when nobody looks any more
}

// lookCookie says that a person's pages are those of a look: only our adding pages, sign-in and files of ours are not.
const lookCookie = "looking"

// lookFor is after how long without a page a look ends.
const lookFor = 20 * time.Minute

// looks is the one look of the box: it takes some megabytes.
type looks struct {
	making sync.Mutex // held while one is made
	now    atomic.Pointer[looking]
}

// A looking is a look with who looks.
type looking struct {
	*Look
	key    string
	person learning.PersonID
	file   string
	back   string // the page that they come from
	title  string
	ending *time.Timer
	once   sync.Once
}

// end closes it beside what goes on: nobody waits for it, and what stays of its folder is swept at the next start.
func (l *looking) end() {
	l.once.Do(func() {
		l.ending.Stop()
		go func() { _ = l.Close() }()
	})
}

// beginLook opens what a file would add and leads into it.
func (s *Server) beginLook(w http.ResponseWriter, r *request, x intake.Sent, t queue.Status) error {
	s.looks.making.Lock()
	defer s.looks.making.Unlock()
	if old := s.looks.now.Swap(nil); old != nil {
		old.end()
	}
	task := t.Task
	task.Name, task.Licence, task.Owner = x.Title, x.Licence, x.Owner
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Minute)
	defer cancel()
	made, err := s.Node.Look(ctx, task)
	if err != nil {
		s.Log.Info("what was sent cannot be shown", "file", x.Name, "err", err)
		return s.renderSent(w, r, x, "look", http.StatusUnprocessableEntity)
	}
	var key [16]byte
	rand.Read(key[:]) // never fails
	l := &looking{Look: made, key: hex.EncodeToString(key[:]), person: r.person.ID, file: x.ID, back: addPath + "/" + x.ID, title: x.Title}
	if l.title == "" {
		l.title = x.Name
	}
	l.ending = time.AfterFunc(lookFor, func() { s.closeLook(l.file) })
	s.looks.now.Store(l)
	http.SetCookie(w, &http.Cookie{Name: lookCookie, Value: l.key, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return see(w, r, "/course/"+string(made.Course))
}

// closeLook ends the look at a file, if that is what is looked at.
func (s *Server) closeLook(file string) {
	if l := s.looks.now.Load(); l != nil && l.file == file && s.looks.now.CompareAndSwap(l, nil) {
		l.end()
	}
}

// endLook ends the person's own look: they are back.
func (s *Server) endLook(w http.ResponseWriter, r *request) {
	if l := s.looks.now.Load(); l != nil && l.person == r.person.ID && s.looks.now.CompareAndSwap(l, nil) {
		l.end()
	}
	if cookie(r.Request, lookCookie) != "" {
		http.SetCookie(w, &http.Cookie{Name: lookCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
}

// lookedAt is the look that a request is for, nil for almost all.
func (s *Server) lookedAt(r *http.Request) *looking {
	l := s.looks.now.Load()
	if l == nil || cookie(r, lookCookie) != l.key {
		return nil
	}
	for _, own := range []string{"/teach", "/admin", "/login", "/logout", "/static/", "/settings"} {
		if strings.HasPrefix(r.URL.Path, own) {
			return nil
		}
	}
	for _, token := range cookies(r, auth.SessionCookie) {
		if _, p, err := s.Auth.Session(token); err == nil && p.ID == l.person {
			l.ending.Reset(lookFor)
			return l
		}
	}
	return nil
}

// A Looked says of a page of a look what the bar below it says: where it leads back to, and what is looked at.
type Looked struct{ Back, Title, Language string }

type lookedKey struct{}

// LookedAt is what a request to a look's pages carries.
func LookedAt(r *http.Request) (Looked, bool) {
	l, ok := r.Context().Value(lookedKey{}).(Looked)
	return l, ok
}

// showLook answers from a look, in the language of who looks.
func (s *Server) showLook(l *looking, w http.ResponseWriter, plain *http.Request) {
	r := &request{Request: plain}
	s.identify(r)
	language := s.preferences(r).Language
	inner := plain.Clone(context.WithValue(plain.Context(), lookedKey{}, Looked{Back: l.back, Title: l.title, Language: language}))
	inner.Header.Set("Accept-Language", language)
	l.Pages.ServeHTTP(w, inner)
}
