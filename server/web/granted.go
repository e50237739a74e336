package web

import (
	"slices"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
)

// granted finds a file that a page of ours shows, for who may see such a page: what the course's reader has no grant for,
// and what is for teachers alone, is not there for others, whatever name they know.
func (s *Server) granted(r *request, reader content.Reader, name string) (content.File, error) {
	f, err := reader.File(name)
	if err != nil {
		return f, err
	}
	grants, err := content.Given(reader, f.Path, content.Shown)
	if err != nil {
		return content.File{}, err
	}
	if !slices.ContainsFunc(grants, func(g content.Grant) bool { return s.mayLoad(r, reader, g.For) }) {
		return content.File{}, errNotFound(name)
	}
	return f, nil
}

// mayLoad says whether the person may have what the page of a resource or topic loads; id "" is any page of the course.
func (s *Server) mayLoad(r *request, reader content.Reader, id content.ResourceID) bool {
	if r.teaches() {
		return true
	}
	if id == "" {
		_, only := s.Library.ForStaff(reader.Course().ID)
		return !only
	}
	n, err := reader.Node(id)
	return err == nil && (!s.hidden(r, n) || s.beingAsked(r, id))
}

// beingAsked says whether a quiz that the person has begun asks questions of an exercise.
func (s *Server) beingAsked(r *request, id content.ResourceID) bool {
	if !r.signedIn() {
		return false
	}
	quizzes, err := s.Store.QuizzesFor(r.actor(), r.person.ID)
	if err != nil {
		s.Log.Warn("quizzes set for a learner", "err", err)
	}
	return slices.ContainsFunc(quizzes, func(q store.SetQuiz) bool {
		return len(q.Sitting.Tries) > 0 && slices.ContainsFunc(q.Quiz.Sections, func(section learning.QuizSection) bool {
			return slices.ContainsFunc(section.Questions, func(x learning.QuizQuestion) bool { return x.Resource == id })
		})
	})
}

// frameURL is where the player has the page of a package; the caller has found that the person may open it.
func (s *Server) frameURL(r *request, course content.CourseID, n content.Node) string {
	what := ""
	switch {
	case n.Staff && r.teaches():
		what = "staff"
	case n.Staff:
		what = string(n.ID)
	}
	return s.Player.FrameURL(r.Request, course, n.Path, what)
}
