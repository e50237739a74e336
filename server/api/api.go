// Package api is the doors for programs: health, metrics, library and progress; the same rules as web.
package api

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/server/store"
)

// A Node is what programs may know of the box itself.
type Node interface {
	Version() string
	Uptime() (seconds float64)
	FreeSpace() (free, total int64)
	Owed() (peers, eventsOut int)         // paired boxes, and events that some of them lack
	Standings() []Peer                    // how it stands with each, but for those that are shut out
	Events() uint64                       // held
	Trouble() (unread uint64, parked int) // events whose kind is known and whose body could not be folded; segments that wait
	// Moved counts bytes of courses since the start: asked of peers, come from them, wanted by them, given to them.
	Moved() (asked, came, wanted, gave int64)
}

// Options are what the doors lead to.
type Options struct {
	Store   *store.Store
	Auth    *auth.Keeper
	Library *library.Library
	Node    Node
	Open    func() bool // whether guests may look at the library; nil says no
}

// A Server answers programs.
type Server struct{ Options }

// New makes a Server.
func New(o Options) *Server { return &Server{o} }

// Register adds the doors to mux.
func (s *Server) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /metrics", s.metrics)
	mux.HandleFunc("GET /api/library", s.library)
	mux.HandleFunc("GET /api/progress", s.progress)
	s.registerOPDS(mux)
}

// who is the person whose cookie came; fs.ErrPermission for nobody.
func (s *Server) who(r *http.Request) (learning.Person, error) {
	for i, c := range r.CookiesNamed(auth.SessionCookie) { // whoever tosses one keeps nobody out
		if _, p, err := s.Auth.Session(c.Value); err == nil {
			return p, nil
		} else if i == 7 {
			break
		}
	}
	return learning.Person{}, fs.ErrPermission
}

// answer writes one JSON object, or the error as one: {"error": …} in English, for who writes programs.
func answer(w http.ResponseWriter, v any, err error) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if err != nil {
		w.WriteHeader(status(err))
		v = map[string]string{"error": err.Error()}
	}
	json.NewEncoder(w).Encode(v)
}

func status(err error) int {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return http.StatusUnauthorized
	case errors.Is(err, fs.ErrNotExist):
		return http.StatusNotFound
	}
	return http.StatusInternalServerError
}

func (s *Server) library(w http.ResponseWriter, r *http.Request) {
	if _, err := s.who(r); err != nil {
		answer(w, nil, err)
		return
	}
	courses := s.Library.Courses()
	if courses == nil {
		courses = []content.Course{}
	}
	answer(w, map[string]any{"courses": courses}, nil)
}

// A resourceProgress is one line of /api/progress. Progress is 0 to 1.
type resourceProgress struct {
	Course   content.CourseID   `json:"course"`
	Resource content.ResourceID `json:"resource"`
	Progress float64            `json:"progress"`
	Complete bool               `json:"complete"`
}

// An exerciseMastery is where the learner stands in one exercise; Dots are "right", "wrong" and "helped", oldest first.
type exerciseMastery struct {
	Exercise content.ResourceID `json:"exercise"`
	Dots     []string           `json:"dots"`
	Mastered bool               `json:"mastered"`
}

type progressAnswer struct {
	Learner   learning.PersonID  `json:"learner"`
	Resources []resourceProgress `json:"resources"`
	Mastery   []exerciseMastery  `json:"mastery"`
	Attempts  int                `json:"attempts"`
}

func (s *Server) progress(w http.ResponseWriter, r *http.Request) {
	p, err := s.who(r)
	if err != nil {
		answer(w, nil, err)
		return
	}
	all, err := s.Store.ProgressOf(learning.As(p.ID), p.ID)
	a := progressAnswer{Learner: p.ID, Resources: []resourceProgress{}, Mastery: []exerciseMastery{}}
	for _, x := range all {
		a.Attempts += x.Attempts
		a.Resources = append(a.Resources, resourceProgress{x.Course, x.Resource, float64(x.Percent) / 10000, x.Complete})
		if x.Exercise != nil {
			a.Mastery = append(a.Mastery, exerciseMastery{x.Resource, dots(x.Exercise.Dots), x.Exercise.Mastered})
		}
	}
	answer(w, a, err)
}

func dots(from []learning.Dot) []string {
	out := make([]string, 0, len(from))
	for _, d := range from {
		out = append(out, map[learning.Dot]string{learning.DotWrong: "wrong", learning.DotRight: "right", learning.DotHinted: "helped"}[d])
	}
	return out
}
