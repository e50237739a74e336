package store

import (
	"lamplight/content"
	"lamplight/server/learning"
)

// A ChildWeek is what a family's slip tells of one child: nothing of others, and nothing that went wrong.
type ChildWeek struct {
	Person   learning.Person
	Language string // BCP 47: chosen for the family, else as the child reads, "" the school's
	Here, Of int    // school days with a register, excused ones left out
	Answers  int
	Finished []learning.Ref // this week, the last first
	Levels   map[learning.Ladder]int
}

// ClassWeek is the week of seven days up to a day of each learner of a class, by name; its teachers and administrators may
// read it. Days that are not proven count for nothing.
func (s *Store) ClassWeek(a learning.Actor, class learning.ClassID, last int) (out []ChildWeek, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(class); err != nil {
			return err
		}
		rolls, err := v.rolls(class, RollDays{From: last - 6, To: last})
		if err != nil {
			return err
		}
		year := v.year()
		rolls = year.Held(rolls)
		_, learners := v.roster(class)
		at := map[learnerKey]int{}
		for i, p := range learners {
			at[learnerOf(v.school, p.ID)] = i
			w, err := v.childWeek(p, rolls, last)
			if err != nil {
				return err
			}
			out = append(out, w)
		}
		v.active(v.days(last-6, last), func(l learnerKey, x activity) {
			if i, ok := at[l]; ok {
				out[i].Answers += int(x.Attempts)
			}
		})
		return nil
	})
	return out, err
}

func (v viewer) childWeek(p learning.Person, rolls []learning.Roll, last int) (ChildWeek, error) {
	w := ChildWeek{Person: p, Language: v.care(p.ID).Language, Levels: map[learning.Ladder]int{}}
	if set, err := v.settings(p.ID); err == nil && w.Language == "" {
		w.Language = set.Language
	}
	for _, d := range learning.DaysOf(rolls, p.ID) {
		if d.Presence != learning.Excused {
			w.Of++
			w.Here += int(boolBit(d.Presence != learning.Absent))
		}
	}
	sheet, err := v.levels(p.ID)
	if err != nil {
		return w, err
	}
	for _, l := range learning.Ladders {
		if c := learning.ChecksOf(&sheet, l); len(c) > 0 {
			w.Levels[l] = c[len(c)-1].Level
		}
	}
	week := v.days(last-6, last)
	for _, x := range v.touched(p.ID) {
		if x.Complete && x.Last.Believed && !x.Last.Time.Before(week.from) && x.Last.Time.Before(week.to) && learning.QuizOf(x.Resource) == "" {
			w.Finished = append(w.Finished, learning.Ref{Course: x.Course, Resource: content.ResourceID(x.Resource)})
		}
	}
	return w, nil
}
