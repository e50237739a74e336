package web

import (
	"slices"

	"lamplight/content"
	"lamplight/server/learning"
)

// teaches says whether the person may see what is for teachers alone.
func (r *request) teaches() bool { return teachers.admits(r.person.Role, false) }

// hidden says whether a resource is for teachers alone and this person is none: it is not found then, unless a lesson set for
// them holds it, or a quiz that they have handed in. Before that a quiz shows its own questions, and nothing beside them.
func (s *Server) hidden(r *request, n content.Node) bool {
	return n.Staff && !r.teaches() && !s.setFor(r, n.ID)
}

// listed leaves out of a list of nodes what is for teachers alone, for who is none. Lessons list their own.
func (r *request) listed(nodes []content.Node) []content.Node {
	if r.teaches() {
		return nodes
	}
	return slices.DeleteFunc(nodes, func(n content.Node) bool { return n.Staff })
}

func (s *Server) setFor(r *request, id content.ResourceID) bool {
	if !r.signedIn() {
		return false
	}
	lessons, err := s.Store.LessonsFor(r.actor(), r.person.ID)
	if err != nil {
		s.Log.Warn("lessons set for a learner", "err", err)
	}
	for _, l := range lessons {
		if slices.ContainsFunc(l.Lesson.Resources, func(ref learning.Ref) bool { return ref.Resource == id }) {
			return true
		}
	}
	quizzes, err := s.Store.QuizzesFor(r.actor(), r.person.ID)
	if err != nil {
		s.Log.Warn("quizzes set for a learner", "err", err)
	}
	for _, q := range quizzes {
		for _, section := range q.Quiz.Sections {
			if handedIn(q.Sitting) && slices.ContainsFunc(section.Questions, func(x learning.QuizQuestion) bool { return x.Resource == id }) {
				return true
			}
		}
	}
	return false
}

func handedIn(s learning.Sitting) bool {
	return slices.ContainsFunc(s.Tries, func(t learning.Try) bool { return t.HandedIn })
}

// childrenOf lists what lies under a topic as reader.Children does, but for what this person may not see.
func (s *Server) childrenOf(r *request, reader content.Reader, topic content.ResourceID, from, n int) ([]content.Node, int, error) {
	if staff, _ := s.Library.ForStaff(reader.Course().ID); staff == 0 || r.teaches() {
		return reader.Children(topic, from, n)
	}
	all, total, err := reader.Children(topic, 0, maxOutline)
	if err != nil {
		return nil, 0, err
	}
	beyond := total - len(all)
	all = r.listed(all)
	return all[min(from, len(all)):min(from+n, len(all))], len(all) + beyond, nil
}
