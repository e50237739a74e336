package store

import (
	"context"
	"fmt"
	"io/fs"

	"lamplight/server/learning"
)

// A RosterChange is what changes in a school's people, classes and places at once. What is the same already is no change.
// Each subject stands in it once.
type RosterChange struct {
	Classes []ClassChange
	People  []PersonChange
	Places  []learning.Enrolment // Role Nobody takes out
	Secrets []NewSecret
}

// A ClassChange makes a class of this id, which Edit names, or changes the one there is.
type ClassChange struct {
	ID   learning.ClassID
	New  bool
	Edit learning.ClassEdit
}

// A PersonChange adds somebody of this id, whom Edit gives a role and a name, or changes who is there.
type PersonChange struct {
	ID   learning.PersonID
	New  bool
	Edit learning.PersonEdit
}

// maxTogether is how many subjects one append may hold: at some 600 bytes each it stays well under the log's 512 KiB.
const maxTogether = 700

// ChangeRoster writes it, all or none where it has at most 700 subjects, and else in as many parts, everything having
// been checked before the first is written; writing the rest again does no harm. An administrator may change everybody; a
// teacher add learners to classes of their own, and change and place learners of theirs in those.
func (s *Store) ChangeRoster(ctx context.Context, a learning.Actor, c RosterChange) error {
	if len(c.Classes)+len(c.People)+len(c.Places)+len(c.Secrets) <= maxTogether {
		return s.edit(ctx, a, func(v viewer) ([]change, error) { return v.rosterChanges(&c) })
	}
	if !a.IsBox() {
		if err := s.view(a, func(v viewer) error {
			_, err := v.rosterChanges(&c)
			if err == nil && !v.admin {
				err = notAllowed("change so many at once")
			}
			return err
		}); err != nil {
			return err
		}
	}
	for part := (RosterChange{}); c.cut(&part); part = (RosterChange{}) {
		if err := s.edit(ctx, a, func(v viewer) ([]change, error) { return v.rosterChanges(&part) }); err != nil {
			return err
		}
	}
	return nil
}

// cut moves the next part out: classes before the people, and those before the places they take.
func (c *RosterChange) cut(part *RosterChange) bool {
	room := maxTogether
	part.Classes, c.Classes, room = cutOff(c.Classes, room)
	part.People, c.People, room = cutOff(c.People, room)
	part.Places, c.Places, room = cutOff(c.Places, room)
	part.Secrets, c.Secrets, room = cutOff(c.Secrets, room)
	return room < maxTogether
}

func cutOff[T any](all []T, room int) (part, rest []T, left int) {
	n := min(room, len(all))
	return all[:n], all[n:], room - n
}

// rosterChanges checks all of it and lists the writes.
func (v viewer) rosterChanges(c *RosterChange) (out []change, err error) {
	classes, err := v.classChanges(c, &out)
	if err != nil {
		return nil, err
	}
	fresh, err := v.personChanges(c, &out)
	if err != nil {
		return nil, err
	}
	for _, e := range c.Places {
		role, isNew := fresh[e.Person]
		if err := v.mayPlace(e, isNew, classes[e.Class]); err != nil {
			return nil, err
		}
		if !isNew {
			p, err := v.person(e.Person)
			if err != nil {
				return nil, err
			}
			role = p.Role
		}
		if err := checkPlace(e, role); err != nil {
			return nil, err
		}
		out = append(out, v.placesIn(e)...)
	}
	for _, n := range c.Secrets {
		_, isNew := fresh[n.Person]
		some, err := v.secretChanges(n, isNew)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// classChanges appends the writes of classes, and says which are new.
func (v viewer) classChanges(c *RosterChange, out *[]change) (fresh map[learning.ClassID]bool, err error) {
	fresh = map[learning.ClassID]bool{}
	for _, k := range c.Classes {
		raw, ok := learning.Raw(k.ID)
		if !ok || k.New && k.Edit.Name == nil {
			return nil, fmt.Errorf("store: class %.40q: %w", string(k.ID), fs.ErrInvalid)
		}
		if !v.admin {
			return nil, notAllowed("add or edit a class")
		}
		if fresh[k.ID] = k.New; !k.New {
			if _, err := v.class(k.ID); err != nil {
				return nil, err
			}
		}
		values, err := classValues(k.Edit)
		if err != nil {
			return nil, fmt.Errorf("store: class %s: %w", k.ID, err)
		}
		*out = append(*out, change{learning.KindClass, learning.Subject{ID: raw}, values})
	}
	return fresh, nil
}

// personChanges appends the writes of people, and says which are new and what they are.
func (v viewer) personChanges(c *RosterChange, out *[]change) (fresh map[learning.PersonID]learning.Role, err error) {
	fresh = map[learning.PersonID]learning.Role{}
	for _, p := range c.People {
		raw, ok := learning.Raw(p.ID)
		if !ok || p.New && (p.Edit.Role == nil || p.Edit.Name == nil) {
			return nil, fmt.Errorf("store: person %.40q: %w", string(p.ID), fs.ErrInvalid)
		}
		if p.New {
			if err = v.mayAdd(p, c.Places); err == nil && isErased(v.kv, v.tag, p.ID) {
				err = fmt.Errorf("store: who had the id %s was erased: %w", p.ID, fs.ErrExist)
			}
			fresh[p.ID] = *p.Edit.Role
		} else {
			err = v.mayEdit(p.ID, p.Edit)
		}
		if err != nil {
			return nil, err
		}
		values, err := personValues(p.Edit)
		if err != nil {
			return nil, fmt.Errorf("store: person %s: %w", p.ID, err)
		}
		*out = append(*out, change{learning.KindPerson, learning.Subject{ID: raw}, values})
	}
	return fresh, v.keepsAdministrator(c.People)
}

// mayAdd is nil when the viewer may add this person: a teacher learners, each to a class of theirs in the same change, and
// nobody whose record is there already.
func (v viewer) mayAdd(p PersonChange, places []learning.Enrolment) error {
	if v.admin {
		return nil
	}
	if _, err := v.person(p.ID); err == nil || *p.Edit.Role != learning.Learner {
		return notAllowed("add this person")
	}
	for _, e := range places {
		if e.Person == p.ID && e.Role == learning.Learner && v.teaches(e.Class) {
			return nil
		}
	}
	return notAllowed("add somebody to no class of one's own")
}

func (v viewer) mayEdit(id learning.PersonID, e learning.PersonEdit) error {
	if err := v.mayManage(id); err != nil {
		return err
	}
	if e.Role != nil && !v.admin {
		return notAllowed("change a role")
	}
	return nil
}

// keepsAdministrator is nil when somebody who can administer is left.
func (v viewer) keepsAdministrator(people []PersonChange) error {
	loses := false
	after := map[learning.PersonID]learning.PersonEdit{}
	for _, p := range people {
		after[p.ID] = p.Edit
		loses = loses || p.Edit.Archived != nil && *p.Edit.Archived || p.Edit.Role != nil && *p.Edit.Role != learning.Administrator && !p.New
	}
	if !loses {
		return nil
	}
	had, left := false, false
	err := v.everybody(func(p learning.Person) {
		is := p.Role == learning.Administrator && !p.Archived
		had = had || is
		if e, ok := after[p.ID]; ok {
			if e.Role != nil {
				p.Role = *e.Role
			}
			if e.Archived != nil {
				p.Archived = *e.Archived
			}
		}
		left = left || p.Role == learning.Administrator && !p.Archived
	})
	if err == nil && had && !left {
		err = fmt.Errorf("store: that leaves no administrator: %w", fs.ErrPermission)
	}
	return err
}

// mayPlace is nil when the viewer may put this person there, or take them out.
func (v viewer) mayPlace(e learning.Enrolment, newPerson, newClass bool) error {
	if !newClass {
		if err := v.mayLead(e.Class); err != nil {
			return err
		}
	}
	if v.admin {
		return nil
	}
	if newPerson {
		if e.Role != learning.Learner {
			return notAllowed("make somebody a teacher of a class")
		}
		return nil
	}
	role := e.Role
	if role == learning.Nobody {
		role = v.roleIn(e.Class, e.Person)
	}
	return v.mayEnrol(e.Class, e.Person, role)
}

// checkPlace is fs.ErrInvalid for a place that nobody of this role takes.
func checkPlace(e learning.Enrolment, role learning.Role) error {
	switch {
	case e.Role == learning.Nobody:
		return nil
	case e.Role != learning.Learner && e.Role != learning.Teacher, e.Role == learning.Teacher && role == learning.Learner:
		return fmt.Errorf("store: enrolment of a %s as %.40q: %w", role, string(e.Role), fs.ErrInvalid)
	}
	return nil
}
