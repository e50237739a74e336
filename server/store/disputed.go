package store

import (
	"lamplight/server/learning"
)

// A Disputed is a lesson, a quiz or a step of which people wrote a field differently without having seen each other's.
// Of the three ids one is set.
type Disputed struct {
	Lesson learning.LessonID
	Quiz   learning.QuizID
	Step   learning.StepID
	Class  learning.ClassID
	Of     string // what a step belongs to: a resource
	Title  string
}

// Disputed lists everything in dispute in the school, but for what was put away; for administrators, who may settle it all.
func (s *Store) Disputed(a learning.Actor) (out []Disputed, err error) {
	err = s.view(a, func(v viewer) error {
		if !v.admin {
			return notAllowed("everything in dispute")
		}
		for _, kind := range []string{learning.KindLesson, learning.KindQuiz, learning.KindStep} {
			prefix := recordPrefix(kind, v.tag)
			v.kv.Scan(recordBucket, prefix, func(k, b []byte) bool {
				if r, err := learning.ReadShown(b); err == nil && inConflict(&r) {
					out = v.disputed(out, kind, k[len(prefix):])
				}
				return true
			})
		}
		return nil
	})
	sortByName(out, func(d *Disputed) (name, id string) {
		return d.Title, string(d.Lesson) + string(d.Quiz) + string(d.Step)
	})
	return out, err
}

func inConflict(r *learning.Record) bool {
	for _, f := range r.Shown {
		if f.Conflict {
			return true
		}
	}
	return false
}

// disputed adds what is still in use.
func (v viewer) disputed(out []Disputed, kind string, id []byte) []Disputed {
	switch kind {
	case learning.KindLesson:
		if l, err := v.lesson(hexID[learning.LessonID](id)); err == nil && !l.Archived {
			return append(out, Disputed{Lesson: l.ID, Class: l.Class, Title: l.Title})
		}
	case learning.KindQuiz:
		if q, err := v.quiz(hexID[learning.QuizID](id)); err == nil && !q.Archived {
			return append(out, Disputed{Quiz: q.ID, Class: q.Class, Title: q.Title})
		}
	case learning.KindStep:
		if x, err := v.step(hexID[learning.StepID](id)); err == nil && !x.Gone {
			return append(out, Disputed{Step: x.ID, Class: x.Class, Of: x.Of, Title: x.Text})
		}
	}
	return out
}
