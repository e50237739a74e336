package store

import "lamplight/server/learning"

// class reads one class of the school, archived or not.
func (v viewer) class(id learning.ClassID) (learning.Class, error) {
	raw, ok := learning.Raw(id)
	if !ok {
		return learning.Class{}, notFound("class", id)
	}
	b := v.kv.Get(recordBucket, recordPrefix(learning.KindClass, v.tag, raw))
	if b == nil {
		return learning.Class{}, notFound("class", id)
	}
	r, err := learning.ReadShown(b)
	c := readClass(id, &r)
	if parent, ok := learning.Raw(c.Parent); ok && err == nil { // a group ends with its class
		if b := v.kv.Get(recordBucket, recordPrefix(learning.KindClass, v.tag, parent)); b != nil {
			p, err := learning.ReadShown(b)
			c.Archived = c.Archived || err != nil || p.Get(learning.ClassArchived) == "1"
		} else {
			c.Archived = true
		}
	}
	return c, err
}

func readClass(id learning.ClassID, r *learning.Record) learning.Class {
	return learning.Class{
		ID: id, Name: r.Get(learning.ClassName), Level: r.Get(learning.ClassLevel), Archived: r.Get(learning.ClassArchived) == "1",
		Parent: learning.ClassID(r.Get(learning.ClassParent)), Shift: r.Get(learning.ClassShift),
	}
}

// members is everybody enrolled in a class, with their role in it.
func (v viewer) members(c learning.ClassID) map[learning.PersonID]learning.Role {
	out := map[learning.PersonID]learning.Role{}
	raw, ok := learning.Raw(c)
	if !ok {
		return out
	}
	prefix := recordPrefix(learning.KindEnrol, v.tag, raw)
	v.kv.Scan(recordBucket, prefix, func(k, b []byte) bool {
		r, err := learning.ReadShown(b)
		if role := learning.Role(r.Get(learning.EnrolRole)); err == nil && role != learning.Nobody && len(k) == len(prefix)+16 {
			record := hexID[learning.PersonID](k[len(prefix):])
			if who := v.root(record); who == record || out[who] == learning.Nobody {
				out[who] = role
			}
		}
		return true
	})
	return out
}

// roster is who of a class is not archived, by name.
func (v viewer) roster(c learning.ClassID) (teachers, learners []learning.Person) {
	for id, role := range v.members(c) {
		p, err := v.person(id)
		switch {
		case err != nil || p.Archived:
		case role == learning.Teacher:
			teachers = append(teachers, p)
		case role == learning.Learner:
			learners = append(learners, p)
		}
	}
	sortByName(teachers, personName)
	sortByName(learners, personName)
	return teachers, learners
}

// classes lists the classes of the school, not groups, that are not archived and that keep wants, by name.
func (v viewer) classes(keep func(c learning.ClassID) bool) (out []learning.Class) {
	prefix := recordPrefix(learning.KindClass, v.tag)
	v.kv.Scan(recordBucket, prefix, func(k, b []byte) bool {
		r, err := learning.ReadShown(b)
		if c := readClass(hexID[learning.ClassID](k[len(prefix):]), &r); err == nil && !c.Archived && c.Parent == "" && keep(c.ID) {
			out = append(out, c)
		}
		return true
	})
	sortByName(out, className)
	return out
}

// SignInClasses lists the classes the sign-in page shows, by name; everybody may read it.
func (s *Store) SignInClasses() (out []learning.Class, err error) {
	err = s.view(learning.Actor{}, func(v viewer) error {
		out = v.classes(func(learning.ClassID) bool { return true })
		return nil
	})
	return out, err
}

// Classes lists the classes the actor may see, by name: those they learn in or teach, an administrator all. Archived
// classes are found by Class alone.
func (s *Store) Classes(a learning.Actor) (out []learning.Class, err error) {
	err = s.view(a, func(v viewer) error {
		mine := v.classesOf(v.me.ID)
		out = v.classes(func(c learning.ClassID) bool { return v.admin || mine[c] != learning.Nobody })
		return nil
	})
	return out, err
}

// ArchivedClasses lists the classes of the school that were archived, by name; none for who is no administrator.
func (s *Store) ArchivedClasses(a learning.Actor) (out []learning.Class, err error) {
	err = s.view(a, func(v viewer) error {
		prefix := recordPrefix(learning.KindClass, v.tag)
		v.kv.Scan(recordBucket, prefix, func(k, b []byte) bool {
			r, err := learning.ReadShown(b)
			if c := readClass(hexID[learning.ClassID](k[len(prefix):]), &r); err == nil && v.admin && c.Archived && c.Parent == "" {
				out = append(out, c)
			}
			return true
		})
		return nil
	})
	sortByName(out, className)
	return out, err
}

// Class finds one class the actor may see.
func (s *Store) Class(a learning.Actor, id learning.ClassID) (c learning.Class, err error) {
	err = s.view(a, func(v viewer) error {
		if !v.admin && v.roleIn(id, v.me.ID) == learning.Nobody {
			return notFound("class", id)
		}
		c, err = v.class(id)
		return err
	})
	return c, err
}

// ClassesOf lists the classes a person the actor may see is in, by name; a teacher sees of them those they teach.
func (s *Store) ClassesOf(a learning.Actor, id learning.PersonID) (out []learning.Class, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayRead(id); err != nil {
			return err
		}
		out = v.classesSeen(id)
		return nil
	})
	return out, err
}

func (v viewer) classesSeen(id learning.PersonID) []learning.Class {
	theirs := v.classesOf(id)
	return v.classes(func(c learning.ClassID) bool {
		return theirs[c] != learning.Nobody && (v.admin || v.self(id) || v.teaches(c))
	})
}

// ClassRoster lists who is in a class, by name; its teachers and administrators may read it.
func (s *Store) ClassRoster(a learning.Actor, id learning.ClassID) (teachers, learners []learning.Person, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(id); err != nil {
			return err
		}
		teachers, learners = v.roster(id)
		return nil
	})
	return teachers, learners, err
}
