package web

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// personPath is one person, for who may change them: an id follows.
const personPath = "/admin/people/"

// errBirth is a year of birth that is none.
var errBirth = fmt.Errorf("web: year of birth: %w", fs.ErrInvalid)

// showPerson is one person with all that may be changed of them.
func (s *Server) showPerson(w http.ResponseWriter, r *request) error {
	return s.renderPerson(w, r, view.PersonPage{}, http.StatusOK)
}

// personAsked is whom the address names; for who only sees them, such as themselves, they are not found here.
func (s *Server) personAsked(r *request) (learning.Person, error) {
	id, err := learning.ParseID[learning.PersonID](r.PathValue("person"))
	if err != nil {
		return learning.Person{}, err
	}
	p, err := s.Store.Person(r.actor(), id)
	if err == nil && r.person.Role == learning.Teacher && p.Role != learning.Learner {
		err = errNotFound(r.URL.Path)
	}
	return p, err
}

func (s *Server) renderPerson(w http.ResponseWriter, r *request, v view.PersonPage, status int) error {
	p, err := s.personAsked(r)
	if err != nil {
		return err
	}
	v.ID, v.Name, v.Tile, v.Login, v.Number = string(p.ID), p.Name, tileName(p.Tile), p.Login, p.Number
	v.Birth, v.Gender, v.Role, v.Archived, v.Report = p.Birth, p.Gender, string(p.Role), p.Archived, personURL(p)
	methods, err := s.methods(p.ID)
	if err != nil {
		return err
	}
	if len(methods) > 0 {
		v.Way = ways[methods[0]]
	}
	v.Card = slices.Contains(methods, learning.Card)
	if r.person.Role == learning.Administrator {
		v.Roles = []string{"learner", "teacher", "administrator"}
		v.Privacy = privacyPath + "/" + string(p.ID)
	}
	records, err := s.Store.Records(r.actor(), p.ID)
	if err != nil {
		return err
	}
	for _, x := range records {
		v.Records = append(v.Records, view.OtherRecord{ID: string(x.ID), Name: x.Name, Number: x.Number})
	}
	back := view.Link{URL: "/admin/people"}
	if err := s.fillClasses(r, &v, p); err != nil {
		return err
	}
	if class := r.URL.Query().Get("class"); len(v.Classes) > 0 {
		at := max(0, slices.IndexFunc(v.Classes, func(c view.Membership) bool { return c.ID == class }))
		back = view.Link{Text: v.Classes[at].Name, URL: v.Classes[at].URL}
	}
	v.Frame = s.frame(r, "teach", &back)
	v.Done = s.donePerson(r, p.Name)
	key := r.URL.Query().Get("new")
	if v.Fresh = s.freshFor(r, key); v.Fresh != nil {
		v.Sheet = cardsPath + key
	}
	return s.render(w, r, status, ui.PersonPage(v))
}

// fillClasses lists the classes a person is in, and those they may be put into.
func (s *Server) fillClasses(r *request, v *view.PersonPage, p learning.Person) error {
	in, err := s.Store.ClassesOf(r.actor(), p.ID)
	if err != nil {
		return err
	}
	all, err := s.Store.Classes(r.actor())
	if err != nil {
		return err
	}
	for _, c := range in {
		role := learning.Learner
		if p.Role != learning.Learner {
			role = learning.Teacher
		}
		v.Classes = append(v.Classes, view.Membership{ID: string(c.ID), Name: c.Name, URL: classPeopleURL(c.ID), Role: string(role)})
	}
	for _, c := range all {
		if !slices.ContainsFunc(in, func(x learning.Class) bool { return x.ID == c.ID }) {
			v.Others = append(v.Others, view.Option{Key: string(c.ID), Text: view.HTML(escape(c.Name))})
		}
	}
	return nil
}

// changePerson does what a form asks, and goes to where that shows.
func (s *Server) changePerson(w http.ResponseWriter, r *request) error {
	p, err := s.personAsked(r)
	if err != nil {
		return err
	}
	to, err := s.alterPerson(r, p)
	problem := ""
	switch do := r.PostForm.Get("do"); {
	case errors.Is(err, errBirth):
		problem = "birth"
	case errors.Is(err, fs.ErrInvalid) && do == "reset":
		problem = "secret"
	case errors.Is(err, fs.ErrInvalid):
		problem = "name"
	case errors.Is(err, fs.ErrPermission) && r.person.Role == learning.Administrator:
		problem = "last"
	case err != nil:
		return err
	}
	if problem != "" {
		return s.renderPerson(w, r, view.PersonPage{Problem: problem}, http.StatusBadRequest)
	}
	to.Set("did", map[string]string{"archive": "archived", "restore": "back", "move": "moved", "leave": "left", "split": "split"}[r.PostForm.Get("do")])
	page := personPath + string(p.ID)
	class := r.PostForm.Get("class")
	switch do := r.PostForm.Get("do"); {
	case do == "archive" && class != "":
	case do == "leave", do == "move": // where the teacher may no longer see them
		class = r.PostForm.Get("from")
	default:
		class = ""
	}
	if class != "" {
		page = classPeopleURL(learning.ClassID(class))
		to.Set("person", string(p.ID))
	}
	http.Redirect(w, r.Request, page+"?"+to.Encode(), http.StatusSeeOther)
	return nil
}

// alterPerson does one thing; to says what donePerson needs to take it back.
func (s *Server) alterPerson(r *request, p learning.Person) (to url.Values, err error) {
	f := r.PostForm
	to = url.Values{}
	class, from, role := learning.ClassID(f.Get("class")), learning.ClassID(f.Get("from")), learning.Learner
	if p.Role != learning.Learner {
		role = learning.Teacher
	}
	change := store.RosterChange{}
	switch do := f.Get("do"); do {
	case "save":
		e, err := personForm(r)
		if err != nil {
			return nil, err
		}
		change.People = []store.PersonChange{{ID: p.ID, Edit: e}}
	case "archive", "restore":
		change.People = []store.PersonChange{{ID: p.ID, Edit: learning.PersonEdit{Archived: ptrTo(do == "archive")}}}
		if err := s.Store.ChangeRoster(r.Context(), r.actor(), change); err != nil || do == "restore" {
			return to, err
		}
		return to, s.Auth.SignOutPerson(p.ID, "")
	case "add", "move", "leave":
		if do != "leave" {
			change.Places = append(change.Places, learning.Enrolment{Class: class, Person: p.ID, Role: role})
			to.Set("class", string(class))
		}
		if do != "add" {
			change.Places = append(change.Places, learning.Enrolment{Class: from, Person: p.ID})
			to.Set("from", string(from))
		}
	case "reset":
		fresh, err := s.resetPerson(r, p.ID, f.Get("way"))
		if err == nil {
			to.Set("new", s.putBy.keep(r.person.ID, &signIns{fresh: []view.Fresh{*fresh}, back: personPath + string(p.ID)}))
		}
		return to, err
	case "card-lost":
		return to, s.endCard(r, p.ID)
	case "split":
		return to, s.splitRecord(r, p, learning.PersonID(f.Get("record")))
	default:
		return nil, errNotFound("do=" + do)
	}
	return to, s.Store.ChangeRoster(r.Context(), r.actor(), change)
}

// splitRecord makes a record one of its own again.
func (s *Server) splitRecord(r *request, p learning.Person, record learning.PersonID) error {
	records, err := s.Store.Records(r.actor(), p.ID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(records, func(x learning.Person) bool { return x.ID == record }) {
		return errNotFound("record " + string(record))
	}
	return s.Store.Split(r.Context(), r.actor(), record)
}

// personForm reads what was typed of a person.
func personForm(r *request) (e learning.PersonEdit, err error) {
	f := r.PostForm
	birth := 0
	if typed := marking.Digits(strings.TrimSpace(f.Get("birth"))); typed != "" {
		if birth, err = strconv.Atoi(typed); err != nil || birth < 1900 || birth > 2200 {
			return e, errBirth
		}
	}
	e = learning.PersonEdit{Name: ptrTo(f.Get("name")), Login: ptrTo(f.Get("login")), Number: ptrTo(f.Get("number")), Birth: &birth, Gender: ptrTo(f.Get("gender"))}
	if f.Has("role") {
		e.Role = ptrTo(learning.Role(f.Get("role")))
	}
	return e, nil
}

// donePerson reads from the address what was just done to a person, and how to take it back.
func (s *Server) donePerson(r *request, name string) *view.Done {
	q := r.URL.Query()
	id := r.PathValue("person")
	if id == "" {
		id = q.Get("person")
	}
	undo := func(fields ...[2]string) *view.Post { return &view.Post{URL: personPath + id, Fields: fields} }
	args := []string{"name", name}
	switch did := q.Get("did"); did {
	case "archived":
		return &view.Done{Key: did, Args: args, Undo: undo([2]string{"do", "restore"})}
	case "moved":
		return &view.Done{Key: did, Args: args, Undo: undo([2]string{"do", "move"}, [2]string{"from", q.Get("class")}, [2]string{"class", q.Get("from")})}
	case "left":
		if name == "" { // of no class of this teacher's any more
			return &view.Done{Key: "left-all"}
		}
		return &view.Done{Key: did, Args: args, Undo: undo([2]string{"do", "add"}, [2]string{"class", q.Get("from")})}
	case "back", "split":
		return &view.Done{Key: did}
	}
	return nil
}
