package store

import (
	"cmp"
	"sort"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// A SkillMap is how well each learner of a class does each skill that any of them practised.
type SkillMap struct {
	Class    learning.Class
	Learners []learning.Person   // by name
	Skills   []string            // ids, ascending
	Standing []learning.Standing // learner by learner, Skills of each
}

// Of is how well learner i does each skill.
func (m *SkillMap) Of(i int) []learning.Standing {
	return m.Standing[i*len(m.Skills) : (i+1)*len(m.Skills)]
}

// standings are what a learner's practice came to when it was folded last.
type standings struct {
	mark, quizzes uint64 // see practised
	of            map[string]learning.Standing
}

// maxStandings learners' standings are remembered, a few kilobytes each; past that the rest is folded each time.
const maxStandings = 1000

// SkillMap is the standing of each learner of a class or group in each skill; its teachers and administrators may read it.
func (s *Store) SkillMap(a learning.Actor, class learning.ClassID) (out SkillMap, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(class); err != nil {
			return err
		}
		out.Class, err = v.class(class)
		_, out.Learners = v.roster(class)
		return err
	})
	if err != nil {
		return out, err
	}
	all := make([]map[string]learning.Standing, len(out.Learners))
	met := map[string]bool{}
	for i, p := range out.Learners {
		if all[i], err = s.standings(p.ID); err != nil {
			return out, err
		}
		for skill := range all[i] {
			if !met[skill] {
				met[skill] = true
				out.Skills = append(out.Skills, skill)
			}
		}
	}
	sort.Strings(out.Skills)
	out.Standing = make([]learning.Standing, len(out.Learners)*len(out.Skills))
	for i := range all {
		for k, skill := range out.Skills {
			out.Standing[i*len(out.Skills)+k] = all[i][skill]
		}
	}
	return out, nil
}

// standings are a learner's, as remembered where nothing came since. Nobody may change them.
func (s *Store) standings(learner learning.PersonID) (map[string]learning.Standing, error) {
	now := standings{quizzes: s.learnt.quizzes.Load()}
	_ = s.view(learning.Box(), func(v viewer) error {
		t := v.total(learnerOf(v.school, learner))
		now.mark = t.Mark
		return nil
	})
	s.learnt.mu.Lock()
	known := s.learnt.standings[learner]
	s.learnt.mu.Unlock()
	if known.of != nil && known.mark == now.mark && known.quizzes == now.quizzes {
		return known.of, nil
	}
	p, err := s.Practice(learning.Box(), learner)
	if err != nil {
		return nil, err
	}
	now.of = map[string]learning.Standing{}
	for _, skill := range p.Skills() {
		now.of[skill] = p.Standing(skill)
	}
	s.learnt.mu.Lock()
	defer s.learnt.mu.Unlock()
	if s.learnt.standings == nil || len(s.learnt.standings) >= maxStandings {
		s.learnt.standings = map[learning.PersonID]standings{}
	}
	s.learnt.standings[learner] = now
	return now.of, nil
}

// SkillAttempts lists a learner's last n counted attempts at one skill, in whatever resource, the last first: what their
// standing in it comes from. Answers to a quiz are told as Attempts tells them. Who may read the record may ask, but the
// learner themselves: what they may know of quizzes their sittings tell.
func (s *Store) SkillAttempts(a learning.Actor, learner learning.PersonID, skill string, n int) (out []AttemptRecord, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayRead(learner); err != nil {
			return err
		}
		if !v.admin && v.self(learner) {
			return notAllowed("one's own answers by skill")
		}
		l := learnerOf(v.school, learner)
		t := v.total(l)
		done, _ := v.done(learner, &t)
		arrange.By(done, func(a, b learning.Done) int { return b.Order.Compare(a.Order) })
		for _, d := range done {
			if len(out) < n && d.ID != "" && cmp.Or(d.Skill, string(d.Resource)) == skill {
				c := counted{Attempt: d.Attempt}
				d.Given = v.given(l, &c)
				if d.Quiz != "" {
					d.Resource = content.ResourceID(d.Quiz.Resource())
				}
				out = append(out, AttemptRecord{d.Attempt, when(v.kv, d.Stamp)})
			}
		}
		return nil
	})
	return out, err
}
