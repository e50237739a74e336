package learning

import (
	"slices"

	"lamplight/content"
)

// Skills is the graph of what must be learnt before what. It bears rings and skills that do not exist: it never loops, and
// a need that leads nowhere is met.
type Skills struct {
	// Learnt holds skills that count as learnt whatever the learner's answers say, such as those whose exercises are all
	// mastered. May be nil.
	Learnt map[string]bool

	titles map[string]string
	needs  map[string][]string
}

// SkillsOf makes the graph of all skills of some courses. Where two courses name one skill, its needs are joined.
func SkillsOf(courses ...[]content.Skill) Skills {
	g := Skills{titles: map[string]string{}, needs: map[string][]string{}}
	for _, c := range courses {
		for _, s := range c {
			if g.titles[s.ID] == "" {
				g.titles[s.ID] = s.Title
			}
			g.needs[s.ID] = append(g.needs[s.ID], s.Needs...)
		}
	}
	return g
}

// First is what to learn before a skill: of the skills it needs, at any distance, that are not learnt and all of whose own
// needs are, the weakest; of equals the one named first. "" and false when nothing stands before the skill. A skill never
// practised stands at what the learner does in all, and what lies beyond a learnt skill does not matter. p may be nil.
func (g Skills) First(skill string, p *Practice) (first string, blocked bool) {
	if p == nil {
		p = &Practice{}
	}
	all := g.missing(skill, p)
	weakest, open := int64(0), false
	for _, s := range all {
		isOpen := len(g.lacks(s, p)) == 0
		if open && !isOpen {
			continue
		}
		// In a ring nothing is open: then the weakest of all.
		if c := p.reference(s); first == "" || isOpen && !open || c < weakest {
			first, weakest, open = s, c, isOpen
		}
	}
	return first, first != ""
}

// missing is what a skill needs at any distance and is not learnt, nearest first.
func (g Skills) missing(skill string, p *Practice) (out []string) {
	if g.learnt(skill, p) {
		return nil
	}
	seen := map[string]bool{skill: true}
	queue := []string{skill}
	for len(queue) > 0 {
		for _, need := range g.lacks(queue[0], p) {
			if !seen[need] {
				seen[need] = true
				out = append(out, need)
				queue = append(queue, need)
			}
		}
		queue = queue[1:]
	}
	return out
}

// lacks is what a skill itself needs and is not learnt.
func (g Skills) lacks(skill string, p *Practice) (out []string) {
	for _, need := range g.needs[skill] {
		if _, exists := g.titles[need]; exists && need != skill && !g.learnt(need, p) {
			out = append(out, need)
		}
	}
	return out
}

func (g Skills) learnt(skill string, p *Practice) bool {
	return g.Learnt[skill] || p.Standing(skill) == Can
}

// Title is a skill's title, its id when it has none.
func (g Skills) Title(skill string) string {
	if t := g.titles[skill]; t != "" {
		return t
	}
	return skill
}

// Before is what skills need at once, none of the skills themselves among them, in the order in which they name it.
func (g Skills) Before(skills ...string) (out []string) { return g.beside(skills, g.needs) }

// After is what needs one of skills at once, and is none of them, by id.
func (g Skills) After(skills ...string) []string {
	out := g.beside(skills, g.leads())
	slices.Sort(out)
	return out
}

func (g Skills) beside(skills []string, of map[string][]string) (out []string) {
	for _, s := range skills {
		for _, x := range of[s] {
			if _, exists := g.titles[x]; exists && !slices.Contains(skills, x) && !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	return out
}

func (g Skills) leads() map[string][]string {
	out := map[string][]string{}
	for s, needs := range g.needs {
		for _, n := range needs {
			out[n] = append(out[n], s)
		}
	}
	return out
}

// Near lists the skills beside one, nearest first: all it needs, at any distance, then all that needs it. Of equals the one
// of the lesser id comes first.
func (g Skills) Near(skill string) (out []string) {
	seen := []string{skill}
	for _, of := range []map[string][]string{g.needs, g.leads()} {
		for ring := []string{skill}; len(ring) > 0; {
			ring = g.beside(ring, of)
			ring = slices.DeleteFunc(ring, func(s string) bool { return slices.Contains(seen, s) })
			slices.Sort(ring)
			seen, out = append(seen, ring...), append(out, ring...)
		}
	}
	return out
}
