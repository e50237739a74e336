package web

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"lamplight/content"
	"lamplight/server/learning"
)

const (
	maxChecked  = 6 // skills a check before the lesson looks at
	perSkill    = 2 // questions of each
	liveAsked   = 3 // questions of a check in class
	maxLessonly = 8 // skills that a lesson is about
)

// lessonSkills are what a lesson is about: the skills of its exercises' items; where it has no exercise those of the exercises
// that lie beside what it has.
func (s *Server) lessonSkills(l *learning.Lesson) (out []string) {
	add := func(skill string) {
		if skill != "" && !slices.Contains(out, skill) && len(out) < maxLessonly {
			out = append(out, skill)
		}
	}
	for _, ref := range l.Resources {
		reader, release, n, err := s.openRef(ref)
		if err != nil {
			continue
		}
		exercises, ok := reader.(content.ExerciseReader)
		if x, err := exerciseIn(reader, exercises, n, ok); err == nil {
			for _, it := range x.Items {
				add(learning.SkillOf(x, it))
			}
		} else {
			add(n.Skill)
		}
		release()
	}
	for i := 0; i < len(l.Resources) && len(out) == 0; i++ {
		for _, skill := range s.skillsBeside(l.Resources[i]) {
			add(skill)
		}
	}
	return out
}

func exerciseIn(reader content.Reader, exercises content.ExerciseReader, n content.Node, ok bool) (content.Exercise, error) {
	if !ok || n.Kind != content.Practice {
		return content.Exercise{}, errNotFound("exercise " + string(n.ID))
	}
	return exerciseOf(reader, exercises, n.ID)
}

// skillsBeside are the skills of the exercises in the topic of a resource.
func (s *Server) skillsBeside(ref learning.Ref) (out []string) {
	parent, ok := s.parentOf(ref)
	if !ok {
		return nil
	}
	reader, release, err := s.Library.Reader(parent.Course)
	if err != nil {
		return nil
	}
	defer release()
	for _, x := range walk(reader, parent.Resource, nil, 0) {
		if x.Practice && len(out) < maxLessonly {
			out = append(out, cmp.Or(x.Skill, string(x.Resource)))
		}
	}
	return out
}

// questionsOf draws n questions of skills, in turn of each.
func (s *Server) questionsOf(r *request, skills []string, n int, near ...content.CourseID) []learning.QuizQuestion {
	var from [][]learning.QuizQuestion
	for _, skill := range skills {
		var pool []learning.QuizQuestion
		refs, _ := s.practiceOf(r, skill, near...)
		for _, ref := range refs {
			pool = append(pool, s.questionsUnder(r, ref)...)
		}
		from = append(from, s.onlyOf(pool, skill))
	}
	return drawFrom(&learning.Quiz{}, from, n, 1+rand.Uint64N(1<<32))
}

// mostSorted questions of a pool are looked at for their skill.
const mostSorted = 60

// onlyOf are the questions that are of a skill themselves; all where none is.
func (s *Server) onlyOf(pool []learning.QuizQuestion, skill string) []learning.QuizQuestion {
	var out []learning.QuizQuestion
	for _, x := range pool[:min(len(pool), mostSorted)] {
		if sh, err := s.sheet(x, 1); err == nil && learning.SkillOf(sh.exercise, sh.variant.Item) == skill {
			out = append(out, x)
		}
	}
	if len(out) == 0 {
		return pool
	}
	return out
}
