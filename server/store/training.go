package store

import (
	"slices"

	"lamplight/server/learning"
)

// A TrainingUnit is one of the twelve of the teachers' own course. It is done when its action is in the record, and by
// nothing else: nobody ticks it.
type TrainingUnit struct {
	Key  string // class, cards, register, lesson, quiz, report, levels, inclass, paper, watch, slip, own
	Done bool
	At   learning.When // of the first time, as far as known
}

// training are the twelve, in the order of the course, each with what finds its action among what a person did and what is
// done in the classes they lead.
var training = []struct {
	key  string
	find func(v viewer, led []learning.ClassID) (learning.When, bool)
}{
	{"class", classWithLearners},
	{"cards", cardGiven},
	{"register", byMe(learning.TookRegister)},
	{"lesson", lessonSet},
	{"quiz", quizOpened},
	{"report", byMe(learning.LookedAt)},
	{"levels", levelGroups},
	{"inclass", byMe(learning.AskedClass)},
	{"paper", byMe(learning.ReadPaper)},
	{"watch", byMe(learning.Helped)},
	{"slip", slipLanguage},
	{"own", ownPublished},
}

// Training is the twelve units for the teacher or administrator who asks; fs.ErrPermission for others.
func (s *Store) Training(a learning.Actor) (out []TrainingUnit, err error) {
	err = s.view(a, func(v viewer) error {
		if v.me.Role != learning.Teacher && v.me.Role != learning.Administrator {
			return notAllowed("the teachers' course")
		}
		var led []learning.ClassID
		for _, c := range v.classes(func(c learning.ClassID) bool { return v.admin || v.teaches(c) }) {
			led = append(led, c.ID)
		}
		for _, u := range training {
			at, done := u.find(v, led)
			out = append(out, TrainingUnit{u.key, done, at})
		}
		return nil
	})
	return out, err
}

// byMe is what the person themselves did, under any of their records.
func byMe(d learning.Milestone) func(v viewer, _ []learning.ClassID) (learning.When, bool) {
	return func(v viewer, _ []learning.ClassID) (learning.When, bool) {
		return v.firstOf(d, v.records(v.me.ID))
	}
}

// firstOf is when a milestone was first reached of any of some ids: the earliest whose date is known, else one of them.
func (v viewer) firstOf(d learning.Milestone, ids []learning.PersonID) (first learning.When, done bool) {
	for _, id := range ids {
		if raw, ok := learning.Raw(id); ok {
			if at, some := v.began(d, raw); some {
				first, done = sooner(first, at, done), true
			}
		}
	}
	return first, done
}

func sooner(a, b learning.When, some bool) learning.When {
	if !some || b.Known && (!a.Known || b.Time.Before(a.Time)) {
		return b
	}
	return a
}

// classWithLearners is a class that they lead and that has learners.
func classWithLearners(v viewer, led []learning.ClassID) (first learning.When, done bool) {
	for _, c := range led {
		if _, learners := v.roster(c); len(learners) > 0 {
			if at, some := v.firstOf(learning.MadeClass, []learning.PersonID{learning.PersonID(c)}); some {
				first, done = sooner(first, at, done), true
			}
		}
	}
	return first, done
}

// ofLearners is a milestone reached with a learner of theirs.
func ofLearners(v viewer, led []learning.ClassID, d learning.Milestone) (first learning.When, done bool) {
	for _, c := range led {
		_, learners := v.roster(c)
		for _, p := range learners {
			if at, some := v.firstOf(d, v.records(p.ID)); some {
				first, done = sooner(first, at, done), true
			}
		}
	}
	return first, done
}

func cardGiven(v viewer, led []learning.ClassID) (learning.When, bool) {
	return ofLearners(v, led, learning.GaveCard)
}

func slipLanguage(v viewer, led []learning.ClassID) (learning.When, bool) {
	return ofLearners(v, led, learning.ChoseTongue)
}

// belonging is a milestone reached with what belongs to one of their classes and of which keep, where it is not nil, holds.
func belonging(v viewer, led []learning.ClassID, kind string, d learning.Milestone, keep func(id, value string) bool) (learning.When, bool) {
	var ids []learning.PersonID
	for _, c := range led {
		raw, _ := learning.Raw(c)
		prefix := linkPrefix(v.tag, raw, kind)
		v.kv.Scan(linkBucket, prefix, func(k, value []byte) bool {
			if id := hexID[learning.PersonID](k[len(prefix):]); keep == nil || keep(string(id), string(value)) {
				ids = append(ids, id)
			}
			return true
		})
	}
	return v.firstOf(d, ids)
}

// lessonSet is a lesson set for a class, or for one of its groups.
func lessonSet(v viewer, led []learning.ClassID) (learning.When, bool) {
	all := slices.Clone(led)
	for _, c := range led {
		for _, g := range v.groups(c) {
			all = append(all, g.ID)
		}
	}
	return belonging(v, all, learning.KindAssign, learning.GaveWork, func(_, value string) bool { return value != "" && value[0] != ' ' })
}

// quizOpened is a quiz of a class that was opened.
func quizOpened(v viewer, led []learning.ClassID) (learning.When, bool) {
	return belonging(v, led, learning.KindQuiz, learning.OpenedQuiz, nil)
}

// levelGroups is a level check that they made, and a group of their classes with learners in it: the later of the two.
func levelGroups(v viewer, led []learning.ClassID) (learning.When, bool) {
	checked, done := byMe(learning.CheckedLevel)(v, led)
	if !done {
		return checked, false
	}
	var groups []learning.PersonID
	for _, c := range led {
		for _, g := range v.groups(c) {
			if _, learners := v.roster(g.ID); len(learners) > 0 {
				groups = append(groups, learning.PersonID(g.ID))
			}
		}
	}
	grouped, done := v.firstOf(learning.MadeClass, groups)
	if checked.Known && grouped.Known && checked.Time.After(grouped.Time) {
		return checked, done
	}
	return grouped, done
}

// ownPublished is a course that they wrote and published.
func ownPublished(v viewer, _ []learning.ClassID) (learning.When, bool) {
	var ids []learning.PersonID
	prefix := recordPrefix(learning.KindOwn, v.tag)
	v.kv.Scan(recordBucket, prefix, func(k, b []byte) bool {
		r, err := learning.ReadShown(b)
		if err == nil && len(k) == len(prefix)+16 && v.root(learning.PersonID(r.Get(learning.OwnBy))) == v.me.ID {
			ids = append(ids, hexID[learning.PersonID](k[len(prefix):]))
		}
		return true
	})
	return v.firstOf(learning.Published, ids)
}
