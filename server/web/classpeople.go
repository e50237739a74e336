package web

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lamplight/server/learning"
	"lamplight/server/roster"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

func classPeopleURL(id learning.ClassID) string { return classHome(id) + "/people" }

// showClassPeople is who is in a class, with forms to add, to group and to change it.
func (s *Server) showClassPeople(w http.ResponseWriter, r *request) error {
	return s.renderClassPeople(w, r, view.ClassPeople{}, http.StatusOK)
}

func (s *Server) renderClassPeople(w http.ResponseWriter, r *request, v view.ClassPeople, status int) error {
	c, err := s.classAsked(r)
	if err != nil {
		return err
	}
	v.Frame = s.frame(r, "teach", &view.Link{Text: c.Name, URL: classHome(c.ID)})
	v.ID, v.Name, v.Level, v.Archived, v.Lead = string(c.ID), c.Name, c.Level, c.Archived, r.person.Role == learning.Administrator
	if c.Archived {
		v.Frame.Back = &view.Link{URL: "/admin/people"}
	}
	q := r.URL.Query()
	if v.Way == "" {
		v.Way = q.Get("way")
	}
	v.Done = s.doneIn(r, c)
	if v.Fresh = s.freshFor(r, q.Get("new")); v.Fresh != nil {
		v.Sheet = cardsPath + q.Get("new")
	}
	teachers, learners, err := s.Store.ClassRoster(r.actor(), c.ID)
	if err != nil {
		return err
	}
	if err := s.fillGroups(r, &v, c.ID, learners); err != nil {
		return err
	}
	for _, p := range teachers {
		v.Teachers = append(v.Teachers, memberOf(p))
	}
	if v.Twins, err = s.twinsIn(r, learners); err != nil {
		return err
	}
	if v.Lead {
		if v.Others, err = s.otherTeachers(r, teachers); err != nil {
			return err
		}
	}
	return s.render(w, r, status, ui.ClassPeople(v))
}

// classAsked is the class that the address names, for who leads it; groups have no page of their own.
func (s *Server) classAsked(r *request) (c learning.Class, err error) {
	id, err := learning.ParseID[learning.ClassID](r.PathValue("class"))
	if err != nil {
		return c, err
	}
	if c, err = s.Store.Class(r.actor(), id); err == nil && c.Parent != "" {
		err = errNotFound(r.URL.Path)
	}
	return c, err
}

func memberOf(p learning.Person) view.Member {
	return view.Member{ID: string(p.ID), Name: p.Name, Tile: tileName(p.Tile), Number: p.Number, URL: "/admin/people/" + string(p.ID)}
}

// fillGroups lists the learners with the groups they are in, and the groups with whom they may hold.
func (s *Server) fillGroups(r *request, v *view.ClassPeople, class learning.ClassID, learners []learning.Person) error {
	groups, err := s.Store.Groups(r.actor(), class)
	if err != nil {
		return err
	}
	in := map[learning.PersonID][]string{}
	for _, g := range groups {
		_, members, err := s.Store.ClassRoster(r.actor(), g.ID)
		if err != nil {
			return err
		}
		row := view.Group{ID: string(g.ID), Name: g.Name}
		for _, p := range learners {
			m := memberOf(p)
			m.In = slices.ContainsFunc(members, func(x learning.Person) bool { return x.ID == p.ID })
			if m.In {
				row.Count++
				in[p.ID] = append(in[p.ID], g.Name)
			}
			row.Members = append(row.Members, m)
		}
		v.Groups = append(v.Groups, row)
	}
	for _, p := range learners {
		m := memberOf(p)
		m.Groups = in[p.ID]
		methods, err := s.methods(p.ID)
		if err != nil {
			return err
		}
		if len(methods) > 0 {
			m.Way = ways[methods[0]]
		}
		v.Learners = append(v.Learners, m)
	}
	return nil
}

// twinsIn counts the pairs of records that may be of one child, of whom one learns here.
func (s *Server) twinsIn(r *request, learners []learning.Person) (n int, err error) {
	all, err := s.Store.Roster(r.actor())
	for _, p := range roster.Twins(all) {
		if slices.ContainsFunc(learners, func(x learning.Person) bool { return x.ID == p.A.ID || x.ID == p.B.ID }) {
			n++
		}
	}
	return n, err
}

func (s *Server) otherTeachers(r *request, here []learning.Person) (out []view.Option, err error) {
	all, err := s.Store.People(r.actor(), store.PeopleFilter{})
	for _, p := range all {
		if p.Role == learning.Learner || p.Role == learning.Officer || slices.ContainsFunc(here, func(x learning.Person) bool { return x.ID == p.ID }) {
			continue
		}
		out = append(out, view.Option{Key: string(p.ID), Text: view.HTML(escape(p.Name))})
	}
	return out, err
}

// changeClassPeople does what a form of the page asks, and comes back to it saying so.
func (s *Server) changeClassPeople(w http.ResponseWriter, r *request) error {
	c, err := s.classAsked(r)
	if err != nil {
		return err
	}
	to, err := s.changeClass(r, c)
	if errors.Is(err, fs.ErrInvalid) {
		v := view.ClassPeople{Problem: "name", Way: r.PostForm.Get("way")}
		if do := r.PostForm.Get("do"); do == "class" {
			v.Problem = "class"
		} else if do == "add" {
			v.Filled = r.PostForm.Get("name")
		}
		return s.renderClassPeople(w, r, v, http.StatusBadRequest)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, classPeopleURL(c.ID)+"?"+to.Encode(), http.StatusSeeOther)
	return nil
}

// changeClass does one thing; to says what was done, for doneIn.
func (s *Server) changeClass(r *request, c learning.Class) (to url.Values, err error) {
	f := r.PostForm
	name, person, do := strings.TrimSpace(f.Get("name")), learning.PersonID(f.Get("person")), f.Get("do")
	to = url.Values{"did": {do}}
	switch do {
	case "add":
		return s.addToClass(r, c.ID, name)
	case "groups":
		_, err = s.Store.AddGroup(r.Context(), r.actor(), c.ID, name)
		to.Set("name", name)
	case "group":
		err = s.setGroup(r, c.ID, learning.ClassID(f.Get("group")), name, f["member"])
		to.Set("name", name)
	case "group-end", "group-back":
		to.Set("group", f.Get("group"))
		err = s.archiveGroup(r, c.ID, learning.ClassID(f.Get("group")), do == "group-end")
	case "class":
		to.Set("name", c.Name)
		to.Set("level", c.Level)
		err = s.Store.EditClass(r.Context(), r.actor(), c.ID, learning.ClassEdit{Name: &name, Level: ptrTo(f.Get("level"))})
	case "archive", "restore":
		err = s.Store.EditClass(r.Context(), r.actor(), c.ID, learning.ClassEdit{Archived: ptrTo(do == "archive")})
	case "teacher":
		to.Set("person", string(person))
		err = s.Store.Enrol(r.Context(), r.actor(), learning.Enrolment{Class: c.ID, Person: person, Role: learning.Teacher})
	case "teacher-out":
		to.Set("person", string(person))
		err = s.Store.Unenrol(r.Context(), r.actor(), c.ID, person)
	default:
		err = errNotFound("do=" + do)
	}
	return to, err
}

func ptrTo[T any](v T) *T { return &v }

// addToClass adds a learner in one line, with the sign-in asked for.
func (s *Server) addToClass(r *request, class learning.ClassID, name string) (url.Values, error) {
	way := r.PostForm.Get("way")
	c := store.RosterChange{}
	id := learning.NewID[learning.PersonID]()
	role := learning.Learner
	c.People = []store.PersonChange{{ID: id, New: true, Edit: learning.PersonEdit{Name: &name, Role: &role, Tile: ptrTo(randomTile())}}}
	c.Places = []learning.Enrolment{{Class: class, Person: id, Role: learning.Learner}}
	to := url.Values{"did": {"add"}, "person": {string(id)}, "way": {way}}
	if name == "" {
		return nil, fs.ErrInvalid
	}
	if way != "none" {
		fresh, secret, err := s.newSecret(r, name, way)
		if err != nil {
			return nil, err
		}
		secret.Person = id
		c.Secrets = []store.NewSecret{secret}
		to.Set("new", s.putBy.keep(r.person.ID, &signIns{fresh: []view.Fresh{*fresh}, back: classPeopleURL(class)}))
	}
	return to, s.Store.ChangeRoster(r.Context(), r.actor(), c)
}

// setGroup names a group and makes its members those ticked.
func (s *Server) setGroup(r *request, class, group learning.ClassID, name string, members []string) error {
	if err := s.groupOf(r, class, group); err != nil {
		return err
	}
	if err := s.Store.EditClass(r.Context(), r.actor(), group, learning.ClassEdit{Name: &name}); err != nil {
		return err
	}
	_, was, err := s.Store.ClassRoster(r.actor(), group)
	if err != nil {
		return err
	}
	var places []learning.Enrolment
	for _, p := range was {
		if !slices.Contains(members, string(p.ID)) {
			places = append(places, learning.Enrolment{Class: group, Person: p.ID})
		}
	}
	for _, id := range members {
		places = append(places, learning.Enrolment{Class: group, Person: learning.PersonID(id), Role: learning.Learner})
	}
	return s.Store.ChangeRoster(r.Context(), r.actor(), store.RosterChange{Places: places})
}

// groupOf is nil when group is one of the class.
func (s *Server) groupOf(r *request, class, group learning.ClassID) error {
	g, err := s.Store.Class(r.actor(), group)
	if err == nil && g.Parent != class {
		err = errNotFound("group " + string(group))
	}
	return err
}

func (s *Server) archiveGroup(r *request, class, group learning.ClassID, on bool) error {
	if on {
		if err := s.groupOf(r, class, group); err != nil {
			return err
		}
	}
	return s.Store.EditClass(r.Context(), r.actor(), group, learning.ClassEdit{Archived: &on})
}

// doneIn reads from the address what was just done to a class, and how to take it back.
func (s *Server) doneIn(r *request, c learning.Class) *view.Done {
	q := r.URL.Query()
	did, url := q.Get("did"), classPeopleURL(c.ID)
	name := func() string {
		p, err := s.Store.Person(r.actor(), learning.PersonID(q.Get("person")))
		if err != nil {
			return ""
		}
		return p.Name
	}
	undo := func(fields ...[2]string) *view.Post { return &view.Post{URL: url, Fields: fields} }
	switch did {
	case "add":
		return &view.Done{Key: did, Args: []string{"name", name()}, Undo: &view.Post{URL: "/admin/people/" + q.Get("person"), Fields: [][2]string{{"do", "archive"}, {"class", string(c.ID)}}}}
	case "groups", "group":
		return &view.Done{Key: "group", Args: []string{"name", q.Get("name")}}
	case "group-end":
		return &view.Done{Key: did, Undo: undo([2]string{"do", "group-back"}, [2]string{"group", q.Get("group")})}
	case "class":
		return &view.Done{Key: did, Undo: undo([2]string{"do", "class"}, [2]string{"name", q.Get("name")}, [2]string{"level", q.Get("level")})}
	case "archive":
		return &view.Done{Key: "class-archive", Args: []string{"class", c.Name}, Undo: undo([2]string{"do", "restore"})}
	case "restore", "group-back":
		return &view.Done{Key: "back"}
	case "teacher":
		return &view.Done{Key: did, Args: []string{"name", name()}, Undo: undo([2]string{"do", "teacher-out"}, [2]string{"person", q.Get("person")})}
	case "teacher-out":
		return &view.Done{Key: did, Args: []string{"name", name()}, Undo: undo([2]string{"do", "teacher"}, [2]string{"person", q.Get("person")})}
	case "archived", "moved", "left":
		return s.donePerson(r, name())
	}
	return nil
}
