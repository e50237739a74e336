package store

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"slices"

	"lamplight/server/learning"
)

// AddClass adds a class; administrators only.
func (s *Store) AddClass(ctx context.Context, a learning.Actor, name, level string) (learning.ClassID, error) {
	id := learning.NewID[learning.ClassID]()
	values, err := classValues(learning.ClassEdit{Name: &name, Level: &level})
	if err != nil {
		return "", err
	}
	err = s.edit(ctx, a, func(v viewer) ([]change, error) {
		if !v.admin {
			return nil, notAllowed("add a class")
		}
		raw, _ := learning.Raw(id)
		return []change{{learning.KindClass, learning.Subject{ID: raw}, values}}, nil
	})
	if err != nil {
		return "", err
	}
	return id, nil
}

// EditClass changes a class, administrators only; or a group, whoever leads its class.
func (s *Store) EditClass(ctx context.Context, a learning.Actor, id learning.ClassID, e learning.ClassEdit) error {
	values, err := classValues(e)
	if err != nil {
		return err
	}
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		k, err := v.class(id)
		if err != nil {
			return nil, err
		}
		if err := v.mayLead(learning.ClassID(cmp.Or(string(k.Parent), string(id)))); err != nil {
			return nil, err
		}
		if k.Parent == "" && !v.admin {
			return nil, notAllowed("edit a class")
		}
		raw, _ := learning.Raw(id)
		return []change{{learning.KindClass, learning.Subject{ID: raw}, values}}, nil
	})
}

func classValues(e learning.ClassEdit) (out []learning.Value, err error) {
	if e.Name != nil {
		name, err := learning.CleanText("class name", *e.Name, 1, learning.MaxName)
		if err != nil {
			return nil, err
		}
		out = append(out, learning.Value{Field: learning.ClassName, Value: name})
	}
	if e.Level != nil {
		level, err := learning.CleanText("level", *e.Level, 0, learning.MaxLogin)
		if err != nil {
			return nil, err
		}
		out = append(out, learning.Value{Field: learning.ClassLevel, Value: level})
	}
	if e.Shift != nil {
		if !slices.Contains(learning.Shifts, *e.Shift) {
			return nil, fmt.Errorf("store: shift %.20q is none of %q: %w", *e.Shift, learning.Shifts, fs.ErrInvalid)
		}
		out = append(out, learning.Value{Field: learning.ClassShift, Value: *e.Shift})
	}
	if e.Archived != nil {
		out = append(out, learning.Value{Field: learning.ClassArchived, Value: flag(*e.Archived)})
	}
	return out, nil
}

// Enrol puts people into classes, all or none. Teachers move learners of their classes into classes of their own;
// administrators anybody anywhere. Somebody's role in a class is what Enrolment.Role says, Learner or Teacher; a
// person with the learner's role teaches none.
func (s *Store) Enrol(ctx context.Context, a learning.Actor, enrolments ...learning.Enrolment) error {
	return s.edit(ctx, a, func(v viewer) (out []change, err error) {
		for _, e := range enrolments {
			if err := v.mayEnrol(e.Class, e.Person, e.Role); err != nil {
				return nil, err
			}
			p, err := v.person(e.Person)
			if err != nil {
				return nil, err
			}
			c, err := v.enrolment(e, p.Role)
			if err != nil {
				return nil, err
			}
			out = append(out, c)
		}
		return out, nil
	})
}

func (v viewer) mayEnrol(c learning.ClassID, p learning.PersonID, role learning.Role) error {
	if err := v.mayManage(p); err != nil {
		return err
	}
	if err := v.mayLead(c); err != nil {
		return err
	}
	if !v.admin && role != learning.Learner {
		return notAllowed("make somebody a teacher of a class")
	}
	return nil
}

// enrolment is the write of one; role is the person's.
func (v viewer) enrolment(e learning.Enrolment, role learning.Role) (change, error) {
	c, err := v.class(e.Class)
	if err != nil {
		return change{}, err
	}
	if c.Parent != "" && (e.Role != learning.Learner || v.roleIn(c.Parent, e.Person) != learning.Learner) {
		return change{}, fmt.Errorf("store: a group holds learners of its class alone: %w", fs.ErrInvalid)
	}
	if e.Role != learning.Learner && e.Role != learning.Teacher || e.Role == learning.Teacher && role == learning.Learner {
		return change{}, fmt.Errorf("store: enrolment of a %s as %.40q: %w", role, string(e.Role), fs.ErrInvalid)
	}
	return placeIn(e.Class, e.Person, e.Role), nil
}

// placesIn are the writes of one: who is taken out is so by every record.
func (v viewer) placesIn(e learning.Enrolment) (out []change) {
	all := v.records(e.Person)
	if e.Role != learning.Nobody {
		return []change{placeIn(e.Class, all[0], e.Role)}
	}
	for _, id := range all {
		out = append(out, placeIn(e.Class, id, e.Role))
	}
	return out
}

func placeIn(c learning.ClassID, p learning.PersonID, role learning.Role) change {
	class, _ := learning.Raw(c)
	person, _ := learning.Raw(p)
	return change{learning.KindEnrol, learning.Subject{ID: class, Second: person}, []learning.Value{{Field: learning.EnrolRole, Value: string(role)}}}
}

// Unenrol takes a person out of a class; who was not in it stays so without an error. A teacher takes out learners.
func (s *Store) Unenrol(ctx context.Context, a learning.Actor, class learning.ClassID, id learning.PersonID) error {
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		if err := v.mayEnrol(class, id, v.roleIn(class, id)); err != nil {
			return nil, err
		}
		return v.placesIn(learning.Enrolment{Class: class, Person: id}), nil
	})
}
