package web

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/server/roster"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// importPath takes a list of people: typed, pasted, or as the one file of a form in parts.
const importPath = "/admin/people/import"

// A sentList is a list that somebody sent, before it is brought in and after.
type sentList struct {
	list  *roster.List
	class learning.ClassID
	plan  *roster.Plan // as it was written; nil before
}

func (s *Server) showImport(w http.ResponseWriter, r *request) error {
	return s.renderImport(w, r, view.RosterImport{}, http.StatusOK)
}

func (s *Server) renderImport(w http.ResponseWriter, r *request, v view.RosterImport, status int) error {
	chosen := r.URL.Query().Get("class")
	v.New = r.person.Role == learning.Administrator
	classes, err := s.Store.Classes(r.actor())
	if err != nil {
		return err
	}
	back := view.Link{URL: "/admin/people"}
	for _, c := range classes {
		if string(c.ID) == chosen {
			back = view.Link{Text: c.Name, URL: classPeopleURL(c.ID)}
		}
		v.Classes = append(v.Classes, view.Option{Key: string(c.ID), Text: view.HTML(escape(c.Name)), Chosen: string(c.ID) == chosen})
	}
	v.Frame = s.frame(r, "teach", &back)
	return s.render(w, r, status, ui.RosterImport(v))
}

// takeList reads a list and shows what it would change.
func (s *Server) takeList(w http.ResponseWriter, r *request) error {
	r.Body = http.MaxBytesReader(w, r.Body, roster.MaxBytes+maxStaffForm)
	form, err := readListForm(r)
	if err != nil {
		return err
	}
	if !s.Auth.Check(r.session.Token, form["token"]) {
		return errForeign
	}
	r.URL.RawQuery = url.Values{"class": {form["class"]}}.Encode() // the page shown again has it chosen
	var list *roster.List
	switch {
	case form["file"] != "":
		list, err = roster.Read(form["name"], []byte(form["file"]))
	case strings.TrimSpace(form["text"]) == "":
		return s.renderImport(w, r, view.RosterImport{Problem: "empty"}, http.StatusBadRequest)
	default:
		list, err = roster.ReadTyped(form["text"])
	}
	switch {
	case errors.Is(err, fs.ErrInvalid):
		return s.renderImport(w, r, view.RosterImport{Problem: "unreadable", Text: form["text"]}, http.StatusBadRequest)
	case err != nil:
		return err
	case len(list.People)+len(list.Classes)+len(list.Refused) == 0:
		return s.renderImport(w, r, view.RosterImport{Problem: "empty", Text: form["text"]}, http.StatusBadRequest)
	}
	class := learning.ClassID(form["class"])
	if class != "" {
		if _, err := s.Store.Class(r.actor(), class); err != nil {
			return err
		}
	}
	http.Redirect(w, r.Request, importPath+"/"+s.putBy.keep(r.person.ID, &sentList{list: list, class: class}), http.StatusSeeOther)
	return nil
}

// readListForm reads a form in parts: its fields by name, and of the file its name as well.
func readListForm(r *request) (map[string]string, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, errors.Join(err, fs.ErrInvalid)
	}
	out := map[string]string{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		var b []byte
		if err == nil {
			b, err = io.ReadAll(part)
		}
		if tooBig := (*http.MaxBytesError)(nil); errors.As(err, &tooBig) {
			return nil, err
		}
		if err != nil {
			return nil, fmt.Errorf("web: list: %w", errors.Join(err, fs.ErrInvalid))
		}
		out[part.FormName()] = string(b)
		if part.FormName() == "file" {
			out["name"] = part.FileName()
		}
	}
}

func (s *Server) listAsked(r *request) (*sentList, error) {
	l, _ := s.putBy.get(r.person.ID, r.PathValue("key")).(*sentList)
	if l == nil {
		return nil, errNotFound("list")
	}
	return l, nil
}

// planOf works out what a list would change in the school as it is now.
func (s *Server) planOf(r *request, l *sentList, archive bool) (*roster.Plan, error) {
	now, err := s.Store.Roster(r.actor())
	if err != nil {
		return nil, err
	}
	plan := roster.Make(l.list, now, roster.Options{Class: l.class, Archive: archive, Teacher: r.person.Role != learning.Administrator})
	plan.CheckSecrets(auth.CheckSecret)
	return plan, nil
}

func (s *Server) showPlanned(w http.ResponseWriter, r *request) error {
	l, err := s.listAsked(r)
	if err != nil {
		return err
	}
	return s.renderPlanned(w, r, l, "", http.StatusOK)
}

func (s *Server) renderPlanned(w http.ResponseWriter, r *request, l *sentList, problem string, status int) error {
	plan, done := l.plan, l.plan != nil && r.URL.Query().Has("done")
	if !done {
		var err error
		if plan, err = s.planOf(r, l, false); err != nil {
			return err
		}
	}
	v := view.RosterPlan{Format: plan.Format, Done: done, Empty: plan.Empty(), Problem: problem, LeftOut: plan.LeftOut["others"]}
	back := view.Link{URL: importPath + "?class=" + string(l.class)}
	if c, err := s.Store.Class(r.actor(), l.class); err == nil {
		v.Class = c.Name
		if done {
			back = view.Link{Text: c.Name, URL: classPeopleURL(c.ID)}
		}
	} else if done {
		back = view.Link{URL: "/admin/people"}
	}
	v.Frame = s.frame(r, "teach", &back)
	lists := map[string]*[]view.PlanItem{
		roster.Added: &v.Added, roster.Changed: &v.Changed, roster.Unchanged: &v.Unchanged, roster.Absent: &v.Absent, roster.Archived: &v.Archived,
	}
	for _, i := range plan.Items {
		to := lists[i.What]
		if i.Class && i.What == roster.Unchanged {
			continue
		} else if i.Class {
			to = &v.Classes
		}
		*to = append(*to, planItem(i))
	}
	for _, x := range plan.Refused {
		v.Refused = append(v.Refused, view.RefusedLine{File: x.File, Line: x.Line, Column: x.Column, Key: x.Key, Value: x.Value})
	}
	if key := r.URL.Query().Get("new"); done && key != "" {
		if v.Fresh = s.freshFor(r, key); v.Fresh != nil {
			v.Sheet = cardsPath + key
		}
	}
	return s.render(w, r, status, ui.RosterPlan(v))
}

func planItem(i roster.Item) view.PlanItem {
	out := view.PlanItem{Name: i.Name, Line: i.Line, File: i.File}
	for _, f := range i.Fields {
		if i.What != roster.Added || f.Key != "name" && (f.Key != "role" || f.New != string(learning.Learner)) {
			out.Fields = append(out.Fields, view.PlanField{Key: f.Key, Old: f.Old, New: f.New})
		}
	}
	return out
}

// applyList brings a list in as it was shown, all of it or nothing.
func (s *Server) applyList(w http.ResponseWriter, r *request) error {
	l, err := s.listAsked(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	plan, err := s.planOf(r, l, f.Has("archive"))
	if err != nil {
		return err
	}
	if len(plan.Refused) > 0 && !f.Has("leave") {
		return s.renderPlanned(w, r, l, "refused", http.StatusBadRequest)
	}
	fresh, secrets, err := s.signInsFor(r, plan, f.Get("way"))
	if err != nil {
		return err
	}
	err = plan.Apply(r.Context(), s.Store, r.actor(), s.Auth.Verifier, secrets...)
	if errors.Is(err, fs.ErrPermission) && r.person.Role == learning.Administrator {
		return s.renderPlanned(w, r, l, "last", http.StatusConflict)
	}
	if err != nil {
		return err
	}
	l.plan = plan
	to := url.Values{"done": {""}}
	if len(fresh) > 0 {
		to.Set("new", s.putBy.keep(r.person.ID, &signIns{fresh: fresh, back: importPath + "/" + r.PathValue("key") + "?done"}))
	}
	http.Redirect(w, r.Request, importPath+"/"+r.PathValue("key")+"?"+to.Encode(), http.StatusSeeOther)
	return nil
}

// signInsFor makes a way to sign in for everybody whom a plan adds and to whom the list gives none.
func (s *Server) signInsFor(r *request, plan *roster.Plan, way string) (fresh []view.Fresh, secrets []store.NewSecret, err error) {
	if way != "pictures" && way != "pin" {
		return nil, nil, nil
	}
	for _, i := range plan.Items {
		if i.What != roster.Added || i.Class || slices.ContainsFunc(plan.Secrets, func(x roster.Secret) bool { return x.Person == i.Person }) {
			continue
		}
		how := way
		if i.Role != learning.Learner {
			how = "password"
		}
		one, secret, err := s.newSecret(r, i.Name, how)
		if err != nil {
			return nil, nil, err
		}
		secret.Person = i.Person
		for _, f := range i.Fields {
			if f.Key == "class" {
				one.Class = f.New
			}
		}
		fresh, secrets = append(fresh, *one), append(secrets, secret)
	}
	return fresh, secrets, nil
}

// sendRoster gives everybody as a file; its name says in which format.
func (s *Server) sendRoster(w http.ResponseWriter, r *request) error {
	formats := map[string]string{"people.csv": roster.Plain, "kolibri.csv": roster.Kolibri, "oneroster.zip": roster.OneRoster}
	name := r.PathValue("file")
	format, ok := formats[name]
	if !ok {
		return errNotFound(name)
	}
	all, err := s.Store.Roster(r.actor())
	if err != nil {
		return err
	}
	school, err := s.Store.School()
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	if format == roster.OneRoster {
		h.Set("Content-Type", "application/zip")
	}
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "private, no-store")
	now, _ := s.Now()
	_, err = roster.Write(w, format, all, school, now.Year())
	return err
}
