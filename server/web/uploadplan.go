package web

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/server/intake"
	"lamplight/server/learning"
	"lamplight/server/queue"
	"lamplight/ui"
	"lamplight/ui/view"
)

// licenceChoices are what may be said of something that does not say it itself.
var licenceChoices = []view.LicenceChoice{
	{Key: "unstated"},
	{Key: "by", ID: "CC-BY-4.0"},
	{Key: "sharealike", ID: "CC-BY-SA-4.0"},
	{Key: "public", ID: "CC-PDM-1.0"},
	{Key: "reserved", ID: "LicenseRef-AllRightsReserved"},
}

// showSent is one file: how far it is, what it would add, what came of it.
func (s *Server) showSent(w http.ResponseWriter, r *request) error {
	s.endLook(w, r) // whoever comes here is back from looking
	x, err := s.Intake.Get(r.who(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.renderSent(w, r, x, "", http.StatusOK)
}

func (s *Server) renderSent(w http.ResponseWriter, r *request, x intake.Sent, problem string, status int) error {
	v := view.AddedFile{Frame: s.frame(r, "teach", &view.Link{URL: addPath}), File: s.sentView(r, x), Problem: problem}
	t, err := s.Queue.Task(x.Task)
	if err == nil {
		v.Refused = s.refusedViews(t.Result.Refused)
		if p := t.Plan; p != nil && t.State == queue.Asking {
			s.fillSentPlan(r, &v, x, t)
		}
	}
	if v.File.State == "done" {
		if v.Classes, err = s.classOptions(r); err != nil {
			return err
		}
	}
	if v.File.State == "looking" {
		w.Header().Set("Refresh", "1")
	} else if moves(v.File.State) {
		w.Header().Set("Refresh", refreshEvery)
	}
	return s.render(w, r, status, ui.AddedFile(v))
}

// fillSentPlan says what a file would add, and what must be asked about it.
func (s *Server) fillSentPlan(r *request, v *view.AddedFile, x intake.Sent, t queue.Status) {
	p := t.Plan
	v.Need, v.Room, v.Fits, v.Warnings, v.Refused = p.Need, p.Room, p.Fits(), p.Warnings, s.refusedViews(p.Refused)
	for _, c := range p.Courses {
		v.Courses = append(v.Courses, plannedView(c, len(t.Topics) > 0))
		if !s.mayReplace(r, c) {
			v.Theirs = append(v.Theirs, c.Course.Title)
		}
	}
	if len(p.Courses) != 1 {
		return
	}
	c := p.Courses[0].Course
	stem := strings.TrimSuffix(x.Name, filepath.Ext(x.Name))
	v.AskTitle, v.Title = x.Title != "" || plainTitle(c.Title) == plainTitle(stem), cmp.Or(x.Title, c.Title)
	v.AskTerms, v.Owner = x.Said || c.Licence.ID == x.Licence, x.Owner
	for _, choice := range licenceChoices {
		choice.Chosen = choice.ID == x.Licence
		v.Licences = append(v.Licences, choice)
	}
}

// mayReplace says whether a person may add what may change a course that is here: teachers only what they brought.
func (s *Server) mayReplace(r *request, c queue.Planned) bool {
	if c.State != "update" || r.person.Role == learning.Administrator {
		return true
	}
	for _, x := range s.Intake.List(r.who()) {
		if slices.ContainsFunc(x.Courses, func(o intake.Came) bool { return o.Course == c.Course.ID && o.Own }) {
			return true
		}
	}
	return false
}

// classOptions are the classes that a person may set lessons for.
func (s *Server) classOptions(r *request) (out []view.Option, err error) {
	classes, err := s.Store.Classes(r.actor())
	for _, c := range classes {
		out = append(out, view.Option{Key: string(c.ID), Text: view.HTML(escape(c.Name))})
	}
	return out, err
}

// changeSent does what a button of the page says.
func (s *Server) changeSent(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	x, err := s.Intake.Get(r.who(), r.PathValue("id"))
	if err != nil {
		return err
	}
	to := addPath + "/" + x.ID
	switch do := f.Get("do"); do {
	case "remove":
		to = done(addPath, "removed")
		err = s.removeSent(r, x)
	case "start", "look":
		return s.decideSent(w, r, x, do == "look")
	case "again":
		err = s.againSent(r, x)
	case "uncourse", "restore":
		err = s.undoSent(r, x, content.CourseID(f.Get("course")), do == "restore")
	case "lesson":
		to, err = s.lessonFrom(r, x, content.CourseID(f.Get("course")), learning.ClassID(f.Get("class")))
	default:
		err = errNotFound("do=" + do)
	}
	switch {
	case errors.Is(err, queue.ErrFull):
		return s.renderSent(w, r, x, "wait", http.StatusConflict)
	case errors.Is(err, fs.ErrExist):
		return s.renderSent(w, r, x, "late", http.StatusConflict)
	case err != nil:
		return err
	}
	return see(w, r, to)
}

// decideSent begins to add a file, or shows it first; either way what was said of it is written down.
func (s *Server) decideSent(w http.ResponseWriter, r *request, x intake.Sent, look bool) error {
	t, err := s.Queue.Task(x.Task)
	if err != nil {
		return err
	}
	words := intake.Words{Said: true, Title: clipped(r.PostForm.Get("title")), Owner: clipped(r.PostForm.Get("owner"))}
	for _, c := range licenceChoices {
		if c.ID == r.PostForm.Get("licence") {
			words.Licence = c.ID
		}
	}
	if !r.PostForm.Has("licence") { // not asked: the file says it
		words = intake.Words{Title: words.Title, Licence: x.Licence, Owner: x.Owner, Said: x.Said}
	}
	if err := s.Intake.Change(r.who(), x.ID, func(x *intake.Sent) { x.Words = words }); err != nil {
		return err
	}
	x.Words = words
	err = s.Queue.Say(t.ID, words.Title, words.Licence, words.Owner)
	if err == nil && look {
		return s.beginLook(w, r, x, t)
	}
	if err == nil {
		err = s.startSent(r, x, t)
	}
	if errors.Is(err, fs.ErrExist) {
		return s.renderSent(w, r, x, "late", http.StatusConflict)
	}
	if err != nil {
		return err
	}
	return see(w, r, addPath+"/"+x.ID)
}

func clipped(s string) string {
	if s = strings.TrimSpace(s); len([]rune(s)) > 120 {
		s = string([]rune(s)[:120])
	}
	return s
}

// startSent puts a file that was looked at into the queue, with which courses come of it.
func (s *Server) startSent(r *request, x intake.Sent, t queue.Status) error {
	if t.Plan == nil || t.State != queue.Asking {
		return fmt.Errorf("web: file %s is not waiting for a yes: %w", x.ID, fs.ErrExist)
	}
	topics := slices.Clone(r.PostForm["topic"])
	if len(topics) > maxTopics {
		return errNotFound("topics")
	}
	var came []intake.Came
	for _, c := range t.Plan.Courses {
		if !s.mayReplace(r, c) {
			return fmt.Errorf("web: %s is not this person's to change: %w", c.Course.Title, fs.ErrPermission)
		}
		own := c.State == "new" || c.State == "update" && s.mayReplace(r, c)
		title := c.Course.Title
		if len(t.Plan.Courses) == 1 {
			title = cmp.Or(x.Title, title)
		}
		came = append(came, intake.Came{Course: c.Course.ID, Title: title, Lang: first(c.Course.Languages), Own: own})
	}
	if !t.Plan.Fits() {
		return s.Queue.Again(t.ID, topics, false)
	}
	s.closeLook(x.ID)
	if err := s.Queue.Start(t.ID, topics, false); err != nil {
		return err
	}
	return s.Intake.Change(r.who(), x.ID, func(x *intake.Sent) { x.Courses = came })
}

// againSent tries once more: what failed is looked at or added again, what was never asked for is.
func (s *Server) againSent(r *request, x intake.Sent) error {
	t, err := s.Queue.Task(x.Task)
	if errors.Is(err, fs.ErrNotExist) && x.Whole && len(x.Courses) == 0 {
		return s.look(r, x)
	}
	if err != nil {
		return err
	}
	if len(x.Courses) > 0 {
		return s.Queue.GoOn(t.ID)
	}
	if t.State != queue.Failed {
		return nil
	}
	again, err := s.Node.Ask(queue.Task{Kind: queue.Import, State: queue.Looking, Path: s.Intake.File(x), Title: x.Name, Name: x.Title, Licence: x.Licence, Owner: x.Owner})
	if err != nil {
		return err
	}
	return s.Intake.Change(r.who(), x.ID, func(x *intake.Sent) { x.Task = again.ID })
}

// undoSent takes a course that came of a file to the trash, or back.
func (s *Server) undoSent(r *request, x intake.Sent, id content.CourseID, back bool) error {
	if !s.mayUndo(r, x, id) || !slices.ContainsFunc(x.Courses, func(c intake.Came) bool { return c.Course == id }) {
		return errNotFound("course")
	}
	if back {
		return s.Node.RestoreCourse(r.Context(), id)
	}
	return s.Node.RemoveCourse(r.Context(), id)
}

// lessonFrom makes a lesson for a class of what lies in a course, hidden until its teacher shows it, and answers its page.
func (s *Server) lessonFrom(r *request, x intake.Sent, id content.CourseID, class learning.ClassID) (string, error) {
	if !slices.ContainsFunc(x.Courses, func(c intake.Came) bool { return c.Course == id }) {
		return "", errNotFound("course")
	}
	course, err := s.Library.Course(id)
	if err != nil {
		return "", err
	}
	title := []rune(course.Title)
	l := learning.Lesson{Class: class, Title: string(title[:min(len(title), 80)])}
	if l.Resources, err = s.allOf(id); err != nil {
		return "", err
	}
	made, err := s.Store.SaveLesson(r.Context(), r.actor(), l)
	if err != nil {
		return "", err
	}
	err = s.Store.SetFor(r.Context(), r.actor(), made, "", []learning.Assignment{{Class: class}}, nil)
	return done(lessonEditURL(made), "made"), err
}

// allOf are the resources of a course in its order, as many as a lesson may hold.
func (s *Server) allOf(id content.CourseID) (out []learning.Ref, err error) {
	reader, release, err := s.Library.Reader(id)
	if err != nil {
		return nil, err
	}
	defer release()
	var walk func(parent content.ResourceID, depth int) error
	walk = func(parent content.ResourceID, depth int) error {
		nodes, _, err := reader.Children(parent, 0, learning.MaxResources)
		for _, n := range nodes {
			switch {
			case len(out) >= learning.MaxResources || n.Broken != "":
			case n.Kind != content.Topic:
				out = append(out, learning.Ref{Course: id, Resource: n.ID})
			case depth < 8:
				err = errors.Join(err, walk(n.ID, depth+1))
			}
		}
		return err
	}
	return out, walk("", 0)
}
