package qti

import (
	"hash/fnv"
	"math"
	"math/rand/v2"

	"lamplight/content/xmltree"
)

// maxTries is how often a template is drawn before its constraints are held to be impossible.
const maxTries = 200

// draw sets the template variables, the nth way. The same item and n give the same values always.
func (m *machine) draw(item string, nth uint64) error {
	h := fnv.New64a()
	h.Write([]byte(item))
	m.rand = rand.New(rand.NewPCG(h.Sum64(), nth))
	for range maxTries {
		m.drawn, m.correct = map[string]value{}, map[string]value{}
		for id, d := range m.templates {
			m.drawn[id] = d.normal
		}
		r := &run{machine: m, out: map[string]value{}}
		if m.template != nil {
			if err := r.rules(m.template.Elements()); err != nil {
				return err
			}
		}
		if !r.poor {
			return nil
		}
	}
	return unsupported("none of %d draws met its constraints", maxTries)
}

// chance is a whole number below n.
func (r *run) chance(n int64) int64 {
	if r.machine.rand == nil || n <= 1 {
		return 0
	}
	return r.machine.rand.Int64N(n)
}

func (r *run) randomNumber(n *xmltree.Node) (value, error) {
	low, top := r.amount(n.Attr("min"), 0), r.amount(n.Attr("max"), 0)
	if n.Name == "randomFloat" {
		return number(low + (top-low)*float64(r.chance(1<<50))/(1<<50)), nil
	}
	step := max(1, math.Floor(r.amount(n.Attr("step"), 1)))
	if top < low || (top-low)/step > 1e9 {
		return value{}, unsupported("it draws a number from %g to %g", low, top)
	}
	return integer(low + step*float64(r.chance(int64((top-low)/step)+1))), nil
}

func random(r *run, _ *xmltree.Node, a []value) (value, error) {
	if a[0].null() {
		return a[0], nil
	}
	return single(a[0].base, a[0].members[r.chance(int64(len(a[0].members)))]), nil
}
