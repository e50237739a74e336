package web

import (
	"errors"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"syscall"

	"lamplight/content"
	"lamplight/content/pack"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui/view"
)

// ownState says who sees a course: message "own.state.STATE". The library is asked, not the record: what was asked for just
// before the plug was pulled is "changed" until somebody publishes again.
func (s *Server) ownState(c *learning.OwnCourse, parts []store.OwnPage) string {
	if c.To == learning.ForNobody {
		return "draft"
	}
	in, err := s.Library.Course(c.Course())
	f := folderOf(c, parts, c.To == learning.ForSchool)
	if err != nil || !strings.HasPrefix(in.Edition, f.edition+"+") {
		return "changed"
	}
	return c.To
}

// publishOwn compiles a course, installs it as a new edition and sees to it that each class chosen has it as a lesson. Each step
// may be done twice: whoever was interrupted publishes again.
func (s *Server) publishOwn(w http.ResponseWriter, r *request, c learning.OwnCourse) error {
	f := r.PostForm
	to := learning.ForStaff
	if f.Has("school") {
		to = learning.ForSchool
	} else if len(f["class"]) == 0 {
		return s.renderOwnCourse(w, r, c, view.OwnCourse{Problem: "nobody"}, http.StatusBadRequest)
	}
	problem, problems, err := s.installOwn(r, &c, to)
	if err != nil {
		return err
	}
	if problem != "" {
		return s.renderOwnCourse(w, r, c, view.OwnCourse{Problem: problem, Problems: problems}, http.StatusUnprocessableEntity)
	}
	if err := s.ownLessons(r, &c, f["class"]); err != nil {
		return err
	}
	return goOn(w, r, ownURL(c.ID), "published")
}

// installOwn makes what is written now the edition that is installed, for whom to says. problem is of the page's.
func (s *Server) installOwn(r *request, c *learning.OwnCourse, to string) (problem string, problems []view.OwnProblem, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	parts, err := s.Store.OwnParts(r.actor(), c.ID)
	if err != nil {
		return "", nil, err
	}
	folder := folderOf(c, parts, to == learning.ForSchool)
	if len(folder.parts) == 0 {
		return "nothing", nil, nil
	}
	plan, err := s.compileOwn(r.Context(), &folder)
	defer plan.remove()
	if errors.Is(err, syscall.ENOSPC) {
		return "busy", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	if len(plan.problems) > 0 {
		return "compile", ownProblems(&folder, plan.problems), nil
	}
	err = s.Store.ChangeOwnCourse(r.Context(), r.actor(), c.ID, func(c *learning.OwnCourse) error {
		c.To = to
		return nil
	})
	if err == nil {
		err = s.Node.Publish(r.Context(), plan.Plan)
	}
	if errors.Is(err, syscall.ENOSPC) {
		return "busy", nil, nil
	}
	c.To = to
	return "", nil, err
}

// ownProblems are what the compiler found, each beside the part it was found in.
func ownProblems(f *ownFolder, all []pack.Problem) (out []view.OwnProblem) {
	for _, x := range all {
		v := view.OwnProblem{Reason: x.Reason}
		if p := f.partIn(x.File); p != nil {
			v.Title, v.URL = p.Title, partURL(&p.OwnPart)
		}
		out = append(out, v)
	}
	return out
}

// unpublishOwn takes a course back from learners: its next edition is for teachers alone, on every box, and its lessons are
// hidden. What learners did stays in their record.
func (s *Server) unpublishOwn(w http.ResponseWriter, r *request, c learning.OwnCourse, did, to string) error {
	if _, err := s.Library.Course(c.Course()); err == nil {
		problem, problems, err := s.installOwn(r, &c, learning.ForStaff)
		if err != nil {
			return err
		}
		switch problem {
		case "":
		case "nothing", "compile": // what is written now cannot be installed: what is installed goes
			if err := s.Node.RemoveCourse(r.Context(), c.Course()); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		default:
			return s.renderOwnCourse(w, r, c, view.OwnCourse{Problem: problem, Problems: problems}, http.StatusInsufficientStorage)
		}
	}
	if err := s.ownLessons(r, &c, nil); err != nil {
		return err
	}
	err := s.Store.ChangeOwnCourse(r.Context(), r.actor(), c.ID, func(c *learning.OwnCourse) error {
		c.To = learning.ForNobody
		return nil
	})
	if before, query, ok := strings.Cut(to, "?gone="); ok {
		return orGoOn(err, w, r, before, did, "gone", query)
	}
	return orGoOn(err, w, r, to, did)
}

// ownLesson is the lesson through which a class has the course: the one noted, or one that was made before the plug was pulled.
func (s *Server) ownLesson(r *request, c *learning.OwnCourse, class learning.ClassID) (learning.Lesson, bool) {
	for _, x := range c.Lessons {
		if x.Class == class {
			if l, err := s.Store.Lesson(r.actor(), x.Lesson); err == nil {
				return l, true
			}
		}
	}
	all, err := s.Store.Lessons(r.actor(), class)
	if err != nil {
		return learning.Lesson{}, false
	}
	i := slices.IndexFunc(all, func(l learning.Lesson) bool {
		return l.Title == lessonTitle(c) && len(l.Resources) > 0 && l.Resources[0].Course == c.Course()
	})
	if i < 0 {
		return learning.Lesson{}, false
	}
	return all[i], true
}

// lessonTitle is what the lesson is called that hands a course to a class.
func lessonTitle(c *learning.OwnCourse) string {
	title := []rune(c.Title)
	return string(title[:min(len(title), learning.MaxName)])
}

// ownLessons gives the course to the classes chosen, each by a lesson, and hides the lessons of the person's other classes.
func (s *Server) ownLessons(r *request, c *learning.OwnCourse, chosen []string) error {
	classes, err := s.Store.Classes(r.actor())
	if err != nil {
		return err
	}
	parts, err := s.Store.OwnParts(r.actor(), c.ID)
	if err != nil {
		return err
	}
	var refs []learning.Ref
	folder := folderOf(c, parts, false)
	for _, p := range folder.parts {
		refs = append(refs, learning.Ref{Course: c.Course(), Resource: folder.resource(p.ID)})
	}
	lessons := slices.Clone(c.Lessons)
	for _, k := range classes {
		l, have := s.ownLesson(r, c, k.ID)
		give := slices.Contains(chosen, string(k.ID))
		if !give && !have {
			continue
		}
		if l.ID, err = s.giveLesson(r, c, l, k.ID, refs, give); err != nil {
			return err
		}
		lessons = slices.DeleteFunc(lessons, func(x learning.OwnLesson) bool { return x.Class == k.ID })
		lessons = append(lessons, learning.OwnLesson{Class: k.ID, Lesson: l.ID})
	}
	return s.Store.ChangeOwnCourse(r.Context(), r.actor(), c.ID, func(c *learning.OwnCourse) error {
		c.Lessons = lessons
		return nil
	})
}

// giveLesson makes or changes the lesson of a class; what its teacher put in from elsewhere stays behind the course's own.
func (s *Server) giveLesson(r *request, c *learning.OwnCourse, l learning.Lesson, class learning.ClassID, refs []learning.Ref, give bool) (learning.LessonID, error) {
	l.Class, l.Hidden, l.Archived = class, !give, l.Archived && !give
	if l.Title == "" {
		l.Title = lessonTitle(c)
	}
	if give {
		others := slices.DeleteFunc(slices.Clone(l.Resources), func(x learning.Ref) bool { return x.Course == c.Course() })
		all := append(slices.Clone(refs), others...)
		l.Resources = all[:min(len(all), learning.MaxResources)]
	}
	id, err := s.Store.SaveLesson(r.Context(), r.actor(), l)
	if err != nil || !give {
		return id, err
	}
	return id, s.Store.SetFor(r.Context(), r.actor(), id, "", []learning.Assignment{{Class: class}}, nil)
}

// ownReader opens a compiled course, to look at it as learners would.
func (s *Server) ownReader(r *request, folder *ownFolder, fn func(content.Reader) error) (problems []pack.Problem, err error) {
	plan, err := s.compileOwn(r.Context(), folder)
	defer plan.remove()
	if err != nil || len(plan.problems) > 0 {
		return plan.problems, err
	}
	reader, err := plan.openOwn(r.Context())
	if err != nil {
		return nil, err
	}
	return nil, errors.Join(fn(reader), reader.Close())
}
