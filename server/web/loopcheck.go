package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui/view"
)

// A check is what was asked before or in a lesson: a quiz, or a question on every phone; with what came of all of a use.
type check struct {
	step   store.KeptStep // the last
	quiz   learning.Quiz  // of the last, where it is one
	round  *asked1        // of the last, where it is a question on every phone
	skills []string       // of what was asked, in order
	open   bool           // the last takes answers
	asked  int            // learners
	done   int
	right  int // answers, of total
	total  int
	of     map[learning.PersonID]map[string]tally
}

type tally struct{ right, total int }

// asked1 is one question that was put on every phone: which, the variant, and the round whose answers are its.
type asked1 struct {
	round    string
	question learning.QuizQuestion
}

const nowPrefix = "now "

// String is how a step keeps it.
func (a asked1) String() string {
	q := a.question
	return nowPrefix + a.round + " " + strconv.FormatUint(q.Seed, 10) + " " + refKey(learning.Ref{Course: q.Course, Resource: q.Resource}) + " " + string(q.Item)
}

func readAsked1(text string) (a asked1, ok bool) {
	rest, ok := strings.CutPrefix(text, nowPrefix)
	parts := strings.SplitN(rest, " ", 4)
	if !ok || len(parts) != 4 {
		return a, false
	}
	a.round, a.question = parts[0], questionAt(readRef(parts[2]), content.ItemID(parts[3]))
	a.question.Seed, _ = strconv.ParseUint(parts[1], 10, 64)
	return a, true
}

// check reads what came of what was asked for a use; nil where nothing was, or all of it is gone.
func (s *Server) check(r *request, p *loop, use string) (*check, error) {
	c := &check{of: map[learning.PersonID]map[string]tally{}}
	for _, step := range p.steps {
		if step.Use != use {
			continue
		}
		var err error
		if a, ok := readAsked1(step.Ask); ok {
			err = s.countRound(r, p, c, step, a)
		} else {
			err = s.countQuiz(r, c, step)
		}
		if err != nil {
			return nil, err
		}
	}
	if c.step.ID == "" {
		return nil, nil
	}
	return c, nil
}

func (c *check) about(skill string) {
	if skill != "" && !slices.Contains(c.skills, skill) {
		c.skills = append(c.skills, skill)
	}
}

// next makes a step the last one.
func (c *check) next(step store.KeptStep, asked int, open bool) {
	c.step, c.quiz, c.round, c.asked, c.open, c.done, c.right, c.total = step, learning.Quiz{}, nil, asked, open, 0, 0, 0
}

func (c *check) add(who learning.PersonID, skill string, right bool) {
	if c.of[who] == nil {
		c.of[who] = map[string]tally{}
	}
	t := c.of[who][skill]
	t.total++
	c.total++
	if right {
		t.right++
		c.right++
	}
	c.of[who][skill] = t
}

// countQuiz adds a quiz: one that its teacher put away counts as never made.
func (s *Server) countQuiz(r *request, c *check, step store.KeptStep) error {
	q, err := s.Store.Quiz(r.actor(), learning.QuizID(step.Ask))
	if err != nil || q.Archived {
		return nil
	}
	sittings, err := s.Store.Sittings(r.actor(), q.ID)
	if err != nil {
		return err
	}
	skill := map[string]string{}
	for _, section := range q.Sections {
		for _, x := range section.Questions {
			if sh, err := s.sheet(x, sampleSeed(x)); err == nil {
				skill[x.Key] = learning.SkillOf(sh.exercise, sh.variant.Item)
				c.about(skill[x.Key])
			}
		}
	}
	c.next(step, len(sittings), q.State == learning.QuizOpen)
	c.quiz = q
	for _, x := range sittings {
		now := x.Sitting.Now()
		if now == nil || !now.Marked {
			continue
		}
		c.done++
		for key, of := range skill {
			if a, ok := now.Answers[key]; ok || now.Asked >= len(skill) { // who is asked fewer has not left it out
				c.add(x.Person.ID, of, a.Correct)
			}
		}
	}
	return nil
}

// countRound adds a question that was put on every phone: its answers once the class is asked it no more.
func (s *Server) countRound(r *request, p *loop, c *check, step store.KeptStep, a asked1) error {
	mode, err := s.Store.ClassMode(r.actor(), p.class.ID, s.Node.DeviceID())
	if err != nil {
		return err
	}
	open := mode.State == learning.ClassAnswers && mode.Round() == a.round
	was := learning.ClassMode{Class: p.class.ID, Box: mode.Box, Rounds: []string{a.round}}
	if slices.Contains(mode.Rounds, a.round) {
		was.Rounds = mode.Rounds // asked again after talking: what was answered last counts
		open = mode.State == learning.ClassAnswers
	}
	all, err := s.Store.ClassAnswersTo(r.actor(), &was)
	if err != nil {
		return err
	}
	skill := ""
	if sh, err := s.sheet(a.question, sampleSeed(a.question)); err == nil {
		skill = learning.SkillOf(sh.exercise, sh.variant.Item)
		c.about(skill)
	}
	c.next(step, len(all), open)
	c.round = &a
	for _, x := range all {
		at := x.Rounds[len(x.Rounds)-1]
		if at == nil {
			continue
		}
		c.done++
		if !open {
			c.add(x.Person.ID, skill, at.Correct)
		}
	}
	return nil
}

// loopCheck is a check as the page has it: who is not ready, and on what.
func (s *Server) loopCheck(p *loop, use string) (out view.LoopCheck) {
	c := p.checks[use]
	order := p.needs
	if c != nil {
		out = s.checkView(p, c)
		order = c.skills
	} else if use == learning.StepLive {
		return out
	}
	for _, skill := range order {
		x := view.LoopSkill{Title: p.title(skill)}
		for i, who := range p.skills.Learners {
			ready, url := p.ready(i, skill, use)
			if ready == learning.Unknown {
				continue
			}
			x.Known++
			if ready != learning.Can {
				x.Names = append(x.Names, view.Link{Text: who.Name, URL: url})
			}
		}
		out.Skills = append(out.Skills, x)
	}
	return out
}

func (s *Server) checkView(p *loop, c *check) view.LoopCheck {
	home := classHome(p.class.ID)
	out := view.LoopCheck{
		Step: string(c.step.ID), Open: c.open, Asked: c.asked, Done: c.done, Right: c.right, Total: c.total, Few: (&learning.Step{Right: c.right, Total: c.total}).Few(),
	}
	if c.round != nil {
		out.Question, out.Report = s.questionLine(c.round.question), home+"/report/resource/"+string(c.round.question.Resource)
		return out
	}
	out.Questions, out.Report = c.quiz.Questions(), home+"/report/quiz/"+string(c.quiz.ID)
	out.Paper = paperURL(p.class.ID, "", url.Values{"quiz": {string(c.quiz.ID)}})
	return out
}
