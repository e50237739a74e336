package web

import (
	"slices"

	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// A need is learners who lack the same.
type need struct {
	skill   string // "" they are ready to go on
	refs    []learning.Ref
	as      string // skill of refs
	who     []learning.Person
	unknown int // of who
}

// mostNeeds is how many groups a teacher looks after.
const mostNeeds = 4

// grouped are the learners of the class by what they need first: what comes before the lesson, then what it is about.
func (s *Server) grouped(r *request, p *loop) (out []need) {
	order := slices.Clone(p.needs)
	for _, skill := range p.own {
		if !slices.Contains(order, skill) {
			order = append(order, skill)
		}
	}
	if len(order) == 0 {
		return nil
	}
	at := map[string]int{}
	for i, who := range p.skills.Learners {
		skill, known := p.first(i, order)
		k, ok := at[skill]
		if !ok {
			k, at[skill] = len(out), len(out)
			out = append(out, need{skill: skill})
		}
		out[k].who = append(out[k].who, who)
		if !known {
			out[k].unknown++
		}
	}
	place := func(n need) int {
		if n.skill == "" {
			return len(order)
		}
		return slices.Index(order, n.skill)
	}
	arrange.By(out, func(a, b need) int { return place(a) - place(b) })
	out = fewNeeds(out)
	for i := range out {
		s.homework(r, p, &out[i])
	}
	return slices.DeleteFunc(out, func(n need) bool { return len(n.refs) == 0 })
}

// first is the first of skills that learner i is not ready for, "" none. Of whom nothing is known the lesson's own comes first.
func (p *loop) first(i int, order []string) (skill string, known bool) {
	for _, skill := range order {
		ready, _ := p.ready(i, skill, learning.StepLive, learning.StepBefore)
		known = known || ready != learning.Unknown
		if ready == learning.NotYet || ready == learning.Nearly {
			return skill, true
		}
	}
	if !known && len(p.own) > 0 {
		return p.own[0], false
	}
	return "", known
}

// fewNeeds joins the smallest groups with those before them, until there are as many as one teacher looks after.
func fewNeeds(all []need) []need {
	for len(all) > mostNeeds {
		least := 1
		for i := range all {
			if i > 0 && all[i].skill != "" && len(all[i].who) < len(all[least].who) {
				least = i
			}
		}
		all[least-1].who = append(all[least-1].who, all[least].who...)
		all[least-1].unknown += all[least].unknown
		all = slices.Delete(all, least, least+1)
	}
	return all
}

// homework is what a group practises; who is ready what comes next.
func (s *Server) homework(r *request, p *loop, n *need) {
	if n.skill != "" {
		n.refs, n.as = s.practiceOf(r, n.skill, p.courses()...)
		return
	}
	for _, skill := range append(p.graph.After(p.own...), p.own...) {
		if n.refs = s.exercisesOf(r, skill, p.courses()...); len(n.refs) > 0 {
			n.as = skill
			return
		}
	}
}
