package cli

import (
	"fmt"
	"io/fs"
	"strings"

	"lamplight/content"
	"lamplight/server/learning"
)

// A found is a node of an installed course.
type found struct {
	course content.CourseID
	content.Node
}

// findNode finds a topic or resource by its id, or by its title where one alone has it.
func (c *call) findNode(idOrTitle string) (found, error) {
	var byID, byTitle []found
	err := c.nodes(func(f found) error {
		switch {
		case string(f.ID) == idOrTitle:
			byID = append(byID, f)
		case strings.EqualFold(f.Title, idOrTitle) && !hasNode(byTitle, f.ID):
			byTitle = append(byTitle, f)
		}
		return nil
	})
	switch {
	case err != nil:
		return found{}, err
	case len(byID) > 0: // in several courses it is one and the same
		return byID[0], nil
	case len(byTitle) == 1:
		return byTitle[0], nil
	case len(byTitle) > 1:
		var ids []string
		for _, f := range byTitle {
			ids = append(ids, string(f.ID))
		}
		return found{}, fmt.Errorf("%d things are called %q; name one by its id (%s): %w", len(byTitle), idOrTitle, strings.Join(ids, ", "), fs.ErrInvalid)
	}
	// An entry of a container too large to list is found by its id alone.
	if courses, err := c.Node.Library.Resource(content.ResourceID(idOrTitle)); err == nil && len(courses) > 0 {
		return found{courses[0], content.Node{ID: content.ResourceID(idOrTitle), Title: idOrTitle}}, nil
	}
	return found{}, fmt.Errorf("nothing that is installed is called %q; `lamplight search` finds things by their words, and `lamplight import` brings courses: %w", idOrTitle, fs.ErrNotExist)
}

func hasNode(in []found, id content.ResourceID) bool {
	for _, f := range in {
		if f.ID == id {
			return true
		}
	}
	return false
}

// nodes passes every topic and resource of every installed course.
func (c *call) nodes(fn func(found) error) error {
	for _, course := range c.Node.Library.Courses() {
		err := c.walkCourse(course.ID, "", fn)
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *call) walkCourse(id content.CourseID, under content.ResourceID, fn func(found) error) error {
	r, release, err := c.Node.Library.Reader(id)
	if err != nil {
		return nil // a course that cannot be opened has nothing to find; `library verify` says why
	}
	defer release()
	return walk(r, under, func(n content.Node) error { return fn(found{id, n}) })
}

// resources are a resource itself, or those of a topic in course order; keep chooses among them.
func (c *call) resources(f found, keep func(content.Node) bool) (out []found, err error) {
	if f.Kind != content.Topic {
		if keep(f.Node) {
			out = append(out, f)
		}
		return out, nil
	}
	err = c.walkCourse(f.course, f.ID, func(n found) error {
		if n.Kind != content.Topic && n.Broken == "" && keep(n.Node) {
			out = append(out, n)
		}
		return nil
	})
	return out, err
}

// findLesson finds a lesson by its id, or by its title where one alone has it: of a class, "" of all.
func (c *call) findLesson(idOrTitle, class string) (learning.Lesson, error) {
	if l, err := c.Node.Store.Lesson(learning.Box(), learning.LessonID(idOrTitle)); err == nil {
		return l, nil
	}
	all, err := c.lessons(class)
	if err != nil {
		return learning.Lesson{}, err
	}
	return oneTitled("lesson", idOrTitle, all, func(l learning.Lesson) string { return l.Title })
}

func (c *call) findQuiz(idOrTitle, class string) (learning.Quiz, error) {
	if q, err := c.Node.Store.Quiz(learning.Box(), learning.QuizID(idOrTitle)); err == nil {
		return q, nil
	}
	all, err := c.quizzes(class)
	if err != nil {
		return learning.Quiz{}, err
	}
	return oneTitled("quiz", idOrTitle, all, func(q learning.Quiz) string { return q.Title })
}

func oneTitled[T any](what, title string, all []T, of func(T) string) (out T, err error) {
	n := 0
	for _, x := range all {
		if strings.EqualFold(of(x), title) {
			out = x
			n++
		}
	}
	switch {
	case n == 0:
		return out, fmt.Errorf("there is no %s %q; `lamplight %s list` tells which there are: %w", what, title, what, fs.ErrNotExist)
	case n > 1:
		var none T
		return none, fmt.Errorf("%d have the title %q; name one by its id (`lamplight %s list`), or its --class: %w", n, title, what, fs.ErrInvalid)
	}
	return out, nil
}

// ofClasses lists what list finds in one class, or in all when class is "".
func ofClasses[T any](c *call, class string, list func(learning.ClassID) ([]T, error)) ([]T, error) {
	out := []T{}
	if class != "" {
		id, err := c.findClass(class)
		if err != nil {
			return nil, err
		}
		return appendOf(out, id, list)
	}
	classes, err := c.Node.Store.Classes(learning.Box())
	for _, k := range classes {
		if err == nil {
			out, err = appendOf(out, k.ID, list)
		}
	}
	return out, err
}

func appendOf[T any](to []T, id learning.ClassID, list func(learning.ClassID) ([]T, error)) ([]T, error) {
	more, err := list(id)
	return append(to, more...), err
}

func (c *call) lessons(class string) ([]learning.Lesson, error) {
	return ofClasses(c, class, func(id learning.ClassID) ([]learning.Lesson, error) { return c.Node.Store.Lessons(learning.Box(), id) })
}

func (c *call) quizzes(class string) ([]learning.Quiz, error) {
	return ofClasses(c, class, func(id learning.ClassID) ([]learning.Quiz, error) { return c.Node.Store.Quizzes(learning.Box(), id) })
}
