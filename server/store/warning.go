package store

import (
	"context"
	"slices"
	"strconv"
	"time"

	"lamplight/server/learning"
)

// A ClassWatch is the learners of a class to look after, by the rule of learning.Warn.
type ClassWatch struct {
	Listed, Done []learning.Warning
	Learners     []learning.Person // all of the class, by name
	Care         map[learning.PersonID]learning.Care
	Day          int  // the day it is reckoned for
	Known        bool // that day is today, and not only the last that has a register
	Rolls        int  // how many registers there are
}

// Watch is who of a class needs to be looked after, and why; its teachers and administrators may read it, nobody else:
// no page of a learner's asks for it and no event carries it.
func (s *Store) Watch(a learning.Actor, class learning.ClassID) (out ClassWatch, err error) {
	today, known := s.Today().Day()
	out.Day, out.Known, out.Care = today, known, map[learning.PersonID]learning.Care{}
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(class); err != nil {
			return err
		}
		rolls, err := v.rolls(class, RollDays{})
		if err != nil {
			return err
		}
		out.Rolls = len(rolls)
		if !known && len(rolls) > 0 {
			out.Day = rolls[len(rolls)-1].Day
		}
		_, out.Learners = v.roster(class)
		year := v.year()
		rolls = year.Held(rolls)
		facts := make([]learning.Facts, len(out.Learners))
		idle := v.idle(out.Learners, out.Day, &year)
		recent := learning.LastDays(rolls, learning.OftenDays)
		for i, p := range out.Learners {
			f := &facts[i]
			f.Learner, f.Days, f.Idle, f.Care = p.ID, learning.DaysOf(recent, p.ID), idle[p.ID], v.care(p.ID)
			out.Care[p.ID] = f.Care
			sheet, err := v.levels(p.ID)
			if err != nil {
				return err
			}
			f.Checks = map[learning.Ladder][]learning.LevelCheck{}
			for _, l := range learning.Ladders {
				f.Checks[l] = learning.ChecksOf(&sheet, l)
			}
		}
		out.Listed, out.Done = learning.Warn(facts, out.Day, known)
		return nil
	})
	return out, err
}

// lookBack is how many days before today it is looked for days on which a class worked.
const lookBack = 60

// idle is on how many of the last days on which somebody of the class did something each learner did nothing, up to the
// last: NoWorkDays at most. Days without school, and those that are not proven, count for nobody.
func (v viewer) idle(learners []learning.Person, day int, year *learning.Year) map[learning.PersonID]int {
	out := map[learning.PersonID]int{}
	of := map[learnerKey]learning.PersonID{}
	for _, p := range learners {
		of[learnerOf(v.school, p.ID)] = p.ID
	}
	zone := time.Duration(v.schoolFacts().Zone) * time.Minute
	worked := map[int]map[learning.PersonID]bool{}
	v.activeAt(v.days(day-lookBack, day), func(at time.Time, l learnerKey, _ activity) {
		if p, ok := of[l]; ok {
			d := dayOf(at.Add(zone).UnixMilli())
			if worked[d] == nil {
				worked[d] = map[learning.PersonID]bool{}
			}
			worked[d][p] = true
		}
	})
	days := make([]int, 0, len(worked))
	for d := range worked {
		if year.School(d) {
			days = append(days, d)
		}
	}
	slices.Sort(days)
	days = days[max(0, len(days)-learning.NoWorkDays):]
	for _, p := range learners {
		for i := len(days) - 1; i >= 0 && !worked[days[i]][p.ID]; i-- {
			out[p.ID]++
		}
	}
	return out
}

func (v viewer) care(who learning.PersonID) (c learning.Care) {
	raw, _ := learning.Raw(who)
	r, err := learning.ReadShown(v.kv.Get(recordBucket, recordPrefix(learning.KindCare, v.tag, raw)))
	if err != nil {
		return c
	}
	ticked := func(f learning.Field) bool {
		for _, s := range r.Shown {
			if s.Field == f {
				c.Conflict = c.Conflict || s.Conflict
				return s.Value == "1" || s.Conflict
			}
		}
		return false
	}
	c.Worry, c.Repeated = ticked(learning.CareWorry), ticked(learning.CareRepeated)
	c.Language, c.Done, c.DoneBy = r.Get(learning.CareLanguage), r.Get(learning.CareDone), learning.PersonID(r.Get(learning.CareDoneBy))
	c.DoneDay, _ = strconv.Atoi(r.Get(learning.CareDoneDay))
	return c
}

// A CareEdit changes the fields that are not nil.
type CareEdit struct {
	Worry, Repeated *bool
	Language        *string // BCP 47, "" none chosen
	Done            *string // one of learning.Steps, "" takes it back
	DoneDay         int     // with Done
}

// EditCare changes what the teachers of a learner keep in mind of them: their teachers and administrators. Of others the
// learner is fs.ErrNotExist, and to the learner themselves fs.ErrPermission.
func (s *Store) EditCare(ctx context.Context, a learning.Actor, learner learning.PersonID, e CareEdit) error {
	var values []learning.Value
	put := func(f learning.Field, v string) { values = append(values, learning.Value{Field: f, Value: v}) }
	if e.Worry != nil {
		put(learning.CareWorry, flag(*e.Worry))
	}
	if e.Repeated != nil {
		put(learning.CareRepeated, flag(*e.Repeated))
	}
	if e.Language != nil {
		if err := checkLanguage(*e.Language); err != nil {
			return err
		}
		put(learning.CareLanguage, *e.Language)
	}
	if e.Done != nil {
		if err := learning.CheckStep(*e.Done); err != nil {
			return err
		}
		if err := learning.CheckDay(e.DoneDay); err != nil && *e.Done != "" {
			return err
		}
		put(learning.CareDone, *e.Done)
		put(learning.CareDoneDay, number(e.DoneDay))
		put(learning.CareDoneBy, string(a.Person()))
	}
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		if err := v.mayManage(learner); err != nil {
			return nil, err
		}
		if v.self(learner) {
			return nil, notAllowed("say this of yourself")
		}
		raw, _ := learning.Raw(learner)
		return []change{{learning.KindCare, learning.Subject{ID: raw}, values}}, nil
	})
}

// Cares is what is kept in mind of each learner of a class; its teachers and administrators may read it.
func (s *Store) Cares(a learning.Actor, class learning.ClassID) (out map[learning.PersonID]learning.Care, err error) {
	out = map[learning.PersonID]learning.Care{}
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(class); err != nil {
			return err
		}
		_, learners := v.roster(class)
		for _, p := range learners {
			out[p.ID] = v.care(p.ID)
		}
		return nil
	})
	return out, err
}
