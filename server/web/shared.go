package web

import (
	"errors"
	"io/fs"
	"net/http"
	"slices"

	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// queueSeconds is how long a phone keeps its queue's token; the box forgets an unused queue much sooner.
const queueSeconds = 12 * 3600

// queueToken is the token of the queue that this phone is passed round in, "" none.
func (s *Server) queueToken(r *request) string {
	for _, token := range cookies(r.Request, auth.QueueCookie) {
		if _, err := s.Auth.Queue(token); err == nil {
			return token
		}
	}
	return ""
}

// showShared is the page between turns; where the phone is not passed round, the way to begin.
func (s *Server) showShared(w http.ResponseWriter, r *request) error {
	v := view.Shared{Frame: s.frame(r, "", &view.Link{URL: "/"})}
	if token := s.queueToken(r); token != "" {
		return s.showQueue(w, r, v, token)
	}
	if class := r.URL.Query().Get("class"); class != "" {
		return s.showStart(w, r, v, learning.ClassID(class), http.StatusOK)
	}
	classes, err := s.passableClasses(r)
	if err != nil {
		return err
	}
	if len(classes) == 1 {
		return s.showStart(w, r, v, classes[0].ID, http.StatusOK)
	}
	v.Step = "choose"
	for _, c := range classes {
		v.Classes = append(v.Classes, view.Class{Name: c.Name, URL: "/shared?class=" + string(c.ID)})
	}
	return s.render(w, r, http.StatusOK, ui.Shared(v))
}

// passableClasses are those of who is signed in; whoever else holds the phone chooses as at the sign-in page.
func (s *Server) passableClasses(r *request) ([]learning.Class, error) {
	if r.signedIn() {
		return s.Store.Classes(r.actor())
	}
	classes, err := s.Store.SignInClasses()
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return classes, err
}

// leads reports whether who asks leads the class, so that their word opens turns.
func (s *Server) leads(r *request, class learning.ClassID) bool {
	if !teachers.admits(r.person.Role, false) {
		return false
	}
	_, _, err := s.Store.ClassRoster(r.actor(), class)
	return err == nil
}

// facesOf are the tiles of a class by person, and in the order of names; fs.ErrNotExist for no such class.
func (s *Server) facesOf(class learning.ClassID) (map[learning.PersonID]view.Tile, []learning.PersonID, error) {
	id, err := learning.ParseID[learning.ClassID](string(class))
	if err != nil {
		return nil, nil, err
	}
	tiles, err := s.Store.Tiles(id)
	faces := map[learning.PersonID]view.Tile{}
	var order []learning.PersonID
	for _, t := range tiles {
		faces[t.Person] = view.Tile{ID: string(t.Person), Name: t.Name, Tile: tileName(t.Tile), Role: string(learning.Learner)}
		order = append(order, t.Person)
	}
	return faces, order, err
}

// showStart asks how the phone goes round, and tells a teacher what happened today.
func (s *Server) showStart(w http.ResponseWriter, r *request, v view.Shared, class learning.ClassID, status int) error {
	faces, order, err := s.facesOf(class)
	if err != nil {
		return err
	}
	v.Step, v.ClassID, v.Class = "start", string(class), view.Link{Text: s.signInClassName(class), URL: "/shared?class=" + string(class)}
	v.Choices, v.Minutes, v.Teacher = auth.TurnMinutes, auth.TurnMinutes[1], s.leads(r, class)
	if v.Teacher {
		had := s.Auth.HadToday(class)
		for _, p := range order {
			if had[p] > 0 {
				v.Had = append(v.Had, faces[p])
			} else {
				v.NotYet = append(v.NotYet, faces[p])
			}
		}
		for _, q := range s.Auth.QueuesOf(class) {
			if !q.Over {
				v.Phones = append(v.Phones, view.Passing{ID: q.ID, Now: faces[q.Now].Name, Waiting: len(q.Waiting), Minutes: q.Minutes})
			}
		}
	}
	if len(order) == 0 {
		v.Problem = "nobody"
	}
	if !r.signedIn() {
		v.Token = s.phoneToken(w, r)
	}
	return s.render(w, r, status, ui.Shared(v))
}

// showQueue is the queue on the phone itself; within a turn, whose it is. A turn that is over ends here.
func (s *Server) showQueue(w http.ResponseWriter, r *request, v view.Shared, token string) error {
	if t := r.session.Turn; t != nil && !t.Over() {
		v.Step = "mine"
		return s.render(w, r, http.StatusOK, ui.Shared(v))
	}
	over := r.URL.Query().Has("over")
	if r.session.Turn != nil {
		over = true
		if err := s.Auth.SignOut(r.session.Token); err != nil {
			return err
		}
		r.session, r.person, r.settings = auth.Session{}, learning.Person{}, learning.Settings{}
		dropCookie(w, auth.SessionCookie)
		v.Frame = s.frame(r, "", nil)
	}
	q, err := s.Auth.Queue(token)
	if err == nil && q.Now != "" && q.Left <= 0 { // over, on a phone that lost its turn's cookie
		if err = s.Auth.EndTurn(token); err == nil {
			q, err = s.Auth.Queue(token)
		}
	}
	if err != nil {
		return err
	}
	faces, _, err := s.facesOf(q.Class)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	fillQueue(&v, q, faces)
	if over && len(q.Had) > 0 {
		v.Over = faces[q.Had[len(q.Had)-1]].Name
	}
	v.Class = view.Link{Text: s.signInClassName(q.Class)}
	v.Back, v.Places, v.Person = nil, nil, nil
	if !r.signedIn() {
		v.Token = s.phoneToken(w, r)
	}
	return s.render(w, r, http.StatusOK, ui.Shared(v))
}

// fillQueue shows those of a queue who are still in the class.
func fillQueue(v *view.Shared, q auth.Queue, faces map[learning.PersonID]view.Tile) {
	pick := func(ids []learning.PersonID) (out []view.Tile) {
		for _, id := range ids {
			if t, ok := faces[id]; ok {
				if q.Secret {
					t.URL = "/login?class=" + string(q.Class) + "&person=" + string(id)
				}
				out = append(out, t)
			}
		}
		return out
	}
	v.Step, v.Secret, v.Minutes = "queue", q.Secret, q.Minutes
	waiting := q.Waiting
	if q.Now != "" { // the phone came back without its turn's cookie: it is still theirs
		waiting = append([]learning.PersonID{q.Now}, waiting...)
	}
	if v.Waiting = pick(waiting); len(v.Waiting) > 0 {
		v.Called, v.Waiting = &v.Waiting[0], v.Waiting[1:]
	}
	v.Away, v.Had = pick(q.Away), pick(once(q.Had))
}

// once is each of all at its first place.
func once(all []learning.PersonID) (out []learning.PersonID) {
	for _, p := range all {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// opening is when learners may sign in again, as pages show it.
func opening(e *auth.ClosedError) view.Opening {
	return view.Opening{Weekday: int(e.Opens.Weekday()), Minute: e.Opens.Hour()*60 + e.Opens.Minute()}
}
