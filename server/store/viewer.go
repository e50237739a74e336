package store

import (
	"fmt"
	"io/fs"

	"lamplight/server/learning"
)

// A viewer is an actor inside one View of the folds: the one place that says who may see and change what.
//
//	                     guest  learner  teacher              administrator, box  officer
//	school, counts       yes    yes      yes                  yes                 yes
//	own record           –      yes      yes                  yes                 yes
//	another's record     –      –        learners of classes  all                 –
//	a class              –      name     own: roster, summary all                 –
//	names and logins     –      –        learners of classes  all                 –
//	a lesson, a quiz     –      set      own classes: change  all: change         –
//	roles, classes       –      –        –                    all                 –
type viewer struct {
	kv     KV
	school string
	tag    schoolTag
	actor  learning.Actor
	me     learning.Person   // zero for a guest or the box
	guest  learning.PersonID // the id of a guest who has one: they read and record what is kept under it
	admin  bool

	aliases  *aliases          // records that are another's, nil none
	calendar learning.Calendar // set where days matter
}

func (s *Store) viewer(kv KV, a learning.Actor) viewer {
	v := viewer{kv: kv, school: s.SchoolID(), actor: a, admin: a.IsBox()}
	v.tag = tagOf(v.school)
	v.kv = v.join(kv, &s.joins)
	if a.Person() == "" || v.school == "" {
		return v
	}
	p, err := v.person(a.Person())
	switch {
	case a.IsGuest():
		if err != nil {
			v.guest = a.Person()
		}
	case err == nil && !p.Archived:
		v.me, v.admin = p, p.Role == learning.Administrator
	}
	return v
}

// view runs fn as a, and returns its error.
func (s *Store) view(a learning.Actor, fn func(v viewer) error) error {
	return s.log.View(func(kv KV) error { return fn(s.viewer(kv, a)) })
}

func notFound(what string, id any) error {
	return fmt.Errorf("store: %s %v: %w", what, id, fs.ErrNotExist)
}

func notAllowed(what string) error { return fmt.Errorf("store: %s: %w", what, fs.ErrPermission) }

// self reports whether p is who asks.
func (v viewer) self(p learning.PersonID) bool { return p != "" && v.root(p) == v.me.ID }

// teaches reports whether the viewer teaches a class that is not archived.
func (v viewer) teaches(c learning.ClassID) bool {
	return v.me.Role == learning.Teacher && v.roleIn(c, v.me.ID) == learning.Teacher
}

// teachesLearner reports whether p is a learner in a class of the viewer's.
func (v viewer) teachesLearner(p learning.PersonID) bool {
	if v.me.Role != learning.Teacher {
		return false
	}
	mine := v.classesOf(v.me.ID)
	for c, role := range v.classesOf(p) {
		if role == learning.Learner && mine[c] == learning.Teacher {
			who, err := v.person(p)
			return err == nil && who.Role == learning.Learner
		}
	}
	return false
}

// mayRead is nil when the viewer may see all of p's record, else fs.ErrNotExist.
func (v viewer) mayRead(p learning.PersonID) error {
	if p != "" && p == v.guest {
		return nil
	}
	if v.admin || v.self(p) || v.teachesLearner(p) {
		if _, err := v.person(p); err != nil {
			return err
		}
		return nil
	}
	return notFound("person", p)
}

// mayLead is nil when the viewer may see all of a class, fs.ErrPermission when only that it is there.
func (v viewer) mayLead(c learning.ClassID) error {
	if _, err := v.class(c); err != nil {
		return err
	}
	switch {
	case v.admin || v.teaches(c):
		return nil
	case v.me.ID != "" && v.roleIn(c, v.me.ID) != learning.Nobody:
		return notAllowed("class " + string(c))
	}
	return notFound("class", c)
}

func (v viewer) roleIn(c learning.ClassID, p learning.PersonID) learning.Role {
	class, ok := learning.Raw(c)
	if !ok {
		return learning.Nobody
	}
	k, err := v.class(c)
	if err != nil || k.Archived {
		return learning.Nobody
	}
	role := v.memberOf(class, p)
	if k.Parent == "" {
		return role
	}
	// A group is led by the teachers of its class, and nobody is in it who is not in that.
	parent, _ := learning.Raw(k.Parent)
	if of := v.memberOf(parent, p); role == learning.Nobody || of != role {
		role = learning.Nobody
		if of == learning.Teacher {
			role = of
		}
	}
	return role
}

// memberOf is what a person is in a class by any of their records, the one that stays first.
func (v viewer) memberOf(class id16, p learning.PersonID) learning.Role {
	for _, id := range v.records(p) {
		if raw, ok := learning.Raw(id); ok {
			if role := learning.Role(v.kv.Get(memberBucket, memberKey(v.tag, raw, class))); role != learning.Nobody {
				return role
			}
		}
	}
	return learning.Nobody
}

// classesOf is the classes a person is in that are not archived.
func (v viewer) classesOf(p learning.PersonID) map[learning.ClassID]learning.Role {
	out := map[learning.ClassID]learning.Role{}
	for _, id := range v.records(p) {
		person, ok := learning.Raw(id)
		if !ok {
			continue
		}
		prefix := join(v.tag[:], person[:])
		v.kv.Scan(memberBucket, prefix, func(k, role []byte) bool {
			if c := hexID[learning.ClassID](k[len(prefix):]); out[c] == learning.Nobody {
				out[c] = learning.Role(role)
			}
			return true
		})
	}
	for c := range out {
		if k, err := v.class(c); err != nil || k.Archived {
			delete(out, c)
		}
	}
	return out
}
