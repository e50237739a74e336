package store

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"slices"

	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

func applyLevel(kv KV, school string, e *segment.Event) error {
	w, err := learning.ParseLevel(e)
	if err != nil {
		return err
	}
	for _, m := range w.Write.Marks {
		l := learnerOf(school, hexID[learning.PersonID](m.Key[:]))
		held, err := learning.ReadSheet(kv.Get(levelBucket, l[:]))
		if err != nil {
			return err
		}
		if one, ok := w.For(m.Key); ok {
			held.Add(one)
		}
		kv.Put(levelBucket, l[:], held.Encode())
	}
	return nil
}

// Levels is what the level checks of a class's learners say, by learner: nil for who was never checked. The class's
// teachers and administrators may read it.
func (s *Store) Levels(a learning.Actor, class learning.ClassID, l learning.Ladder) (out map[learning.PersonID][]learning.LevelCheck, err error) {
	out = map[learning.PersonID][]learning.LevelCheck{}
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(class); err != nil {
			return err
		}
		_, learners := v.roster(class)
		for _, p := range learners {
			sheet, err := v.levels(p.ID)
			if err != nil {
				return err
			}
			out[p.ID] = learning.ChecksOf(&sheet, l)
		}
		return nil
	})
	return out, err
}

// LevelsOf is one learner's checks on a ladder, ascending by day; who may read their record may ask.
func (s *Store) LevelsOf(a learning.Actor, learner learning.PersonID, l learning.Ladder) (out []learning.LevelCheck, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayRead(learner); err != nil {
			return err
		}
		sheet, err := v.levels(learner)
		out = learning.ChecksOf(&sheet, l)
		return err
	})
	return out, err
}

func (v viewer) levels(who learning.PersonID) (learning.Sheet, error) {
	l := learnerOf(v.school, who)
	return learning.ReadSheet(bytes.Clone(v.kv.Get(levelBucket, l[:])))
}

// SaveLevels writes the levels of some learners of a class as checked on a day: 1 to TopLevel, 0 takes one back. What
// stands so already is left out; nothing is left: nothing is written. Teachers of the class and administrators.
func (s *Store) SaveLevels(ctx context.Context, a learning.Actor, class learning.ClassID, ladder learning.Ladder, day int, levels map[learning.PersonID]int) error {
	if err := learning.CheckDay(day); err != nil {
		return fmt.Errorf("store: level check: %w", err)
	}
	if today, known := s.Today().Day(); known && (day < today-oldestRoll || day > today+newestRoll) {
		return fmt.Errorf("store: a level check of day %d, today is %d: %w", day, today, fs.ErrInvalid)
	}
	return s.write(ctx, a, func(v viewer) ([]learning.Draft, error) {
		if err := v.mayLead(class); err != nil {
			return nil, err
		}
		w := learning.LevelWrite{Ladder: ladder, Day: day, Write: learning.SheetWrite{By: a.Person()}}
		for who, level := range levels {
			if level < 0 || level > learning.TopLevel {
				return nil, fmt.Errorf("store: level %d, not 0 to %d: %w", level, learning.TopLevel, fs.ErrInvalid)
			}
			if v.roleIn(class, who) != learning.Learner {
				return nil, notFound("learner in this class", who)
			}
			if err := v.addLevel(&w, who, level); err != nil {
				return nil, err
			}
		}
		if len(w.Write.Marks) == 0 {
			return nil, nil
		}
		arrange.By(w.Write.Marks, func(a, b learning.Mark) int { return bytes.Compare(a.Key[:], b.Key[:]) })
		arrange.By(w.Write.Replaces, clock.Dot.Compare)
		w.Write.Replaces = slices.Compact(w.Write.Replaces)
		return []learning.Draft{learning.LevelDraft(v.school, &w)}, nil
	})
}

func (v viewer) addLevel(w *learning.LevelWrite, who learning.PersonID, level int) error {
	held, err := v.levels(who)
	if err != nil {
		return err
	}
	mark := learning.LevelMark(w.Ladder, w.Day, level)
	if was, conflict := held.Shown(mark.Key); int(was) == level && !conflict {
		return nil
	}
	raw, _ := learning.Raw(who)
	w.Write.Marks = append(w.Write.Marks, learning.Mark{Key: raw, Value: byte(level)})
	for _, h := range held.At(mark.Key) {
		w.Write.Replaces = append(w.Write.Replaces, h.Write.Order.Dot())
	}
	return nil
}

// A GroupPlan is a group to be made of learners who may come from several classes: Members says of which.
type GroupPlan struct {
	Name    string
	Tag     string // what it is for, such as "level reading": kept as the group's level
	Members map[learning.ClassID][]learning.PersonID
}

// MadeGroups is what MakeGroups did, for undoing it: the groups it made and those of the same tag that it put away.
type MadeGroups struct{ Made, Away []learning.ClassID }

// MakeGroups makes groups, all or none, and puts away those of the same tag that the classes named had: in each class a
// plan has members of, a group of its name, since a group belongs to one class. Teachers of all these classes.
func (s *Store) MakeGroups(ctx context.Context, a learning.Actor, tag string, plans []GroupPlan) (out MadeGroups, err error) {
	if _, err := learning.CleanText("tag", tag, 1, learning.MaxLogin); err != nil {
		return out, err
	}
	err = s.edit(ctx, a, func(v viewer) (changes []change, err error) {
		out = MadeGroups{}
		for _, class := range classesOfPlans(plans) {
			if err := v.mayLead(class); err != nil {
				return nil, err
			}
			for _, g := range v.groups(class) {
				if g.Level == tag && !g.Archived {
					out.Away = append(out.Away, g.ID)
					changes = append(changes, archive(g.ID, true))
				}
			}
		}
		for _, p := range plans {
			more, made, err := v.group(p, tag)
			if err != nil {
				return nil, err
			}
			out.Made, changes = append(out.Made, made...), append(changes, more...)
		}
		return changes, nil
	})
	return out, err
}

func classesOfPlans(plans []GroupPlan) (out []learning.ClassID) {
	for _, p := range plans {
		for c := range p.Members {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (v viewer) groups(class learning.ClassID) (out []learning.Class) {
	for _, id := range links[learning.ClassID](v, class, learning.KindClass) {
		if c, err := v.class(id); err == nil {
			out = append(out, c)
		}
	}
	return out
}

// group is what makes one plan's groups.
func (v viewer) group(p GroupPlan, tag string) (out []change, made []learning.ClassID, err error) {
	name, err := learning.CleanText("group name", p.Name, 1, learning.MaxName)
	if err != nil {
		return nil, nil, err
	}
	for _, class := range classesOfPlans([]GroupPlan{p}) {
		if len(p.Members[class]) == 0 {
			continue
		}
		id := learning.NewID[learning.ClassID]()
		raw, _ := learning.Raw(id)
		made = append(made, id)
		out = append(out, change{learning.KindClass, learning.Subject{ID: raw}, []learning.Value{
			{Field: learning.ClassName, Value: name}, {Field: learning.ClassLevel, Value: tag}, {Field: learning.ClassParent, Value: string(class)},
		}})
		for _, who := range p.Members[class] {
			if v.roleIn(class, who) != learning.Learner {
				return nil, nil, notFound("learner in this class", who)
			}
			out = append(out, placeIn(id, who, learning.Learner))
		}
	}
	return out, made, nil
}

func archive(id learning.ClassID, yes bool) change {
	raw, _ := learning.Raw(id)
	return change{learning.KindClass, learning.Subject{ID: raw}, []learning.Value{{Field: learning.ClassArchived, Value: flag(yes)}}}
}

// UndoGroups puts away groups that were made and takes back those that were put away for them; only groups, and only of
// classes the actor leads.
func (s *Store) UndoGroups(ctx context.Context, a learning.Actor, m MadeGroups) error {
	return s.edit(ctx, a, func(v viewer) (out []change, err error) {
		for i, id := range append(slices.Clone(m.Made), m.Away...) {
			raw, ok := learning.Raw(id)
			if !ok {
				return nil, notFound("group", id)
			}
			r, err := learning.ReadShown(v.kv.Get(recordBucket, recordPrefix(learning.KindClass, v.tag, raw)))
			parent := learning.ClassID(r.Get(learning.ClassParent))
			if err != nil || parent == "" {
				return nil, notFound("group", id)
			}
			if err := v.mayLead(parent); err != nil {
				return nil, err
			}
			out = append(out, archive(id, i < len(m.Made)))
		}
		return out, nil
	})
}
