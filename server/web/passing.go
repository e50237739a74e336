package web

import (
	"errors"
	"io/fs"
	"math"
	"net/http"
	"slices"
	"strconv"

	"lamplight/content/arrange"
	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// changeShared takes every form of /shared.
func (s *Server) changeShared(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	token, person := s.queueToken(r), learning.PersonID(f.Get("person"))
	if err := s.checkShared(w, r); err != nil {
		if token != "" && errors.Is(err, errForeign) && sameOrigin(r.Request) && f.Get("do") == "done" {
			http.Redirect(w, r.Request, "/shared?over", http.StatusSeeOther) // the turn had ended while its page stood there
			return nil
		}
		return err
	}
	to, err := "/shared", error(nil)
	switch do := f.Get("do"); {
	case do == "start":
		return s.startShared(w, r, token)
	case do == "end":
		to, err = "/shared?class="+f.Get("class"), s.endShared(r)
	case token == "":
		err = auth.ErrNoQueue
	case do == "turn":
		return s.beginTurn(w, r, token, person)
	case do == "done":
		dropCookie(w, auth.SessionCookie)
		to, err = "/shared?over", s.Auth.EndTurn(token)
	case do == "finish":
		dropCookie(w, auth.QueueCookie)
		to, err = "/login", s.Auth.FinishQueue(token)
	default:
		err = s.Auth.MoveInQueue(token, person, auth.Move(do))
	}
	if errors.Is(err, auth.ErrNoQueue) {
		err = nil // it ended meanwhile: the page says how to begin another
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// checkShared is nil for a form of this phone's own page: of who is signed in serve has looked at the token.
func (s *Server) checkShared(w http.ResponseWriter, r *request) error {
	if !r.signedIn() {
		return s.checkPhone(w, r)
	}
	if !s.Auth.Check(r.session.Token, r.PostForm.Get("token")) {
		return errForeign
	}
	return nil
}

// startShared begins a queue on this phone. Who began it is signed out here: the phone goes through children's hands.
func (s *Server) startShared(w http.ResponseWriter, r *request, old string) error {
	f := r.PostForm
	class := learning.ClassID(f.Get("class"))
	_, order, err := s.facesOf(class)
	if err != nil {
		return err
	}
	minutes, _ := strconv.Atoi(f.Get("minutes"))
	start := auth.QueueStart{Class: class, Minutes: minutes, Secret: f.Get("secret") != "", Learners: s.turnOrder(class, order)}
	if s.leads(r, class) {
		start.By = r.person.ID
	}
	if len(order) == 0 {
		return s.showStart(w, r, view.Shared{Frame: s.frame(r, "", &view.Link{URL: "/"})}, class, http.StatusBadRequest)
	}
	token, err := s.Auth.StartQueue(phone(w, r), start)
	var wait *auth.WaitError
	if errors.As(err, &wait) {
		v := view.Shared{Frame: s.frame(r, "", &view.Link{URL: "/"}), Problem: "slow-down", Wait: int(math.Ceil(wait.Wait.Seconds()))}
		return s.showStart(w, r, v, class, http.StatusTooManyRequests)
	}
	if err != nil {
		return err
	}
	if old != "" {
		if err := s.Auth.FinishQueue(old); err != nil {
			return err
		}
	}
	if r.signedIn() {
		if err := s.Auth.SignOut(r.session.Token); err != nil {
			return err
		}
		dropCookie(w, auth.SessionCookie)
	}
	keepCookie(w, auth.QueueCookie, token, queueSeconds)
	rememberClass(w, class)
	http.Redirect(w, r.Request, "/shared", http.StatusSeeOther)
	return nil
}

// turnOrder puts who had fewest turns today first, as their names stand.
func (s *Server) turnOrder(class learning.ClassID, all []learning.PersonID) []learning.PersonID {
	had, out := s.Auth.HadToday(class), slices.Clone(all)
	arrange.Stably(out, func(a, b learning.PersonID) int { return had[a] - had[b] })
	return out
}

// endShared ends a queue from the teacher's own phone.
func (s *Server) endShared(r *request) error {
	class := learning.ClassID(r.PostForm.Get("class"))
	if !s.leads(r, class) {
		return errNotFound("class " + string(class))
	}
	return s.Auth.FinishQueueOf(class, r.PostForm.Get("queue"))
}

// beginTurn signs in the child who tapped their tile, for one turn.
func (s *Server) beginTurn(w http.ResponseWriter, r *request, token string, person learning.PersonID) error {
	q, err := s.Auth.Queue(token)
	if err != nil {
		return err
	}
	faces, _, err := s.facesOf(q.Class)
	if err != nil {
		return err
	}
	if _, here := faces[person]; !here {
		return errNotFound("a turn of " + string(person))
	}
	if q.Secret {
		http.Redirect(w, r.Request, "/login?class="+string(q.Class)+"&person="+string(person), http.StatusSeeOther)
		return nil
	}
	session, err := s.Auth.BeginTurn(token, person)
	var closed *auth.ClosedError
	switch {
	case errors.As(err, &closed):
		v := view.Shared{Frame: s.frame(r, "", nil), Problem: "closed", Opens: opening(closed)}
		fillQueue(&v, q, faces)
		v.Token, v.Places = s.phoneToken(w, r), nil
		return s.render(w, r, http.StatusForbidden, ui.Shared(v))
	case errors.Is(err, auth.ErrNoQueue), errors.Is(err, fs.ErrNotExist): // tapped once more, after it had ended
		http.Redirect(w, r.Request, "/shared", http.StatusSeeOther)
		return nil
	case err != nil:
		return err
	}
	return s.enter(w, r, session, "/")
}
