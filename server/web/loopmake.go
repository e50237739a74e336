package web

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// changeLoop makes a step of the lesson, ends it, takes it back or puts it back. A step that is there is not made twice.
func (s *Server) changeLoop(w http.ResponseWriter, r *request) error {
	p, err := s.loop(r)
	if err != nil {
		return err
	}
	f, to := r.PostForm, loopPath(p.class.ID, p.lesson.ID)
	do, step, _ := strings.Cut(f.Get("do"), " ")
	problem := ""
	switch do {
	case learning.StepBefore, learning.StepLive:
		if c := p.checks[do]; c == nil || do == learning.StepLive && !c.open {
			problem, err = s.makeCheck(r, p, do)
		}
	case "now":
		if c := p.checks[learning.StepLive]; c == nil || !c.open {
			problem, err = s.askNow(r, p)
		}
	case learning.StepAfter:
		if p.step(do) == nil {
			problem, err = s.makeHomework(r, p)
		}
	case "close":
		err = s.closeCheck(r, p, step)
	case "undo", "redo":
		err = s.dropLoopStep(r, p, learning.StepID(step), do == "undo")
	default:
		err = errNotFound("do=" + do)
	}
	switch {
	case err != nil:
		return err
	case problem != "":
		return see(w, r, to+"?problem="+problem)
	case do == "undo":
		return see(w, r, done(to, "undone")+"&gone="+step)
	}
	did := map[string]string{"close": "closed", "redo": "redone"}
	return see(w, r, done(to, cmp.Or(did[do], do)))
}

// makeCheck makes a short quiz, opens it for the class and keeps it with the lesson; problem is a message "loop.problem.KEY".
func (s *Server) makeCheck(r *request, p *loop, use string) (problem string, err error) {
	skills, n := p.own, liveAsked
	if use == learning.StepBefore {
		skills, n = p.needs, max(liveAsked, min(perSkill*len(p.needs), maxChecked))
	}
	questions := s.questionsOf(r, skills, n, p.courses()...)
	if len(questions) == 0 {
		return "questions", nil
	}
	l := locale.For(s.frame(r, "", nil).Lang)
	id, err := s.Store.SaveQuiz(r.Context(), r.actor(), learning.Quiz{
		Class: p.class.ID, Title: short(l.T("loop.quiz."+use, "lesson", p.lesson.Title)), State: learning.QuizOpen, Report: true,
		Sections: []learning.QuizSection{{Questions: questions}},
	})
	if err != nil {
		return "", err
	}
	if err := s.Store.SetFor(r.Context(), r.actor(), "", id, []learning.Assignment{{Class: p.class.ID}}, nil); err != nil {
		return "", err
	}
	_, err = s.Store.SaveStep(r.Context(), r.actor(), s.loopStep(p, use, string(id)), "")
	return "", err
}

// askNow puts a question of what the lesson is about on every phone of the class.
func (s *Server) askNow(r *request, p *loop) (problem string, err error) {
	all := s.questionsOf(r, p.own, 1, p.courses()...)
	if len(all) == 0 {
		return "questions", nil
	}
	a, err := s.putQuestion(r, p.class.ID, all[0])
	if err != nil {
		return "", err
	}
	_, err = s.Store.SaveStep(r.Context(), r.actor(), s.loopStep(p, learning.StepLive, a.String()), "")
	return "", err
}

// putQuestion puts a question on every phone of a class.
func (s *Server) putQuestion(r *request, class learning.ClassID, x learning.QuizQuestion) (a asked1, err error) {
	if err := s.leadClass(r, class, learning.Ref{Course: x.Course, Resource: x.Resource}, x.Item); err != nil {
		return a, err
	}
	mode, err := s.Store.ClassMode(r.actor(), class, s.Node.DeviceID())
	x.Seed = mode.Seed
	return asked1{mode.Round(), x}, err
}

func (s *Server) loopStep(p *loop, use, ask string) learning.Step {
	n := 0
	for _, x := range p.steps {
		if x.Use == use {
			n = max(n, x.At+1)
		}
	}
	return learning.Step{Class: p.class.ID, Use: use, Lesson: p.lesson.ID, Ask: ask, At: n, Day: s.knownDate()}
}

// knownDate is today, "" where the box does not know the day.
func (s *Server) knownDate() string {
	day, believed := s.today()
	if !believed {
		return ""
	}
	return dateText(day)
}

// closeCheck ends what the class is asked: what is answered counts from then on.
func (s *Server) closeCheck(r *request, p *loop, step string) error {
	for _, c := range p.checks {
		switch {
		case c == nil || string(c.step.ID) != step:
			continue
		case !c.open:
			return nil
		case c.round != nil:
			mode, err := s.Store.ClassMode(r.actor(), p.class.ID, s.Node.DeviceID())
			if err == nil {
				err = s.steer(r, p.class.ID, keyOfNow(&mode), steps["close"])
			}
			if errors.Is(err, errChanged) { // somebody else closed it
				return nil
			}
			return err
		}
		if _, err := s.Store.HandInFor(r.Context(), r.actor(), c.quiz.ID); err != nil {
			return err
		}
		return s.Store.SetQuizState(r.Context(), r.actor(), c.quiz.ID, learning.QuizClosed)
	}
	return errNotFound("step " + step)
}

// dropLoopStep takes back what a step made, or puts it back. Answers that were given stay in the record.
func (s *Server) dropLoopStep(r *request, p *loop, id learning.StepID, gone bool) error {
	x, err := s.Store.Step(r.actor(), id)
	if err != nil {
		return err
	}
	if x.Class != p.class.ID || x.Lesson != p.lesson.ID {
		return errNotFound("step " + string(id))
	}
	switch x.Use {
	case learning.StepBefore, learning.StepLive:
		if _, now := readAsked1(x.Ask); !now {
			err = s.putAway(r, "", learning.QuizID(x.Ask), gone)
		}
	case learning.StepAfter:
		for _, l := range splitIDs[learning.LessonID](x.Ask) {
			if err == nil {
				err = s.putAway(r, l, "", gone)
			}
		}
	default:
		return errNotFound("step " + string(id))
	}
	if err != nil {
		return err
	}
	return s.Store.DropStep(r.Context(), r.actor(), id, gone)
}

// makeHomework makes a lesson for each group and sets it for its learners.
func (s *Server) makeHomework(r *request, p *loop) (problem string, err error) {
	l := locale.For(s.frame(r, "", nil).Lang)
	var made []learning.LessonID
	for _, n := range s.grouped(r, p) {
		id, err := s.Store.SaveLesson(r.Context(), r.actor(), learning.Lesson{
			Class: p.class.ID, Title: short(l.T("loop.homework", "skill", p.title(n.as))), Resources: n.refs,
		})
		if err != nil {
			return "", err
		}
		var set []learning.Assignment
		for _, who := range n.who {
			set = append(set, learning.Assignment{Learner: who.ID})
		}
		if err := s.Store.SetFor(r.Context(), r.actor(), id, "", set, nil); err != nil {
			return "", err
		}
		made = append(made, id)
	}
	if len(made) == 0 {
		return "exercises", nil
	}
	_, err = s.Store.SaveStep(r.Context(), r.actor(), s.loopStep(p, learning.StepAfter, joinIDsOf(made)), "")
	return "", err
}

// loopAfter is the homework that was made, with who did it; else the groups it would be made for.
func (s *Server) loopAfter(r *request, p *loop) (out view.LoopAfter, err error) {
	if step := p.step(learning.StepAfter); step != nil {
		out.Step = string(step.ID)
		for _, id := range splitIDs[learning.LessonID](step.Ask) {
			g, err := s.madeHomework(r, p, id)
			if err != nil {
				return out, err
			}
			out.Groups = append(out.Groups, g...)
		}
		return out, nil
	}
	for _, n := range s.grouped(r, p) {
		g := view.LoopGroup{Names: namesOf(n.who), Work: len(n.refs)}
		if n.skill != "" {
			g.Need = p.title(n.skill)
		}
		if n.as != n.skill {
			g.Instead = p.title(n.as)
		}
		out.Unseen += n.unknown
		out.Groups = append(out.Groups, g)
	}
	return out, nil
}

func namesOf(all []learning.Person) (out []view.Link) {
	for _, who := range all {
		out = append(out, view.Link{Text: who.Name, URL: "/teach/learner/" + string(who.ID)})
	}
	return out
}

// madeHomework is one lesson that was made: nothing where its teacher put it away since.
func (s *Server) madeHomework(r *request, p *loop, id learning.LessonID) ([]view.LoopGroup, error) {
	l, err := s.Store.Lesson(r.actor(), id)
	if err != nil || l.Archived || l.Class != p.class.ID {
		return nil, nil
	}
	set, err := s.Store.Assignments(r.actor(), id, "")
	if err != nil {
		return nil, err
	}
	var resources []content.ResourceID
	for _, ref := range l.Resources {
		resources = append(resources, ref.Resource)
	}
	work, err := s.Store.ClassWork(r.actor(), p.class.ID, resources)
	if err != nil {
		return nil, err
	}
	g := view.LoopGroup{Need: l.Title, Work: len(l.Resources), URL: classHome(p.class.ID) + "/report/lesson/" + string(id)}
	for i, who := range work.Learners {
		if !slices.ContainsFunc(set, func(as learning.Assignment) bool { return as.Learner == who.ID || as.Class == p.class.ID }) {
			continue
		}
		g.Names = append(g.Names, namesOf([]learning.Person{who})...)
		if !slices.ContainsFunc(work.Of(i), func(x store.Work) bool { return !x.Complete }) {
			g.Done++
		}
	}
	return []view.LoopGroup{g}, nil
}
