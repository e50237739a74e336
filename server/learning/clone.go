package learning

import (
	"maps"
	"slices"
)

// Clone is a Practice that can be stepped while others read p.
func (p *Practice) Clone() *Practice {
	c := *p
	c.skills, c.drills = cloneMap(p.skills), cloneMap(p.drills)
	c.items, c.quizzes = cloneMap(p.items), cloneMap(p.quizzes)
	for _, m := range c.items {
		m.bouts = slices.Clone(m.bouts)
	}
	for _, s := range c.quizzes {
		s.answers = slices.Clone(s.answers)
	}
	c.asked = maps.Clone(p.asked)
	c.guesses, c.visits = slices.Clone(p.guesses), slices.Clone(p.visits)
	return &c
}

// cloneMap copies a map and what it points to, which lies side by side in the copy.
func cloneMap[K comparable, V any](m map[K]*V) map[K]*V {
	if m == nil {
		return nil
	}
	out, values := make(map[K]*V, len(m)), make([]V, 0, len(m))
	for k, v := range m {
		values = append(values, *v)
		out[k] = &values[len(values)-1]
	}
	return out
}
