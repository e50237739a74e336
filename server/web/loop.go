package web

import (
	"net/http"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

func loopPath(class learning.ClassID, lesson learning.LessonID) string {
	if lesson == "" {
		return classHome(class) + "/loop"
	}
	return classHome(class) + "/loop/" + string(lesson)
}

// showLoops lists the lessons of a class, to choose one.
func (s *Server) showLoops(w http.ResponseWriter, r *request) error {
	class, err := s.ledClass(r)
	if err != nil {
		return err
	}
	lessons, err := s.Store.Lessons(r.actor(), class.ID)
	if err != nil {
		return err
	}
	steps, err := s.Store.Steps(r.actor(), class.ID, "")
	if err != nil {
		return err
	}
	v := view.Loops{Frame: s.frame(r, "teach", &view.Link{Text: class.Name, URL: classHome(class.ID)}), Class: class.Name, Make: workURL(class.ID)}
	for _, l := range lessons {
		x := view.LoopLesson{Title: l.Title, URL: loopPath(class.ID, l.ID), Things: len(l.Resources)}
		for _, use := range []string{learning.StepBefore, learning.StepLive, learning.StepAfter} {
			if slices.ContainsFunc(steps, func(p store.KeptStep) bool { return p.Lesson == l.ID && p.Use == use }) {
				x.Made = append(x.Made, use)
			}
		}
		v.Lessons = append(v.Lessons, x)
	}
	return s.render(w, r, http.StatusOK, ui.Loops(v))
}

// A loop is one lesson of a class with all that was made for it and what is known of who needs what.
type loop struct {
	class  learning.Class
	lesson learning.Lesson
	all    []store.KeptStep // of the class
	steps  []store.KeptStep // of the lesson
	skills store.SkillMap
	graph  learning.Skills
	title  func(skill string) string
	own    []string // skills of the lesson
	needs  []string // what it stands on; of one that stands on nothing its own
	checks map[string]*check
}

// loop finds what the address names.
func (s *Server) loop(r *request) (*loop, error) {
	class, err := s.ledClass(r)
	if err != nil {
		return nil, err
	}
	id, err := learning.ParseID[learning.LessonID](r.PathValue("lesson"))
	if err != nil {
		return nil, err
	}
	p := &loop{class: class, graph: s.skills(), checks: map[string]*check{}}
	if p.lesson, err = s.Store.Lesson(r.actor(), id); err == nil && p.lesson.Class != class.ID {
		err = errNotFound("lesson " + string(id))
	}
	if err != nil {
		return nil, err
	}
	if p.skills, err = s.Store.SkillMap(r.actor(), class.ID); err != nil {
		return nil, err
	}
	if p.all, err = s.Store.Steps(r.actor(), class.ID, ""); err != nil {
		return nil, err
	}
	for _, x := range p.all {
		if x.Lesson == id {
			p.steps = append(p.steps, x)
		}
	}
	p.title = s.skillTitles(p.graph)
	p.own = s.lessonSkills(&p.lesson)
	if p.needs = p.graph.Before(p.own...); len(p.needs) == 0 {
		p.needs = p.own
	}
	p.needs = p.needs[:min(len(p.needs), maxChecked)]
	for _, use := range []string{learning.StepBefore, learning.StepLive} {
		if p.checks[use], err = s.check(r, p, use); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// step is the last of a use, nil none.
func (p *loop) step(use string) *store.KeptStep {
	for i := len(p.steps) - 1; i >= 0; i-- {
		if p.steps[i].Use == use {
			return &p.steps[i]
		}
	}
	return nil
}

// showLoop is before, in and after a lesson on one page.
func (s *Server) showLoop(w http.ResponseWriter, r *request) error {
	p, err := s.loop(r)
	if err != nil {
		return err
	}
	v := view.Loop{
		Frame: s.frame(r, "teach", &view.Link{Text: p.class.Name, URL: loopPath(p.class.ID, "")}), Class: p.class.Name, Heading: p.lesson.Title,
		Action: loopPath(p.class.ID, p.lesson.ID), Lesson: lessonEditURL(p.lesson.ID), Own: slices.Equal(p.needs, p.own),
	}
	for _, skill := range p.needs {
		v.Needs = append(v.Needs, view.Words{Text: p.title(skill)})
	}
	v.Before, v.Live = s.loopCheck(p, learning.StepBefore), s.loopCheck(p, learning.StepLive)
	v.Now = inClassURL(p.class.ID)
	v.Films = s.loopFilms(p)
	if v.After, err = s.loopAfter(r, p); err != nil {
		return err
	}
	q := r.URL.Query()
	v.Problem = oneOf(q.Get("problem"), []string{"questions", "exercises"})
	if did := oneOf(q.Get("did"), []string{"before", "live", "now", "after", "closed", "undone", "redone"}); did != "" {
		v.Banner = &view.Banner{Kind: "saved", Key: "loop.did." + did}
	}
	if gone := q.Get("gone"); gone != "" && q.Get("did") == "undone" {
		v.Undo = &view.Undo{Action: v.Action, Fields: []view.Hidden{{Name: "do", Value: "redo " + gone}}}
	}
	return s.render(w, r, http.StatusOK, ui.Loop(v))
}

// courses are those the lesson takes from.
func (p *loop) courses() (out []content.CourseID) {
	for _, ref := range p.lesson.Resources {
		out = append(out, ref.Course)
	}
	return out
}

// ready says how learner i stands in a skill: by the first check of uses in which they answered it, else by the map; and where
// that is shown.
func (p *loop) ready(i int, skill string, uses ...string) (learning.Standing, string) {
	who := p.skills.Learners[i].ID
	evidence := (&skillPage{classReport: classReport{id: p.class.ID}}).evidence(who, skill)
	for _, use := range uses {
		c := p.checks[use]
		if c == nil || c.of[who][skill].total == 0 {
			continue
		}
		if c.quiz.ID != "" {
			evidence = classHome(p.class.ID) + "/report/quiz/" + string(c.quiz.ID) + "/learner/" + string(who)
		}
		if t := c.of[who][skill]; (&learning.Step{Right: t.right, Total: t.total}).Few() {
			return learning.NotYet, evidence
		}
		return learning.Can, evidence
	}
	k, ok := slices.BinarySearch(p.skills.Skills, skill)
	if !ok {
		return learning.Unknown, ""
	}
	return p.skills.Of(i)[k], evidence
}

// loopFilms are the films of the lesson, which can be shown with stops.
func (s *Server) loopFilms(p *loop) (out []view.LoopFilm) {
	for _, ref := range p.lesson.Resources {
		if x, ok := s.film(p.class, ref, p.lesson.ID, p.all); ok {
			out = append(out, x)
		}
	}
	return out
}

func splitIDs[T ~string](list string) (out []T) {
	for _, id := range strings.Fields(list) {
		out = append(out, T(id))
	}
	return out
}

func joinIDsOf[T ~string](ids []T) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(id))
	}
	return b.String()
}
