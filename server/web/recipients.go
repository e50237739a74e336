package web

import (
	"slices"
	"strings"

	"lamplight/server/learning"
	"lamplight/ui/view"
)

// recipientKey is how forms name whom an assignment is for: "class:ID" or "learner:ID".
func recipientKey(as learning.Assignment) string {
	if as.Class != "" {
		return "class:" + string(as.Class)
	}
	return "learner:" + string(as.Learner)
}

// recipients are whom the form's boxes add, and whom they drop: those ticked now that were not when the page was made, and the
// other way round. Unreadable keys are left out.
func recipients(r *request, class learning.ClassID) (add, drop []learning.Assignment) {
	now, was := r.PostForm["for"], r.PostForm["was"]
	if !r.PostForm.Has("whom") {
		was = nil
	}
	read := func(key string) (as learning.Assignment, ok bool) {
		kind, id, _ := strings.Cut(key, ":")
		switch kind {
		case "class":
			as.Class = learning.ClassID(id)
		case "learner":
			as.Learner = learning.PersonID(id)
		default:
			return as, false
		}
		return as, len(id) == 32
	}
	for _, key := range now {
		if as, ok := read(key); ok && !slices.Contains(was, key) {
			add = append(add, as)
		}
	}
	for _, key := range was {
		if as, ok := read(key); ok && !slices.Contains(now, key) {
			drop = append(drop, as)
		}
	}
	return add, drop
}

// forWhom is everybody in a class whom work may be set for, with who is chosen.
func (s *Server) forWhom(r *request, class learning.Class, chosen []learning.Assignment) (out view.ForWhom, err error) {
	is := map[string]bool{}
	for _, as := range chosen {
		is[recipientKey(as)] = true
	}
	box := func(as learning.Assignment, name, tile string) view.Recipient {
		key := recipientKey(as)
		return view.Recipient{Key: key, Name: name, Tile: tile, Chosen: is[key]}
	}
	out.Class = box(learning.Assignment{Class: class.ID}, class.Name, "")
	groups, err := s.Store.Groups(r.actor(), class.ID)
	if err != nil {
		return out, err
	}
	for _, g := range groups {
		out.Groups = append(out.Groups, box(learning.Assignment{Class: g.ID}, g.Name, ""))
	}
	_, learners, err := s.Store.ClassRoster(r.actor(), class.ID)
	for _, p := range learners {
		out.Learners = append(out.Learners, box(learning.Assignment{Learner: p.ID}, p.Name, tileName(p.Tile)))
	}
	return out, err
}

// recipientNames are the names of a class' groups and learners, by key.
func (s *Server) recipientNames(r *request, class learning.ClassID) (map[string]string, error) {
	w, err := s.forWhom(r, learning.Class{ID: class}, nil)
	out := map[string]string{}
	for _, x := range append(w.Groups, w.Learners...) {
		out[x.Key] = x.Name
	}
	return out, err
}

// saveRecipients sets work for whom the form ticked.
func (s *Server) saveRecipients(r *request, l learning.LessonID, q learning.QuizID, class learning.ClassID) error {
	add, drop := recipients(r, class)
	return s.Store.SetFor(r.Context(), r.actor(), l, q, add, drop)
}

// copyTargets are the classes of the person, the work's own first.
func (s *Server) copyTargets(r *request, own learning.ClassID) (out []view.Recipient) {
	classes, err := s.Store.Classes(r.actor())
	if err != nil {
		return nil
	}
	for _, c := range classes {
		if _, err := s.Store.Groups(r.actor(), c.ID); err == nil {
			out = append(out, view.Recipient{Key: string(c.ID), Name: c.Name, Chosen: c.ID == own})
		}
	}
	return out
}
