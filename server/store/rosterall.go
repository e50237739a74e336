package store

import (
	"slices"

	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// A Roster is everybody and every class that an actor may change, archived ones too, but no record that was joined with
// another and no group.
type Roster struct {
	People  []learning.Person // by name
	Classes []learning.Class  // by name
	Places  []learning.Enrolment
	Ways    map[learning.PersonID][]learning.SecretKind // how people sign in
}

// Roster reads it in one go: of a teacher the classes they teach and their learners.
func (s *Store) Roster(a learning.Actor) (out Roster, err error) {
	out.Ways = map[learning.PersonID][]learning.SecretKind{}
	err = s.view(a, func(v viewer) error {
		mine, taught := v.myLearners(), map[learning.ClassID]learning.Role{}
		if !v.admin {
			taught = v.classesOf(v.me.ID)
		}
		if err := v.everybody(func(p learning.Person) {
			if v.admin || mine[p.ID] {
				out.People = append(out.People, p)
			}
		}); err != nil {
			return err
		}
		prefix := recordPrefix(learning.KindClass, v.tag)
		v.kv.Scan(recordBucket, prefix, func(k, b []byte) bool {
			r, err := learning.ReadShown(b)
			c := readClass(hexID[learning.ClassID](k[len(prefix):]), &r)
			if err == nil && c.Parent == "" && (v.admin || taught[c.ID] == learning.Teacher) {
				out.Classes = append(out.Classes, c)
			}
			return true
		})
		for _, c := range out.Classes {
			for p, role := range v.members(c.ID) {
				out.Places = append(out.Places, learning.Enrolment{Class: c.ID, Person: p, Role: role})
			}
		}
		for _, p := range out.People {
			out.Ways[p.ID] = v.ways(p.ID)
		}
		return nil
	})
	sortByName(out.People, personName)
	sortByName(out.Classes, className)
	arrange.By(out.Places, func(a, b learning.Enrolment) int {
		return slices.Compare([]string{string(a.Class), string(a.Person)}, []string{string(b.Class), string(b.Person)})
	})
	return out, err
}
