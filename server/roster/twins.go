package roster

import (
	"cmp"
	"slices"

	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/server/store"
)

// A Pair is two learners who may be one: A is the record that looks more used to the school, the first by id. Why is
// "number", "birth", "class" or "name": what they have in common besides the name.
type Pair struct {
	A, B learning.Person
	Why  string
}

// maxAlike is how many learners of one name are paired: of more the name says nothing.
const maxAlike = 8

// Twins finds learners of one name, as Fold has it, who may be one child: two who have different years of birth or school
// numbers are two. Those who have most in common come first.
func Twins(all store.Roster) (out []Pair) {
	in := map[learning.PersonID]map[learning.ClassID]bool{}
	for _, e := range all.Places {
		if in[e.Person] == nil {
			in[e.Person] = map[learning.ClassID]bool{}
		}
		in[e.Person][e.Class] = true
	}
	alike := map[string][]learning.Person{}
	for _, p := range all.People {
		if p.Role == learning.Learner && !p.Archived {
			alike[Fold(p.Name)] = append(alike[Fold(p.Name)], p)
		}
	}
	for _, people := range alike {
		if len(people) > maxAlike {
			continue
		}
		arrange.By(people, func(a, b learning.Person) int { return cmp.Compare(a.ID, b.ID) })
		for i, a := range people {
			for _, b := range people[i+1:] {
				if why := common(a, b, in[a.ID], in[b.ID]); why != "" {
					out = append(out, Pair{a, b, why})
				}
			}
		}
	}
	rank := []string{"number", "birth", "class", "name"}
	arrange.By(out, func(a, b Pair) int {
		return cmp.Or(slices.Index(rank, a.Why)-slices.Index(rank, b.Why), cmp.Compare(Fold(a.A.Name), Fold(b.A.Name)), cmp.Compare(a.A.ID, b.A.ID), cmp.Compare(a.B.ID, b.B.ID))
	})
	return out
}

func common(a, b learning.Person, inA, inB map[learning.ClassID]bool) string {
	switch {
	case a.Birth != 0 && b.Birth != 0 && a.Birth != b.Birth, a.Number != "" && b.Number != "" && a.Number != b.Number:
		return ""
	case a.Number != "" && a.Number == b.Number:
		return "number"
	case a.Birth != 0 && a.Birth == b.Birth:
		return "birth"
	}
	for c := range inA {
		if inB[c] {
			return "class"
		}
	}
	return "name"
}
