package web

import (
	"errors"
	"io/fs"
	"net/http"
	"slices"

	"lamplight/content/pack"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showOwnCourse is one course with its parts.
func (s *Server) showOwnCourse(w http.ResponseWriter, r *request) error {
	c, err := s.ownAsked(r)
	if err != nil {
		return err
	}
	return s.renderOwnCourse(w, r, c, view.OwnCourse{}, http.StatusOK)
}

func (s *Server) renderOwnCourse(w http.ResponseWriter, r *request, c learning.OwnCourse, v view.OwnCourse, status int) error {
	parts, err := s.Store.OwnParts(r.actor(), c.ID)
	if err != nil {
		return err
	}
	v.Frame, v.Title, v.Lang = s.frame(r, "teach", &view.Link{URL: ownPath}), c.Title, c.Language
	v.Banner, v.State = ownBanner(r), s.ownState(&c, parts)
	v.Action, v.NewPage = ownURL(c.ID), ownURL(c.ID)+"/page"
	v.Form = view.OwnCourseForm{Title: c.Title, Language: c.Language, Licence: c.Licence, Author: c.Author, Languages: s.writtenIn(c.Language)}
	v.Shared, v.MayShare = c.Shared, c.By == r.person.ID || r.person.Role == learning.Administrator
	v.School = c.To == learning.ForSchool
	if _, err := s.Library.Course(c.Course()); err == nil && c.To != learning.ForNobody {
		v.Open = "/course/" + string(c.Course())
	}
	v.Parts, v.Gone = partRows(parts)
	if v.Classes, err = s.ownClasses(r, &c); err != nil {
		return err
	}
	for _, p := range parts {
		if q := r.URL.Query(); p.Gone && q.Get("did") == "removed" && q.Get("gone") == string(p.ID) {
			v.Undo = &view.Undo{Action: v.Action, Fields: []view.Hidden{{Name: "back", Value: string(p.ID)}}}
		}
	}
	return s.render(w, r, status, ui.OwnCourse(v))
}

func partRows(parts []store.OwnPage) (rows, gone []view.OwnPartRow) {
	last := len(there(parts)) - 1
	for i, p := range parts {
		row := view.OwnPartRow{Key: string(p.ID), Title: p.Title, Kind: "page", URL: partURL(&p.OwnPart), First: i == 0, Last: i == last, Disputed: len(p.Others) > 0}
		row.Empty = p.Text == ""
		if p.Kind == learning.PartQuestions {
			items, _ := pack.ReadItems(p.Text)
			row.Kind, row.Questions, row.Empty = "exercise", len(items), len(items) == 0
		}
		if p.Gone {
			gone = append(gone, row)
		} else {
			rows = append(rows, row)
		}
	}
	return rows, gone
}

// ownClasses are the classes the person may publish to, those chosen that have the course's lesson and see it.
func (s *Server) ownClasses(r *request, c *learning.OwnCourse) (out []view.ClassTick, err error) {
	classes, err := s.Store.Classes(r.actor())
	if err != nil {
		return nil, err
	}
	for _, k := range classes {
		tick := view.ClassTick{ID: string(k.ID), Name: k.Name}
		if l, ok := s.ownLesson(r, c, k.ID); ok && c.To != learning.ForNobody {
			tick.Chosen = !l.Hidden && !l.Archived
		}
		out = append(out, tick)
	}
	return out, nil
}

// changeOwnCourse does what a form of the course's page asks.
func (s *Server) changeOwnCourse(w http.ResponseWriter, r *request) error {
	c, err := s.ownAsked(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	switch {
	case f.Has("up"):
		return s.movePart(w, r, c, learning.PartID(f.Get("up")), -1)
	case f.Has("down"):
		return s.movePart(w, r, c, learning.PartID(f.Get("down")), 1)
	case f.Has("remove"):
		err = s.Store.ThrowOwnPart(r.Context(), r.actor(), c.ID, learning.PartID(f.Get("remove")), true)
		return orGoOn(err, w, r, ownURL(c.ID), "removed", "gone", f.Get("remove"))
	case f.Has("back"):
		err = s.Store.ThrowOwnPart(r.Context(), r.actor(), c.ID, learning.PartID(f.Get("back")), false)
		return orGoOn(err, w, r, ownURL(c.ID), "back")
	case f.Has("set"):
		return s.addSet(w, r, c)
	}
	switch f.Get("do") {
	case "publish":
		return s.publishOwn(w, r, c)
	case "unpublish":
		return s.unpublishOwn(w, r, c, "unpublished", ownURL(c.ID))
	case "save":
		return s.saveOwn(w, r, c)
	case "throw":
		return s.throwOwn(w, r, c)
	}
	return errNotFound("do=" + f.Get("do"))
}

func orGoOn(err error, w http.ResponseWriter, r *request, to, did string, more ...string) error {
	if err != nil {
		return err
	}
	return goOn(w, r, to, did, more...)
}

// movePart puts a part one place up or down.
func (s *Server) movePart(w http.ResponseWriter, r *request, c learning.OwnCourse, id learning.PartID, by int) error {
	parts, err := s.Store.OwnParts(r.actor(), c.ID)
	if err != nil {
		return err
	}
	var order []learning.PartID
	for _, p := range there(parts) {
		order = append(order, p.ID)
	}
	i := slices.Index(order, id)
	if i < 0 {
		return errNotFound("part")
	}
	if j := i + by; j >= 0 && j < len(order) {
		order[i], order[j] = order[j], order[i]
	}
	err = s.setOrder(r, c.ID, order)
	return orGoOn(err, w, r, ownURL(c.ID), "saved")
}

func (s *Server) setOrder(r *request, id learning.OwnID, order []learning.PartID) error {
	return s.Store.ChangeOwnCourse(r.Context(), r.actor(), id, func(c *learning.OwnCourse) error {
		c.Order = order
		return nil
	})
}

// atEnd puts a new part behind all others.
func (s *Server) atEnd(r *request, c learning.OwnID, id learning.PartID) error {
	parts, err := s.Store.OwnParts(r.actor(), c)
	if err != nil {
		return err
	}
	var order []learning.PartID
	for _, p := range there(parts) {
		if p.ID != id {
			order = append(order, p.ID)
		}
	}
	return s.setOrder(r, c, append(order, id))
}

// addSet begins a set of questions.
func (s *Server) addSet(w http.ResponseWriter, r *request, c learning.OwnCourse) error {
	p := learning.OwnPart{ID: learning.NewID[learning.PartID](), Course: c.ID, Kind: learning.PartQuestions, PartText: learning.PartText{Title: r.PostForm.Get("title")}}
	_, err := s.Store.SaveOwnPart(r.Context(), r.actor(), p, "", s.savedAt())
	if errors.Is(err, fs.ErrInvalid) {
		return s.renderOwnCourse(w, r, c, view.OwnCourse{Problem: titleProblem(&p)}, http.StatusBadRequest)
	}
	if err == nil {
		err = s.atEnd(r, c.ID, p.ID)
	}
	return orGoOn(err, w, r, partURL(&p), "")
}

// titleProblem says what of a part cannot be saved: message "own.problem.KEY".
func titleProblem(p *learning.OwnPart) string {
	t := p.PartText
	if t.Check() == nil {
		return "full"
	}
	if t = (learning.PartText{Title: p.Title}); t.Check() != nil {
		return "title"
	}
	return "long"
}

// saveOwn keeps title, terms and who may change a course.
func (s *Server) saveOwn(w http.ResponseWriter, r *request, c learning.OwnCourse) error {
	mine := c.By == r.person.ID || r.person.Role == learning.Administrator
	err := s.Store.ChangeOwnCourse(r.Context(), r.actor(), c.ID, func(c *learning.OwnCourse) error {
		readTerms(r.PostForm, c)
		if mine {
			c.Shared = r.PostForm.Has("shared")
		}
		return nil
	})
	if errors.Is(err, fs.ErrInvalid) {
		return s.renderOwnCourse(w, r, c, view.OwnCourse{Problem: "title"}, http.StatusBadRequest)
	}
	return orGoOn(err, w, r, ownURL(c.ID), "saved")
}

// throwOwn throws a course away: learners see it no more, and it can be brought back.
func (s *Server) throwOwn(w http.ResponseWriter, r *request, c learning.OwnCourse) error {
	err := s.Store.ChangeOwnCourse(r.Context(), r.actor(), c.ID, func(c *learning.OwnCourse) error {
		c.Gone = true
		return nil
	})
	if err != nil {
		return err
	}
	if c.To != learning.ForNobody {
		return s.unpublishOwn(w, r, c, "thrown", ownPath+"?gone="+string(c.ID))
	}
	return goOn(w, r, ownPath, "thrown", "gone", string(c.ID))
}
