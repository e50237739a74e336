package store

import (
	"strings"
	"time"

	"lamplight/server/learning"
)

// Held says how much of one kind is held, and since when.
type Held struct {
	Kind  string // one of HeldKinds; its words are in the catalogue
	Count int
	First learning.When // of the oldest; zero where no date is kept with it
}

// HeldKinds are what is held of people, in the order in which pages list it.
var HeldKinds = []string{"name", "signin", "settings", "classes", "care", "answers", "words", "reading", "notes", "apps", "attendance", "levels", "looks"}

// HeldStays are those of them that stay after an erasure, as numbers without a name.
var HeldStays = map[string]bool{"answers": true, "reading": true, "attendance": true, "levels": true, "looks": true}

func compareText(a, b string) int { return strings.Compare(a, b) }

func dateOf(day int) string { return learning.DateOf(day).Format(time.DateOnly) }

// dated is the moment a date of the school began.
func dated(date string) learning.When {
	t, err := time.Parse(time.DateOnly, date)
	return learning.When{Time: t, Known: err == nil, Believed: err == nil}
}

// HeldOf lists what is held of one person by kind, HeldKinds in their order; administrators alone.
func (s *Store) HeldOf(a learning.Actor, id learning.PersonID) (out []Held, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayPeruse(id); err != nil {
			return err
		}
		x, err := v.export(id)
		if err != nil {
			return err
		}
		v.deeds(id, func(a learning.Act, _ learning.Order) { x.Deeds = append(x.Deeds, Deed{Act: a}) })
		out = x.Held()
		return nil
	})
	return out, err
}

// Held counts an export, HeldKinds in their order.
func (x *PersonExport) Held() []Held {
	n := map[string]Held{}
	add := func(kind string, count int, first learning.When) { n[kind] = Held{kind, count, first} }
	never := learning.When{}
	p := x.Person
	add("name", 1+len(x.Records)+truths(p.Login != "", p.Number != "", p.Birth != 0, p.Gender != ""), never)
	add("signin", len(x.SignIn), never)
	add("settings", truths(x.Settings != learning.Settings{}, x.Needs != learning.Accommodation{}, x.Goal != learning.WeekGoal{}), never)
	add("classes", len(x.Classes), never)
	add("care", truths(x.Care != learning.Care{}), never)
	add("notes", len(x.Notes)+len(x.Bookmarks), never)
	add("apps", len(x.Apps), never)
	first, words, wordsFirst := never, 0, never
	for _, a := range x.Attempts {
		first = soonest(first, a.When)
		if a.Apart && a.Given != "" {
			words, wordsFirst = words+1, soonest(wordsFirst, a.When)
		}
	}
	add("answers", len(x.Attempts), first)
	add("words", words, wordsFirst)
	first = never
	for _, p := range x.Progress {
		first = soonest(first, p.Last)
	}
	add("reading", len(x.Progress), first)
	first = never
	for _, d := range x.Attendance {
		first = soonest(first, dated(d.Date))
	}
	add("attendance", len(x.Attendance), first)
	first = never
	for _, l := range x.Levels {
		first = soonest(first, dated(l.Date))
	}
	add("levels", len(x.Levels), first)
	first = never
	for _, d := range x.Deeds {
		first = soonest(first, d.When)
	}
	add("looks", len(x.Deeds), first)
	out := make([]Held, len(HeldKinds))
	for i, k := range HeldKinds {
		out[i] = n[k]
	}
	return out
}

func truths(all ...bool) (n int) {
	for _, b := range all {
		n += int(boolBit(b))
	}
	return n
}

// soonest is the one that was first, of those that have a date.
func soonest(a, b learning.When) learning.When {
	if !b.Known || a.Known && !b.Time.Before(a.Time) {
		return a
	}
	return b
}

// HeldInAll lists what the school holds of people by kind, in HeldKinds' order; administrators alone. Of "reading" it
// counts resources learners began, of "attendance" registers.
func (s *Store) HeldInAll(a learning.Actor) (out []Held, err error) {
	err = s.view(a, func(v viewer) error {
		if !v.admin {
			return notAllowed("see what is held of people")
		}
		n := map[string]Held{}
		for kind, of := range map[string][]string{
			"name": {learning.KindPerson}, "signin": {learning.KindSecret}, "settings": {learning.KindSettings, learning.KindNeeds, learning.KindGoal},
			"care": {learning.KindCare}, "notes": {learning.KindNote, learning.KindBookmark}, "apps": {learning.KindState},
		} {
			sum := 0
			for _, k := range of {
				sum += v.countUnder(recordBucket, recordPrefix(k, v.tag))
			}
			n[kind] = Held{Count: sum}
		}
		c := readCount(v.kv.Get(countBucket, v.tag[:]))
		n["answers"], n["reading"] = Held{Count: int(c.Attempts), First: v.firstAttempt()}, Held{Count: int(c.Started)}
		n["classes"] = Held{Count: v.countUnder(memberBucket, v.tag[:])}
		n["words"] = Held{Count: v.countUnder(answerBucket, nil)}
		n["levels"] = Held{Count: v.countUnder(levelBucket, nil)}
		n["attendance"] = Held{Count: v.countUnder(rollBucket, v.tag[:])}
		looks := Held{}
		v.deeds("", func(a learning.Act, _ learning.Order) {
			looks.Count, looks.First = looks.Count+1, soonest(looks.First, a.When)
		})
		n["looks"] = looks
		for _, k := range HeldKinds {
			h := n[k]
			h.Kind = k
			out = append(out, h)
		}
		return nil
	})
	return out, err
}

func (v viewer) countUnder(bucket string, prefix []byte) (n int) {
	v.kv.Scan(bucket, prefix, func(_, _ []byte) bool { n++; return true })
	return n
}

// firstAttempt is when the first of all attempts in order was given.
func (v viewer) firstAttempt() (first learning.When) {
	v.kv.Scan(attemptBucket, nil, func(_, b []byte) bool {
		c := readCounted(b)
		first = when(v.kv, c.Stamp)
		return false
	})
	return first
}
