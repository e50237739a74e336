package store

import (
	"context"

	"lamplight/server/learning"
)

// SetFor sets a lesson or quiz (one of the two ids, the other "") for some and takes it back from others, all at once; who may
// set it may. Of add and drop exactly one of Class and Learner is read. Whom it is set for already, or not set for, is no error.
func (s *Store) SetFor(ctx context.Context, a learning.Actor, l learning.LessonID, q learning.QuizID, add, drop []learning.Assignment) error {
	return s.edit(ctx, a, func(v viewer) (out []change, err error) {
		class, err := v.composed(l, q)
		if err != nil {
			return nil, err
		}
		for _, as := range add {
			as.Lesson, as.Quiz = l, q
			if err = as.Check(); err == nil {
				err = v.within(class, &as)
			}
			if err != nil {
				return nil, err
			}
			out = append(out, assignment(&as, true))
		}
		for _, as := range drop {
			as.Lesson, as.Quiz = l, q
			if err = as.Check(); err != nil {
				return nil, err
			}
			if _, on, err := v.assignment(as.ID); err == nil && on {
				out = append(out, assignment(&as, false))
			}
		}
		return out, nil
	})
}

// HandInFor hands in for everybody who began a quiz and has not handed it in, as they would themselves, and says for how many;
// who may save the quiz may. It is for a quiz that is being closed, or was.
func (s *Store) HandInFor(ctx context.Context, a learning.Actor, id learning.QuizID) (n int, err error) {
	err = s.write(ctx, a, func(v viewer) (out []learning.Draft, err error) {
		q, err := v.quiz(id)
		if err != nil {
			return nil, err
		}
		if err := v.mayCompose("quiz", string(id), q.Class, q.Class, false); err != nil {
			return nil, err
		}
		_, learners := v.roster(q.Class)
		for _, p := range learners {
			sitting := v.sitting(p.ID, &q, false)
			if now := sitting.Now(); now != nil && !now.HandedIn {
				w := learning.View{Learner: p.ID, Resource: id.Resource(), Action: learning.Finished, Position: uint64(now.N)}
				out = append(out, w.Draft(v.school))
			}
		}
		n = len(out)
		return out, nil
	})
	return n, err
}

// PutAway lists a class' lessons and quizzes that are archived, by title; its teachers and administrators may read it.
func (s *Store) PutAway(a learning.Actor, class learning.ClassID) (lessons []learning.Lesson, quizzes []learning.Quiz, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(class); err != nil {
			return err
		}
		for _, id := range links[learning.LessonID](v, class, learning.KindLesson) {
			if l, err := v.lesson(id); err == nil && l.Archived {
				lessons = append(lessons, l)
			}
		}
		for _, id := range links[learning.QuizID](v, class, learning.KindQuiz) {
			if q, err := v.quiz(id); err == nil && q.Archived {
				quizzes = append(quizzes, q)
			}
		}
		return nil
	})
	sortByName(lessons, func(l *learning.Lesson) (name, id string) { return l.Title, string(l.ID) })
	sortByName(quizzes, func(q *learning.Quiz) (name, id string) { return q.Title, string(q.ID) })
	return lessons, quizzes, err
}

// An EndedQuiz is a quiz that was open when its class was put away, perhaps on another box.
type EndedQuiz struct {
	Class learning.Class
	Quiz  learning.Quiz
	Sat   int // learners who began it: what they answered is kept
}

// EndedQuizzes lists the open quizzes of classes that were put away and that the actor taught; of an administrator of all.
func (s *Store) EndedQuizzes(a learning.Actor) (out []EndedQuiz, err error) {
	err = s.view(a, func(v viewer) error {
		if !v.admin && v.me.Role != learning.Teacher {
			return nil
		}
		prefix := recordPrefix(learning.KindClass, v.tag)
		v.kv.Scan(recordBucket, prefix, func(k, b []byte) bool {
			r, err := learning.ReadShown(b)
			c := readClass(hexID[learning.ClassID](k[len(prefix):]), &r)
			if err != nil || !c.Archived || c.Parent != "" || !v.taught(c.ID) {
				return true
			}
			for _, id := range links[learning.QuizID](v, c.ID, learning.KindQuiz) {
				if q, err := v.quiz(id); err == nil && q.State == learning.QuizOpen && !q.Archived {
					out = append(out, EndedQuiz{c, q, v.sat(&q)})
				}
			}
			return true
		})
		return nil
	})
	sortByName(out, func(e *EndedQuiz) (name, id string) { return e.Class.Name + e.Quiz.Title, string(e.Quiz.ID) })
	return out, err
}

// taught reports whether the viewer is a teacher of a class, put away or not, or an administrator.
func (v viewer) taught(c learning.ClassID) bool {
	person, ok1 := learning.Raw(v.me.ID)
	class, ok2 := learning.Raw(c)
	return v.admin || ok1 && ok2 && v.me.Role == learning.Teacher && learning.Role(v.kv.Get(memberBucket, memberKey(v.tag, person, class))) == learning.Teacher
}

// sat is how many of a quiz' class began it.
func (v viewer) sat(q *learning.Quiz) (n int) {
	for id := range v.members(q.Class) {
		p := placeOf(v.kv, v.school, id, q.ID.Resource())
		t := p.total()
		if p.unit(&t) != nil {
			n++
		}
	}
	return n
}

// EndQuiz closes a quiz of a class that was put away; whoever taught it and administrators.
func (s *Store) EndQuiz(ctx context.Context, a learning.Actor, id learning.QuizID) error {
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		q, err := v.quiz(id)
		if err != nil {
			return nil, err
		}
		if c, err := v.class(q.Class); err != nil || !c.Archived || !v.taught(q.Class) {
			return nil, notFound("quiz", id)
		}
		raw, _ := learning.Raw(id)
		return []change{{learning.KindQuiz, learning.Subject{ID: raw}, []learning.Value{{Field: learning.QuizState, Value: learning.QuizClosed}}}}, nil
	})
}
