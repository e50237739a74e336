package roster

import (
	"fmt"
	"slices"
	"strings"

	"lamplight/server/learning"
	"lamplight/server/store"
)

// What a list does to somebody.
const (
	Added     = "added"
	Changed   = "changed"
	Unchanged = "unchanged"
	Absent    = "absent" // of the school, and not in the list: kept
	Archived  = "archived"
)

// An Item is one person or class of a plan. Fields are what changes; of somebody added what they get.
type Item struct {
	What   string            `json:"what"`
	Class  bool              `json:"class,omitempty"` // it is a class
	ID     string            `json:"id,omitempty"`    // "" one that is drawn when it is written
	Name   string            `json:"name"`
	Role   learning.Role     `json:"role,omitempty"`
	File   string            `json:"file,omitempty"`
	Line   int               `json:"line,omitempty"`
	Fields []Field           `json:"fields,omitempty"`
	Person learning.PersonID `json:"-"` // of a person, drawn already
}

// A Field is one thing that changes: name, login, number, birth, gender, role, class, teaches, level, archived, pin,
// password. A secret's words are not told.
type Field struct {
	Key string `json:"field"`
	Old string `json:"old"`
	New string `json:"new"`
}

// A Plan is what a list would change, worked out before anything is.
type Plan struct {
	Format  string
	Items   []Item // in the list's order, then who is absent
	Refused []Refusal
	LeftOut map[string]int
	Change  store.RosterChange // but for the secrets
	Secrets []Secret
	Counts  map[string]int // of people, by what
}

// A Secret is a PIN or password that a list tells, of somebody who has none of its kind.
type Secret struct {
	Person learning.PersonID
	Kind   learning.SecretKind
	Value  string
}

// Options say how a list is meant.
type Options struct {
	Class   learning.ClassID // where those go of whom the list says no class; "" nowhere
	Archive bool             // who is absent is archived, and places that the list does not tell end
	Teacher bool             // brought in by a teacher: learners alone, and classes that are there
}

// A planner matches a list with a school.
type planner struct {
	list *List
	now  store.Roster
	o    Options
	plan *Plan

	byID     map[learning.PersonID]learning.Person
	byLogin  map[string][]learning.Person
	byNumber map[string][]learning.Person
	byName   map[string][]learning.Person
	places   map[learning.PersonID]map[learning.ClassID]learning.Role
	classes  map[learning.ClassID]learning.Class
	named    map[string]learning.ClassID // by folded name, those not archived
	taken    map[learning.PersonID]bool  // matched by a line already
	told     map[learning.ClassID]bool   // classes that the list names
}

// Make works out what a list would change in a school that is as now says.
func Make(l *List, now store.Roster, o Options) *Plan {
	p := &planner{
		list: l, now: now, o: o, plan: &Plan{Format: l.Format, Refused: slices.Clone(l.Refused), LeftOut: l.LeftOut, Counts: map[string]int{}},
		byID: map[learning.PersonID]learning.Person{}, byLogin: map[string][]learning.Person{}, byNumber: map[string][]learning.Person{},
		byName: map[string][]learning.Person{}, places: map[learning.PersonID]map[learning.ClassID]learning.Role{},
		classes: map[learning.ClassID]learning.Class{}, named: map[string]learning.ClassID{}, taken: map[learning.PersonID]bool{}, told: map[learning.ClassID]bool{},
	}
	p.learn()
	for i := range l.Classes {
		p.class(&l.Classes[i])
	}
	for i := range l.People {
		p.person(&l.People[i])
	}
	p.absent()
	for _, i := range p.plan.Items {
		if !i.Class {
			p.plan.Counts[i.What]++
		}
	}
	return p.plan
}

// Empty reports whether writing the plan would change nothing.
func (p *Plan) Empty() bool {
	c := &p.Change
	return len(c.Classes)+len(c.People)+len(c.Places)+len(p.Secrets) == 0
}

func (p *planner) learn() {
	for _, x := range p.now.People {
		p.byID[x.ID] = x
		if x.Login != "" {
			key := strings.ToLower(x.Login)
			p.byLogin[key] = append(p.byLogin[key], x)
		}
		if x.Number != "" {
			p.byNumber[x.Number] = append(p.byNumber[x.Number], x)
		}
		if !x.Archived {
			p.byName[Fold(x.Name)] = append(p.byName[Fold(x.Name)], x)
		}
	}
	for _, e := range p.now.Places {
		if p.places[e.Person] == nil {
			p.places[e.Person] = map[learning.ClassID]learning.Role{}
		}
		p.places[e.Person][e.Class] = e.Role
	}
	for _, c := range p.now.Classes {
		p.classes[c.ID] = c
		if _, had := p.named[Fold(c.Name)]; !had && !c.Archived {
			p.named[Fold(c.Name)] = c.ID
		}
	}
}

func (p *planner) refuse(x *Person, key, value string) {
	p.plan.Refused = append(p.plan.Refused, Refusal{x.File, x.Line, "", key, shown(value)})
}

// class plans one that the list has by itself.
func (p *planner) class(c *Class) {
	p.told[c.ID] = true
	was, known := p.classes[c.ID]
	item := Item{What: Unchanged, Class: true, ID: string(c.ID), Name: c.Name, File: c.File, Line: c.Line}
	edit := learning.ClassEdit{}
	archived := c.Archived != nil && *c.Archived
	if !known {
		if archived {
			return
		}
		item.What = Added
	}
	if c.Name != was.Name {
		item.Fields, edit.Name = append(item.Fields, Field{"name", was.Name, c.Name}), &c.Name
	}
	if c.Level != "" && c.Level != was.Level {
		item.Fields, edit.Level = append(item.Fields, Field{"level", was.Level, c.Level}), &c.Level
	}
	if archived != was.Archived {
		item.Fields, edit.Archived = append(item.Fields, Field{"archived", flag(was.Archived), flag(archived)}), &archived
	}
	if known && len(item.Fields) > 0 {
		item.What = Changed
	}
	if item.What != Unchanged {
		if p.o.Teacher {
			p.plan.Refused = append(p.plan.Refused, Refusal{c.File, c.Line, "", "not-class", c.Name})
			return
		}
		p.plan.Change.Classes = append(p.plan.Change.Classes, store.ClassChange{ID: c.ID, New: !known, Edit: edit})
	}
	p.classes[c.ID] = learning.Class{ID: c.ID, Name: c.Name, Archived: archived}
	p.plan.Items = append(p.plan.Items, item)
}

func flag(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// find is who a line means: by id, login or number, else by name, among those of its classes first.
func (p *planner) find(x *Person, in []learning.ClassID) (was learning.Person, byName, known bool) {
	if x.ID != "" {
		was, known = p.byID[x.ID]
		return was, false, known
	}
	for _, same := range [][]learning.Person{p.byLogin[strings.ToLower(x.Login)], p.byNumber[x.Number]} {
		if len(same) == 1 && !p.taken[same[0].ID] && (len(in) == 0 || x.Login != "" || Fold(same[0].Name) == Fold(x.Name)) {
			return same[0], false, true
		}
	}
	for _, same := range p.byName[Fold(x.Name)] {
		if p.taken[same.ID] || x.Role != "" && same.Role != x.Role || x.Login != "" && same.Login != "" || x.Number != "" && same.Number != "" ||
			x.Birth != 0 && same.Birth != 0 && x.Birth != same.Birth {
			continue
		}
		if len(in) == 0 || slices.ContainsFunc(in, func(c learning.ClassID) bool { return p.places[same.ID][c] != learning.Nobody }) {
			return same, true, true
		}
	}
	return was, false, false
}

// refs resolves classes by id or name; one that is not there yet is made.
func (p *planner) refs(x *Person, refs []Ref) (out []learning.ClassID, ok bool) {
	for _, r := range refs {
		id := r.ID
		if id == "" {
			id, ok = p.named[Fold(r.Name)]
			if !ok && p.o.Teacher {
				p.refuse(x, "not-class", r.Name)
				return nil, false
			}
			if !ok {
				id = learning.NewID[learning.ClassID]()
				name := r.Name
				p.named[Fold(name)], p.classes[id] = id, learning.Class{ID: id, Name: name}
				p.plan.Change.Classes = append(p.plan.Change.Classes, store.ClassChange{ID: id, New: true, Edit: learning.ClassEdit{Name: &name}})
				p.plan.Items = append(p.plan.Items, Item{What: Added, Class: true, Name: name, File: x.File, Line: x.Line})
			}
		}
		if p.told[id] = true; !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, true
}

// person plans one line.
func (p *planner) person(x *Person) {
	enrolled, ok := p.refs(x, x.Enrolled)
	teaches, fine := p.refs(x, x.Teaches)
	if !ok || !fine {
		return
	}
	if len(enrolled)+len(teaches) == 0 && p.o.Class != "" {
		enrolled = []learning.ClassID{p.o.Class}
		p.told[p.o.Class] = true
	}
	was, byName, known := p.find(x, slices.Concat(enrolled, teaches))
	role := x.Role
	if role == "" {
		if role = was.Role; role == "" {
			role = learning.Learner
		}
	}
	switch {
	case known && p.taken[was.ID]:
		p.refuse(x, "person-twice", x.Name)
		return
	case p.o.Teacher && (role != learning.Learner || !known && x.ID != "" || !known && len(enrolled) == 0):
		p.refuse(x, "not-yours", x.Name)
		return
	case role == learning.Learner && len(teaches) > 0:
		p.refuse(x, "place", x.Name)
		return
	}
	if role != learning.Learner { // whoever is no learner of the school teaches the classes named
		teaches, enrolled = append(teaches, enrolled...), nil
	}
	p.merge(x, was, known, byName, role, enrolled, teaches)
}

// merge plans what becomes of a person that a line means.
func (p *planner) merge(x *Person, was learning.Person, known, byName bool, role learning.Role, enrolled, teaches []learning.ClassID) {
	archived := x.Archived != nil && *x.Archived
	if !known && archived {
		return
	}
	item := Item{What: Unchanged, ID: string(was.ID), Name: x.Name, Role: role, File: x.File, Line: x.Line, Person: was.ID}
	edit := learning.PersonEdit{}
	text := func(key, old, now string, to **string) {
		if now != "" && now != old {
			item.Fields, *to = append(item.Fields, Field{key, old, now}), &now
		}
	}
	if !byName {
		text("name", was.Name, x.Name, &edit.Name)
	}
	text("login", was.Login, x.Login, &edit.Login)
	text("number", was.Number, x.Number, &edit.Number)
	text("gender", was.Gender, x.Gender, &edit.Gender)
	if x.Birth != 0 && x.Birth != was.Birth {
		item.Fields, edit.Birth = append(item.Fields, Field{"birth", year(was.Birth), year(x.Birth)}), &x.Birth
	}
	if role != was.Role {
		item.Fields, edit.Role = append(item.Fields, Field{"role", string(was.Role), string(role)}), &role
	}
	if archived != was.Archived {
		item.Fields, edit.Archived = append(item.Fields, Field{"archived", flag(was.Archived), flag(archived)}), &archived
	}
	changed := len(item.Fields) > 0
	if !known {
		item.What = Added
		if item.Person = x.ID; x.ID == "" {
			item.Person = learning.NewID[learning.PersonID]()
		}
		item.ID = string(x.ID)
	}
	if changed || !known {
		p.plan.Change.People = append(p.plan.Change.People, store.PersonChange{ID: item.Person, New: !known, Edit: edit})
	}
	p.taken[item.Person] = true
	p.place(x, &item, enrolled, teaches)
	p.secret(&item, learning.PIN, "pin", x.PIN)
	p.secret(&item, learning.Password, "password", x.Password)
	if known && len(item.Fields) > 0 {
		item.What = Changed
	}
	p.plan.Items = append(p.plan.Items, item)
}

func year(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// place plans which classes somebody comes into, and out of.
func (p *planner) place(x *Person, item *Item, enrolled, teaches []learning.ClassID) {
	in := p.places[item.Person]
	want := map[learning.ClassID]bool{}
	put := func(classes []learning.ClassID, role learning.Role, key string) {
		for _, c := range classes {
			if want[c] {
				continue
			}
			want[c] = true
			if in[c] != role {
				p.plan.Change.Places = append(p.plan.Change.Places, learning.Enrolment{Class: c, Person: item.Person, Role: role})
				item.Fields = append(item.Fields, Field{key, "", p.classes[c].Name})
			}
		}
	}
	put(enrolled, learning.Learner, "class")
	put(teaches, learning.Teacher, "teaches")
	out := func(c learning.ClassID) {
		if role := in[c]; role != learning.Nobody && !want[c] {
			want[c] = true
			key := map[learning.Role]string{learning.Learner: "class", learning.Teacher: "teaches"}[role]
			p.plan.Change.Places = append(p.plan.Change.Places, learning.Enrolment{Class: c, Person: item.Person})
			item.Fields = append(item.Fields, Field{key, p.classes[c].Name, ""})
		}
	}
	for _, r := range x.Out {
		out(r.ID)
	}
	if p.o.Archive && p.list.Places {
		for _, e := range p.now.Places {
			if e.Person == item.Person && !p.classes[e.Class].Archived {
				out(e.Class)
			}
		}
	}
}

func (p *planner) secret(item *Item, kind learning.SecretKind, key, value string) {
	if value == "" || slices.Contains(p.now.Ways[item.Person], kind) {
		return
	}
	p.plan.Secrets = append(p.plan.Secrets, Secret{item.Person, kind, value})
	item.Fields = append(item.Fields, Field{key, "", "•••"})
}

// absent lists who is of the school, as far as the list speaks of it, and not in the list: of a table with classes or a
// class's own the learners of those classes, else everybody with a role that the list has. Administrators are never of it.
func (p *planner) absent() {
	roles := map[learning.Role]bool{}
	for _, i := range p.plan.Items {
		roles[i.Role] = true
	}
	narrow := p.o.Class != "" || p.list.Format == Plain && p.list.Places || p.o.Teacher
	for _, x := range p.now.People {
		in := slices.ContainsFunc(p.now.Places, func(e learning.Enrolment) bool { return e.Person == x.ID && p.told[e.Class] })
		if p.taken[x.ID] || x.Archived || !roles[x.Role] || x.Role == learning.Administrator || narrow && !in {
			continue
		}
		item := Item{What: Absent, ID: string(x.ID), Name: x.Name, Role: x.Role, Person: x.ID}
		if p.o.Archive {
			yes := true
			item.What, item.Fields = Archived, []Field{{"archived", "", "1"}}
			p.plan.Change.People = append(p.plan.Change.People, store.PersonChange{ID: x.ID, Edit: learning.PersonEdit{Archived: &yes}})
		}
		p.plan.Items = append(p.plan.Items, item)
	}
}
