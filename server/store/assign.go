package store

import (
	"context"
	"fmt"
	"io/fs"
	"strings"

	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// Assign sets a lesson or quiz for a class, a group or a learner of the lesson's or quiz's class; the teachers of that
// class and administrators. Setting the same again is no error.
func (s *Store) Assign(ctx context.Context, a learning.Actor, as learning.Assignment) (learning.AssignmentID, error) {
	if err := as.Check(); err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	return as.ID, s.edit(ctx, a, func(v viewer) ([]change, error) {
		class, err := v.composed(as.Lesson, as.Quiz)
		if err != nil {
			return nil, err
		}
		if err := v.within(class, &as); err != nil {
			return nil, err
		}
		return []change{assignment(&as, true)}, nil
	})
}

// composed is the class of a lesson or quiz that the viewer may change.
func (v viewer) composed(l learning.LessonID, q learning.QuizID) (learning.ClassID, error) {
	what, id := "lesson", string(l)
	var class learning.ClassID
	var err error
	if q != "" {
		var x learning.Quiz
		what, id = "quiz", string(q)
		x, err = v.quiz(q)
		class = x.Class
	} else {
		var x learning.Lesson
		x, err = v.lesson(l)
		class = x.Class
	}
	if err != nil {
		return "", err
	}
	return class, v.mayCompose(what, id, class, class, false)
}

// within checks that whom work is set for belongs to its class.
func (v viewer) within(class learning.ClassID, as *learning.Assignment) error {
	if as.Class == "" {
		if v.roleIn(class, as.Learner) != learning.Learner {
			return notFound("learner in this class", as.Learner)
		}
		return nil
	}
	c, err := v.class(as.Class)
	if err != nil {
		return err
	}
	if c.Archived || c.ID != class && c.Parent != class {
		return fmt.Errorf("store: class %s is neither the class of what is set nor a group of it: %w", as.Class, fs.ErrInvalid)
	}
	return nil
}

func assignment(as *learning.Assignment, on bool) change {
	raw, _ := learning.Raw(as.ID)
	return change{learning.KindAssign, learning.Subject{ID: raw}, []learning.Value{
		{Field: learning.AssignLesson, Value: string(as.Lesson)},
		{Field: learning.AssignQuiz, Value: string(as.Quiz)},
		{Field: learning.AssignClass, Value: string(as.Class)},
		{Field: learning.AssignLearner, Value: string(as.Learner)},
		{Field: learning.AssignOn, Value: flag(on)},
	}}
}

// Unassign takes an assignment back; who may set it may.
func (s *Store) Unassign(ctx context.Context, a learning.Actor, id learning.AssignmentID) error {
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		as, _, err := v.assignment(id)
		if err != nil {
			return nil, err
		}
		if _, err := v.composed(as.Lesson, as.Quiz); err != nil {
			return nil, err
		}
		return []change{assignment(&as, false)}, nil
	})
}

func (v viewer) assignment(id learning.AssignmentID) (as learning.Assignment, on bool, err error) {
	r, err := shownOf(v, learning.KindAssign, "assignment", id)
	return readAssignment(id, &r), r.Get(learning.AssignOn) == "1", err
}

func readAssignment(id learning.AssignmentID, r *learning.Record) learning.Assignment {
	return learning.Assignment{
		ID: id, Lesson: learning.LessonID(r.Get(learning.AssignLesson)), Quiz: learning.QuizID(r.Get(learning.AssignQuiz)),
		Class: learning.ClassID(r.Get(learning.AssignClass)), Learner: learning.PersonID(r.Get(learning.AssignLearner)),
	}
}

// Assignments lists for whom a lesson or quiz (one of the two ids, the other "") is set, by id; who may change it may
// read it.
func (s *Store) Assignments(a learning.Actor, l learning.LessonID, q learning.QuizID) (out []learning.Assignment, err error) {
	err = s.view(a, func(v viewer) error {
		class, err := v.composed(l, q)
		if err != nil {
			return err
		}
		owners := append([]learning.ClassID{class}, links[learning.ClassID](v, class, learning.KindClass)...)
		for p := range v.members(class) {
			owners = append(owners, learning.ClassID(p))
		}
		for _, o := range owners {
			for _, id := range links[learning.AssignmentID](v, o, learning.KindAssign) {
				as, on, err := v.assignment(id)
				if err == nil && on && as.Lesson == l && as.Quiz == q {
					out = append(out, as)
				}
			}
		}
		return nil
	})
	arrange.By(out, func(a, b learning.Assignment) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return out, err
}

// AddGroup adds a group of a class; its teachers and administrators. People are put in with Enrol, as learners.
func (s *Store) AddGroup(ctx context.Context, a learning.Actor, parent learning.ClassID, name string) (learning.ClassID, error) {
	id := learning.NewID[learning.ClassID]()
	values, err := classValues(learning.ClassEdit{Name: &name})
	if err != nil {
		return "", err
	}
	values = append(values, learning.Value{Field: learning.ClassParent, Value: string(parent)})
	return id, s.edit(ctx, a, func(v viewer) ([]change, error) {
		if err := v.mayLead(parent); err != nil {
			return nil, err
		}
		if c, err := v.class(parent); err != nil || c.Parent != "" {
			return nil, fmt.Errorf("store: class %s is a group itself: %w", parent, fs.ErrInvalid)
		}
		raw, _ := learning.Raw(id)
		return []change{{learning.KindClass, learning.Subject{ID: raw}, values}}, nil
	})
}

// Groups lists a class' groups that are not archived, by name; its teachers and administrators may read it.
func (s *Store) Groups(a learning.Actor, class learning.ClassID) (out []learning.Class, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(class); err != nil {
			return err
		}
		for _, id := range links[learning.ClassID](v, class, learning.KindClass) {
			if c, err := v.class(id); err == nil && !c.Archived {
				out = append(out, c)
			}
		}
		return nil
	})
	sortByName(out, className)
	return out, err
}
