package roster

import (
	"slices"
	"strconv"
	"strings"

	"lamplight/server/learning"
	"lamplight/server/store"
)

// A Step is what becomes of one class when a school year ends. To is the name it goes on under, "" it does not; Leave
// archives its learners. With neither it stays as it is.
type Step struct {
	Class learning.ClassID
	To    string
	Leave bool
}

// A Turned year is what was ended and what began, for taking it back.
type Turned struct {
	Was, Now []learning.ClassID
	Left     []learning.PersonID
	Change   store.RosterChange
}

// Turn works out a new school year: each class that goes on is a new one with the same learners, and teachers where those
// go on with it; the old one is archived with all that was done in it, and its places stay as they are.
func Turn(all store.Roster, steps []Step, teachers bool) (out Turned) {
	yes := true
	for _, s := range steps {
		i := -1
		for k := range all.Classes {
			if all.Classes[k].ID == s.Class && !all.Classes[k].Archived {
				i = k
			}
		}
		if i < 0 || s.To == "" && !s.Leave {
			continue
		}
		was := all.Classes[i]
		out.Was = append(out.Was, was.ID)
		out.Change.Classes = append(out.Change.Classes, store.ClassChange{ID: was.ID, Edit: learning.ClassEdit{Archived: &yes}})
		var next learning.ClassID
		if s.To != "" && !s.Leave {
			next = learning.NewID[learning.ClassID]()
			name, level := s.To, NextName(was.Level)
			out.Now = append(out.Now, next)
			out.Change.Classes = append(out.Change.Classes, store.ClassChange{ID: next, New: true, Edit: learning.ClassEdit{Name: &name, Level: &level}})
		}
		out.places(all, was.ID, next, teachers)
	}
	out.leave(all)
	return out
}

// places moves who is in a class on, or where it has no next notes who leaves.
func (t *Turned) places(all store.Roster, was, next learning.ClassID, teachers bool) {
	here := map[learning.PersonID]bool{}
	for _, p := range all.People {
		here[p.ID] = !p.Archived
	}
	for _, e := range all.Places {
		switch {
		case e.Class != was || !here[e.Person]:
		case next != "" && (e.Role == learning.Learner || teachers):
			t.Change.Places = append(t.Change.Places, learning.Enrolment{Class: next, Person: e.Person, Role: e.Role})
		case next == "" && e.Role == learning.Learner && !slices.Contains(t.Left, e.Person):
			t.Left = append(t.Left, e.Person)
		}
	}
}

// leave archives who left a class and learns in no other any more.
func (t *Turned) leave(all store.Roster) {
	yes, stays := true, map[learning.PersonID]bool{}
	for _, e := range all.Places {
		ended := slices.Contains(t.Was, e.Class) || slices.ContainsFunc(all.Classes, func(c learning.Class) bool { return c.ID == e.Class && c.Archived })
		stays[e.Person] = stays[e.Person] || !ended
	}
	for _, e := range t.Change.Places {
		stays[e.Person] = true
	}
	t.Left = slices.DeleteFunc(t.Left, func(id learning.PersonID) bool { return stays[id] })
	for _, id := range t.Left {
		t.Change.People = append(t.Change.People, store.PersonChange{ID: id, Edit: learning.PersonEdit{Archived: &yes}})
	}
}

// NextName is a name with its first number one higher, "" where it has none: "Primary 3 B" goes on as "Primary 4 B".
func NextName(name string) string {
	from := strings.IndexAny(name, "0123456789")
	if from < 0 {
		return ""
	}
	to := from
	for to < len(name) && name[to] >= '0' && name[to] <= '9' {
		to++
	}
	n, err := strconv.Atoi(name[from:to])
	if err != nil {
		return ""
	}
	return name[:from] + strconv.Itoa(n+1) + name[to:]
}
